"""One call of the synchronous or of the asynchronous client."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx

from tests.support.generated_case import Answer, Case

Load = Callable[[str], Case]


def call(package: ModuleType, mode: str, method: str, answer: Answer, **settings: Any) -> Any:
    """One call without arguments, of a client that is made for it."""
    settings = {"retry": package.Retry(attempts=1), **settings}
    if "http_client" not in settings:
        settings["transport"] = httpx.MockTransport(answer)
    if mode == "sync":
        with package.Sample(**settings) as client:
            return getattr(client, method)()

    async def run() -> Any:
        async with package.AsyncSample(**settings) as client:
            return await getattr(client, method)()

    return asyncio.run(run())


def sent(package: ModuleType, mode: str, method: str, **settings: Any) -> httpx.Request:
    """The one request of a call."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    call(package, mode, method, answer, **settings)
    (request,) = seen
    return request


def ours(error: BaseException, package: ModuleType) -> list[str]:
    """Each of the package's own frames in a traceback and its causes, with what it holds."""
    shown: list[str] = []
    found: BaseException | None = error
    while found is not None:
        for frame, line in traceback.walk_tb(found.__traceback__):
            if str(Path(str(package.__file__)).parent) in frame.f_code.co_filename:
                shown.append(f"{frame.f_code.co_name}:{line} {frame.f_locals!r}")
        found = found.__cause__ or found.__context__
    assert shown
    return shown

"""Calls of a case's client over a socket on this machine."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.support.answers import Server
from tests.support.generated_case import Case


def call(case: Case, mode: str, server: Server, name: str, *arguments: Any) -> tuple[Any, Any]:
    """Call ``resource.method`` once; return its result and what was noted of the response."""
    resource, method = name.split(".")
    info = case.package.ResponseInfo()
    options = case.package.Options(response=info, retry=case.package.Retry(attempts=1))
    if mode == "sync":
        with case.package.Sample(base_url=server.url("/v1")) as client:
            return getattr(getattr(client, resource), method)(*arguments, options=options), info

    async def run() -> Any:
        async with case.package.AsyncSample(base_url=server.url("/v1")) as client:
            return await getattr(getattr(client, resource), method)(*arguments, options=options)

    return asyncio.run(run()), info

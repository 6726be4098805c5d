"""Calls of a case's client over a loopback socket."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any

Call = tuple[str, Mapping[str, Any]]
"""A method, with its resource, and its arguments."""


def calls(
    package: ModuleType,
    mode: str,
    made: Iterable[Call],
    *given: Any,
    make: str = "",
    **settings: Any,
) -> list[Any]:
    """Return the results of calls of one client; of a stream, the list of its items.

    ``make`` is a constructor of the client's class.
    """
    settings = {"timeout": 2.0, "retry": package.Retry(base=0.01), **settings}
    constructor = package.Sample if mode == "sync" else package.AsyncSample
    if make:
        constructor = getattr(constructor, make)
    if mode == "sync":
        with constructor(*given, **settings) as client:
            return [_whole(_method(client, name)(**arguments)) for name, arguments in made]

    async def run() -> list[Any]:
        async with constructor(*given, **settings) as client:
            results: list[Any] = []
            for name, arguments in made:
                result = await _method(client, name)(**arguments)
                is_stream = hasattr(result, "__aiter__")
                results.append([item async for item in result] if is_stream else result)
            return results

    return asyncio.run(run())


def _method(client: Any, name: str) -> Any:
    for part in name.split("."):
        client = getattr(client, part)
    return client


def _whole(result: Any) -> Any:
    return [*result] if hasattr(result, "__next__") or hasattr(result, "save") else result

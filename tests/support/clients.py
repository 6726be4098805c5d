"""Clients whose asynchronous calls are made as the synchronous ones are."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Self

import httpx

from tests.support.answers import Answer
from tests.support.sockets import Server


def connect(
    package: ModuleType,
    mode: str,
    server: Answer | Server | None = None,
    *given: Any,
    make: str = "",
    **settings: Any,
) -> Any:
    """Return a client of a package; the asynchronous one is called as the synchronous one is.

    It makes one attempt. ``make`` is a constructor of its class.
    """
    names = [n for n in package.__all__ if f"Async{n}" in package.__all__]
    (name,) = (n for n in names if getattr(package, n).__module__.endswith(".client"))
    constructor = getattr(package, name if mode == "sync" else f"Async{name}")
    if isinstance(server, Server):
        settings = {"base_url": server.location, "timeout": 2.0, **settings}
    elif server is not None and "http_client" not in settings:
        settings = {"transport": httpx.MockTransport(server), **settings}
    settings = {"retry": package.Retry(attempts=1), **settings}
    client = (getattr(constructor, make) if make else constructor)(*given, **settings)
    return client if mode == "sync" else Blocking(client)


def method_of(client: Any, name: str) -> Callable[..., Any]:
    """Return a method of a client by its name, ``notes.create``."""
    method: Callable[..., Any] = functools.reduce(getattr, name.split("."), client)
    return method


@functools.cache
def _runner() -> asyncio.Runner:
    """Return what runs all asynchronous code of the tests, in one event loop."""
    runner = asyncio.Runner()
    atexit.register(runner.close)
    return runner


def wait_for(value: Any) -> Any:
    """Return the result of an awaitable, and any other value as it is."""

    async def result() -> Any:
        return await value

    return _runner().run(result()) if inspect.isawaitable(value) else value


class Blocking:
    """An asynchronous object whose methods wait for their results."""

    def __init__(self, own: Any) -> None:
        self.own = own

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.own, name)
        if not callable(value):
            return _blocking(value)

        @functools.wraps(value)
        def call(*args: Any, **kwargs: Any) -> Any:
            own = [getattr(argument, "__wrapped__", argument) for argument in args]
            return _blocking(wait_for(value(*own, **kwargs)))

        return call

    def __enter__(self) -> Self:
        wait_for(self.own.__aenter__())
        return self

    def __exit__(self, *error: object) -> None:
        wait_for(self.own.__aexit__(*error))

    def __iter__(self) -> Iterator[Any]:
        items = aiter(self.own)
        with contextlib.suppress(StopAsyncIteration):
            while True:
                yield _blocking(wait_for(anext(items)))


def _blocking(value: Any) -> Any:
    is_async = type(value).__name__.startswith("Async") or hasattr(value, "__aiter__")
    return Blocking(value) if is_async and not isinstance(value, type) else value

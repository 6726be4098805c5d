"""A deadline that holds below the HTTP library.

httpx counts its read time-out anew for each read, so a server that sends a header letter by letter,
or 102 for ever, could hold a call without end. The clients that this package makes itself
get their network streams wrapped: no read waits longer than what is left of the attempt's deadline.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable
from contextvars import ContextVar
from typing import Any, TypeVar

from ._http import httpx

C = TypeVar("C", httpx.Client, httpx.AsyncClient)
T = TypeVar("T")

PASSED = "the deadline for the whole attempt has passed"

LIMIT: ContextVar[float] = ContextVar("LIMIT", default=float("inf"))
"""When the running attempt must have ended, on the clock of ``time.monotonic``."""


async def held(work: Awaitable[T], limit: float) -> T:
    """``work``, cancelled when ``limit`` has come; asynchronous work can always be ended so."""
    import anyio  # comes with httpx; asyncio and trio

    with anyio.move_on_after(limit - time.monotonic()):
        return await work
    raise httpx.ReadTimeout(PASSED)


def _left(timeout: float | None) -> float | None:
    left = LIMIT.get() - time.monotonic()
    if left <= 0:
        raise httpx.ReadTimeout(PASSED)
    return left if timeout is None or left < timeout else timeout


class _Wrapped:
    """Another object's methods, but for those that a subclass has."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not name.startswith("_"):
            setattr(self, name, found)  # so that the next look-up doesn't come here
        return found


class _Stream(_Wrapped):
    def read(self, max_bytes: int, timeout: float | None = None) -> Any:
        """Of an asynchronous stream, what is to be awaited."""
        return self._inner.read(max_bytes, timeout=_left(timeout))

    def start_tls(self, *arguments: Any, **options: Any) -> _Stream:
        return _Stream(self._inner.start_tls(*arguments, **options))


class _Backend(_Wrapped):
    def connect_tcp(self, *arguments: Any, **options: Any) -> _Stream:
        return _Stream(self._inner.connect_tcp(*arguments, **options))


class _AsyncStream(_Stream):
    async def start_tls(self, *arguments: Any, **options: Any) -> _AsyncStream:  # type: ignore[override]
        return _AsyncStream(await self._inner.start_tls(*arguments, **options))


class _AsyncBackend(_Wrapped):
    async def connect_tcp(self, *arguments: Any, **options: Any) -> _AsyncStream:
        return _AsyncStream(await self._inner.connect_tcp(*arguments, **options))


def bounded(client: C) -> C:
    """``client`` with the deadline on its connections, through proxies too.

    The pool's backend has no public way in; where a version of the library names it otherwise, the
    client works as before, without the bound.
    """
    wrapper = _AsyncBackend if hasattr(client, "aclose") else _Backend
    mounts: dict[Any, Any] = getattr(client, "_mounts", {})
    for transport in (getattr(client, "_transport", None), *mounts.values()):
        pool = getattr(transport, "_pool", None)
        backend = getattr(pool, "_network_backend", None)
        if backend is not None:
            setattr(pool, "_network_backend", wrapper(backend))  # noqa: B010 - not ours
    return client

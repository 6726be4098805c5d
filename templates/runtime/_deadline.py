"""A deadline that holds below the HTTP library.

httpx counts its read time-out anew for each read, so a server that sends a header letter by letter,
or 102 for ever, could hold a call without end. The clients that this package makes itself
get their network streams wrapped: no read waits longer than what is left of the attempt's deadline.
"""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import Any, TypeVar

from ._http import httpx

C = TypeVar("C", httpx.Client, httpx.AsyncClient)

LIMIT: ContextVar[float] = ContextVar("LIMIT", default=float("inf"))
"""When the running attempt must have ended, on the clock of ``time.monotonic``."""


def _left(timeout: float | None) -> float | None:
    left = LIMIT.get() - time.monotonic()
    if left <= 0:
        raise httpx.ReadTimeout("the deadline for the whole attempt has passed")
    return left if timeout is None or left < timeout else timeout


class _Wrapped:
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _Stream(_Wrapped):
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, timeout=_left(timeout))  # type: ignore[no-any-return]

    def start_tls(self, *arguments: Any, **options: Any) -> _Stream:
        return _Stream(self._inner.start_tls(*arguments, **options))


class _Backend(_Wrapped):
    def connect_tcp(self, *arguments: Any, **options: Any) -> _Stream:
        return _Stream(self._inner.connect_tcp(*arguments, **options))


class _AsyncStream(_Wrapped):
    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        return await self._inner.read(max_bytes, timeout=_left(timeout))  # type: ignore[no-any-return]

    async def start_tls(self, *arguments: Any, **options: Any) -> _AsyncStream:
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

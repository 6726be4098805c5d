"""The HTTP client behind a client, and the process and event loop that its connections belong to.

A forked process gets new connections: on the old ones it would read its parent's responses. A
client or a transport that the caller gives is used as it is.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from http.cookiejar import CookieJar
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from .errors import RequestError
from .http import httpx
from .options import Settings, check_kind

C = TypeVar("C", bound=httpx.Client | httpx.AsyncClient)

CALLS = 100
"""The number of calls at once; others wait."""
LIMITS = httpx.Limits(max_connections=CALLS, max_keepalive_connections=CALLS, keepalive_expiry=15.0)
"""A connection for each of these calls, so that no request waits in the HTTP library's own queue: a
request that ends at the moment when the queue gives it a connection keeps that connection forever.
An idle connection is closed after 15 s, before a server is likely to: a POST on a connection that
the server closes at that moment can't be repeated safely."""
_NO_PLACE = f"{CALLS} other calls were under way"


_CONNECTED = ("connect_tcp.complete", "connect_unix_socket.complete", "start_tls.complete")
"""The ends of events of httpcore which give a connection."""


async def close_if_cancelled(event: str, info: Mapping[str, Any]) -> None:
    """Close a new connection if its call was cancelled while it was made.

    It is httpx's extension ``trace`` of a request. Otherwise httpcore keeps the connection and
    gives it to no other call.
    """
    if not event.endswith(_CONNECTED):
        return
    import anyio
    from anyio.lowlevel import checkpoint_if_cancelled

    try:
        await checkpoint_if_cancelled()
    except BaseException:
        with anyio.CancelScope(shield=True):
            await info["return_value"].aclose()
        raise


class NoCookies(CookieJar):
    """A jar that stores nothing: what a call sends depends on its arguments alone."""

    def extract_cookies(self, response: object, request: object) -> None:
        """Don't look for cookies, which would take a quarter of a call's CPU time."""


class _Connections(Generic[C]):
    """The HTTP client that a call may use now, and the calls at once."""

    _kinds: tuple[Any, type] = (httpx.Client, httpx.BaseTransport)
    extensions: Mapping[str, Any] = MappingProxyType({})
    """The extensions of each request."""
    places: Any
    """The places that are free for calls; None before the first call in an event loop."""

    def __init__(self, settings: Settings, http_client: C | None, transport: Any) -> None:
        """``transport`` is that of an HTTP client of our own."""
        check_kind("http_client", http_client, self._kinds[0])
        check_kind("transport", transport, self._kinds[1])
        self.settings = settings
        self._given, self._transport = http_client, transport
        self._enter_process()

    def _enter_process(self) -> None:
        """Make what belongs to this process."""
        self._pid = os.getpid()
        self.places = self._new_places()
        self._http: C = self._connect() if self._given is None else self._given

    def _connect(self) -> C:
        own = {"limits": LIMITS, "cookies": NoCookies()}
        http: C = self._kinds[0](transport=self._transport, timeout=self.settings.timeout, **own)
        return http

    def _new_places(self) -> Any:
        return None

    def current(self) -> C:
        """Return the HTTP client to use; raise :class:`RequestError` if it is closed."""
        if self._http.is_closed:
            raise RequestError("the client is closed; nothing was sent")
        if self._pid != os.getpid():
            self._enter_process()
        return self._http


class Connections(_Connections[httpx.Client]):
    """The HTTP client of a synchronous client."""

    def _new_places(self) -> threading.Semaphore:
        return threading.Semaphore(CALLS)

    def take_place(self, seconds: Callable[[], float | None]) -> None:
        """Take a place as soon as there is one.

        Raises ``httpx.PoolTimeout`` if there is none within some seconds.
        """
        places = self.places
        if not places.acquire(blocking=False) and not places.acquire(timeout=seconds()):
            raise httpx.PoolTimeout(_NO_PLACE)

    def close(self) -> None:
        """Close the HTTP client, unless it is the caller's."""
        if self._given is None:
            self._http.close()


class AsyncConnections(_Connections[httpx.AsyncClient]):
    """The HTTP client of an asynchronous client."""

    _kinds = (httpx.AsyncClient, httpx.AsyncBaseTransport)
    extensions = MappingProxyType({"trace": close_if_cancelled})
    _loop: object
    """The event loop of the first call."""

    def current(self) -> httpx.AsyncClient:
        """Return the HTTP client to use; raise :class:`RequestError` if it is of another loop."""
        import anyio  # a dependency of httpx; asyncio and trio
        from anyio.lowlevel import current_token

        http, loop = super().current(), current_token()
        if self.places is None:
            self.places, self._loop = anyio.Semaphore(CALLS), loop
        is_bound = self._given is None and self._transport is None
        if is_bound and self._loop != loop:
            raise RequestError(
                "the client belongs to another event loop, where its first call was; "
                "make one for each loop. Nothing was sent"
            )
        return http

    async def take_place(self, seconds: Callable[[], float | None]) -> None:
        """As :meth:`Connections.take_place`."""
        if self.places.value > 0:
            self.places.acquire_nowait()
            return
        import anyio

        with anyio.move_on_after(seconds()) as scope:
            await self.places.acquire()
        if scope.cancelled_caught:
            raise httpx.PoolTimeout(_NO_PLACE)

    async def aclose(self) -> None:
        """Close the HTTP client, unless it is the caller's."""
        if self._given is None:
            await self._http.aclose()

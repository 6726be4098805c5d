"""The HTTP client behind a client, and whose its connections are.

A connection belongs to the process that opened it, and an asynchronous one to its event loop. A
forked child gets new ones: on the old ones it would read its parent's answers. A client that the
caller gives, or a transport, is used as it is.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from http.cookiejar import CookieJar
from typing import Any, Generic, TypeVar

from ._http import httpx
from .errors import RequestError

C = TypeVar("C", bound=httpx.Client | httpx.AsyncClient)

LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=15.0)
"""One connection for each concurrent call up to 100, kept while calls keep coming. An idle one is
closed after 15 s, before a server is likely to: a POST on a connection that the server closes at
that moment can't be repeated safely."""


class NoCookies(CookieJar):
    """A jar that stores nothing: what a call sends depends on its arguments alone."""

    def extract_cookies(self, response: object, request: object) -> None:
        """Don't look for cookies, which would take a quarter of a call."""


class _Connections(Generic[C]):
    """The HTTP client that a call may use here."""

    def __init__(self, given: C | None, connect: Callable[[], C], *, is_network: bool) -> None:
        """``is_network`` is false for an injected transport, which may have no connections."""
        self._http = connect() if given is None else given
        self._connect = connect
        self._is_owned = given is None
        self._is_bound = self._is_owned and is_network
        self._pid = os.getpid()

    def _current(self) -> C:
        if self._http.is_closed:
            raise RequestError("the client is closed; nothing was sent")
        if self._is_bound and self._pid != os.getpid():
            self._http, self._pid = self._connect(), os.getpid()
        return self._http


class Connections(_Connections[httpx.Client]):
    """The HTTP client of a synchronous client."""

    @staticmethod
    def set_aside(response: httpx.Response) -> None:
        """Put a redirect's address where httpx doesn't parse it; it is never followed."""
        _set_aside(response)

    def current(self) -> httpx.Client:
        """The HTTP client to use; raises :class:`RequestError` after the end."""
        return self._current()

    def close(self) -> None:
        """Close it, unless it is the caller's; no call is possible then."""
        if self._is_owned:
            self._http.close()


class AsyncConnections(_Connections[httpx.AsyncClient]):
    """The HTTP client of an asynchronous client."""

    _loop: Any = None
    """The event loop of the first call."""

    @staticmethod
    async def set_aside(response: httpx.Response) -> None:
        """Put a redirect's address where httpx doesn't parse it; it is never followed."""
        _set_aside(response)

    def current(self) -> httpx.AsyncClient:
        """The HTTP client to use; raises :class:`RequestError` after the end, in another loop."""
        before, http = self._http, self._current()
        if self._is_bound:
            loop = _running_loop()
            if self._loop is None or http is not before:
                self._loop = loop
            elif self._loop is not loop:
                raise RequestError(
                    "the client belongs to another event loop, where its first call was; "
                    "make one for each loop. Nothing was sent"
                )
        return http

    async def aclose(self) -> None:
        """Close it, unless it is the caller's; no call is possible then."""
        if self._is_owned:
            await self._http.aclose()


def _running_loop() -> Any:
    """The event loop of asyncio, or None under another library."""
    asyncio = sys.modules.get("asyncio")  # importing it costs more than a call
    try:
        return None if asyncio is None else asyncio.get_running_loop()
    except RuntimeError:  # trio
        return None


def _set_aside(response: httpx.Response) -> None:
    if response.has_redirect_location:
        response.extensions["location"] = response.headers.pop("location")

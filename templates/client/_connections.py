"""The HTTP clients behind a client, and where their connections belong.

A connection belongs to the process that opened it, and an asynchronous one to its event loop too: a
child after a fork would read its parent's answers, another loop can't wait for this one's sockets.
So there is one HTTP client for each such home. What the caller injects is used as it is.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from ._http import httpx
from .errors import RequestError

C = TypeVar("C", bound=httpx.Client | httpx.AsyncClient)

LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=15.0)
"""One connection for each concurrent call up to 100, kept while calls keep coming. An idle one is
closed after 15 s, before a server is likely to: a POST on a connection that the server closes at
that moment can't be repeated safely."""


class _NoCookies(httpx.Cookies):
    """Keeps nothing that a server sets: what a call sends depends on its arguments alone."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Look at no response."""


class HTTPClient(httpx.Client):
    """The HTTP library's client, without cookies."""

    @property
    def cookies(self) -> httpx.Cookies:
        """None, ever."""
        return _NO_COOKIES

    @cookies.setter
    def cookies(self, cookies: object) -> None:
        """Kept from being set."""


class AsyncHTTPClient(httpx.AsyncClient):
    """The HTTP library's asynchronous client, without cookies."""

    @property
    def cookies(self) -> httpx.Cookies:
        """None, ever."""
        return _NO_COOKIES

    @cookies.setter
    def cookies(self, cookies: object) -> None:
        """Kept from being set."""


_NO_COOKIES = _NoCookies()


class _Homes(Generic[C]):
    """One HTTP client for each home."""

    def __init__(self, given: C | None, connect: Callable[[], C], *, movable: bool) -> None:
        """``movable`` is false where the connections are those of an injected transport."""
        first = connect() if given is None else given
        self.bounded = movable and given is None
        """Whether the deadline holds below the HTTP library, and homes are told apart."""
        self._connect = connect
        self._owned = given is None
        self._fixed = None if self.bounded else first
        self._spare = [first]
        self._homes: dict[tuple[int, Any], C] = {}
        self._closed = False

    @staticmethod
    def _home() -> tuple[int, Any]:
        return os.getpid(), None

    def current(self) -> C:
        """The HTTP client to use here; raises :class:`RequestError` after the end."""
        http = self._fixed
        if http is None:
            home = self._home()
            http = self._homes.get(home) or self._move(home)
        if self._closed or http.is_closed:
            raise RequestError("the client is closed; nothing was sent")
        return http

    def _move(self, home: tuple[int, Any]) -> C:
        """The HTTP client for a new home; those of homes that are no more are forgotten."""
        try:
            made = self._spare.pop()
        except IndexError:
            made = self._connect()
        for pid, loop in [*self._homes]:
            if pid != home[0] or (loop is not None and loop.is_closed()):
                self._homes.pop((pid, loop), None)
        return self._homes.setdefault(home, made)

    def _opened(self) -> Sequence[tuple[Any, C]]:
        """What was opened in this process, and each one's event loop."""
        if not self._owned:
            return ()
        if self._fixed is not None:
            return ((None, self._fixed),)
        pid = os.getpid()
        return [(loop, http) for (of, loop), http in [*self._homes.items()] if of == pid]


class Connections(_Homes[httpx.Client]):
    """The HTTP clients of a synchronous client."""

    @staticmethod
    def set_aside(response: httpx.Response) -> None:
        """Put a redirect's address where httpx doesn't parse it; it is never followed."""
        _set_aside(response)

    def close(self) -> None:
        """Close what was opened here; no call is possible then."""
        self._closed = True
        for _, http in self._opened():
            http.close()


class AsyncConnections(_Homes[httpx.AsyncClient]):
    """The HTTP clients of an asynchronous client."""

    @staticmethod
    def _home() -> tuple[int, Any]:
        return os.getpid(), _running_loop()

    @staticmethod
    async def set_aside(response: httpx.Response) -> None:
        """Put a redirect's address where httpx doesn't parse it; it is never followed."""
        _set_aside(response)

    async def aclose(self) -> None:
        """Close what was opened here, and have other running loops close theirs."""
        self._closed = True
        here = _running_loop()
        for loop, http in self._opened():
            if loop is None or loop is here:
                await http.aclose()
            elif loop.is_running():
                import asyncio

                asyncio.run_coroutine_threadsafe(http.aclose(), loop)


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

"""The only part that does I/O.

The synchronous and the asynchronous sender differ in ``await`` alone; everything that decides is in
:class:`Call`.
"""

from __future__ import annotations

import inspect
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ._call import Call, Settings
from ._http import httpx
from ._operation import Operation
from ._options import Options

T = TypeVar("T")

LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=15.0)
"""One connection for each concurrent call up to 100, kept while calls keep coming. An idle one is
closed after 15 s, before a server is likely to: a POST on a connection that the server closes at
that moment can't be repeated safely."""


NO_ANSWER = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, UnicodeError)
"""What the HTTP library raises; the last two for a redirect, not followed, to what is no URL."""


class Sender:
    """Runs calls over an ``httpx.Client``."""

    def __init__(
        self, settings: Settings, http: httpx.Client, renew: Callable[[], httpx.Client] | None
    ) -> None:
        self.settings = settings
        self.http = http
        self._renew = renew
        self._home: object = None

    @staticmethod
    def set_aside(response: httpx.Response) -> None:
        """Put a redirect's address where httpx doesn't parse it; it is never followed."""
        if 300 <= response.status_code < 400 and "location" in response.headers:
            response.extensions["location"] = response.headers.pop("location")

    def _client(self) -> httpx.Client:
        """The HTTP client; a new one where the last one's connections belong elsewhere."""
        home = _home(self.http)
        if home != self._home:
            if self._home is not None and self._renew is not None:
                self.http = self._renew()
            self._home = home
        return self.http

    def call(
        self,
        operation: Operation[T],
        arguments: Mapping[str, Any],
        body: Any = None,
        options: Options | None = None,
    ) -> T:
        """Do the call; see the errors module for what it raises."""
        call = self.settings.begin(operation, arguments, body, options)
        while True:
            draft = call.fresh()
            for credential in call.credentials:
                call.refuse(credential.write(draft, credential.secret()))
            try:
                response = self._client().send(
                    call.request(draft), auth=call.auth, follow_redirects=False, stream=True
                )
                try:
                    result = call.answered(response, self._read(response, call))
                except httpx.DecodingError as cause:
                    result = call.undecodable(response, cause)
                finally:
                    response.close()
            except NO_ANSWER as cause:
                call.failed(cause)
            else:
                if not call.again:
                    return result  # type: ignore[return-value]
            time.sleep(call.pause)

    def _read(self, response: httpx.Response, call: Call[T]) -> bytes:
        chunks: list[bytes] = []
        for chunk in response.iter_bytes():
            chunks.append(chunk)
            call.check_deadline()
        return b"".join(chunks)


class AsyncSender:
    """Runs calls over an ``httpx.AsyncClient``."""

    def __init__(
        self,
        settings: Settings,
        http: httpx.AsyncClient,
        renew: Callable[[], httpx.AsyncClient] | None,
    ) -> None:
        self.settings = settings
        self.http = http
        self._renew = renew
        self._home: object = None

    @staticmethod
    async def set_aside(response: httpx.Response) -> None:
        """Put a redirect's address where httpx doesn't parse it; it is never followed."""
        if 300 <= response.status_code < 400 and "location" in response.headers:
            response.extensions["location"] = response.headers.pop("location")

    def _client(self) -> httpx.AsyncClient:
        """The HTTP client; a new one where the last one's connections belong elsewhere."""
        home = _home(self.http)
        if home != self._home:
            if self._home is not None and self._renew is not None:
                self.http = self._renew()
            self._home = home
        return self.http

    async def call(
        self,
        operation: Operation[T],
        arguments: Mapping[str, Any],
        body: Any = None,
        options: Options | None = None,
    ) -> T:
        """Do the call; see the errors module for what it raises."""
        call = self.settings.begin(operation, arguments, body, options)
        while True:
            draft = call.fresh()
            for credential in call.credentials:
                call.refuse(credential.write(draft, await _awaited(credential.secret())))
            try:
                response = await self._client().send(
                    call.request(draft), auth=call.auth, follow_redirects=False, stream=True
                )
                try:
                    result = call.answered(response, await self._read(response, call))
                except httpx.DecodingError as cause:
                    result = call.undecodable(response, cause)
                finally:
                    await response.aclose()
            except NO_ANSWER as cause:
                call.failed(cause)
            else:
                if not call.again:
                    return result  # type: ignore[return-value]
            await _sleep(call.pause)

    async def _read(self, response: httpx.Response, call: Call[T]) -> bytes:
        chunks: list[bytes] = []
        async for chunk in response.aiter_bytes():
            chunks.append(chunk)
            call.check_deadline()
        return b"".join(chunks)


def _home(http: httpx.Client | httpx.AsyncClient) -> object:
    """What connections belong to: the process, and of an asynchronous client the event loop."""
    asyncio = sys.modules.get("asyncio")  # importing it costs more than a call
    if asyncio is None or isinstance(http, httpx.Client):
        return os.getpid()
    try:
        return os.getpid(), asyncio.get_running_loop()
    except RuntimeError:  # trio
        return os.getpid()


async def _awaited(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


async def _sleep(seconds: float) -> None:
    import anyio  # comes with httpx; asyncio and trio

    await anyio.sleep(seconds)

"""The only part that does I/O.

The synchronous and the asynchronous sender differ in ``await`` alone; everything that decides is in
:class:`Call`.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from ._call import PASSED, Call, Settings
from ._connections import AsyncConnections, Connections
from ._http import httpx
from ._operation import Draft, Operation
from ._options import Options

T = TypeVar("T")

NO_ANSWER = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, UnicodeError)
"""What the HTTP library raises; the last two for a redirect, not followed, to what is no URL."""


class Sender:
    """Runs calls over an ``httpx.Client``."""

    def __init__(self, settings: Settings, connections: Connections) -> None:
        self.settings = settings
        self.connections = connections

    def call(
        self,
        operation: Operation[T],
        arguments: Sequence[Any],
        body: Any = None,
        options: Options | None = None,
    ) -> T:
        """Do the call; see the errors module for what it raises."""
        call = self.settings.begin(operation, arguments, body, options)
        return self.run(call, self._attempt)

    def run(self, call: Call[T], attempt: Callable[[httpx.Client, Call[T], Draft], T | None]) -> T:
        """Attempt a call as often as its policy says; ``attempt`` sends a request."""
        while True:
            http = self.connections.current()
            draft = call.fresh()
            for credential in call.credentials:
                call.refuse(credential.write(draft, credential.secret()))
            try:
                result = attempt(http, call, draft)
            except NO_ANSWER as cause:
                call.failed(cause)
            else:
                if not call.again:
                    return result  # type: ignore[return-value]
            time.sleep(call.pause)

    def _attempt(self, http: httpx.Client, call: Call[T], draft: Draft) -> T | None:
        """Send a request and read its answer; None where another attempt is due."""
        response = http.send(
            call.request(draft), auth=call.auth, follow_redirects=False, stream=True
        )
        return self.finish(response, call)

    def finish(self, response: httpx.Response, call: Call[T]) -> T | None:
        """Read an answer whole; None where another attempt is due."""
        try:
            if response.is_stream_consumed:  # by a hook, or a transport that has it all
                return call.answered(response, None)
            chunks: list[bytes] = []
            for chunk in response.iter_raw():
                chunks.append(chunk)
                call.check_deadline()
            return call.answered(response, chunks)
        finally:
            response.close()


class AsyncSender:
    """Runs calls over an ``httpx.AsyncClient``."""

    def __init__(self, settings: Settings, connections: AsyncConnections) -> None:
        self.settings = settings
        self.connections = connections

    async def call(
        self,
        operation: Operation[T],
        arguments: Sequence[Any],
        body: Any = None,
        options: Options | None = None,
    ) -> T:
        """Do the call; see the errors module for what it raises."""
        call = self.settings.begin(operation, arguments, body, options)
        return await self.run(call, self._attempt)

    async def run(
        self,
        call: Call[T],
        attempt: Callable[[httpx.AsyncClient, Call[T], Draft], Awaitable[T | None]],
    ) -> T:
        """Attempt a call as often as its policy says; ``attempt`` sends a request."""
        while True:
            http = self.connections.current()
            draft = call.fresh()
            for credential in call.credentials:
                call.refuse(credential.write(draft, await _awaited(credential.secret())))
            try:
                result = await _held(attempt(http, call, draft), call.limit)
            except NO_ANSWER as cause:
                call.failed(cause)
            else:
                if not call.again:
                    return result  # type: ignore[return-value]
            await _sleep(call.pause)

    async def _attempt(self, http: httpx.AsyncClient, call: Call[T], draft: Draft) -> T | None:
        """Send a request and read its answer; None where another attempt is due."""
        response = await http.send(
            call.request(draft), auth=call.auth, follow_redirects=False, stream=True
        )
        return await self.finish(response, call)

    async def finish(self, response: httpx.Response, call: Call[T]) -> T | None:
        """Read an answer whole; None where another attempt is due."""
        try:
            if response.is_stream_consumed:  # by a hook, or a transport that has it all
                return call.answered(response, None)
            chunks: list[bytes] = []
            async for chunk in response.aiter_raw():
                chunks.append(chunk)
                call.check_deadline()
            return call.answered(response, chunks)
        finally:
            await response.aclose()


async def _awaited(value: Any) -> Any:
    if isinstance(value, str):
        return value  # nearly always, and the other question costs more
    return await value if inspect.isawaitable(value) else value


async def _held(work: Awaitable[T], limit: float) -> T:
    """``work``, cancelled when ``limit`` has come."""
    import anyio  # comes with httpx; asyncio and trio

    with anyio.move_on_after(limit - time.monotonic()):
        return await work
    raise httpx.ReadTimeout(PASSED)


async def _sleep(seconds: float) -> None:
    import anyio  # comes with httpx; asyncio and trio

    await anyio.sleep(seconds)

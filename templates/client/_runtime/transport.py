"""The only module that does I/O. The two senders differ only in ``await``.

All decisions are in :class:`Call`.
"""

from __future__ import annotations

import inspect
import time
from typing import Any, TypeVar

from .call import DEADLINE_PASSED, Call
from .connections import AsyncConnections, Connections
from .errors import PackageError, RequestError
from .http import httpx
from .operation import Operation
from .options import Options

T = TypeVar("T")

DEFAULTS = Options()
NO_ANSWER = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, UnicodeError)
"""What the HTTP library raises; of an invalid redirect too, though it isn't followed."""


class Sender(Connections):
    """Sends calls over an ``httpx.Client``."""

    def call(
        self, operation: Operation[T], body: Any, options: Options | None, *arguments: Any
    ) -> T:
        """Send a call, with retries by its policy; raises the errors of :mod:`errors`."""
        given = operation.build(arguments, body)
        call = Call(self.settings, operation, given, options or DEFAULTS)
        while True:
            http = self.current()
            builder = call.begin()
            for credential in call.credentials:
                fault = credential.write(builder, credential.secret())
                if fault:
                    raise RequestError(fault)
            try:
                response = http.send(
                    call.request(builder), auth=call.auth, follow_redirects=False, stream=True
                )
                return self.receive(response, call)
            except (*NO_ANSWER, PackageError) as cause:
                pause = call.pause(cause)
            time.sleep(pause)

    def receive(self, response: httpx.Response, call: Call[T]) -> T:
        """Read a response to its end."""
        try:
            if response.is_stream_consumed:  # by a hook or an injected transport
                return call.read(response, None)
            chunks: list[bytes] = []
            for chunk in response.iter_raw():
                if not call.add(chunks, chunk):
                    break
            return call.read(response, b"".join(chunks))
        finally:
            response.close()


class AsyncSender(AsyncConnections):
    """Sends calls over an ``httpx.AsyncClient``."""

    async def call(
        self, operation: Operation[T], body: Any, options: Options | None, *arguments: Any
    ) -> T:
        """Send a call, with retries by its policy; raises the errors of :mod:`errors`."""
        import anyio  # a dependency of httpx; asyncio and trio

        given = operation.build(arguments, body)
        call = Call(self.settings, operation, given, options or DEFAULTS)
        while True:
            http = self.current()
            builder = call.begin()
            for credential in call.credentials:
                fault = credential.write(builder, await _awaited(credential.secret()))
                if fault:
                    raise RequestError(fault)
            try:
                with anyio.move_on_after(call.limit - time.monotonic()):
                    response = await http.send(
                        call.request(builder), auth=call.auth, follow_redirects=False, stream=True
                    )
                    return await self.receive(response, call)
                raise httpx.ReadTimeout(DEADLINE_PASSED)
            except (*NO_ANSWER, PackageError) as cause:
                pause = call.pause(cause)
            await anyio.sleep(pause)

    async def receive(self, response: httpx.Response, call: Call[T]) -> T:
        """Read a response to its end."""
        try:
            if response.is_stream_consumed:  # by a hook or an injected transport
                return call.read(response, None)
            chunks: list[bytes] = []
            async for chunk in response.aiter_raw():
                if not call.add(chunks, chunk):
                    break
            return call.read(response, b"".join(chunks))
        finally:
            await response.aclose()


async def _awaited(value: Any) -> Any:
    if isinstance(value, str):
        return value  # nearly always, and the other question takes longer
    return await value if inspect.isawaitable(value) else value

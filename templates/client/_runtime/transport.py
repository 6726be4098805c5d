"""The only module that does I/O. The two senders differ only in ``await``.

All decisions are in :class:`Call`.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from .call import Call
from .connections import AsyncConnections, Connections
from .errors import PackageError, RequestError, own_error
from .http import httpx
from .operation import Operation, RequestBuilder
from .options import Options, checked_options

T = TypeVar("T")
R = TypeVar("R")

Read = Callable[[httpx.Response, Call[Any]], R]
"""Reads a response to its end, or returns what will."""
AsyncRead = Callable[[httpx.Response, Call[Any]], Awaitable[R]]
"""As :data:`Read`."""

NO_ANSWER = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, UnicodeError)
"""What the HTTP library raises; of an invalid redirect too, though it isn't followed."""


class Sender(Connections):
    """Sends calls over an ``httpx.Client``."""

    def call(
        self, operation: Operation[T], body: Any, options: Options | None, *arguments: Any
    ) -> T:
        """Send a call, and read its response; raises the errors of :mod:`errors`."""
        read: Read[T] = self.read_response
        return self.send_call(operation, body, options, arguments, read)

    def send_call(
        self,
        operation: Operation[T],
        body: Any,
        options: Options | None,
        arguments: Sequence[Any],
        read: Read[R],
    ) -> R:
        """Send a call, with retries by its policy; return what ``read`` makes of its response."""
        try:
            options = checked_options(operation.name, options)
            given = operation.build(arguments, body, has_other_body=options.body is not None)
            call = Call(self.settings, operation, given, options)
            while True:
                http = self.current()
                builder = call.begin_attempt()
                for credential in call.credentials:
                    fault = credential.write(builder, credential.secret())
                    if fault:
                        raise RequestError(fault)
                try:
                    return self._send_attempt(http, call, builder, read)
                except (*NO_ANSWER, PackageError) as cause:
                    pause = call.pause_after(cause)
                time.sleep(pause)
        except PackageError as error:
            own_error(error, self.settings.api.errors)
            raise

    def _send_attempt(
        self, http: httpx.Client, call: Call[Any], builder: RequestBuilder, read: Read[R]
    ) -> R:
        """Send an attempt as soon as there is a place for it; read its response.

        What leaves the response open gives the place back.
        """
        self.take_place(call.queue_seconds)
        response = None
        try:
            response = http.send(
                call.new_request(builder, self.extensions),  # in no variable: it has secrets
                auth=call.auth,
                follow_redirects=False,
                stream=True,
            )
            return read(response, call)
        finally:
            if response is None or response.is_closed:
                self.places.release()

    def read_response(self, response: httpx.Response, call: Call[T]) -> T:
        """Read a response to its end."""
        try:
            if response.is_stream_consumed:  # by a hook or an injected transport
                return call.read_response(response, None)
            chunks: list[bytes] = []
            for chunk in response.iter_raw():
                if not call.add_chunk(chunks, chunk):
                    break
            return call.read_response(response, b"".join(chunks))
        finally:
            response.close()


class AsyncSender(AsyncConnections):
    """Sends calls over an ``httpx.AsyncClient``."""

    async def call(
        self, operation: Operation[T], body: Any, options: Options | None, *arguments: Any
    ) -> T:
        """Send a call, and read its response; raises the errors of :mod:`errors`."""
        read: AsyncRead[T] = self.read_response
        return await self.send_call(operation, body, options, arguments, read)

    async def send_call(
        self,
        operation: Operation[T],
        body: Any,
        options: Options | None,
        arguments: Sequence[Any],
        read: AsyncRead[R],
    ) -> R:
        """Send a call, with retries by its policy; return what ``read`` makes of its response."""
        import anyio  # a dependency of httpx; asyncio and trio

        try:
            options = checked_options(operation.name, options)
            given = operation.build(arguments, body, has_other_body=options.body is not None)
            call = Call(self.settings, operation, given, options)
            while True:
                http = self.current()
                builder = call.begin_attempt()
                for credential in call.credentials:
                    fault = credential.write(builder, await _awaited(credential.secret(), call))
                    if fault:
                        raise RequestError(fault)
                try:
                    with anyio.move_on_after(call.seconds_left()):
                        return await self._send_attempt(http, call, builder, read)
                    raise call.deadline_error()
                except (*NO_ANSWER, PackageError) as cause:
                    pause = call.pause_after(cause)
                await anyio.sleep(pause)
        except PackageError as error:
            own_error(error, self.settings.api.errors)
            raise

    async def _send_attempt(
        self, http: httpx.AsyncClient, call: Call[Any], builder: RequestBuilder, read: AsyncRead[R]
    ) -> R:
        """Send an attempt as soon as there is a place for it; read its response.

        What leaves the response open gives the place back.
        """
        await self.take_place(call.queue_seconds)
        response = None
        try:
            response = await http.send(
                call.new_request(builder, self.extensions),  # in no variable: it has secrets
                auth=call.auth,
                follow_redirects=False,
                stream=True,
            )
            return await read(response, call)
        finally:
            if response is None or response.is_closed:
                self.places.release()

    async def read_response(self, response: httpx.Response, call: Call[T]) -> T:
        """Read a response to its end."""
        try:
            if response.is_stream_consumed:  # by a hook or an injected transport
                return call.read_response(response, None)
            chunks: list[bytes] = []
            async for chunk in response.aiter_raw():
                if not call.add_chunk(chunks, chunk):
                    break
            return call.read_response(response, b"".join(chunks))
        finally:
            await response.aclose()


async def _awaited(value: Any, call: Call[Any]) -> Any:
    """Return a secret, which an asynchronous callable has to return before the deadline."""
    if isinstance(value, str) or not inspect.isawaitable(value):
        return value
    import anyio

    with anyio.move_on_after(call.seconds_left()):
        return await value
    raise call.transport_error(call.deadline_error())

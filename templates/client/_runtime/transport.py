"""The only module that does I/O. The two senders differ only in ``await``.

All decisions are in :class:`Call`.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from .call import Call
from .connections import AsyncConnections, Connections
from .errors import PackageError, RequestError, own_error
from .http import httpx
from .operation import Operation, RequestBuilder
from .options import Options

T = TypeVar("T")

Read = Callable[[httpx.Response, Call[Any]], T]
"""Reads a response to its end, or returns what will."""
AsyncRead = Callable[[httpx.Response, Call[Any]], Awaitable[T]]
"""As :data:`Read`."""

NO_ANSWER = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, UnicodeError)
"""What the HTTP library raises; of an invalid redirect too, though it isn't followed."""


class Sender(Connections):
    """Sends calls over an ``httpx.Client``."""

    def call(
        self,
        operation: Operation[T],
        body: Any,
        options: Options | None,
        *arguments: Any,
        read: Read[T] | None = None,
    ) -> T:
        """Send a call, with retries by its policy; return its result, or what ``read`` returns.

        Raises the errors of :mod:`errors`.
        """
        reader: Read[T] = read or self.read_response
        try:
            call = Call(self.settings, operation, arguments, body, options)
            while True:
                http = self.current()
                builder = call.begin_attempt()
                for credential in call.credentials:
                    fault = credential.write(builder, credential.secret())
                    if fault:
                        raise RequestError(fault)
                try:
                    return self._send_attempt(http, call, builder, reader)
                except (*NO_ANSWER, PackageError) as cause:
                    pause = call.pause_after(cause)
                time.sleep(pause)
        except PackageError as error:
            own_error(error, self.settings.api.errors)
            raise

    def _send_attempt(
        self, http: httpx.Client, call: Call[Any], builder: RequestBuilder, read: Read[T]
    ) -> T:
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
            for chunk in response.iter_raw():
                if not call.add_chunk(chunk):
                    break
            return call.read_response(response, b"".join(call.chunks))
        finally:
            response.close()


class AsyncSender(AsyncConnections):
    """Sends calls over an ``httpx.AsyncClient``."""

    async def call(
        self,
        operation: Operation[T],
        body: Any,
        options: Options | None,
        *arguments: Any,
        read: AsyncRead[T] | None = None,
    ) -> T:
        """As :meth:`Sender.call`."""
        import anyio  # a dependency of httpx; asyncio and trio

        reader: AsyncRead[T] = read or self.read_response
        try:
            call = Call(self.settings, operation, arguments, body, options)
            while True:
                http = self.current()
                builder = call.begin_attempt()
                for credential in call.credentials:
                    fault = credential.write(builder, await _awaited(credential.secret(), call))
                    if fault:
                        raise RequestError(fault)
                try:
                    with anyio.move_on_after(call.seconds_left()):
                        return await self._send_attempt(http, call, builder, reader)
                    raise call.deadline_error()
                except (*NO_ANSWER, PackageError) as cause:
                    pause = call.pause_after(cause)
                await anyio.sleep(pause)
        except PackageError as error:
            own_error(error, self.settings.api.errors)
            raise

    async def _send_attempt(
        self, http: httpx.AsyncClient, call: Call[Any], builder: RequestBuilder, read: AsyncRead[T]
    ) -> T:
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
            async for chunk in response.aiter_raw():
                if not call.add_chunk(chunk):
                    break
            return call.read_response(response, b"".join(call.chunks))
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

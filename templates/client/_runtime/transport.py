"""The only module that does I/O. The two senders differ only in ``await``.

All decisions are in :class:`Call`.
"""

from __future__ import annotations

import inspect
import time
from typing import Any, TypeVar

from .call import Call
from .connections import (
    AsyncConnections,
    AsyncPlaceStream,
    Connections,
    PlaceStream,
    async_take_place,
    take_place,
)
from .errors import PackageError, RequestError, own_error
from .http import httpx
from .operation import Operation, RequestBuilder
from .options import Options, checked_options

T = TypeVar("T")

NO_ANSWER = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, UnicodeError)
"""What the HTTP library raises; of an invalid redirect too, though it isn't followed."""


class Sender(Connections):
    """Sends calls over an ``httpx.Client``."""

    def call(
        self, operation: Operation[T], body: Any, options: Options | None, *arguments: Any
    ) -> T:
        """Send a call, with retries by its policy; raises the errors of :mod:`errors`."""
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
                    response = self._send(http, call, builder)
                    return self.receive(response, call)
                except (*NO_ANSWER, PackageError) as cause:
                    pause = call.pause_after(cause)
                time.sleep(pause)
        except PackageError as error:
            own_error(error, self.settings.api.errors)
            raise

    def _send(self, http: httpx.Client, call: Call[T], builder: RequestBuilder) -> httpx.Response:
        """Send an attempt as soon as there is a place for it, which the response has until closed.

        Raises ``httpx.PoolTimeout`` if there is none in time.
        """
        release = take_place(self.places, call.queue_seconds)
        try:
            response = http.send(
                call.new_request(builder, self.extensions),
                auth=call.auth,
                follow_redirects=False,
                stream=True,
            )
        except BaseException:
            release()
            raise
        if response.is_closed:  # a hook or a transport of the caller has read it
            release()
        else:
            response.stream = PlaceStream(response.stream, release)
        return response

    def receive(self, response: httpx.Response, call: Call[T]) -> T:
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
        """Send a call, with retries by its policy; raises the errors of :mod:`errors`."""
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
                        response = await self._send(http, call, builder)
                        return await self.receive(response, call)
                    raise call.deadline_error()
                except (*NO_ANSWER, PackageError) as cause:
                    pause = call.pause_after(cause)
                await anyio.sleep(pause)
        except PackageError as error:
            own_error(error, self.settings.api.errors)
            raise

    async def _send(
        self, http: httpx.AsyncClient, call: Call[T], builder: RequestBuilder
    ) -> httpx.Response:
        """As that of :class:`Sender`."""
        release = await async_take_place(self.places, call.queue_seconds)
        try:
            response = await http.send(
                call.new_request(builder, self.extensions),
                auth=call.auth,
                follow_redirects=False,
                stream=True,
            )
        except BaseException:
            release()
            raise
        if response.is_closed:
            release()
        else:
            response.stream = AsyncPlaceStream(response.stream, release)
        return response

    async def receive(self, response: httpx.Response, call: Call[T]) -> T:
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

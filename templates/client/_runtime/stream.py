"""Answers that are read while they arrive: items of a sequential media type, or bytes."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Generic, Self, TypeVar

from .budget import Limits
from .call import Call
from .content import Decoder as Unpacker
from .deviations import Deviations
from .errors import Exchange, ResponseError, TransportError, remove_frames
from .http import httpx
from .items import Chunks, Decoder, Items
from .operation import Operation
from .options import Options
from .own_errors import own_errors
from .plain import BytesBody
from .responses import ResponseReader, find_reader, select
from .transport import NO_ANSWER, AsyncSender, Sender
from .words import explain

T = TypeVar("T")


class _AnyStream(Generic[T]):
    """What both kinds of stream know of the answer."""

    def __init__(
        self,
        response: httpx.Response,
        exchange: Exchange,
        errors: Any,
        decoder: Decoder,
        tell: Callable[[], None] = lambda: None,
    ) -> None:
        """``errors`` is the module of the package; ``tell`` passes on the deviations of the items
        that were read.
        """
        if response.is_stream_consumed:  # by a hook or an injected transport
            response = httpx.Response(200, stream=httpx.ByteStream(response.content))
        self._response = response
        self._exchange = exchange
        self._errors = errors
        self._decoder = decoder
        self._tell = tell
        self.status_code: int = exchange.status_code
        self.headers: Mapping[str, str] = exchange.headers
        """The response's headers, names in lower case."""
        self.request_id: str | None = exchange.request_id
        """The server's name for the request, for its support."""

    def _unpacker(self) -> Unpacker:
        return Unpacker(self._response.headers.get("content-encoding", ""))

    def _begin(self) -> None:
        """Raise ``RuntimeError`` for a stream that was read, or closed."""
        if self._response.is_stream_consumed or self._response.is_closed:
            request = f"{self._exchange.method} {self._exchange.url}"
            fact = "the stream can be read once, and was read or closed already"
            raise RuntimeError(f"{request}: {fact}. Call the method again, or keep a list of it.")

    def _items(self, pieces: Iterable[bytes]) -> Iterator[Any]:
        """Yield the items that pieces of the body complete."""
        for piece in pieces:
            for item in self._decoder.feed(piece):
                self._tell()
                yield item

    def _last(self, unpacker: Unpacker) -> Iterator[Any]:
        """Yield the items that the end completes."""
        unpacker.end()
        for item in self._decoder.end():
            self._tell()
            yield item

    def _broken(self, cause: Exception) -> ResponseError | TransportError:
        """Return the error for what went wrong after the answer had begun."""
        remove_frames(cause, None)
        exchange = self._exchange
        if isinstance(cause, NO_ANSWER):
            fact = f"{type(cause).__name__}: {exchange.shown(str(cause), 200)}, amid the answer"
            return TransportError(exchange.method, exchange.url, fact, may_have_reached_server=True)
        return ResponseError(exchange, f"unreadable item: {explain(cause)}")


_UNREADABLE = (*NO_ANSWER, ValueError)


class Stream(_AnyStream[T]):
    """An answer, item by item; close it, or use ``with``, if you don't read it to its end."""

    def __iter__(self) -> Iterator[T]:
        self._begin()
        with own_errors(self._errors):
            try:
                unpacker = self._unpacker()
                for chunk in self._response.iter_raw():
                    yield from self._items(unpacker.feed(chunk))
                    if self._decoder.is_done:
                        return
                yield from self._last(unpacker)
            except _UNREADABLE as cause:
                raise self._broken(cause) from cause
            finally:
                self.close()

    def save(self, path: str | os.PathLike[str]) -> int:
        """Write the answer's bytes to a file of your choice; returns how many there were."""
        self._begin()
        count = 0
        with own_errors(self._errors), Path(path).open("wb") as file:
            try:
                unpacker = self._unpacker()
                for chunk in self._response.iter_raw():
                    count += sum(map(file.write, unpacker.feed(chunk)))
                unpacker.end()
            except _UNREADABLE as cause:
                raise self._broken(cause) from cause
            finally:
                self.close()
        return count

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection; what wasn't read is lost."""
        self._response.close()


class AsyncStream(_AnyStream[T]):
    """An answer, item by item; close it, or use ``async with``, if you don't read it to its end."""

    async def __aiter__(self) -> AsyncIterator[T]:
        self._begin()
        with own_errors(self._errors):
            try:
                unpacker = self._unpacker()
                async for chunk in self._response.aiter_raw():
                    for item in self._items(unpacker.feed(chunk)):
                        yield item
                    if self._decoder.is_done:
                        return
                for item in self._last(unpacker):
                    yield item
            except _UNREADABLE as cause:
                raise self._broken(cause) from cause
            finally:
                await self.aclose()

    async def save(self, path: str | os.PathLike[str]) -> int:
        """Write the answer's bytes to a file of your choice; returns how many there were."""
        self._begin()
        count = 0
        with own_errors(self._errors), Path(path).open("wb") as file:  # noqa: ASYNC230 - short writes
            try:
                unpacker = self._unpacker()
                async for chunk in self._response.aiter_raw():
                    count += sum(map(file.write, unpacker.feed(chunk)))
                unpacker.end()
            except _UNREADABLE as cause:
                raise self._broken(cause) from cause
            finally:
                await self.aclose()
        return count

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Let go of the connection; what wasn't read is lost."""
        await self._response.aclose()


# ── opening ──────────────────────────────────────────────────────────────────────────────────────


Opened = tuple[httpx.Response, Exchange, Any, Decoder, Callable[[], None]]


def _opened(call: Call[Any], response: httpx.Response) -> Opened | None:
    """Return the arguments of a stream; None if the response is read to its end."""
    operation, status = call.operation, response.status_code
    deviations = Deviations(operation.name, call.settings.api.package)
    answer: ResponseReader | None = None
    if operation.is_success(status):
        answer = find_reader(operation.answers, status)
        if answer is None and status not in (204, 205, 206):
            deviations("response/status/success/added")
            answer = operation.substitute()
    if "content-encoding" in response.headers:
        deviations.limits = Limits(received=0)  # of each item
    kind = response.headers.get("content-type", "")
    if answer is not None:
        answer = select(answer, kind, operation.accept, deviations)
    reading = call.settings
    if isinstance(answer, Items):
        decoder = answer.decoder(deviations, reading.max_size)
    elif isinstance(answer, BytesBody):
        decoder = Chunks()
    else:
        return None
    response.request.extensions["timeout"]["read"] = call.steps["read"]  # without the deadline
    exchange = call.exchange(response, b"")
    call.note_response(exchange)
    deviations.tell(reading, exchange)
    errors = reading.api.errors
    return response, exchange, errors, decoder, partial(deviations.tell, reading, exchange)


class _PlaceStream(httpx.SyncByteStream):
    """The body of a response that is one of the calls at once until it is closed."""

    def __init__(self, stream: Any, release: Callable[[], object]) -> None:
        self._stream = stream
        self._release = release

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)

    def close(self) -> None:
        try:
            self._stream.close()
        finally:
            self._release()


class _AsyncPlaceStream(httpx.AsyncByteStream):
    """As :class:`_PlaceStream`."""

    def __init__(self, stream: Any, release: Callable[[], object]) -> None:
        self._stream = stream
        self._release = release

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._stream)

    async def aclose(self) -> None:
        try:
            await self._stream.aclose()
        finally:
            self._release()


def open_stream(
    sender: Sender,
    operation: Operation[T],
    body: Any,
    options: Options | None,
    *arguments: Any,
) -> Stream[T]:
    """Send a call whose response is read as it arrives; raises the errors of any call."""

    def read(response: httpx.Response, call: Call[Any]) -> Any:
        try:
            opened = _opened(call, response)
        except BaseException:
            response.close()
            raise
        if opened is None:
            return sender.read_response(response, call)
        response.stream = _PlaceStream(response.stream, sender.places.release)
        return Stream[Any](*opened)

    result: Any = sender.call(operation, body, options, *arguments, read=read)
    return result if isinstance(result, Stream) else Stream(*_empty(sender, operation))  # pyright: ignore[reportUnknownVariableType]


async def open_async_stream(
    sender: AsyncSender,
    operation: Operation[T],
    body: Any,
    options: Options | None,
    *arguments: Any,
) -> AsyncStream[T]:
    """As :func:`open_stream`."""

    async def read(response: httpx.Response, call: Call[Any]) -> Any:
        try:
            opened = _opened(call, response)
        except BaseException:
            await response.aclose()
            raise
        if opened is None:
            return await sender.read_response(response, call)
        response.stream = _AsyncPlaceStream(response.stream, sender.places.release)
        return AsyncStream[Any](*opened)

    result: Any = await sender.call(operation, body, options, *arguments, read=read)
    return result if isinstance(result, AsyncStream) else AsyncStream(*_empty(sender, operation))  # pyright: ignore[reportUnknownVariableType]


def _empty(
    sender: Sender | AsyncSender, operation: Operation[Any]
) -> tuple[httpx.Response, Exchange, Any, Decoder]:
    """Return the arguments of a stream of a success without a body."""
    exchange = Exchange(operation.method, operation.path, 204, {}, b"", None)
    return httpx.Response(204), exchange, sender.settings.api.errors, Chunks()

"""Answers that are read while they arrive: events, lines of JSON, bytes.

Sources: the HTML standard §9.2.6 (event streams), RFC 7464 (JSON text sequences), OpenAPI 3.2.0
§4.14.3 (sequential media types).
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from ._call import Call
from ._decoding import Decoder as Unpacker
from ._deviations import Deviations, Report
from ._exchange import Exchange
from ._http import httpx
from ._model import Typed
from ._operation import Answer, Operation, reader
from ._options import Options
from ._plain import BytesBody
from ._reading import read_json
from ._transport import NO_ANSWER, AsyncSender, Sender
from ._words import one_line
from .errors import ResponseError, TransportError, explain

T = TypeVar("T")


# ── from bytes to items ──────────────────────────────────────────────────────────────────────────


class Decoder(Protocol):
    """Turns the chunks of one answer into items."""

    is_done: bool
    """Whether the server has said that nothing more follows."""

    def feed(self, chunk: bytes) -> Iterator[Any]:
        """The items that a chunk completes."""
        ...

    def end(self) -> Iterator[Any]:
        """The items that the end completes."""
        ...


class _Chunks:
    """Bytes, as they come."""

    is_done = False

    def feed(self, chunk: bytes) -> Iterator[Any]:
        yield chunk

    def end(self) -> Iterator[Any]:
        return iter(())


class _Pieces:
    """Bytes between separators; each byte is looked at once, whatever the sizes of the chunks."""

    def __init__(self, separator: bytes, maximum: int | None) -> None:
        """``maximum`` is that of a piece, in bytes."""
        self._split = re.compile(separator).split
        self._parts: list[bytes] = []
        self._left = self._maximum = maximum

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The pieces that a chunk completes; raises ``ValueError`` for one that is too long."""
        first, *others = self._split(chunk)
        self._add(first)
        for part in others:
            yield self.rest()
            self._add(part)

    def rest(self) -> bytes:
        """What follows the last separator."""
        piece = b"".join(self._parts)
        self._parts, self._left = [], self._maximum
        return piece

    def _add(self, part: bytes) -> None:
        self._parts.append(part)
        if self._left is not None:
            self._left -= len(part)
            if self._left < 0:
                raise _too_long(self._maximum)


def _too_long(maximum: int | None) -> ValueError:
    return ValueError(f"a line or an event of more than {maximum} bytes")


class _Split:
    """Texts between separators, each read on its own."""

    is_done = False

    def __init__(self, separator: bytes, read: Any, maximum: int | None = None) -> None:
        self._pieces = _Pieces(separator, maximum)
        self._read = read

    def feed(self, chunk: bytes) -> Iterator[Any]:
        for piece in self._pieces.feed(chunk):
            if piece.strip():
                yield self._read(piece)

    def end(self) -> Iterator[Any]:
        if (piece := self._pieces.rest()).strip():
            yield self._read(piece)


class _EventDecoder:
    """The events of an event stream (HTML standard §9.2.6)."""

    is_done = False

    def __init__(self, read: Any, maximum: int | None = None) -> None:
        self._lines = _Pieces(rb"\r\n|\n|\r", maximum)
        self._maximum = maximum
        self._read = read
        self._is_first = True
        self._after_return = False
        self._fields: dict[str, str] = {}
        self._data: list[str] = []
        self._size = 0

    def feed(self, chunk: bytes) -> Iterator[Any]:
        if self._after_return and chunk:  # that was the end of the line
            chunk = chunk.removeprefix(b"\n")
            self._after_return = False
        self._after_return |= chunk.endswith(b"\r")
        for line in self._lines.feed(chunk):
            if self._is_first:
                line = line.removeprefix(b"\xef\xbb\xbf")
                self._is_first = False
            self._size += len(line)
            if self._maximum is not None and self._size > self._maximum:
                raise _too_long(self._maximum)
            yield from self._line(line.decode("utf-8", "replace"))

    def end(self) -> Iterator[Any]:
        return iter(())  # an event without its blank line is incomplete, and dropped

    def _line(self, line: str) -> Iterator[Any]:
        if line:
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "data":
                self._data.append(value)
            elif name in ("event", "id", "retry"):
                self._fields[name] = value
            return
        fields, data = self._fields, self._data
        self._fields, self._data, self._size = {}, [], 0
        if data == ["[DONE]"]:
            self.is_done = True
        elif data and not self.is_done:
            yield self._read({"data": "\n".join(data), **fields})


class _Items(Typed):
    """What reads a sequential answer whose items are of one type."""

    def __init__(self, type_: Callable[[], Any], media_type: str = "") -> None:
        super().__init__(type_)
        self.media_type = media_type

    def item(self, report: Report, data: bytes | str) -> Any:
        """One item; raises ``pydantic.ValidationError`` if it doesn't fit."""
        return read_json(self.adapter, data, report)

    def decoder(self, report: Report, maximum: int | None = None) -> Decoder:
        """What reads one answer; ``maximum`` is that of a line or an event, in bytes.

        For a longer one it raises ``ValueError``.
        """
        raise NotImplementedError

    def read(self, content: bytes, _content_type: str, report: Report, /) -> Any:
        """All items of a complete answer."""
        decoder = self.decoder(report)
        return [*decoder.feed(content), *decoder.end()]


class Lines(_Items):
    """JSON, a line for each item."""

    def decoder(self, report: Report, maximum: int | None = None) -> Decoder:
        return _Split(b"\n", partial(self.item, report), maximum)


class JsonSequence(_Items):
    """JSON text sequences (RFC 7464)."""

    def decoder(self, report: Report, maximum: int | None = None) -> Decoder:
        return _Split(b"\x1e", partial(self.item, report), maximum)


class Events(_Items):
    """An event stream whose events carry an item as their data; ``[DONE]`` ends it."""

    def decoder(self, report: Report, maximum: int | None = None) -> Decoder:
        return _EventDecoder(partial(self._event, report), maximum)

    def _event(self, report: Report, fields: Mapping[str, str]) -> Any:
        """JSON, or else text where the type takes it."""
        if self._type() is str:
            return fields["data"]
        try:
            return self.item(report, fields["data"])
        except ValidationError:
            with suppress(ValidationError):
                return self.adapter.validate_python(fields["data"])
            raise


class WholeEvents(_Items):
    """An event stream whose items are the events themselves: data, event, id and retry."""

    def decoder(self, report: Report, maximum: int | None = None) -> Decoder:
        return _EventDecoder(partial(self._event, report), maximum)

    def _event(self, report: Report, fields: Mapping[str, str]) -> Any:
        """Their data is text, or else JSON where the type takes no text."""
        try:
            return self.adapter.validate_python(dict(fields), by_alias=True, by_name=False)
        except ValidationError:
            with suppress(ValueError):
                return self.item(report, to_json({**fields, "data": from_json(fields["data"])}))
            raise


# ── the answer ───────────────────────────────────────────────────────────────────────────────────


class _Answer(Generic[T]):
    """What both kinds of stream know of the answer."""

    def __init__(
        self,
        response: httpx.Response,
        exchange: Exchange,
        decoder: Decoder,
        tell: Callable[[], None] = lambda: None,
    ) -> None:
        """``tell`` passes on the deviations of the items that were read."""
        if response.is_stream_consumed:  # by a hook or an injected transport
            response = httpx.Response(200, stream=httpx.ByteStream(response.content))
        self._response = response
        self._exchange = exchange
        self._decoder = decoder
        self._tell = tell
        self.status_code: int = exchange.status_code
        self.headers: Mapping[str, str] = exchange.headers
        """The response's headers, names in lower case."""
        self.request_id: str | None = exchange.request_id
        """The server's name for the request, for its support."""

    def _unpacker(self) -> Unpacker:
        return Unpacker(self._response.headers.get("content-encoding", ""))

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
        """The error for what went wrong after the answer had begun."""
        exchange = self._exchange
        if isinstance(cause, NO_ANSWER):
            fact = f"{type(cause).__name__}: {one_line(str(cause))}, amid the answer"
            return TransportError(exchange.method, exchange.url, fact, may_have_reached_server=True)
        return ResponseError(exchange, f"unreadable item: {explain(cause)}")


_UNREADABLE = (*NO_ANSWER, ValueError)


class Stream(_Answer[T]):
    """An answer, item by item; close it, or use ``with``, if you don't read it to its end."""

    def __iter__(self) -> Iterator[T]:
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
        count = 0
        with Path(path).open("wb") as file:
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


class AsyncStream(_Answer[T]):
    """An answer, item by item; close it, or use ``async with``, if you don't read it to its end."""

    async def __aiter__(self) -> AsyncIterator[T]:
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
        count = 0
        with Path(path).open("wb") as file:  # noqa: ASYNC230 - short writes to a local file
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


@dataclass(frozen=True, eq=False)
class StreamedOperation(Operation[T]):
    """An operation beside another one of the same path, whose response is read as it arrives."""


def streamed(
    operation: Operation[Any], answers: Mapping[str, Answer], accept: str
) -> StreamedOperation[Any]:
    """Return an operation with readers for responses that are read as they arrive."""
    names = [one.name for one in fields(StreamedOperation)]
    made: dict[str, Any] = {name: getattr(operation, name) for name in names}
    made.update(answers=answers, accept=accept)
    return StreamedOperation[Any](**made)


Opened = tuple[httpx.Response, Exchange, Decoder, Callable[[], None]]


def _opened(call: Call[Any], response: httpx.Response) -> Opened | None:
    """Return the arguments of a stream; None if the response is read to its end."""
    operation, status = call.operation, response.status_code
    documented = reader(operation.answers, status) if response.is_success else None
    answer = documented or (operation.substitute(status) if response.is_success else None)
    deviations = Deviations(operation.name)
    if answer is not documented:
        deviations("response/status/success/added")
    reading = call.settings.reading
    if isinstance(answer, _Items):
        decoder = answer.decoder(deviations, reading.max_size)
    elif isinstance(answer, BytesBody):
        decoder = _Chunks()
    else:
        return None
    exchange = call.begin_stream(response)
    deviations.tell(reading, exchange)
    return response, exchange, decoder, partial(deviations.tell, reading, exchange)


class _StreamSender(Sender):
    """Sends calls whose result is a stream."""

    def receive(self, response: httpx.Response, call: Call[Any]) -> Any:
        """Return a stream; read other responses to their end."""
        opened = _opened(call, response)
        return Stream[Any](*opened) if opened else super().receive(response, call)


class _AsyncStreamSender(AsyncSender):
    """Sends calls whose result is a stream."""

    async def receive(self, response: httpx.Response, call: Call[Any]) -> Any:
        """Return a stream; read other responses to their end."""
        opened = _opened(call, response)
        return AsyncStream[Any](*opened) if opened else await super().receive(response, call)


def open_stream(
    sender: Sender,
    operation: Operation[T],
    arguments: Sequence[Any],
    body: Any = None,
    options: Options | None = None,
) -> Stream[T]:
    """Send a call whose response is read as it arrives; raises the errors of any call."""
    opener = _StreamSender(sender.settings, sender.connections)
    result: Any = opener.call(operation, arguments, body, options)
    return result if isinstance(result, Stream) else Stream(*_empty(operation))  # pyright: ignore[reportUnknownVariableType]


async def open_async_stream(
    sender: AsyncSender,
    operation: Operation[T],
    arguments: Sequence[Any],
    body: Any = None,
    options: Options | None = None,
) -> AsyncStream[T]:
    """Send a call whose response is read as it arrives; raises the errors of any call."""
    opener = _AsyncStreamSender(sender.settings, sender.connections)
    result: Any = await opener.call(operation, arguments, body, options)
    return result if isinstance(result, AsyncStream) else AsyncStream(*_empty(operation))  # pyright: ignore[reportUnknownVariableType]


def _empty(operation: Operation[Any]) -> tuple[httpx.Response, Exchange, Decoder]:
    """The stream of a success without a body."""
    response = httpx.Response(204)
    return response, Exchange(operation.method, operation.path, 204, {}, b"", None), _Chunks()

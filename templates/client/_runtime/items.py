"""The items of sequential media types: events, lines of JSON, JSON text sequences.

Sources: the HTML standard §9.2.6 (event streams), RFC 7464 (JSON text sequences), OpenAPI 3.2.0
§4.14.3 (sequential media types).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, Protocol, TypeVar

from pydantic_core import from_json, to_json

from .deviations import Report
from .model import Typed
from .operation import Operation
from .responses import ResponseReader

T = TypeVar("T")


class Decoder(Protocol):
    """Turns the chunks of one answer into items."""

    is_done: bool
    """Whether the server has said that nothing more follows."""

    def feed(self, chunk: bytes) -> Iterator[Any]:
        """Yield the items that a chunk completes."""
        ...

    def end(self) -> Iterator[Any]:
        """Yield the items that the end completes."""
        ...


class Chunks:
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
        """Yield the pieces that a chunk completes; raise ``ValueError`` for one too long."""
        first, *others = self._split(chunk)
        self._add(first)
        for part in others:
            yield self.rest()
            self._add(part)

    def rest(self) -> bytes:
        """Return what follows the last separator."""
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


_END = "[DONE]"
"""The data of the last event in the streams of many APIs; it is an item where items are texts."""


_LINE = re.compile(rb"(?:data|event|id|retry)(?::|\Z)|:")
"""The beginning of a line of an event stream."""


class _EventDecoder:
    """The events of an event stream (HTML standard §9.2.6).

    The standard drops an event without its blank line, since it may be cut off. One whose data is
    an object or an array in JSON is whole. A body without any line of an event stream is one item.
    """

    is_done = False

    def __init__(
        self, read: Any, maximum: int | None = None, *, has_end: bool, has_blanks: bool = True
    ) -> None:
        """If it ``has_end``, ``[DONE]`` ends it; blank data is an event if it ``has_blanks``."""
        self._has_end, self._has_blanks = has_end, has_blanks
        self._others: list[bytes] | None = []
        """All lines, as long as none is one of an event stream."""
        self._lines = _Pieces(rb"\r\n|\n|\r", maximum)
        self._maximum = maximum
        self._read = read
        self._is_first = True
        self._after_return = False
        self._fields: dict[str, str] = {}
        self._data: list[str] = []
        self._size = self._other_size = 0

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
            self._keep_other(line)
            yield from self._line(line.decode("utf-8", "replace"))

    def end(self) -> Iterator[Any]:
        line = self._lines.rest()
        self._keep_other(line)
        if self._others is not None:
            data = b"\n".join(self._others).decode("utf-8", "replace")
            if data.strip():
                yield self._read({"data": data})
            return
        yield from self._line(line.decode("utf-8", "replace"))
        if _is_whole("\n".join(self._data)):
            yield from self._line("")

    def _keep_other(self, line: bytes) -> None:
        if self._others is not None and _LINE.match(line):
            self._others = None
        elif self._others is not None:
            self._others.append(line)
            self._other_size += len(line)
            if self._maximum is not None and self._other_size > self._maximum:
                raise _too_long(self._maximum)

    def _line(self, line: str) -> Iterator[Any]:
        if line:
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "data":
                self._data.append(value)
            elif not _is_ignored(name, value):
                self._fields[name] = value
            return
        fields, data = self._fields, self._data
        self._fields, self._data, self._size = {}, [], 0
        if data == [_END] and self._has_end:
            self.is_done = True
        elif data and not self.is_done and (self._has_blanks or any(map(str.strip, data))):
            yield self._read({"data": "\n".join(data), **fields})


def _is_ignored(name: str, value: str) -> bool:
    """Return whether a field of an event means nothing (HTML standard §9.2.6)."""
    if name == "retry":
        return not (value.isascii() and value.isdecimal())
    return name not in ("event", "id") or (name == "id" and "\0" in value)


def _is_whole(data: str) -> bool:
    """Return whether data is an object or an array in JSON, of which the end is known."""
    with suppress(ValueError):
        return isinstance(from_json(data), (dict, list))
    return False


class Items(Typed):
    """What reads a sequential answer whose items are of one type."""

    def __init__(self, type_: Callable[[], Any], media_type: str = "text/event-stream") -> None:
        super().__init__(type_)
        self.media_type = media_type

    def item(self, report: Report, data: bytes | str) -> Any:
        """Return one item; raises ``ValueError`` if it isn't JSON."""
        return self.read_json(data, report)

    def decoder(self, report: Report, maximum: int | None = None) -> Decoder:
        """Return what reads one answer; ``maximum`` is that of a line or an event, in bytes.

        For a longer one it raises ``ValueError``.
        """
        raise NotImplementedError

    def read(self, content: bytes, _content_type: str, report: Report, /) -> Any:
        """Return all items of a complete answer."""
        decoder = self.decoder(report)
        return [*decoder.feed(content), *decoder.end()]


class Lines(Items):
    """JSON, a line for each item."""

    is_lines = True

    def decoder(self, report: Report, maximum: int | None = None) -> Decoder:
        return _Split(b"\n", partial(self.item, report), maximum)


class JsonSequence(Items):
    """JSON text sequences (RFC 7464)."""

    def decoder(self, report: Report, maximum: int | None = None) -> Decoder:
        return _Split(b"\x1e", partial(self.item, report), maximum)


class Events(Items):
    """An event stream whose events have an item as their data."""

    def decoder(self, report: Report, maximum: int | None = None) -> Decoder:
        read = partial(self._event, report)
        is_text = self.takes(_END)
        return _EventDecoder(read, maximum, has_end=not is_text, has_blanks=is_text)

    def _event(self, report: Report, fields: Mapping[str, str]) -> Any:
        """Return JSON, or else text where the type takes it."""
        if self.annotation is str:
            return fields["data"]
        try:
            return self.item(report, fields["data"])
        except ValueError:
            if self.takes(fields["data"]):
                return self.read_value(fields["data"])
            raise


class WholeEvents(Items):
    """An event stream whose items are the events themselves: data, event, id and retry."""

    def decoder(self, report: Report, maximum: int | None = None) -> Decoder:
        faults: list[tuple[str, str, int]] = []
        self.read_value({"data": _END}, lambda *fault: faults.append(fault))
        has_end = any(pointer == "/data" for _, pointer, _ in faults)
        return _EventDecoder(partial(self._event, report), maximum, has_end=has_end)

    def _event(self, report: Report, fields: Mapping[str, str]) -> Any:
        """Their data is text, or else JSON where the type takes no text."""
        faults: list[tuple[str, str, int]] = []
        value = self.read_value(dict(fields), lambda *fault: faults.append(fault))
        if any(pointer.startswith("/data") for _, pointer, _ in faults):
            with suppress(ValueError):
                return self.item(report, to_json({**fields, "data": from_json(fields["data"])}))
        for rule, pointer, count in faults:
            if pointer != "/retry" and not rule.endswith("property/added"):  # which is digits
                report(rule, pointer, count)
        return value


# ── operations ───────────────────────────────────────────────────────────────────────────────────


@dataclass(eq=False, repr=False)
class StreamedOperation(Operation[T]):
    """An operation beside another one of the same path, whose response is read as it arrives."""

    is_streamed = True


def streamed(
    operation: Operation[Any], answers: Mapping[str, ResponseReader], accept: str
) -> StreamedOperation[Any]:
    """Return an operation with readers for responses that are read as they arrive."""
    names = [field.name for field in fields(StreamedOperation)]
    made: dict[str, Any] = {name: getattr(operation, name) for name in names}
    made.update(answers=answers, accept=accept)
    return StreamedOperation[Any](**made)

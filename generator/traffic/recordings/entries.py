"""The entries of a recording, whose format is told by its content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Protocol, TypeAlias

from ..exchange import RecordedExchange, RecordingPlace
from . import cassette, har, json_window, ndjson
from .bodies import BodyDecoder
from .flaws import Broken, CutOff, Malformed, Unrecognized, mebibytes
from .json_window import JsonWindow
from .text_file import TextFile
from .yaml_events import YamlEvents

MAX_YAML = 20 * 2**20
"""Bytes of a recording in YAML."""
_LARGE_CASSETTE = re.compile(rb"^(?:(?:http_)?interactions:|- (?:request|response):)", re.MULTILINE)
_LIST = re.compile(rb"^ *+- ", re.MULTILINE)
_OF_A_LINE = {ndjson.VERSION, "time", "operation", "request", "response"}
_UNKNOWN = "it has neither log.entries nor interactions, and its first line isn't the recorder's"

Convert: TypeAlias = Callable[[object, RecordingPlace], RecordedExchange]
Entry: TypeAlias = tuple[object, int]
"""The plain data of an entry, or the :class:`Malformed` in place of it, and its line."""


class _TextPlace(Protocol):
    """A place in a text of members and elements."""

    flaw: str

    @property
    def line(self) -> int: ...
    def peek(self) -> str: ...
    def members(self) -> Iterator[str]: ...
    def elements(self) -> Iterator[int]: ...
    def value(self) -> object: ...
    def end(self) -> None: ...


def entries_of(source: TextFile) -> tuple[Convert, Iterator[Entry]]:
    """Return the entries and the function that reads one.

    Raises :class:`Unrecognized`; both raise :class:`Broken`.
    """
    start = piece = source.read(json_window.PIECE)
    while piece.isspace() and len(start) < MAX_YAML:
        start += (piece := source.read(json_window.PIECE))
    if source.fault and not start.strip():
        raise Unrecognized(source.fault, 1)
    if start.lstrip()[:1] in ("", "{", "["):
        return _recognized(JsonWindow(source, start))
    text = bytearray(start.encode())
    while len(text) < MAX_YAML and (piece := source.read(min(2**20, MAX_YAML - len(text)))):
        text += piece.encode()
    if source.read(1):
        if _LARGE_CASSETTE.search(text):
            fact = f"larger than {mebibytes(MAX_YAML)}, the limit for YAML"
            raise CutOff(fact, 1, "Split the cassette, or record it in JSON.")
        raise Unrecognized(_UNKNOWN, 1)
    if b"interactions" not in text and not _LIST.search(text):
        raise Unrecognized(source.fault or _UNKNOWN, 1)
    return _recognized(YamlEvents(bytes(text), source.size, source.fault))


def _recognized(reader: _TextPlace) -> tuple[Convert, Iterator[Entry]]:
    """Read up to the entries; a text that isn't readable so far isn't a recording."""
    try:
        kind = reader.peek()
        if kind == "[":
            return partial(cassette.exchange_of, BodyDecoder()), _old_cassette(reader)
        if kind == "{":
            return _of_object(reader)
    except Unrecognized:
        raise
    except Broken as error:
        raise Unrecognized(error.fact, error.line) from None
    raise Unrecognized(_UNKNOWN if kind else "the file is empty", 1)


def _of_object(reader: _TextPlace) -> tuple[Convert, Iterator[Entry]]:
    line = reader.line
    first: dict[str, object] = {}
    flaw = ""
    root = reader.members()
    try:
        for key in root:
            kind = reader.peek()
            if key in ("interactions", "http_interactions") and kind == "[":
                return partial(cassette.exchange_of, BodyDecoder()), _elements(reader, [root])
            if key == "log" and kind == "{":
                log = reader.members()
                for member in log:
                    if member == "entries" and reader.peek() == "[":
                        return har.exchange_of, _elements(reader, [log, root])
                    reader.value()
                continue
            value = reader.value()
            flaw = flaw or reader.flaw
            if key in _OF_A_LINE:
                first[key] = value
    except Broken as error:
        if ndjson.VERSION not in first:
            raise
        if isinstance(error, CutOff):
            return ndjson.exchange_of, _failing(error)
        flaw = error.fact
    if ndjson.VERSION not in first or not isinstance(reader, JsonWindow):
        raise Unrecognized(_UNKNOWN, line)
    return ndjson.exchange_of, _lines(reader, (Malformed(flaw) if flaw else first, line))


def _old_cassette(reader: _TextPlace) -> Iterator[Entry]:
    """Return the entries of a list, whose first one shows if they are interactions."""
    entries = _elements(reader, [])
    entry = next(entries, None)
    value = entry[0] if entry else None
    if entry is None or not isinstance(value, dict) or not {"request", "response"} <= value.keys():
        raise Unrecognized(_UNKNOWN, 1)
    return _before(entry, entries)


def _before(entry: Entry, entries: Iterator[Entry]) -> Iterator[Entry]:
    yield entry
    yield from entries


def _elements(reader: _TextPlace, around: Sequence[Iterator[str]]) -> Iterator[Entry]:
    """Yield the elements of a list; then read the rest of the objects ``around`` it."""
    for line in reader.elements():
        value = reader.value()
        yield Malformed(reader.flaw) if reader.flaw else value, line
    for members in around:
        for _ in members:
            reader.value()
    reader.end()


def _failing(error: Broken) -> Iterator[Entry]:
    raise error
    yield  # it is a generator


def _lines(window: JsonWindow, first: Entry) -> Iterator[Entry]:
    """Yield the value of each line; of a first line that isn't readable the rest is left."""
    yield first
    if isinstance(first[0], Malformed) and window.line == first[1]:
        window.leave_line()
    for text in window.lines():
        try:
            value = None if window.flaw else window.decode(text)
            yield Malformed(window.flaw) if window.flaw else value, window.line
        except Malformed as error:
            yield error, window.line

"""The entries of a recording, whose format is told by its content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import Final, TypeAlias

from ..exchange import RecordedExchange, RecordingPlace
from .bodies import BodyDecoder
from .cassette import exchange_of_interaction
from .flaws import Broken, Malformed, Unrecognized, mebibytes
from .har import exchange_of_entry
from .json_reader import MAX_ENTRY, JsonReader
from .ndjson import VERSION, exchange_of_line
from .text_file import TextFile
from .yaml_events import YamlEvents

MAX_JSON = 256 * 2**20
MAX_YAML = 64 * 2**20
"""Bytes of a recording that is read as a whole: all but lines of JSON."""
_LIKELY: Final = re.compile(r'interactions|"entries"|^ *+- ', re.MULTILINE)
"""What a recording has, unless it is of lines."""
_LINE: Final = re.compile(rf'\s*\{{\s*"{VERSION}"\s*:')
_UNKNOWN: Final = (
    "it has neither log.entries nor interactions, and its first line isn't the recorder's"
)

Convert: TypeAlias = Callable[[object, RecordingPlace], RecordedExchange]
Entry: TypeAlias = tuple[object, int]
"""The plain data of an entry, or the :class:`Malformed` in place of it, and its line."""
_Reader: TypeAlias = JsonReader | YamlEvents


def entries_of(source: TextFile) -> tuple[Convert, Iterator[Entry]]:
    """Return the entries and the function that reads one.

    Raises :class:`Unrecognized`; both raise :class:`Broken`.
    """
    text = source.read(MAX_ENTRY)
    if source.fault and not text.strip():
        raise Unrecognized(source.fault, 1)
    if _is_of_lines(text):
        return exchange_of_line, _lines(source, text)
    is_json = text.lstrip()[:1] in ("", "{", "[")
    limit, kind = (MAX_JSON, "JSON") if is_json else (MAX_YAML, "YAML")
    text += source.read(limit + 1 - source.length)
    is_whole = source.length <= limit
    if not (is_json and is_whole) and not _LIKELY.search(text):
        raise Unrecognized(source.fault or _UNKNOWN, 1)
    if not is_whole:
        fact = f"larger than {mebibytes(limit)}, the limit for {kind}"
        raise Broken(fact, 1, "Split it, or record lines of JSON (NDJSON), which have no limit.")
    if is_json:
        return _recognized(JsonReader(text, source.fault))
    return _recognized(YamlEvents(text.encode(), source.size, source.fault))


def _is_of_lines(text: str) -> bool:
    """Return whether the first line is the recorder's, or begins like one."""
    line = text.lstrip().partition("\n")[0]
    if VERSION in line and not _LINE.match(line):
        with suppress(Malformed):
            value = JsonReader(line).whole()
            return isinstance(value, dict) and VERSION in value
    return _LINE.match(line) is not None


def _lines(source: TextFile, start: str) -> Iterator[Entry]:
    """Yield the value of each line that isn't empty."""
    number = 1
    for number, line in enumerate(source.lines(start, MAX_ENTRY), 1):
        if line.isspace():
            continue
        try:
            yield JsonReader(line).whole(), number
        except Malformed as error:
            if source.fault and not line.endswith("\n"):
                raise Broken(source.fault, number) from None
            yield error, number
    if source.fault:
        raise Broken(source.fault, number)


def _recognized(reader: _Reader) -> tuple[Convert, Iterator[Entry]]:
    """Read up to the entries; a text that isn't readable so far isn't a recording."""
    try:
        kind = reader.peek()
        if kind == "[":
            return partial(exchange_of_interaction, BodyDecoder()), _old_cassette(reader)
        if kind == "{":
            return _of_object(reader)
    except Broken as error:
        raise Unrecognized(error.fact, error.line) from None
    raise Unrecognized(_UNKNOWN if kind else "the file is empty", 1)


def _of_object(reader: _Reader) -> tuple[Convert, Iterator[Entry]]:
    line = reader.line
    root = reader.members()
    for key in root:
        kind = reader.peek()
        if key in ("interactions", "http_interactions") and kind == "[":
            return partial(exchange_of_interaction, BodyDecoder()), _elements(reader, [root])
        if key == "log" and kind == "{":
            log = reader.members()
            for member in log:
                if member == "entries" and reader.peek() == "[":
                    return exchange_of_entry, _elements(reader, [log, root])
                reader.value()
            continue
        reader.value()
    raise Unrecognized(_UNKNOWN, line)


def _old_cassette(reader: _Reader) -> Iterator[Entry]:
    """Return the entries of a list, whose first one shows if they are interactions."""
    entries = _elements(reader, [])
    entry = next(entries, None)
    value = entry[0] if entry else None
    if entry is None or not isinstance(value, dict) or not {"request", "response"} <= value.keys():
        raise Unrecognized(_UNKNOWN, 1)
    return chain([entry], entries)


def _elements(reader: _Reader, around: Sequence[Iterator[str]]) -> Iterator[Entry]:
    """Yield the elements of a list; then read the rest of the objects ``around`` it."""
    for line in reader.elements():
        value = reader.value()
        yield Malformed(reader.flaw) if reader.flaw else value, line
    for members in around:
        for _ in members:
            reader.value()
    reader.end()

"""JSON in responses, read as it is described; where it isn't so, that is reported."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from math import inf
from types import NoneType
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from .budget import SMALL, Budget, Limits, TooManyValues, limits_of
from .notes import Notes
from .readers import STRICT, Container, Object, UnionReader
from .scalars import Reader

_LINES = (
    "not one value of JSON but several, one a line: the method …_stream reads them, which an "
    "overlay adds that describes the response as application/x-ndjson, too"
)
_PIECE = 8 * 1024
"""The size of a piece, at least: reading one takes much longer than finding its end."""
_ROOT = re.compile(rb"()\s*\[(?=\s*\{)")
_MEMBER = re.compile(rb'"([^"\\]+)"\s*:\s*\[(?=\s*\{)')
_ITEM_END = re.compile(rb"\}\s*(?:,(?=\s*\{)|(\]))")
_LIFTED = Limits(are_lifted=True)
Report = Callable[..., None]
"""Takes the rule of a deviation, its pointer unless it is the whole response, and a count."""


def read_json(
    adapter: TypeAdapter[Any], reader: Reader, content: bytes | bytearray | str, report: Report
) -> Any:
    """Return the value in a response; ``report`` gets the rule and the pointer of a deviation.

    Raises ``ValueError`` for what isn't JSON (RFC 8259), has more than 200 levels, or too many
    values.
    """
    text = content.encode() if isinstance(content, str) else content
    text = text.removeprefix(b"\xef\xbb\xbf")  # RFC 8259 §8.1
    if not text:
        if NoneType in reader.kinds:
            return None
        raise ValueError("no body")
    budget = limits_of(report).budget(text, reader.weight)
    value = None
    try:
        if len(text) > SMALL:
            value = _read_in_pieces(reader, text, budget, report)
        if value is None and len(text) <= budget.most_at_once:
            value = _as_described(adapter, reader, text)
        if value is None:
            value = read_value(reader, reader.data_of(text), report, budget)
    except TooManyValues:
        raise
    except ValueError as cause:
        if _has_lines(text):
            raise ValueError(_LINES) from None
        raise ValueError(f"not JSON: {cause}") from None
    except RecursionError:
        raise ValueError("too many levels") from None
    return value


def _as_described(adapter: TypeAdapter[Any], reader: Reader, text: bytes | bytearray) -> Any:
    """Return the value of JSON that pydantic alone reads as described; None for other JSON."""
    if reader.is_exact_in(text):
        with suppress(ValidationError):
            return adapter.validate_json(text, **STRICT)
    return None


def _has_lines(text: bytes | bytearray) -> bool:
    """Return whether JSON is several values, one a line."""
    first, _, rest = text.lstrip().partition(b"\n")
    second = rest.lstrip().partition(b"\n")[0]
    with suppress(ValueError):
        from_json(first)
        from_json(second)
        return True
    return False


def read_value(
    reader: Reader,
    data: Any,
    report: Report = lambda *_: None,
    budget: Budget | None = None,
) -> Any:
    """Return the value of JSON's data; ``report`` as for :func:`read_json`."""
    notes = Notes(budget or Budget(_LIFTED, inf))
    value = reader.read(data, notes)
    _report(notes, report)
    return value


def _report(notes: Notes, report: Report) -> None:
    for rule, pointer, count in notes:
        report(f"response/schema/{rule}", pointer, count)


# ── a large list in pieces, so that an item that deviates makes few others slow ──────────────────


class _NotPiecesError(Exception):
    """The list isn't where braces tell: texts may have braces, too."""


def _read_in_pieces(reader: Reader, text: bytes | bytearray, budget: Budget, report: Report) -> Any:
    """Return the value of JSON with a large list of objects, which is the root or a member of it.

    None if there is no such list, or its end isn't found.
    """
    is_member = isinstance(reader, Object)
    opening = _MEMBER.search(text) if is_member else _ROOT.match(text)
    if opening is None or _open_braces(text, 0, opening.end()) != is_member:
        return None
    key = opening[1].decode(errors="replace")
    container = _free_list(reader, key)
    spans = _spans(text, opening.end()) if container else []
    if container is None or not spans:
        return None
    notes = Notes(budget)
    with suppress(_NotPiecesError):
        around = _data(reader, text[: spans[0][0]] + text[spans[-1][1] :])
        value = reader.read(around, notes)
        values = value
        if isinstance(reader, Object):
            values = _field(value, reader.members[key][0])
            notes.path.append(key)
        if values.__class__ is not list or values:  # another member has the name, too
            return None
        for start, end in spans:
            values += _items(container, b"[" + text[start:end] + b"]", len(values), notes)
        _report(notes, report)
        return value
    return None


def _field(value: Any, name: str) -> Any:
    """Return a field of an object; None for another value."""
    return getattr(value, name, None)


def _items(container: Container, piece: bytes, first: int, notes: Notes) -> list[Any]:
    """Return the values of a piece of a list, of which the index of the first one is told."""
    items: list[Any] | None = None
    if len(piece) <= notes.budget.most_at_once:
        items = _as_described(container.adapter, container, piece)
    if items is None:
        data = _data(container, piece)
        notes.budget.spend(len(data))
        items = container.read_items(data, first, notes)
    return items


def _data(reader: Reader, text: bytes | bytearray) -> Any:
    try:
        return reader.data_of(text)
    except ValueError as cause:
        raise _NotPiecesError from cause


def _free_list(reader: Reader, key: str) -> Container | None:
    """Return the reader of a list, or of a member that is one, without limits, that may have
    arrays or objects.
    """
    if isinstance(reader, Object):
        reader = reader.members.get(key, ("", reader))[1]
    if isinstance(reader, UnionReader) and len(reader.typed) == 1:
        reader = reader.typed[0]
    if not isinstance(reader, Container) or list not in reader.kinds or reader.limits is not None:
        return None
    return None if reader.items.kinds.isdisjoint((list, dict)) else reader


def _spans(text: bytes | bytearray, start: int) -> list[tuple[int, int]]:
    """Return where pieces of a list begin and end; an empty list if its end isn't found."""
    spans: list[tuple[int, int]] = []
    while True:
        end = _piece_end(text, start)
        if end is None:
            return []
        spans.append((start, end.start() + 1))
        if end[1]:
            return spans
        start = end.end()


def _piece_end(text: bytes | bytearray, start: int) -> re.Match[bytes] | None:
    """Return the end of the list, or else that of an item some way after the start of another.

    An item ends where as many braces are closed as were opened.
    """
    least = start + _PIECE
    reached = least if len(text) - start > 2 * _PIECE else start
    depth = _open_braces(text, start, reached)
    for end in _ITEM_END.finditer(text, reached):
        depth += _open_braces(text, reached, end.start() + 1)
        reached = end.start() + 1
        if depth == 0 and (end[1] or reached > least):
            return end
    return None


def _open_braces(text: bytes | bytearray, start: int, end: int) -> int:
    return text.count(b"{", start, end) - text.count(b"}", start, end)

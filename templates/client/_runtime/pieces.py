"""A large list in JSON, taken apart between its items: one that deviates makes few others slow.

An item ends where as many braces are closed as were opened. Texts may have braces, too; a piece
that ends elsewhere isn't JSON.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

_SIZE = 8 * 1024
"""The size of a piece, at least: reading one takes much longer than finding its end."""
_LIST = re.compile(rb"\s*\[(?=\s*\{)")
_MEMBER = re.compile(rb'"([^"\\]+)"\s*:\s*\[(?=\s*\{)')
_ITEM_END = re.compile(rb"\}\s*(?:,(?=\s*\{)|(\]))")


class NotPieces(Exception):
    """A piece that isn't JSON."""


class Pieces(list[Any]):
    """A list whose items are JSON that wasn't parsed; it is empty itself."""

    def __init__(self, text: bytes | bytearray, spans: list[tuple[int, int]], end: int) -> None:
        super().__init__()
        self._text = text
        self._spans = spans
        self._end = end

    def around(self) -> bytes:
        """Return the JSON in which the list is, without its items."""
        return bytes(self._text[: self._spans[0][0]] + self._text[self._end :])

    def texts(self) -> Iterator[bytes]:
        """Yield lists of some of the items, as JSON."""
        for start, end in self._spans:
            yield b"[" + self._text[start:end] + b"]"


def root_list(text: bytes | bytearray) -> Pieces | None:
    """Return the pieces of a list of objects; None if JSON isn't one."""
    opening = _LIST.match(text)
    pieces = opening and _split(text, opening.end())
    if pieces is None or b"".join(pieces.around().split()) != b"[]":
        return None
    return pieces


def member_list(text: bytes | bytearray, names: Collection[bytes]) -> tuple[str, Pieces] | None:
    """Return the name of a member that is a list of objects, and its pieces.

    None if the first such list in JSON isn't a member of the root with one of some names.
    """
    opening = _MEMBER.search(text)
    if opening is None or opening[1] not in names or _open_braces(text, 0, opening.end()) != 1:
        return None
    pieces = _split(text, opening.end())
    return None if pieces is None else (opening[1].decode(), pieces)


def _split(text: bytes | bytearray, start: int) -> Pieces | None:
    """Return the pieces of the list whose items begin at ``start``; None if its end isn't found."""
    spans: list[tuple[int, int]] = []
    while True:
        end = _piece_end(text, start)
        if end is None:
            return None
        spans.append((start, end.start() + 1))
        if end[1]:
            return Pieces(text, spans, end.end() - 1)
        start = end.end()


def _piece_end(text: bytes | bytearray, start: int) -> re.Match[bytes] | None:
    """Return the end of the list, or else that of an item some way after the start of another."""
    least = start + _SIZE
    reached = least if len(text) - start > 2 * _SIZE else start
    depth = _open_braces(text, start, reached)
    for end in _ITEM_END.finditer(text, reached):
        depth += _open_braces(text, reached, end.start() + 1)
        reached = end.start() + 1
        if depth == 0 and (end[1] or reached > least):
            return end
    return None


def _open_braces(text: bytes | bytearray, start: int, end: int) -> int:
    return text.count(b"{", start, end) - text.count(b"}", start, end)

"""Rows of text as an aligned table that fits a terminal."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

GAP = "  "
_LEAST = 20
"""The columns that a column of sentences needs at least."""


def table(rows: Sequence[Sequence[str]], width: int = 0, least: Sequence[int] = ()) -> list[str]:
    """Return lines of at most ``width`` columns (0: any), cut with ``…`` from the last column on.

    ``least`` is the smallest width of each column if there is a limit; all rows have as many
    cells.
    """
    sizes = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    excess = sum(sizes) + len(GAP) * (len(sizes) - 1) - width if width else 0
    for index in reversed(range(len(least))):
        cut = min(max(excess, 0), max(sizes[index] - least[index], 0))
        sizes[index] -= cut
        excess -= cut
    padded = (
        GAP.join(_fit(cell, size) for cell, size in zip(row, sizes, strict=True)) for row in rows
    )
    return [line.rstrip() for line in padded]


def wrapped(text: str, width: int) -> list[str]:
    """Return a text as lines of at most ``width`` columns (0: any), all but the first indented."""
    if not width or cells(text) <= width:
        return [text]
    indent = " " * (len(text) - len(text.lstrip()) + 4)
    return textwrap.wrap(
        text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def wrapped_table(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return lines of at most ``width`` columns (0: any), where words allow that.

    The last column is wrapped; it is below the others if they leave no room for it.
    """
    lines = table(rows)
    if not width or max(map(cells, lines)) <= width:
        return lines
    *sizes, _ = (max(map(cells, column)) + len(GAP) for column in zip(*rows, strict=True))
    room = width - sum(sizes)
    if room < _LEAST:
        return list(_stacked(rows, width))
    split: list[Sequence[str]] = []
    for *others, last in rows:
        first, *more = textwrap.wrap(last, room, break_long_words=False) or [""]
        split += [(*others, first), *((*("" for _ in others), part) for part in more)]
    return table(split)


def _stacked(rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Yield rows whose last cell is below the others where it doesn't fit beside them."""
    for (*_, last), head in zip(rows, table([row[:-1] for row in rows]), strict=True):
        line = f"{head}{GAP}{last}".rstrip()
        if cells(line) <= width:
            yield line
        else:
            yield from wrapped(head, width)
            yield from wrapped(f"    {last}", width) if last else ()


def cells(text: str) -> int:
    """Return the columns that a terminal needs for a text (UAX #11: wide characters take two)."""
    return sum(map(_cell, text))


def _cell(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _fit(text: str, size: int) -> str:
    """Return ``text`` in exactly ``size`` columns."""
    if cells(text) > size:
        kept, used = "", 1
        for char in text:
            used += _cell(char)
            if used > size:
                break
            kept += char
        text = f"{kept}…" if size else ""
    return text + " " * (size - cells(text))

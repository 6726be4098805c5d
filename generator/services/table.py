"""Rows of text as an aligned table that fits a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

GAP = "  "


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

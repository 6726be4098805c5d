"""docs/works-with.md: the files that it shows, and the rows of its tables with their tests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "works-with.md"
_FILE = re.compile(r"^```\w+\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| (.*) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Row:
    """A row of a table: what it is about, and the tests that it names."""

    subject: str
    tests: tuple[str, ...]


def shown_files() -> dict[str, str]:
    """Return the code blocks by the file name in their first line."""
    return dict(_FILE.findall(PAGE.read_text(encoding="utf-8")))


def rows() -> list[Row]:
    """Return the rows of all tables, without their heads."""
    found = [line.split(" | ") for line in _ROW.findall(PAGE.read_text(encoding="utf-8"))]
    return [
        Row(cells[0], tuple(re.findall(r"`(test_\w+)`", cells[-1])))
        for cells in found
        if cells[-1] != "test"
    ]

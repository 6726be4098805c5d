"""The table of rooms in ``docs/architecture.md``, from that of the layer test.

The contents of a new room are written by hand afterwards.
"""

from __future__ import annotations

import re

from tests.house.test_layers import ANY, FORBIDDEN, MAY_IMPORT

from .pages import DOCS

PATHS = (DOCS / "architecture.md",)
_TABLE = re.compile(r"(?<=\| room \| contents \| may import \|\n\|---\|---\|---\|\n)(\|.*\n)+")
_ROW = re.compile(r"^\| `([\w.]+)` \| (.+) \| .+ \|$", re.MULTILINE)


def listed(names: set[str]) -> str:
    """Return names as code, separated by commas."""
    return ", ".join(f"`{name}`" for name in sorted(names))


def may_import(room: str) -> str:
    """Return the last cell of the table for a room."""
    if ANY not in MAY_IMPORT[room]:
        return listed(MAY_IMPORT[room]) or "–"
    forbidden = FORBIDDEN.get(room)
    return f"all rooms except {listed(forbidden)}" if forbidden else "all rooms"


def written(text: str) -> str:
    """Return the page with its table replaced; the contents of known rooms stay."""
    (table,) = _TABLE.finditer(text)
    contents = dict(_ROW.findall(table[0]))
    rows = [
        f"| `{room}` | {contents.get(room, '…')} | {may_import(room)} |\n" for room in MAY_IMPORT
    ]
    return f"{text[: table.start()]}{''.join(rows)}{text[table.end() :]}"

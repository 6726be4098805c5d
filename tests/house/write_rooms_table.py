"""Write the table of rooms in ``docs/architecture.md`` from the layer test's.

Run it with ``python -m tests.house.write_rooms_table``. The contents of a new room are written by
hand afterwards.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.test_layers import ANY, FORBIDDEN, MAY_IMPORT

PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"
COMMAND = "python -m tests.house.write_rooms_table"
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


def page(text: str) -> str:
    """Return the page with its table replaced; the contents of known rooms stay."""
    (table,) = _TABLE.finditer(text)
    contents = dict(_ROW.findall(table[0]))
    rows = [
        f"| `{room}` | {contents.get(room, '…')} | {may_import(room)} |\n" for room in MAY_IMPORT
    ]
    return f"{text[: table.start()]}{''.join(rows)}{text[table.end() :]}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")

"""The tables of docs/comparison.md."""

from __future__ import annotations

from tests.qa.comparison.calls import CREATE, SEARCH
from tests.qa.comparison.row import NOTHING, Row
from tests.qa.comparison.tool import ROOT

PAGE = ROOT / "docs" / "comparison.md"
TABLES = {
    "requests": {CREATE.name: "create", SEARCH.name: "search", "403": "403 raises"},
    "answers": {
        "member": "new member",
        "value": "new value",
        "missing": "missing",
        "null": "null",
        "type": "type",
    },
    "code": {"faults": "faults", "own": "lines", "lines": "with runtime", "seconds": "seconds"},
}
"""The columns of each table by the names of the cells."""
WORDS = ("yes", "told", "kept", "lost", "raises", "no")
"""Cells, the best first."""


def write_page(rows: list[Row]) -> None:
    """Put the tables into the page, each after the comment with its name."""
    text = PAGE.read_text(encoding="utf-8")
    for name in TABLES:
        start, end = f"<!-- {name}: written by make comparison -->\n", "<!-- end -->\n"
        before, _, rest = text.partition(start)
        text = f"{before}{start}\n{table(name, rows)}\n{end}{rest.partition(end)[2]}"
    PAGE.write_text(text, encoding="utf-8")


def table(name: str, rows: list[Row]) -> str:
    """Return a table in Markdown, without the tools that no cell was measured for."""
    columns = TABLES[name]
    lines = [f"| tool | {' | '.join(columns.values())} |", "|---" + "|:---:" * len(columns) + "|"]
    for row in rows:
        cells = [shown(row, rows[0], column) for column in columns]
        if set(cells) != {NOTHING}:
            lines.append(f"| {row.tool.title} | {' | '.join(cells)} |")
    if name == "requests":
        notes = [f"- {row.tool.name}: {row.tool.note}." for row in rows if row.tool.note]
        lines += ["", *notes]
    return "\n".join([*lines, ""])


def shown(row: Row, own: Row, column: str) -> str:
    """Return a cell: in bold type if it is better than speclock's, which is the first row."""
    cell = row.cell(column)
    if row.can_be_used() and rank(cell) < rank(own.cell(column)):
        return f"**{cell}**"
    return cell


def rank(cell: str) -> float:
    """Return a number that is lower for a better cell."""
    if cell in WORDS:
        return WORDS.index(cell)
    number = cell.replace(",", "").replace(".", "", 1)
    return float(cell.replace(",", "")) if number.isdigit() else float("inf")

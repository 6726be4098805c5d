"""The tables of docs/comparison.md."""

from __future__ import annotations

from docs.tools.pages import with_part
from tests.qa.comparison.calls import CREATE, DEVIATIONS, SEARCH
from tests.qa.comparison.row import NOTHING, Row
from tests.qa.comparison.tool import ROOT

PAGE = ROOT / "docs" / "comparison.md"
TABLES = {
    "requests": {CREATE.name: "create", SEARCH.name: "search", "403": "403 raises"},
    "answers": {name: name for name in DEVIATIONS},
    "code": {"faults": "faults", "own": "lines", "lines": "with runtime", "seconds": "seconds"},
}
"""The columns of each table by the names of the cells."""
WORDS = ("yes", "told", "kept", "lost", "raises", "no")
"""Cells, the best first."""


def write_page(rows: list[Row]) -> None:
    """Put the tables into the page, each into the part with its name."""
    text = PAGE.read_text(encoding="utf-8")
    for name in TABLES:
        text = with_part(text, name, f"\n{table(name, rows)}\n")
    PAGE.write_text(text, encoding="utf-8")


def table(name: str, rows: list[Row]) -> str:
    """Return a table in Markdown; only the first has tools whose code can't be used."""
    columns = TABLES[name]
    lines = [f"| tool | {' | '.join(columns.values())} |", "|---" + "|:---:" * len(columns) + "|"]
    for row in rows:
        title = row.tool.title if name == "requests" else row.tool.name
        cells = [shown(row, rows[0], column) for column in columns]
        if name == "requests" or (row.can_be_used() and set(cells) != {NOTHING}):
            lines.append(f"| {title} | {' | '.join(cells)} |")
    if name == "requests":
        lines += ["", *notes(rows)]
    return "\n".join([*lines, ""])


def notes(rows: list[Row]) -> list[str]:
    """Return the items of a list with the notes of the tools, each note once."""
    names = dict[str, list[str]]()
    for row in rows:
        if row.tool.note:
            names.setdefault(row.tool.note, []).append(row.tool.name)
    return [f"- {', '.join(tools)}: {note}." for note, tools in names.items()]


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

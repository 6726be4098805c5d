"""docs/support.md says what is true: behind each row of its tables stands a tiny description.

A row without a description fails, and so does a description without a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from generator.base.errors import SpecError
from tests.cases.swagger2 import support_rows as swagger2
from tests.reading.openapi.support_table import documents, exchanges, parameters, schemas
from tests.reading.openapi.support_table.harness import Made, Row, make

pytestmark = pytest.mark.slow

TABLE = Path(__file__).resolve().parents[3] / "docs" / "support.md"
CHECKS = {**documents.ROWS, **swagger2.ROWS, **parameters.ROWS, **exchanges.ROWS, **schemas.ROWS}
STATE = re.compile(
    r"\*\*(no effect|server checks|(?:noted|left out|refused)(?=\*\* `))\*\*(?: `([a-z0-9-]+)`)?: "
)
"""The beginning of the last column, of a row that isn't simply supported."""
SERVER_CHECKED = {"server-checked", "pattern"}
"""The codes of warnings that a row of the state "server checks" gets."""


@dataclass(frozen=True, slots=True)
class Line:
    section: str
    construct: str
    state: str
    code: str
    what: str


def lines() -> Iterator[Line]:
    section = ""
    for text in TABLE.read_text(encoding="utf-8").splitlines():
        if text.startswith("## "):
            section = text.removeprefix("## ")
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", text)]
        is_row = len(cells) == 4 and cells[1] not in ("construct", "---")
        if is_row and section in CHECKS:
            for construct in cells[1].split("<br> "):
                yield line_of(section, construct, cells[2])


def line_of(section: str, construct: str, cell: str) -> Line:
    state = STATE.match(cell)
    if state is None:
        assert not cell.startswith("**"), cell
        return Line(section, construct, "supported", "", cell)
    return Line(section, construct, state[1], state[2] or "", cell[state.end() :])


LINES = list(lines())


def verify(row: Row, kind: str, code: str, folder: Path) -> None:
    if kind == "refused":
        with pytest.raises(SpecError) as caught, make(row, folder):
            pass
        assert code in {problem.code for problem in caught.value.problems}
        return
    with make(row, folder) as made:
        codes = {warning.code for warning in made.warnings} - set(row.beside)
        _warned(kind, code, codes, made)
        assert bool(row.without) is (kind == "no effect")
        assert row.check or kind != "supported", "a row that nothing can make fail"
        if row.check:
            row.check(made)
    if row.without:
        plain = replace(row, files={**row.files, next(iter(row.files)): row.without})
        with make(plain, folder) as without:
            assert _modules(made) == _modules(without)


def _modules(made: Made) -> dict[str, bytes]:
    """The modules of a package, as they would be under the name ``package``."""
    return {
        name.removeprefix(f"{made.package}/"): data.replace(made.package.encode(), b"package")
        for name, data in made.files.items()
        if name.startswith(f"{made.package}/") and name.endswith(".py")
    }


def _warned(kind: str, code: str, codes: set[str], made: Made) -> None:
    if kind in ("supported", "no effect"):
        assert codes == set()
    elif kind == "server checks":
        assert len(codes) == 1 and codes <= SERVER_CHECKED
    elif kind == "left out":
        assert code in codes
        assert made.left_out == (code,)
    else:
        assert code in codes - SERVER_CHECKED
        assert made.left_out == ()


def test_every_row_has_a_description_and_every_description_a_row() -> None:
    told = [(line.section, line.construct) for line in LINES]
    assert len(told) == len(set(told))
    assert set(told) == {(section, key) for section, rows in CHECKS.items() for key in rows}


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.section}: {line.construct}")
def test_a_row_is_true(line: Line, tmp_path: Path) -> None:
    row = CHECKS[line.section][line.construct]
    assert line.what
    assert not row.shows or f"`{row.shows}`" in line.what
    verify(row, line.state, line.code, tmp_path)

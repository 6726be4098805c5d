"""Edits that cannot be merged: reported at their lines, and nothing is written."""

from __future__ import annotations

import pytest

from tests.project.vendor.keep_edits.conftest import (
    AGE,
    AGE_LINE,
    METHOD,
    MINE,
    NOTE,
    THEIRS,
    Both,
)
from tests.support.project import FIG, replace

pytestmark = pytest.mark.slow


def test_a_conflict_is_reported_then_resolved_and_recorded(both: Both) -> None:
    replace(both.models, (NOTE, NOTE + METHOD))
    replace(both.models, ("    PLUM = ", "    PRUNE = "))
    replace(both.models, (AGE_LINE, MINE))
    both.maker.describe(("PLUM]", "DAMSON]"), AGE)
    error = both.rejects()
    original = both.maker.package / "models.py"
    found = [line for line in error.splitlines() if "models.py:" in line]
    assert [line.partition(": ")[0] for line in found] == [
        f"{both.models}:{both.line_of('PRUNE')}", f"{both.models}:{both.line_of(MINE.strip())}",
    ]  # fmt: skip
    for line, text in zip(found, ("DAMSON", THEIRS.strip()), strict=True):
        assert f"too: to line {both.line_of(text, original)} of " in line
    assert "2 conflicts; nothing was written." in error
    both.rejects("--dry-run")

    replace(both.models, ("    PRUNE = 'PLUM'", "    DAMSON = 'DAMSON'"))
    assert "1 conflict;" in both.rejects()
    replace(both.models, (MINE, THEIRS))
    both.keep()
    assert METHOD in both.models.read_text(encoding="utf-8")
    both.verify()
    replace(both.models, (THEIRS, MINE))  # the edit is made again
    both.keep()
    both.verify()


def test_lines_that_were_removed(both: Both) -> None:
    replace(both.models, (AGE_LINE, ""))
    both.maker.describe(AGE)
    line = both.line_of("    note: ")
    error = both.rejects()
    assert f"models.py:{line}: the new version changes the lines before line {line}, too" in error


def test_lines_that_the_new_version_removes(both: Both) -> None:
    replace(both.models, (AGE_LINE, MINE))
    both.maker.describe(("        age: {type: integer, maximum: 500}\n", ""))
    error = both.rejects()
    assert f"models.py:{both.line_of(MINE.strip())}: " in error
    assert "too: it removes them." in error


def test_an_edit_that_breaks_the_new_version(both: Both) -> None:
    """A merge without conflicts whose result isn't Python."""
    replace(
        both.models,
        (
            "class Basket(Model, ResponseOnly):\n",
            '_OFF = """\nclass Basket(Model, ResponseOnly):\n',
        ),
    )
    replace(both.models, ("    weight: Opt[Number] = None\n", MULTILINE))
    both.maker.describe(("    Basket:\n", "    Basket:\n      description: A basket.\n"))
    error = both.rejects()
    assert f"models.py:{both.line_of('    weight: ')}: " in error
    assert "isn't valid Python" in error


MULTILINE = '    weight: Opt[Number] = None\n    height: int\n"""\n'


def test_an_edit_that_is_no_python(both: Both) -> None:
    path = both.copied_tests / "conftest.py"
    replace(path, ("import asyncio\n", "import asyncio\nclass ???\n"))
    assert f"{path}:{both.line_of('???', path)}: " in both.rejects()


def test_an_edit_that_is_no_text(both: Both) -> None:
    both.models.write_bytes(both.models.read_bytes() + b"# \x00\n")
    both.maker.describe(FIG)
    assert f"{both.models}:1: git merge-file cannot merge" in both.rejects()

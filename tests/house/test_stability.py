"""docs/stability.md: each promise has a test, and the promises that no other module tests."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from generator.base.config import PARTS_OF_TESTING
from generator.project.cli.parser import COMMANDS, REPLACED, make_parser
from tests.house.released import deprecated
from tests.support.command import ROOT, speclock

PAGE = (ROOT / "docs" / "stability.md").read_text(encoding="utf-8")
PROMISES = re.findall(r"^\| promise \| test \|\n\|---\|---\|\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
ROWS = [row for table in PROMISES for row in table.splitlines()]


def named_in(row: str) -> list[str]:
    return re.findall(r"`(tests/[\w/]+\.py::\w+)`", row.strip("|").rpartition("|")[2])


def test_each_promise_names_a_test() -> None:
    assert len(PROMISES) == PAGE.count("| promise | test |") == 5
    assert [row for row in ROWS if len(named_in(row)) != 1] == []


def test_the_tests_exist() -> None:
    for path, name in {tuple(test.split("::")) for row in ROWS for test in named_in(row)}:
        assert Path(path).name.startswith("test_")
        assert f"\ndef {name}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{name}"


@pytest.mark.parametrize(("former", "now"), REPLACED.items(), ids=REPLACED.values())
def test_a_former_spelling_names_the_new_one(
    former: tuple[str, str], now: str, tmp_path: Path
) -> None:
    found = speclock(tmp_path, *filter(None, former))
    assert (found.code, found.out) == (2, "")
    assert found.err.endswith(f"speclock: error: this is now: {now}\n")
    program, command, *words = now.split()
    if program != "speclock":
        assert words[-1].startswith("https://")  # another tool
        return
    assert command in COMMANDS
    assert make_parser().parse_args([command, *words]).command == command


DEPRECATED = {f'features = ["{name}"]': ["generate"] for name in PARTS_OF_TESTING}
"""The settings in the page's table of deprecations, each with a command that reads it."""


def test_what_is_deprecated_works_with_a_warning(tmp_path: Path) -> None:
    """A new row of the table needs one here."""
    assert deprecated().keys() == DEPRECATED.keys()
    assert speclock(tmp_path, "init", "--example", "bookshop", "--no-ci").code == 0
    settings = tmp_path / "pyproject.toml"
    before = settings.read_text(encoding="utf-8")
    for setting, words in DEPRECATED.items():
        settings.write_text(f"{before}{setting}\n", encoding="utf-8")
        found = speclock(tmp_path, *words)
        assert found.code == 0, found.err
        assert "is deprecated" in found.err


def test_ci_tests_the_pythons_of_the_page() -> None:
    oldest, newest = re.findall(r"run on Python (3\.\d+) to (3\.\d+)\.", PAGE)[0]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={oldest}"
    ci = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    tested = ci["jobs"]["ci"]["strategy"]["matrix"]["python"]
    assert {oldest, newest} <= {*tested}
    assert max(tested, key=lambda version: int(version.partition(".")[2])) == newest

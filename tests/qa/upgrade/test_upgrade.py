"""Projects that older commits generated, taken over by the current tool.

What breaks a line of their programs is told by a report and by docs/upgrading.md, and nothing else
is told to break one.
"""

from __future__ import annotations

import atexit
import functools
import json
import re
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.qa.upgrade import archive, make
from tests.qa.upgrade.project import Break, Upgraded, marked_breaks, tells
from tests.support.command import ROOT

pytestmark = pytest.mark.slow

PROJECTS = [(commit, name) for commit in make.COMMITS for name in make.NAMES]
BREAKS = [(commit, name, mark) for commit, name in PROJECTS for mark in marked_breaks(commit, name)]
PAGE = ROOT / "docs" / "upgrading.md"
_PLACE = re.compile(r"(?:copy_)?program\.py:(\d+)")


@functools.cache
def upgraded(commit: str, name: str) -> Upgraded:
    """Return a project over which all commands have gone; it is removed with the process."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    return Upgraded(commit, name, Path(folder.name) / name)


@pytest.fixture(params=PROJECTS, ids="-".join)
def project(request: pytest.FixtureRequest) -> Upgraded:
    """Return each project in turn."""
    commit, name = request.param
    return upgraded(commit, name)


def test_its_program_worked(project: Upgraded) -> None:
    """The committed project is sound: mypy and a run find nothing with its own client."""
    assert project.broken_before == set()


def test_no_command_crashes(project: Upgraded) -> None:
    """Each command ends with a documented exit code."""
    for words, outcome in project.reports.items():
        assert outcome.code in (0, 1, 2), (words, outcome)
        assert "internal error" not in outcome.err, (words, outcome)
    (checked,) = [found for words, found in project.reports.items() if "check --quiet" in words]
    assert checked.code == 0


def test_verify_tells_the_runtime_of_an_earlier_version() -> None:
    """That of a copy, by the hashes of its modules."""
    verified = upgraded("f884a88c", "bookshop").reports["verify --all"]
    assert "\nruntime: speclock 0.1.0, unchanged, " in verified.out


def test_settings_locks_and_allow_lists_hold(project: Upgraded) -> None:
    """Settings, the lock and the allow-list mean what they meant, and no command changes them.

    The lock gets its newer format, with the names of clients.
    """
    before, after = dict(project.settings_before), dict(project.settings_after)
    lock = json.loads(after.pop("speclock.lock"))
    assert lock["format"] == 2
    assert lock["descriptions"] == json.loads(before.pop("speclock.lock", b"{}"))
    assert not any(lock["clients"].values())
    assert after == before
    if "drift --revision upstream/next.yaml" in project.reports:
        outcome = project.reports["drift --revision upstream/next.yaml"]
        assert outcome.code == 0
        assert "63c5a36417bd" in outcome.out


def test_the_lines_that_break_are_marked(project: Upgraded) -> None:
    """Each line that mypy or a run refuses is marked in the program, and no other one."""
    assert project.broken == {(mark.file, mark.line) for mark in project.marked}


@pytest.mark.parametrize(("commit", "name"), PROJECTS, ids=str)
def test_no_break_is_told_that_breaks_nothing(commit: str, name: str) -> None:
    """Of the places that use what is called breaking, one breaks."""
    project = upgraded(commit, name)
    broken = {line for file, line in project.broken if file == "program.py"}
    for change, places in _breaks_with_places(project.reports.lines("update", "upgrade")).items():
        assert not places or places & broken, change


def _breaks_with_places(lines: Iterable[str]) -> dict[str, set[int]]:
    """Return the lines of the program that use each change which a report calls breaking."""
    breaks: dict[str, set[int]] = {}
    places: set[int] = set()
    for line in lines:
        if line.startswith("  breaks "):
            places = breaks.setdefault(line, set())
        elif not line.startswith("    "):
            places = set()
        places.update(int(number) for number in _PLACE.findall(line))
    return breaks


def _cases(*files: str) -> list[object]:
    """Return the breaks in files of the projects."""
    breaks = [one for one in BREAKS if one[2].file.endswith(files)]
    return [pytest.param(*one, id=f"{one[0]}-{one[2].told}") for one in breaks]


@pytest.mark.parametrize(("commit", "name", "mark"), _cases("program.py", "own_tests.py"))
def test_each_break_is_told_of_the_own_client(commit: str, name: str, mark: Break) -> None:
    """A command that generates, or says what it would, names what breaks the line."""
    assert tells(upgraded(commit, name).reports.lines("check", "update", "generate"), mark.told)


@pytest.mark.parametrize(("commit", "name", "mark"), _cases("program.py"))
def test_each_break_is_told_of_a_copy(commit: str, name: str, mark: Break) -> None:
    """``upgrade`` names what breaks the line in a program with a copy, which has no tests."""
    assert tells(upgraded(commit, name).reports.lines("upgrade"), mark.told)


@pytest.mark.parametrize("text", sorted({mark.page for _, _, mark in BREAKS}))
def test_each_break_is_on_the_page(text: str) -> None:
    """The page on upgrading has it."""
    assert text in PAGE.read_text(encoding="utf-8")


@pytest.mark.nightly
@pytest.mark.parametrize("commit", make.COMMITS)
def test_the_projects_are_what_the_tool_of_their_commit_writes(commit: str) -> None:
    """``python -m tests.qa.upgrade.make COMMIT`` changes nothing."""
    try:
        files = make.written_files(commit)
    except subprocess.CalledProcessError:
        pytest.skip("the clone is shallow")
    assert files == archive.read(make.archive_of(commit))

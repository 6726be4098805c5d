"""A project of an older speclock: its programs, the lines of them that break, and reports."""

from __future__ import annotations

import atexit
import functools
import json
import re
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.qa.upgrade import make
from tests.support.command import Outcome, python, speclock

PROGRAM = "program.py"
COPY_PROGRAM = "copy_program.py"
"""The same program with a copy of the client, line by line."""
OWN_TESTS = "src/tests/bookshop/own_tests.py"
RUN_EACH = """
import json, sys, traceback, types
import program
lines = []
for name, value in list(vars(program).items()):
    if isinstance(value, types.FunctionType) and value.__module__ == "program":
        try:
            value()
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            own = [frame.lineno for frame in frames if frame.filename == program.__file__]
            lines.append(own[-1])
            traceback.print_exc()
print(json.dumps(lines))
"""
"""A program that calls each function of a module, and prints the lines that failed."""
_MARK = re.compile(r"# breaks: ([^;\n]+)(?:; page: (.+))?$")
_MYPY_ERROR = re.compile(r"program\.py:(\d+): error:")
_MISSING_FIXTURE = re.compile(r"^file .*own_tests\.py, line (\d+)$", re.MULTILINE)
_DIFFERENCE = re.compile(r"  ([-+ ]|@@|\\)")
"""The beginning of a line of a difference between files, which tells no one what it means."""


@dataclass(frozen=True, slots=True)
class Break:
    """A line that the current tool breaks, as its author has marked it."""

    file: str
    line: int
    told: str
    """Words that one line of a report has."""
    page: str
    """A text of the page on upgrading."""


def marked_breaks(commit: str, name: str) -> list[Break]:
    """Return the marked lines of a project's program and of its own tests."""
    breaks: list[Break] = []
    for file in (PROGRAM, OWN_TESTS):
        path = make.sources(commit, name) / file
        if not path.is_file():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            mark = _MARK.search(line)
            if mark:
                breaks.append(Break(file, number, mark[1], mark[2] or mark[1]))
    return breaks


@functools.cache
def _cache() -> str:
    """Return a folder for what mypy has read of the libraries, which is removed at the end."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    return folder.name


def broken_lines(folder: Path) -> set[tuple[str, int]]:
    """Return the lines that mypy refuses, or that raise, with the clients in ``src``."""
    checked = python(
        folder, "-m", "mypy", "--strict", "--config-file=", "--python-version=3.11", PROGRAM,
        f"--cache-dir={_cache()}", code=None, MYPYPATH="src",
    )  # fmt: skip
    assert checked.code in (0, 1), checked
    lines = {int(line) for line in _MYPY_ERROR.findall(checked.out)}
    ran = python(folder, "-c", RUN_EACH, path=["src", "."])
    lines.update(json.loads(ran.out))
    broken = {(PROGRAM, line) for line in lines}
    if (folder / OWN_TESTS).is_file():
        tested = python(
            folder, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:asyncio",
            "--import-mode=importlib", "--rootdir=.", OWN_TESTS, code=None,
        )  # fmt: skip
        assert tested.code in (0, 1), tested
        missing = {int(line) for line in _MISSING_FIXTURE.findall(tested.out)}
        assert (not missing) == (tested.code == 0), tested.out
        broken |= {(OWN_TESTS, line) for line in missing}
    return broken


class Reports(dict[str, Outcome]):
    """What the current tool's commands said, by the command."""

    def run(self, folder: Path, *words: str) -> Outcome:
        """Run a command and keep what it says."""
        outcome = speclock(folder, *words)
        self[" ".join(words)] = outcome
        return outcome

    def lines(self, *commands: str) -> list[str]:
        """Return the lines that these commands printed, without differences between files."""
        found: list[str] = []
        for words, outcome in self.items():
            if words.partition(" ")[0] in commands:
                printed = (outcome.out + outcome.err).splitlines()
                is_check = words.startswith("check")
                found += [line for line in printed if not (is_check and _DIFFERENCE.match(line))]
        return found


def tells(lines: Iterable[str], words: str) -> bool:
    """Return whether one of the lines has all the words."""
    patterns = [re.compile(rf"(?<!\w){re.escape(word)}(?!\w)") for word in words.split()]
    return any(all(pattern.search(line) for pattern in patterns) for line in lines)


class Upgraded:
    """A project of an older speclock, over which each command of the current one has gone."""

    def __init__(self, commit: str, name: str, folder: Path) -> None:
        self.folder = folder
        self.marked = marked_breaks(commit, name)
        self.reports = Reports()
        make.restore(commit, name, folder)
        self.broken_before = broken_lines(folder)
        self.settings_before = self._settings()
        self._run_all(name)
        self.settings_after = self._settings()
        self.broken = broken_lines(folder)

    def _run_all(self, name: str) -> None:
        run = self.reports.run
        run(self.folder, "check")
        run(self.folder, "verify", "--all")
        if name == "bookshop":
            run(self.folder, "drift", "--revision", "upstream/next.yaml")
            run(self.folder, "update", "--dry-run", "--code", PROGRAM)
        ours = []
        if run(self.folder, "generate").code == 2:  # it refuses a template of the project's
            ours = ["--no-templates"]
            run(self.folder, "check", *ours)
            run(self.folder, "generate", *ours)
        run(self.folder, "check", "--quiet", *ours)
        if name == "bookshop":
            program = (self.folder / PROGRAM).read_text(encoding="utf-8")
            for copy in make.COPIES:
                imported = program.replace("from bookshop", f"from {copy.replace('/', '.')}")
                (self.folder / COPY_PROGRAM).write_text(imported, encoding="utf-8")
                run(self.folder, "upgrade", copy, "--dry-run", "--code", COPY_PROGRAM)
            run(self.folder, "upgrade", make.COPIES[0], "--yes")
            run(self.folder, "upgrade", make.COPIES[1], "--yes", "--keep-edits")

    def _settings(self) -> dict[str, bytes]:
        """Return the files that only their author and ``update`` may change."""
        names = ("pyproject.toml", "spec/speclock.lock", "spec/bookshop.allowed.toml", PROGRAM)
        paths = [self.folder / name for name in names]
        return {path.name: path.read_bytes() for path in paths if path.is_file()}


if __name__ == "__main__":  # python -m tests.qa.upgrade.project COMMIT NAME FOLDER
    upgraded = Upgraded(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    for words, outcome in upgraded.reports.items():
        print(f"$ speclock {words}  # {outcome.code}\n{outcome.out}{outcome.err}")
    print(sorted(upgraded.broken))

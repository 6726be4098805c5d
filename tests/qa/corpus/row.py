"""The row of a description: its client, and what came out of looking at it from all sides."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.qa.corpus.descriptions import Description
from tests.qa.corpus.process import ROOT
from tests.qa.runner import tools

HERE = Path(__file__).resolve().parent
MAX_LINES = 65
"""Non-blank lines for each operation in the median: models, tests and shared runtime aside."""
GROWING = ("client.py", "_operations.py", "testing.py")
"""Beside ``resources/``, the modules that have lines for each operation or resource."""
SHOWN = 8
"""The number of findings of one kind that are printed."""


@dataclass(slots=True)
class Row:
    """The measures of a description; a number that couldn't be measured is None."""

    description: Description
    emitted: int = 0
    left_out: int = 0
    """Operations that the settings leave out on purpose, as ``speclock.json`` records."""
    modules: int = 0
    imported: int = 0
    mypy: int | None = None
    pyright: int | None = None
    passed: int | None = None
    failed: int | None = None
    judged: int | None = None
    disagreed: int | None = None
    ran: int | None = None
    """Operations whose program, as ``show`` prints it, ran."""
    without_program: int = 0
    """Operations for which ``show`` prints why there is no program."""
    broken: int | None = None
    excused: Counter[str] = field(default_factory=Counter[str])
    """Defect of the validator → failures that it explains."""
    lines: int | None = None
    seconds: float = 0.0
    mebibytes: float = 0.0
    shortfalls: list[str] = field(default_factory=list[str])
    """What is missing from a full row, each with its first findings."""

    @property
    def per_operation(self) -> float | None:
        """Return the non-blank lines for each operation emitted."""
        return None if self.lines is None or not self.emitted else self.lines / self.emitted

    def short(self, title: str, findings: Iterable[str] = ()) -> None:
        """Note that something is missing."""
        found = [line.rstrip() for line in findings if line.strip()]
        more = [f"… and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
        self.shortfalls.append("\n    ".join([title, *found[:SHOWN], *more]))

    def generate(self, folder: Path) -> bool:
        """Generate the package into a folder that other packages are in; return success."""
        package, out = self.description.package, folder / f"output-{self.description.package}"
        ended = tools.python(
            "-m", "generator", "generate", "--spec", self.description.path, "--package", package,
            "--output", out, folder=folder, path=ROOT,
        )  # fmt: skip
        self.seconds, self.mebibytes = ended.seconds, ended.mebibytes
        if ended.code:
            lines = [line for line in ended.err.splitlines() if not line.startswith("  ")]
            errors = [line for line in lines if ": error: " in line]
            errors = errors or ended.err.splitlines()[-SHOWN:]
            self.short(f"generate ended with {ended.code}: {len(errors)} errors", errors)
            return False
        (folder / "tests").mkdir(exist_ok=True)
        for name in (package, f"tests/{package}"):
            (out / name).rename(folder / name)
        manifest = json.loads((folder / package / "speclock.json").read_text(encoding="utf-8"))
        self.emitted = len(manifest["operations"])
        self.left_out = len({one["operation"] for one in manifest["left_out"] if one["operation"]})
        if self.emitted + self.left_out != self.description.declared:
            self.short(
                f"{self.emitted} of {self.description.declared} operations emitted, "
                f"{self.left_out} recorded as left out"
            )
        self.lines = _lines(folder / package)
        return True

    def use(self, folder: Path) -> None:
        """Import the package, have its calls judged and run the programs that `show` prints."""
        package = self.description.package
        self.modules = sum(1 for _ in (folder / package).rglob("*.py"))
        reported = self._reported(folder, "importing.py", package)
        failures = reported and reported["failures"]
        if failures is not None:
            self.imported = self.modules - len({name.partition(":")[0] for name in failures})
        if failures:
            self.short(
                f"{len(failures)} modules or models can't be used",
                (f"{name}: {reason}" for name, reason in failures.items()),
            )
        verdict = self._reported(folder, "judge.py", self.description.path, folder, package)
        if verdict is not None:
            self._judged(verdict)
        programs = self._reported(folder, "shown.py", self.description.path, folder, package)
        if programs is not None:
            self.ran, self.without_program = programs["ran"], len(programs["reasons"])
            self.broken = len(programs["failures"])
            if self.broken:
                self.short(
                    f"{self.broken} programs that show prints fail",
                    (f"{name}: {' '.join(text.split())}"
                     for name, text in programs["failures"].items()),
                )  # fmt: skip

    def check_types(self, tool: str, found: Mapping[str, list[str]]) -> int | None:
        """Note the errors that a type checker has found in the package, and count them."""
        errors = found.get(tools.OTHERS) or found.get(self.description.package, [])
        if errors:
            self.short(f"{tool}: {len(errors)} errors", errors)
        return None if tools.OTHERS in found else len(errors)

    def check_tests(self, found: Mapping[str, tools.Tested] | list[str]) -> None:
        """Note the outcome of the package's own tests."""
        if isinstance(found, list):
            self.short("the tests have no report", found)
            return
        tested = found[self.description.package]
        self.passed, self.failed = tested.passed, len(tested.failures)
        if self.failed or not self.passed:
            self.short(f"{self.failed} generated tests fail, {self.passed} pass", tested.failures)

    def _reported(self, folder: Path, script: str, *arguments: str | Path) -> Any:
        """Return the JSON that a script of this folder prints; None if it prints none."""
        ended = tools.python("-W", "error" if script == "importing.py" else "default",
                             HERE / script, *arguments, folder=folder)  # fmt: skip
        try:
            return json.loads(ended.out)
        except ValueError:
            self.short(f"{script} ended with {ended.code}", ended.text.splitlines()[-SHOWN:])
            return None

    def _judged(self, verdict: dict[str, Any]) -> None:
        unexplained: list[dict[str, str]] = []
        for failure in verdict["failures"]:
            defect = explained(failure)
            if defect:
                self.excused[defect] += 1
            else:
                unexplained.append(failure)
        self.judged = verdict["tried"]
        self.disagreed = len({failure["operation"] for failure in unexplained})
        if unexplained:
            self.short(
                f"the judge disagrees over {self.disagreed} operations",
                (f"{f['operation']} [{f['case']}] {f['what']}: {f['reason']}" for f in unexplained),
            )


def explained(failure: Mapping[str, str]) -> str:
    """Return the validator's defect that explains a failure; empty if none does."""
    for known in exceptions():
        blamed = known["what"] == failure["what"]
        needed = known.get("only_with", "") in ("", failure.get("only_with"))
        if blamed and needed and re.search(known["symptom"], failure["reason"]):
            return known["defect"]
    return ""


@cache
def exceptions() -> tuple[dict[str, str], ...]:
    """Return the known defects of the validator, from ``exceptions.toml``."""
    text = (HERE / "exceptions.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["exception"])


def _lines(package: Path) -> int:
    """Count the non-blank lines of the modules that grow with the operations."""
    paths = [package / name for name in GROWING if (package / name).is_file()]
    paths += (package / "resources").rglob("*.py")
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return sum(1 for line in lines if line.strip())

"""One description's row: generate its client and look at what came out, from all sides."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.qa.corpus.descriptions import Description
from tests.qa.corpus.process import ROOT, Ended, run

HERE = Path(__file__).resolve().parent
MAX_LINES = 64
"""Non-blank lines for each operation in the median: models, tests and shared runtime aside."""
GROWING = ("_client.py", "_operations.py", "testing.py")
"""Beside ``resources/``, the modules that have lines for each operation or resource."""
PATIENCE = 900.0
"""Seconds after which a program is given up."""
SHOWN = 8
"""How many findings of one kind are shown."""


@dataclass(slots=True)
class Row:
    """What was measured; a number that couldn't be is None."""

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
    excused: dict[str, int] = field(default_factory=dict[str, int])
    """Defect of the validator → failures that it explains."""
    lines: int | None = None
    seconds: float = 0.0
    mebibytes: float = 0.0
    shortfalls: list[str] = field(default_factory=list[str])
    """What is missing from a full row, each with its first findings."""

    @property
    def per_operation(self) -> float | None:
        """Non-blank lines for each operation emitted."""
        return None if self.lines is None or not self.emitted else self.lines / self.emitted

    def short(self, title: str, findings: Iterable[str] = ()) -> None:
        """Note that something is missing."""
        found = [line.rstrip() for line in findings if line.strip()]
        more = [f"… and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
        self.shortfalls.append("\n    ".join([title, *found[:SHOWN], *more]))


def measure(
    description: Description,
    scratch: Path,
    caches: Path,
    progress: Callable[[str], None],
) -> Row:
    """Generate into ``scratch`` and measure; ``caches`` belongs to this worker alone."""
    row = Row(description)
    out = scratch / description.package
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    progress("generate")
    if not _generate(row, out):
        return row
    row.lines = _lines(out / description.package)
    for name, step in (
        ("import", _import), ("mypy", _mypy), ("pyright", _pyright), ("tests", _tests),
        ("judge", _judge), ("show", _show),
    ):  # fmt: skip
        progress(name)
        step(row, out, caches)
    return row


def _python(*arguments: str | Path, out: Path, env: Mapping[str, str] | None = None) -> Ended:
    """This environment's Python, standing beside the generated package."""
    given = {"PYTHONPATH": str(out), "PYTHONDONTWRITEBYTECODE": "1", **(env or {})}
    return run([sys.executable, *arguments], cwd=out, env=given, timeout=PATIENCE)


def _generate(row: Row, out: Path) -> bool:
    package = row.description.package
    command: list[str | Path] = ["-m", "generator", "generate", "--spec", row.description.path]
    ended = _python(
        *command, "--package", package, "--output", out, out=out, env={"PYTHONPATH": str(ROOT)}
    )
    row.seconds, row.mebibytes = ended.seconds, ended.mebibytes
    if ended.code:
        lines = [line for line in ended.err.splitlines() if not line.startswith("  ")]
        errors = [line for line in lines if ": error: " in line] or ended.err.splitlines()[-SHOWN:]
        row.short(f"generate ended with {ended.code}: {len(errors)} errors", errors)
        return False
    manifest = json.loads((out / package / "speclock.json").read_text(encoding="utf-8"))
    row.emitted = len(manifest["operations"])
    left_out: list[dict[str, Any]] = manifest.get("left_out", [])
    row.left_out = len({one["operation"] for one in left_out if one["operation"]})
    if row.emitted + row.left_out != row.description.declared:
        row.short(
            f"{row.emitted} of {row.description.declared} operations emitted, "
            f"{row.left_out} recorded as left out"
        )
    return True


def _import(row: Row, out: Path, _: Path) -> None:
    package = row.description.package
    row.modules = sum(1 for _ in (out / package).rglob("*.py"))
    ended = _python("-W", "error", HERE / "importing.py", package, out=out)
    try:
        failures: dict[str, str] = json.loads(ended.out)
    except ValueError:
        row.short("the import check ended early", ended.text.splitlines()[-SHOWN:])
        return
    row.imported = row.modules - len({name.partition(":")[0] for name in failures})
    if failures:
        row.short(
            f"{len(failures)} modules or models can't be used",
            (f"{name}: {reason}" for name, reason in failures.items()),
        )


def _mypy(row: Row, out: Path, caches: Path) -> None:
    errors = mypy_errors(out, row.description.package, caches)
    row.mypy = len(errors)
    if errors:
        row.short(f"mypy --strict: {len(errors)} errors", errors)


def mypy_errors(out: Path, package: str, caches: Path) -> list[str]:
    """Return what ``mypy --strict`` reports on a package and its tests, or how it ended."""
    ended = _python(
        "-m", "mypy", "--strict", "--config-file=", "--explicit-package-bases",
        "--python-version=3.11", "--no-error-summary", "--no-color-output", "--hide-error-context",
        f"--cache-dir={caches / 'mypy'}", package, f"tests/{package}", out=out,
    )  # fmt: skip
    errors = [line for line in ended.out.splitlines() if re.search(r": error: ", line)]
    if ended.code not in (0, 1) or ended.timed_out or bool(ended.code) != bool(errors):
        return [f"mypy ended with {ended.code}", *ended.text.splitlines()[-SHOWN:]]
    return errors


def _pyright(row: Row, out: Path, _: Path) -> None:
    package = row.description.package
    settings = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "include": [package, f"tests/{package}"],
        "extraPaths": ["."],
    }
    config = out / "pyrightconfig.json"
    config.write_text(json.dumps(settings), encoding="utf-8")
    ended = _python(
        "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable,
        "--project", config, out=out,
    )  # fmt: skip
    try:
        found: list[dict[str, Any]] = json.loads(ended.out)["generalDiagnostics"]
    except (ValueError, KeyError):
        row.short(f"pyright ended with {ended.code}", ended.text.splitlines()[-SHOWN:])
        return
    errors = [
        f"{Path(one['file']).relative_to(out)}:{one['range']['start']['line'] + 1}: "
        f"{' '.join(one['message'].split())} ({one.get('rule')})"
        for one in found
        if one["severity"] == "error"
    ]
    row.pyright = len(errors)
    if errors:
        row.short(f"pyright strict: {len(errors)} errors", errors)


def _tests(row: Row, out: Path, _: Path) -> None:
    ended = _python(
        "-m", "pytest", "-q", "-Werror", "-pno:cacheprovider", "-pno:asyncio",
        "--import-mode=importlib",
        "--rootdir", out, "-c", "/dev/null", "--tb=no", "-rfE", f"tests/{row.description.package}",
        out=out,
    )  # fmt: skip
    total = ended.out.strip().splitlines()[-1:] or [""]
    counts = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|error)", total[0])}
    if ended.code not in (0, 1) or not counts:
        row.short(f"pytest ended with {ended.code}", ended.text.splitlines()[-SHOWN:])
        return
    row.passed = counts.get("passed", 0)
    row.failed = counts.get("failed", 0) + counts.get("error", 0)
    if row.failed or not row.passed:
        bad = [line for line in ended.out.splitlines() if line.startswith(("FAILED", "ERROR"))]
        row.short(f"{row.failed} generated tests fail, {row.passed} pass", bad)


def _judge(row: Row, out: Path, _: Path) -> None:
    ended = _python(HERE / "judge.py", row.description.path, out, row.description.package, out=out)
    try:
        verdict: dict[str, Any] = json.loads(ended.out)
    except ValueError:
        row.short(f"the judge ended with {ended.code}", ended.text.splitlines()[-SHOWN:])
        return
    unexplained: list[dict[str, str]] = []
    for failure in verdict["failures"]:
        defect = explained(failure)
        if defect:
            row.excused[defect] = row.excused.get(defect, 0) + 1
        else:
            unexplained.append(failure)
    row.judged = verdict["tried"]
    row.disagreed = len({failure["operation"] for failure in unexplained})
    if unexplained:
        row.short(
            f"the judge disagrees over {row.disagreed} operations",
            (f"{f['operation']} [{f['case']}] {f['what']}: {f['reason']}" for f in unexplained),
        )


def _show(row: Row, out: Path, _: Path) -> None:
    ended = _python(HERE / "shown.py", row.description.path, out, row.description.package, out=out)
    try:
        found: dict[str, Any] = json.loads(ended.out)
    except ValueError:
        row.short(f"shown.py ended with {ended.code}", ended.text.splitlines()[-SHOWN:])
        return
    failures: dict[str, str] = found["failures"]
    row.ran, row.without_program = found["ran"], len(found["reasons"])
    row.broken = len(failures)
    if failures:
        row.short(
            f"{row.broken} programs that show prints fail",
            (f"{name}: {' '.join(reason.split())}" for name, reason in failures.items()),
        )


def explained(failure: Mapping[str, str]) -> str:
    """The validator's defect that explains a failure; empty where none is known."""
    for known in exceptions():
        blamed = known["what"] == failure["what"]
        needed = known.get("only_with", "") in ("", failure.get("only_with"))
        if blamed and needed and re.search(known["symptom"], failure["reason"]):
            return known["defect"]
    return ""


@cache
def exceptions() -> tuple[dict[str, str], ...]:
    """The known defects of the validator, from ``exceptions.toml``."""
    text = (HERE / "exceptions.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["exception"])


def _lines(package: Path) -> int:
    """Non-blank lines of the modules that grow with the operations; see ``run.py --help``."""
    paths = [package / name for name in GROWING if (package / name).is_file()]
    paths += (package / "resources").rglob("*.py")
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return sum(1 for line in lines if line.strip())

"""One hostile description, tried: generated, imported and tested under guard."""

from __future__ import annotations

import json
import os
import re
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.qa.corpus.process import ROOT, Ended, run

HERE = Path(__file__).resolve().parent
PACKAGE = "hostile_client"
MAX_SECONDS, MAX_MEBIBYTES = 10.0, 1024.0
_ADDRESS_SPACE = 8 << 30
"""A stop against eating the machine; what counts is the resident memory, which is measured."""
_TESTING = 300.0
_PATIENCE = 20 * MAX_SECONDS
"""Seconds of the clock; a busy machine is no fault."""

_PROBLEM = re.compile(
    r"^(?P<file>[^\n]*?)(?::(?P<line>\d+):(?P<column>\d+))?: "
    r"(?P<kind>error|warning|left out): (?P<fact>.*)$"
)
_SYSTEM = (
    "/dev", "/usr/share/zoneinfo", "/etc/localtime", "/etc/mime.types", "/etc/apache2/mime.types",
    "/etc/httpd", "/etc/ssl", "/usr/local/etc", "/usr/lib/ssl", "/etc/pki",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """One error or warning, as printed."""

    kind: str
    line: int
    """0 where none is given."""
    fact: str
    remedy: str


@dataclass(slots=True)
class Trial:
    """What became of a description."""

    generated: Ended
    out: Path
    problems: list[Problem]
    faults: list[str] = field(default_factory=list[str])
    """What must never be, whatever the description: why this trial failed."""
    fields: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    """Model → wire name → field, of the imported package."""

    @property
    def emitted(self) -> bool:
        """Whether there is output."""
        return self.generated.code == 0

    @property
    def refused(self) -> bool:
        """Whether the description was refused."""
        return self.generated.code == 2

    def of(self, kind: str) -> list[Problem]:
        """The errors, or the warnings."""
        return [problem for problem in self.problems if problem.kind == kind]

    def sources(self) -> Iterator[tuple[str, str]]:
        """Every Python file of the output that was rendered, with its text."""
        client = ROOT / "templates" / "client"
        plain = {self.out / PACKAGE / p.relative_to(client) for p in client.rglob("*.py")}
        for path in sorted((self.out / PACKAGE).rglob("*.py")):
            if path not in plain:
                yield path.relative_to(self.out).as_posix(), path.read_text(encoding="utf-8")
        conftest = self.out / "tests" / PACKAGE / "conftest.py"
        if conftest.is_file():
            yield conftest.relative_to(self.out).as_posix(), conftest.read_text(encoding="utf-8")


class Room:
    """A scratch folder for one description, with guarded processes in it."""

    def __init__(self, folder: Path, spec: Path, words: str) -> None:
        self.folder = folder
        self.spec = spec
        self.log = folder / "guard.log"
        self.out = folder / "out"
        self.words = words
        for name in ("home", "cwd", "tmp", "out", "tests"):
            (folder / name).mkdir(parents=True)

    def python(
        self,
        *arguments: str | Path,
        path: Path,
        timeout: float,
        seed: str = "0",
        loopback: bool = False,
    ) -> Ended:
        """Run this environment's Python under guard; ``path`` joins its import path.

        ``loopback`` lets it connect to servers of its own, and to nothing else.
        """
        read = (
            sys.prefix, sys.base_prefix, ROOT / "generator", ROOT / "templates", HERE,
            ROOT / "tests" / "qa" / "corpus", self.spec.parent, *_SYSTEM,
        )  # fmt: skip
        write = [self.folder / name for name in ("home", "cwd", "tmp", "out", "tests")]
        env = {
            "HOME": self.folder / "home",
            "XDG_CACHE_HOME": self.folder / "home",
            "TMPDIR": self.folder / "tmp",
            "PYTHONPATH": f"{HERE / 'guard'}{os.pathsep}{path}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": seed,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "RUFF_NO_CACHE": "true",
            "GUARD_LOG": self.log,
            "GUARD_READ": os.pathsep.join(os.path.realpath(one) for one in read),
            "GUARD_WRITE": os.pathsep.join([*map(os.path.realpath, write), "/dev/null"]),
            "GUARD_WORDS": self.words,
            "GUARD_LOOPBACK": "1" if loopback else "",
        }
        return run(
            [sys.executable, *arguments],
            cwd=self.folder / "cwd",
            env={name: str(value) for name, value in env.items()},
            timeout=timeout,
            before=_limits,
        )

    def generate(self, spec: Path, out: Path, seed: str = "0") -> Ended:
        """The command, for a description."""
        command = ("-m", "generator", "generate", "--verbose", "--spec", spec, "--package", PACKAGE)
        return self.python(
            *command, "--tests", "all", "--output", out, path=ROOT, timeout=_PATIENCE, seed=seed
        )

    def violations(self) -> list[str]:
        """What the guard noted, and files that stand where none should."""
        noted = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        strays = [
            f"left a file: {path.relative_to(self.folder)}"
            for folder in ("cwd", "home", "tmp")
            for path in sorted((self.folder / folder).rglob("*"))
        ]
        strays += [
            f"wrote beside the package: {path.relative_to(self.out)}"
            for path in sorted(self.out.rglob("*"))
            if path.is_file()
            and path.relative_to(self.out).parts[0] != PACKAGE
            and path.relative_to(self.out).parts[:2] != ("tests", PACKAGE)
        ]
        return list(dict.fromkeys(noted + strays))


def attempt(room: Room) -> Trial:
    """Generate; then import and test what came out."""
    before = _listing(room.spec.parent)
    ended = room.generate(room.spec, room.out)
    trial = Trial(ended, room.out, list(problems(ended.err)))
    faults = trial.faults
    if ended.timed_out or ended.processor > MAX_SECONDS:
        faults.append(f"generate took {ended.processor:.1f} s")
    if ended.mebibytes > MAX_MEBIBYTES:
        faults.append(f"generate took {ended.mebibytes:.0f} MiB")
    if "Traceback" in ended.text:
        last = ended.err.strip().splitlines()[-1:] or [""]
        faults.append(f"a traceback: {last[0][:200]}")
    elif not ended.timed_out and ended.code not in (0, 2):
        faults.append(f"generate ended with {ended.code}")
    if trial.emitted:
        _use(room, trial)
    elif list(room.out.rglob("*")):
        faults.append("refused, but files were written")
    faults += room.violations()
    if _listing(room.spec.parent) != before:
        faults.append("the description's folder has changed")
    return trial


def _use(room: Room, trial: Trial) -> None:
    corpus = ROOT / "tests" / "qa" / "corpus"
    ended = room.python(
        "-W", "error", corpus / "importing.py", PACKAGE, path=room.out, timeout=_TESTING
    )
    try:
        found: dict[str, dict[str, Any]] = json.loads(ended.out)
    except ValueError:
        trial.faults.append(f"the import ended with {ended.code}: {ended.err[-200:]}")
        return
    trial.faults += [f"can't import {n}: {why[:200]}" for n, why in found["failures"].items()]
    trial.fields = found["models"]
    tests = room.out / "tests" / PACKAGE
    ended = room.python(
        "-m", "pytest", "-q", "-Werror", "-pno:cacheprovider", "-pno:asyncio",
        "--import-mode=importlib",
        "-c", "/dev/null", "--rootdir", room.out, "--basetemp", room.folder / "tests" / "tmp",
        "--tb=line", "-rfE", tests, path=room.out, timeout=_TESTING, loopback=True,
    )  # fmt: skip
    if ended.code != 0:
        lines = [line for line in ended.out.splitlines() if line.startswith(("FAILED", "ERROR"))]
        total = ended.out.strip().splitlines()[-1:] or [f"ended with {ended.code}"]
        trial.faults.append(f"generated tests: {total[0]}: {'; '.join(lines[:2])[:400]}")


def problems(text: str) -> Iterator[Problem]:
    """The errors and warnings in what was printed, each with the line that follows it."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        match = _PROBLEM.match(line)
        if match:
            after = lines[number + 1] if number + 1 < len(lines) else ""
            remedy = after.strip() if after.startswith("  ") else ""
            yield Problem(match["kind"], int(match["line"] or 0), match["fact"], remedy)


def _limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _listing(folder: Path) -> list[tuple[str, int]]:
    return sorted((path.name, path.stat().st_mtime_ns) for path in folder.iterdir())

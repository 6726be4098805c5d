"""Runs of tests on one faulty copy of the code after another, each in a fork.

pytest, httpx, pydantic and the generator are imported once, here; no client is, so that every fork
imports its own faulty copy.
"""

from __future__ import annotations

import os
import py_compile
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import jsonschema_rs
import pydantic
import pytest

import generator.cli.generate as generate
from generator.codegen.render import templates
from tests.qa.mutate.subjects import ROOT, Mutant, Subject
from tests.support.cases import READY

PRELOADED = (generate, httpx, jsonschema_rs, pydantic)
# The settings of pyproject.toml: warnings are errors.
SETTINGS = """\
[pytest]
addopts = --import-mode=importlib --strict-config --strict-markers
filterwarnings = error
markers =
    slow: takes time of its own
    nightly: takes long and rarely fails
"""
COMMAND = ("-x", "-q", "-pno:cacheprovider", "-pno:asyncio", "--no-header", "--tb=line",
           "-m", "not nightly")  # fmt: skip
POLL = 0.002
PATIENCE = 300.0
"""Seconds that the tests may take without a fault."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one copy."""

    mutant: Mutant | None
    """None for the copy without a fault."""
    noticed: bool
    by: str
    """The test that failed, or what else happened."""
    output: str


@dataclass(slots=True)
class _Slot:
    """A copy of the code, which has one fault at a time."""

    folder: Path
    pid: int = 0
    until: float = 0.0
    mutant: Mutant | None = None

    @property
    def log(self) -> Path:
        return self.folder / "output.txt"


class Trials:
    """The copies, and the forks that run in them; leaving the context ends and removes them."""

    def __init__(self, subject: Subject, jobs: int, limit: float) -> None:
        self._subject = subject
        self._limit = limit
        self._scratch = Path(tempfile.mkdtemp(prefix="speclock-mutate-"))
        self._slots = [self._slot(self._scratch / str(number)) for number in range(jobs)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        for slot in self._slots:
            if slot.pid:
                _end(slot.pid)
        shutil.rmtree(self._scratch, ignore_errors=True)

    def run(self, mutants: Sequence[Mutant | None]) -> Iterator[Trial]:
        """Try each fault, a few at once; the trials come as they end."""
        waiting = list(reversed(mutants))
        while waiting or any(slot.pid for slot in self._slots):
            ended = False
            for slot in self._slots:
                if slot.pid and (trial := self._ended(slot)):
                    ended = True
                    yield trial
                if not slot.pid and waiting:
                    self._start(slot, waiting.pop())
            if not ended:
                time.sleep(POLL)

    def _slot(self, folder: Path) -> _Slot:
        shutil.copytree(self._subject.folder, folder)
        (folder / "pytest.ini").write_text(SETTINGS, encoding="utf-8")
        for file in {edit.file for mutant in self._subject.mutants for edit in mutant.edits}:
            _compiled(folder / file)
        return _Slot(folder)

    def _start(self, slot: _Slot, mutant: Mutant | None) -> None:
        slot.mutant = mutant
        for edit in mutant.edits if mutant else ():
            file = slot.folder / edit.file
            file.write_bytes(edit.applied(file.read_bytes()))
            Path(cache_from_source(str(file))).unlink(missing_ok=True)
        sys.stdout.flush()
        sys.stderr.flush()
        slot.until = time.monotonic() + (self._limit if mutant else PATIENCE)
        slot.pid = os.fork()
        if slot.pid == 0:
            _test(slot.folder, self._subject.tests(mutant), slot.log)

    def _ended(self, slot: _Slot) -> Trial | None:
        pid, state = os.waitpid(slot.pid, os.WNOHANG)
        late = pid == 0 and time.monotonic() > slot.until
        if pid == 0 and not late:
            return None
        if late:
            _end(slot.pid)
        slot.pid = 0
        mutant = slot.mutant
        for edit in mutant.edits if mutant else ():
            file = slot.folder / edit.file
            shutil.copyfile(self._subject.folder / edit.file, file)
            _compiled(file)
        output = slot.log.read_text(encoding="utf-8", errors="replace")
        code = -1 if late else os.waitstatus_to_exitcode(state)
        by = f"the time limit of {self._limit:g} s" if late else _culprit(output, code)
        return Trial(mutant, code != 0, by, output)


def _compiled(file: Path) -> None:
    """Cache a file's bytecode, so that only the faulty file is compiled in a fork."""
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(file), doraise=True, invalidation_mode=mode)


def _test(folder: Path, tests: Sequence[Path], log: Path) -> None:
    """Be the fork: run the tests on the code in a folder, and end."""
    code = 70
    try:
        os.setsid()
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(folder)
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        os.environ[READY] = str(folder)
        templates.templates_folder = lambda: folder
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(folder))
        root = ROOT if any(path.is_absolute() for path in tests) else folder
        settings = ["-c", str(folder / "pytest.ini"), "--rootdir", str(root)]
        code = int(pytest.main([*settings, *COMMAND, *map(str, tests)]))
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
        traceback.print_exc()
    finally:
        os._exit(code)


def _end(pid: int) -> None:
    """Kill a fork of ours with all that it started."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:  # before it made its own group
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _culprit(output: str, code: int) -> str:
    for line in output.splitlines():
        if line.startswith(("FAILED ", "ERROR ")):
            return line.split(" ")[1].rpartition("/")[2]
    return f"exit code {code}"

"""Runs of tests on one faulty copy of the code after another, each in a fork.

pytest, httpx, pydantic and the generator are imported once, here; no client is, so that every fork
imports its own faulty copy.
"""

from __future__ import annotations

import compileall
import multiprocessing
import os
import py_compile
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.util import cache_from_source
from pathlib import Path

import httpx
import jsonschema_rs
import pydantic
import pytest

import generator.project.cli.generate as generate
from generator.codegen import templates
from tests.qa.mutate.subjects import ROOT, Mutant, Subject
from tests.qa.runner import command
from tests.qa.runner.children import Failed, in_child
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
PATIENCE = 1200
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


def tried(
    subject: Subject, mutants: Sequence[Mutant | None], jobs: int, limit: int
) -> Iterator[Trial]:
    """Try each fault, a few at once; the trials come as they end."""
    # Cached once, so that only the faulty file is compiled in a fork.
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(subject.folder, quiet=2, invalidation_mode=mode)
    with tempfile.TemporaryDirectory(prefix="speclock-mutate-") as scratch:
        pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("fork"))
        work = partial(_tried, subject.folder, Path(scratch), limit)
        yield from command.spread(pool, work, [(one, subject.tests(one)) for one in mutants])


def _tried(
    whole: Path, scratch: Path, limit: int, given: tuple[Mutant | None, Sequence[Path]]
) -> Trial:
    """Try a fault in this process's own copy of the code."""
    mutant, tests = given
    folder = scratch / str(os.getpid())
    if not folder.exists():
        shutil.copytree(whole, folder)
        (folder / "pytest.ini").write_text(SETTINGS, encoding="utf-8")
    faulty = {folder / edit.file: edit for edit in mutant.edits} if mutant else {}
    for file, edit in faulty.items():
        file.write_bytes(edit.applied(file.read_bytes()))
        Path(cache_from_source(file)).unlink()
    log = folder / "output.txt"
    there = {*folder.iterdir(), log}
    seconds = limit if mutant else PATIENCE
    try:
        code = in_child(partial(_test, folder, tests, log, seconds), folder, seconds)
        end = f"exit code {code}"
    except Failed as failure:
        code, end = 1, str(failure)
    for file in faulty:
        for path in (file, Path(cache_from_source(file))):
            shutil.copyfile(whole / path.relative_to(folder), path)
    for path in {*folder.iterdir()} - there:  # a package that a test generated has this fault
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    output = log.read_text(encoding="utf-8", errors="replace")
    return Trial(mutant, code != 0, _culprit(output) or end, f"{output}\n{end}")


def _test(folder: Path, tests: Sequence[Path], log: Path, seconds: int) -> int:
    """Run the tests on the code in a folder; return pytest's exit code."""
    signal.alarm(seconds)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ[READY] = str(folder)
    templates.templates_folder = lambda: folder
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(folder))
    root = ROOT if any(path.is_absolute() for path in tests) else folder
    settings = ["-c", str(folder / "pytest.ini"), "--rootdir", str(root)]
    code = int(pytest.main([*settings, *COMMAND, *map(str, tests)]))
    sys.stdout.flush()
    return code


def _culprit(output: str) -> str:
    for line in output.splitlines():
        if line.startswith(("FAILED ", "ERROR ")):
            return line.split(" ")[1].rpartition("/")[2]
    return ""

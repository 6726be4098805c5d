"""A document's client, generated, imported, tested and type-checked; each in a forked child."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.config import Client, Settings
from generator.errors import InternalError, SpecError, UsageError
from generator.services.generate import generate
from tests.qa.corpus.importing import import_failures
from tests.qa.fuzz.worker import failing_tests
from tests.qa.runner.children import SECONDS, Failed, in_child
from tests.qa.suites.documents import Document
from tests.qa.suites.values import Values, check_values

TESTED = 80
"""The most operations of a client whose generated tests are run."""
TEST_SECONDS = 240


@dataclass(slots=True)
class Trial:
    """The outcome for one document; a stage that wasn't reached is in neither list."""

    document: Document
    emitted: int = 0
    left_out: int = 0
    assumed: int = 0
    """How many assumptions ``speclock.json`` records."""
    passed: list[str] = field(default_factory=list[str])
    """``generate``, ``import``, ``tests`` and ``mypy``."""
    failed: dict[str, str] = field(default_factory=dict[str, str])
    """Stage → the first line of the reason."""
    values: Values = field(default_factory=Values)
    refusals: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """The codes and facts of a refused document, or of the operations left out."""
    seconds: float = 0.0
    is_bug: bool = False
    """Whether generating ended in an internal error or a traceback, or not in time."""


def try_document(
    document: Document, *, typed: Path | None, stages: Sequence[str], seed: str
) -> Trial:
    """Return what becomes of a document; its client is left in ``typed`` for mypy, if given."""
    trial = Trial(document)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="suites-") as scratch:
        out = Path(scratch)
        if _generate(trial, out):
            package = document.package
            _stage(trial, "import", out, lambda: _import(package, out))
            is_usable = "import" in trial.passed
            if is_usable and "tests" in stages and document.declared <= TESTED:
                _stage(trial, "tests", out, lambda: _tests(f"tests/{package}", out), TEST_SECONDS)
            if is_usable and "values" in stages:
                _values(trial, out, seed)
            if typed is not None:
                for part in (package, f"tests/{package}"):
                    shutil.copytree(out / part, typed / part)
    trial.seconds = time.monotonic() - began
    return trial


def _generate(trial: Trial, out: Path) -> bool:
    document = trial.document
    try:
        answer = in_child(lambda: _generated(document, out), document.path.parent)
    except Failed as failure:
        trial.failed["generate"] = str(failure)
        trial.is_bug = True
        return False
    trial.refusals = [(code, fact) for code, fact in answer["refusals"]]
    if answer["failure"]:
        trial.failed["generate"] = answer["failure"]
        trial.is_bug = answer["is_bug"]
        return False
    trial.passed.append("generate")
    manifest = json.loads((out / document.package / "speclock.json").read_text(encoding="utf-8"))
    trial.emitted = len(manifest["operations"])
    left_out: list[dict[str, Any]] = manifest["left_out"]
    trial.left_out = len({one["operation"] for one in left_out if one["operation"]})
    trial.refusals = [(one["code"], one["fact"]) for one in left_out if one["operation"]]
    trial.assumed = len(manifest.get("assumed", ()))
    return True


def _generated(document: Document, out: Path) -> dict[str, Any]:
    root = os.path.relpath(document.root, document.path.parent)
    client = Client(document.path.name, document.package, str(out), root=root)
    answer: dict[str, Any] = {"failure": "", "refusals": [], "is_bug": False}
    try:
        generate(Settings(document.path.parent, (client,)))
    except SpecError as error:
        first = error.problems[0]
        answer["failure"] = f"{first.place}: {first.fact} [{first.code}]"
        answer["refusals"] = [(problem.code, problem.fact) for problem in error.problems]
    except (UsageError, InternalError) as error:
        answer["failure"] = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
        answer["is_bug"] = isinstance(error, InternalError)
    return answer


def _stage(
    trial: Trial, name: str, out: Path, work: Callable[[], str], seconds: int = SECONDS
) -> None:
    """Do ``work``, which returns a failure or "", and record its outcome."""
    try:
        failure: str = in_child(work, out, seconds)
    except Failed as error:
        failure = str(error)
    if failure:
        trial.failed[name] = failure.partition("\n")[0]
    else:
        trial.passed.append(name)


def _import(package: str, out: Path) -> str:
    warnings.simplefilter("error")
    sys.path.insert(0, str(out))
    return "\n".join(f"{name}: {fact}" for name, fact in import_failures(package).items())


def _tests(tests: str, out: Path) -> str:
    sys.path.insert(0, str(out))
    return failing_tests(tests)


def _values(trial: Trial, out: Path, seed: str) -> None:
    document = trial.document

    def check() -> dict[str, Any]:
        sys.path.insert(0, str(out))
        values = check_values(document.path, out, document.package, seed, document.root)
        return {"counts": values.counts, "failed": values.failed, "faults": values.faults}

    try:
        found = in_child(check, out, TEST_SECONDS)
        faults = [(direction, where, fact) for direction, where, fact in found["faults"]]
        trial.values = Values(Counter(found["counts"]), Counter(found["failed"]), faults)
        trial.passed.append("values")
    except Failed as error:
        trial.failed["values"] = str(error)

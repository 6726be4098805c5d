"""A description's client, generated and looked at from all sides; each stage in a forked child."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.base.config import Client, Settings
from generator.base.errors import InternalError, SpecError, UsageError
from generator.project.services.generation.generate import generate
from tests.qa.corpus.descriptions import Description
from tests.qa.corpus.importing import import_failures
from tests.qa.corpus.judge import judge
from tests.qa.corpus.shown import run_shown
from tests.qa.corpus.trial_outcome import Outcome, reason
from tests.qa.runner import tools
from tests.qa.runner.children import Failed, in_child

GROWING = ("client.py", "_operations.py", "testing.py")
"""Beside ``resources/``, the modules that have lines for each operation or resource."""
SECONDS = 600
"""Processor time of a stage."""


@dataclass(slots=True)
class Trial:
    """The outcome for one description."""

    description: Description
    outcomes: dict[str, Outcome] = field(default_factory=dict[str, Outcome])
    """Stage → its outcome; a stage that wasn't reached has none."""
    emitted: int = 0
    left_out: int = 0
    """Operations that ``speclock.json`` records as left out."""
    excused: int = 0
    """Declared operations that aren't emitted for a reason of reasons.toml."""
    assumed: int = 0
    """Assumptions that it records."""
    lines: int = 0
    """Non-blank lines of the modules that grow with the operations."""
    codes: set[str] = field(default_factory=set[str])
    """Codes of the problems of a refused description, or of the operations left out."""
    seconds: float = 0.0
    mebibytes: float = 0.0
    is_bug: bool = False
    """Whether generating ended in an internal error or a traceback, or not in time."""


def try_description(
    description: Description, *, stages: Collection[str], typed: Path | None, seed: str
) -> Trial:
    """Return the trial of a description; its client is left in ``typed`` for type checkers."""
    trial = Trial(description)
    with tempfile.TemporaryDirectory(prefix="corpus-") as scratch:
        out = Path(scratch)
        _generate(trial, out)
        for name in STAGES if not trial.outcomes["generate"].failures else ():
            if name == "import" or (name in stages and not trial.outcomes["import"].failures):
                trial.outcomes[name] = run_stage(name, description, out, seed)
        if typed is not None and "import" in trial.outcomes:
            for part in (description.package, f"tests/{description.package}"):
                shutil.copytree(out / part, typed / part)
    return trial


def run_stage(name: str, description: Description, folder: Path, seed: str = "") -> Outcome:
    """Return the outcome of a stage for the client in a folder."""

    def work() -> dict[str, Any]:
        sys.path.insert(0, str(folder))
        return vars(STAGES[name](description, folder, seed))

    try:
        found = in_child(work, folder, SECONDS)
    except Failed as failure:
        return Outcome(1, [str(failure)])
    return Outcome(**found)


def _generate(trial: Trial, out: Path) -> None:
    description = trial.description
    try:
        found = in_child(lambda: generated(description, out), description.path.parent)
    except Failed as failure:
        found = {"failures": [str(failure)], "is_bug": True}
    problems: list[tuple[str, str]] = found.get("problems", [])
    trial.codes = {code for code, _ in problems}
    trial.is_bug = found["is_bug"]
    outcome = trial.outcomes["generate"] = Outcome(1, found["failures"])
    if outcome.failures:
        known = [reason("refused", code, fact) for code, fact in problems]
        outcome.excused = dict.fromkeys(filter(None, known), 1)
        trial.excused = description.declared if all(known) else 0
        return
    trial.seconds, trial.mebibytes = found["seconds"], found["mebibytes"]
    manifest = json.loads((out / description.package / "speclock.json").read_text("utf-8"))
    left_out: list[dict[str, str]] = [one for one in manifest["left_out"] if one["operation"]]
    trial.emitted, trial.assumed = len(manifest["operations"]), len(manifest.get("assumed", ()))
    trial.left_out = len({one["operation"] for one in left_out})
    trial.codes = {one["code"] for one in left_out}
    excused = {one["operation"] for one in left_out if reason("refused", one["code"], one["fact"])}
    missing = max(description.declared - trial.emitted, 0)
    trial.excused = min(len(excused), missing)
    trial.lines = _lines(out / description.package)
    numbers = f"{trial.emitted} emitted, {trial.left_out} left out, {description.declared} declared"
    is_whole = trial.emitted + trial.left_out == description.declared
    trial.outcomes["operations"] = Outcome(description.declared, [] if is_whole else [numbers])


def generated(description: Description, out: Path, **settings: Any) -> dict[str, Any]:
    """Generate the client of a description; return the failures, problems, time and memory."""
    root = os.path.relpath(description.root, description.path.parent)
    settings = {"tests": "all", "root": root, **settings}
    client = Client(description.path.name, description.package, str(out), **settings)
    began = time.monotonic()
    found: dict[str, Any] = {"failures": [], "problems": [], "is_bug": False}
    try:
        generate(Settings(description.path.parent, (client,)))
    except SpecError as error:
        found["failures"] = [f"{one.place}: {one.fact} [{one.code}]" for one in error.problems]
        found["problems"] = [(one.code, one.fact) for one in error.problems]
    except (UsageError, InternalError) as error:
        found["failures"] = [f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"]
        found["is_bug"] = isinstance(error, InternalError)
    users = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    held = max(resource.getrusage(user).ru_maxrss for user in users)
    return {**found, "seconds": time.monotonic() - began, "mebibytes": held / 1024}


def _import(description: Description, folder: Path, _: str) -> Outcome:
    warnings.simplefilter("error")
    failures = import_failures(description.package)
    modules = sum(1 for _ in (folder / description.package).rglob("*.py"))
    return Outcome(modules, [f"{name}: {fact}" for name, fact in failures.items()])


def _tests(description: Description, _: Path, __: str) -> Outcome:
    passed, failures = tools.generated_tests(f"tests/{description.package}")
    return Outcome(passed + len(failures), [one.partition("\n")[0] for one in failures])


def _judge(description: Description, folder: Path, _: str) -> Outcome:
    warnings.simplefilter("ignore")
    return judge(description.path, folder, description.package)


def _shown(description: Description, _: Path, __: str) -> Outcome:
    return run_shown(description.path, description.package)


STAGES: Mapping[str, Callable[[Description, Path, str], Outcome]] = {
    "import": _import, "tests": _tests, "judge": _judge, "shown": _shown,
}  # fmt: skip
"""The stages after ``generate``."""


def _lines(package: Path) -> int:
    paths = [package / name for name in GROWING if (package / name).is_file()]
    paths += (package / "resources").rglob("*.py")
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return sum(1 for line in lines if line.strip())

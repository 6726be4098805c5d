"""What holds for every description: sound output, or a refusal with place, fact and remedy.

:func:`verdict` runs the pipeline in memory and returns what is wrong, or None.
"""

from __future__ import annotations

import json
import re
import signal
import traceback
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import yaml

from generator.base.config import Client
from generator.base.errors import Problem, SpecError, UsageError
from generator.project.services.generation.generate import render_client
from tests.qa.fuzz.worker import Worker
from tests.support.command import without_layout

SPEC = "spec.yaml"
PACKAGE = "fuzzed"
LIMIT = 10.0
"""Seconds of processor time in which a description is done with."""
CLIENT = Client(spec=SPEC, package=PACKAGE, output="out", client="Sample", tests="all")
ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the outcome of one description."""

    mark: str
    """What one defect has in common whatever the description: where it was raised, and what."""
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a description."""

    fault: Fault | None = None
    codes: tuple[str, ...] = ()
    """Why it was refused; empty if it was accepted."""
    operations: int = 0


class _TooLong(BaseException):
    """The time is up; not an Exception, so that nothing takes it for its own."""


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    def stop(_: int, __: FrameType | None) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def values_outcome(data: bytes, folder: Path, worker: Worker | None) -> Outcome:
    """Generate from a description of :mod:`.intersections`, and judge values by its models."""
    (folder / SPEC).write_bytes(data)
    with chdir(folder), without_layout():
        made = render_client(CLIENT, Path.cwd(), _quiet)
    files = {name: text for name, text in made.files.files.items() if name.startswith(PACKAGE)}
    pointers = [warning.place.pointer for warning in made.warnings]
    files["judged.json"] = json.dumps([yaml.safe_load(data), pointers]).encode()
    assert worker is not None
    said = worker.run(files, PACKAGE)
    fault = Fault(f"values: {_generic(said.partition(': ')[2])}", said) if said else None
    return Outcome(fault, (), len(made.api.operations))


def outcome_of(data: bytes, folder: Path, worker: Worker | None = None) -> Outcome:
    """Generate from ``data``; with a ``worker`` the real layout, twice, imported and tested too."""
    (folder / SPEC).write_bytes(data)
    with chdir(folder):
        return _outcome(data, Path.cwd(), worker)


def _outcome(data: bytes, folder: Path, worker: Worker | None) -> Outcome:
    lines = data.decode("utf-8", errors="replace").replace("\r\n", "\n").split("\n")
    try:
        with _limited(LIMIT):
            if worker is not None:
                made = render_client(CLIENT, folder, _quiet)
            else:
                with without_layout():
                    made = render_client(CLIENT, folder, _quiet)
    except SpecError as error:
        fault = _refusal_fault(error.problems, lines)
        return Outcome(fault, tuple(problem.code for problem in error.problems))
    except UsageError as error:
        vague = Fault("UsageError", "UsageError without a text") if not str(error) else None
        return Outcome(vague, ("usage",))
    except _TooLong:
        return Outcome(Fault("time", f"took more than {LIMIT:g} s\n{traceback.format_exc()}"))
    except RecursionError as error:  # anywhere in the circle
        return Outcome(Fault("RecursionError", _short_trace(error)))
    except Exception as error:  # noqa: BLE001 - that there is none is what is tested
        return Outcome(Fault(_mark(error), _short_trace(error)))
    fault = next(filter(None, (_problem_fault(w, lines, "warning") for w in made.warnings)), None)
    if fault is None and worker is not None:
        fault = _sound(made.files.files, folder, worker)
    return Outcome(fault, (), len(made.api.operations))


def _sound(files: Mapping[str, bytes], folder: Path, worker: Worker) -> Fault | None:
    if render_client(CLIENT, folder, _quiet).files.files != files:
        return Fault("determinism", "a second run made other bytes")
    said = worker.run(files, PACKAGE)
    return Fault(f"package: {_kind(said)}", said) if said else None


def _quiet(_: str) -> None:
    pass


def _mark(error: BaseException) -> str:
    """The kind of an exception and the function of ours that it came out of."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if Path(f.filename).is_relative_to(ROOT / "generator")]
    last = ours[-1]
    where = f"{Path(last.filename).relative_to(ROOT).as_posix()}:{last.name}"
    beyond = "" if frames[-1] is last else f" > {Path(frames[-1].filename).name}"
    said = str(error).partition("\n")[0]
    return f"{type(error).__name__} in {where}{beyond}: {_generic(said)[:120]}"


def _generic(said: str) -> str:
    """A message without what varies from description to description."""
    return re.sub(r"'[^']*'|\"[^\"]*\"|\d+", "…", said.partition("\n")[0])


def _kind(said: str) -> str:
    """Which test failed, or which module, and what was raised; the message varies."""
    where, _, raised = said.partition("\n")[0].partition(": ")
    return f"{where.rpartition('/')[2]}: {raised.partition(':')[0].rpartition('.')[2]}"


def _short_trace(error: BaseException) -> str:
    lines = traceback.format_exception(error)
    return "".join(lines if len(lines) < 9 else [*lines[:2], "  …\n", *lines[-6:]])


def _refusal_fault(problems: tuple[Problem, ...], lines: list[str]) -> Fault | None:
    if not problems:
        return Fault("no problem", "refused without a reason")
    return next(filter(None, (_problem_fault(p, lines, "refusal") for p in problems)), None)


def _problem_fault(problem: Problem, lines: list[str], what: str) -> Fault | None:
    place = problem.place
    checks = {
        "no line and column": place.line >= 1 and place.column >= 1,
        "a fact of other than one line": _is_line(problem.fact),
        "a remedy of other than one line": _is_line(problem.remedy),
        "a remedy that is neither a sentence nor a command": (
            problem.remedy.rstrip()[-1:] in (*".'\"0123456789",) or "speclock " in problem.remedy
        ),
        "a line that the text lacks": place.file != SPEC or place.line <= len(lines),
        "no code": re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", problem.code) is not None,
    }
    for name, holds in checks.items():
        if not holds:
            return Fault(f"{what} [{problem.code}]: {name}", f"{what} with {name}: {problem!r}")
    return None


def _is_line(text: str) -> bool:
    """Whether a terminal shows a text as one line, and as nothing else."""
    return bool(text.strip()) and text.isprintable()

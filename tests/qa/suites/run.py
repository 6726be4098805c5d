"""Generate a client from each document of other generators' test suites, and use it.

FOLDER has an `index.tsv` with the columns `file`, `source` and `kind`; without one every
description in it is taken. For each document this generates the client, imports every module with
warnings as errors, and runs the generated tests. `mypy --strict` checks a random sample that
changes with the date. Each step runs in a forked process with a limit of time and memory.

columns:
  documents   of the source
  positive    those of which some generator makes a client, and that declare an operation
  exit 0      of these, the ones that generate
  declared    their operations, counted with another parser
  emitted     operations in the clients
  left out    operations recorded as left out
  assumed     assumptions recorded
  imports     clients that import / clients
  values      schema-valid values that weren't changed or refused / values
  tests       clients whose tests pass / clients tested
  mypy        clients without type errors / clients checked
  seconds     of all steps
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import random
import re
import sys
import tempfile
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.qa.runner import command, tools
from tests.qa.runner.command import BAD, GOOD, Table
from tests.qa.suites.documents import Document, documents
from tests.qa.suites.trial import Trial, try_document

LEAST_BODIES, MANY = 48, 100
"""The least number of bodies for each client, where there are so many clients."""
SHOWN = 3
"""The number of wrong values that are printed for a document."""
BODIES, PARAMETERS = ("request", "response"), ("parameter",)
STAGES = "tests,values,mypy"
TYPED = 100
"""The number of clients that mypy checks."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """The least share of something, in percent."""

    name: str
    least: float
    part: Callable[[Sequence[Trial]], int]
    whole: Callable[[Sequence[Trial]], int]


def _counted(trials: Sequence[Trial]) -> list[Trial]:
    """Return the trials of documents from which a client can be expected."""
    return [t for t in trials if t.document.is_positive and t.document.declared]


def _with(stage: str, trials: Sequence[Trial]) -> int:
    return sum(stage in trial.passed for trial in trials)


def _reached(stage: str, trials: Sequence[Trial]) -> int:
    return sum(stage in trial.passed or stage in trial.failed for trial in trials)


def _pushed(directions: Sequence[str], trials: Sequence[Trial]) -> int:
    """Return the number of values that were pushed through clients."""
    return sum(trial.values.counts[one] for trial in trials for one in directions)


def _kept(directions: Sequence[str], trials: Sequence[Trial]) -> int:
    """Return how many of them were neither changed nor refused."""
    failed = sum(trial.values.failed[one] for trial in trials for one in directions)
    return _pushed(directions, trials) - failed


THRESHOLDS = (
    Threshold(
        "exit 0", 98.5, lambda ts: _with("generate", _counted(ts)), lambda ts: len(_counted(ts))
    ),
    Threshold(
        "operations emitted",
        99.5,
        lambda ts: sum(min(t.emitted, t.document.declared) for t in _counted(ts)),
        lambda ts: sum(t.document.declared for t in _counted(ts)),
    ),
    Threshold("imports", 100.0, partial(_with, "import"), partial(_reached, "import")),
    Threshold("tests", 99.5, partial(_with, "tests"), partial(_reached, "tests")),
    Threshold("bodies", 99.7, partial(_kept, BODIES), partial(_pushed, BODIES)),
    Threshold("parameters", 99.7, partial(_kept, PARAMETERS), partial(_pushed, PARAMETERS)),
    Threshold("mypy", 100.0, partial(_with, "mypy"), partial(_reached, "mypy")),
    Threshold("no bug", 100.0, lambda ts: sum(not t.is_bug for t in ts), len),
)
COLUMNS = (
    ("source", 40), ("documents", 9), ("positive", 8), ("exit 0", 6), ("declared", 8),
    ("emitted", 7), ("left out", 8), ("assumed", 7), ("imports", 9), ("tests", 9),
    ("values", 13), ("mypy", 7), ("seconds", 7),
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = command.parser(
        __doc__,
        "every share is at its threshold, and refusals and wrong values have a reason in "
        "reasons.toml",
        "one isn't, or generating a client ended in an internal error or a traceback",
        "contains the documents",
    )
    parser.add_argument("--seed", default=f"{datetime.now(UTC):%Y-%m-%d}", help="of the sample")
    parser.add_argument("--stages", default=STAGES, help="after generate and import (%(default)s)")
    parser.add_argument("--failures", type=Path, metavar="FILE", help="append failures: TSV")
    options, chosen = command.parse(
        parser, arguments, documents, lambda one: one.file, is_named=str.__contains__
    )
    trials = _tried(chosen, options)
    by_source: dict[str, list[Trial]] = defaultdict(list)
    for trial in trials:
        by_source[trial.document.source].append(trial)
    table = Table(COLUMNS)
    for source, some in sorted(by_source.items()):
        table.print([source, *_cells(some)])
    table.print(["all", *_cells(trials)])
    _print_failures(trials)
    return _conclusion(trials)


def _tried(chosen: list[Document], options: argparse.Namespace) -> list[Trial]:
    """Return every document's trial, in the order of the documents."""
    stages = options.stages.split(",")
    candidates = [one.file for one in chosen if one.is_positive and one.declared]
    share = round(TYPED * len(chosen) / max(len(chosen), 1_000))
    size = min(max(share, 1), len(candidates)) if "mypy" in stages else 0
    typed = set(random.Random(options.seed).sample(candidates, size))
    print(f"{len(chosen)} documents; mypy checks {size} chosen by {options.seed!r}", flush=True)
    _load_libraries()
    trials: dict[str, Trial] = {}
    smallest_first = sorted(chosen, key=lambda one: one.path.stat().st_size)
    pool = ProcessPoolExecutor(options.jobs, multiprocessing.get_context("fork"))
    with tempfile.TemporaryDirectory(prefix="suites-mypy-") as scratch:
        work = partial(_try_one, typed, Path(scratch), stages, options.seed)
        for trial in command.spread(pool, work, smallest_first):
            trials[trial.document.file] = trial
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{len(trials)}/{len(chosen)} ")
        _check_types(trials.values(), Path(scratch))
    if options.failures:
        with options.failures.open("a", encoding="utf-8") as file:
            for trial in trials.values():
                failed = [*trial.failed.items()]
                failed += [(what, f"{where}: {fact}") for what, where, fact in trial.values.faults]
                file.writelines(f"{trial.document.file}\t{s}\t{f}\n" for s, f in failed)
    return [trials[document.file] for document in chosen]


def _try_one(
    typed: set[str], folder: Path, stages: Sequence[str], seed: str, document: Document
) -> Trial:
    kept = folder if document.file in typed else None
    return try_document(document, typed=kept, stages=stages, seed=seed)


def _check_types(trials: Iterable[Trial], folder: Path) -> None:
    """Run mypy over the packages that were kept for it."""
    kept = [trial for trial in trials if (folder / trial.document.package).is_dir()]
    found = tools.mypy(folder, [trial.document.package for trial in kept]) if kept else {}
    for trial in kept:
        errors = found.get(tools.OTHERS) or found.get(trial.document.package)
        if errors:
            trial.failed["mypy"] = errors[0]
        else:
            trial.passed.append("mypy")


def _load_libraries() -> None:
    """Import once what each child needs, and keep it out of their garbage collection."""
    import asyncio  # noqa: F401
    import ssl  # noqa: F401

    import httpx  # noqa: F401
    import jsonschema  # noqa: F401
    import openapi_schema_validator  # noqa: F401
    import pytest  # noqa: F401

    import generator.codegen.build
    import generator.codegen.render.format
    import generator.codegen.render.models
    import generator.codegen.render.render
    import generator.codegen.testdata
    import generator.openapi.normalize.document  # noqa: F401

    gc.collect()
    gc.freeze()


def _cells(trials: Sequence[Trial]) -> list[str]:
    counted = _counted(trials)
    numbers = (
        len(trials), len(counted), _with("generate", counted),
        sum(t.document.declared for t in counted), sum(t.emitted for t in counted),
        sum(t.left_out for t in counted), sum(t.assumed for t in trials),
    )  # fmt: skip
    imports, tests, mypy = (
        f"{_with(one, trials)}/{_reached(one, trials)}" for one in ("import", "tests", "mypy")
    )
    directions = (*BODIES, *PARAMETERS)
    values = f"{_kept(directions, trials)}/{_pushed(directions, trials)}"
    seconds = f"{sum(t.seconds for t in trials):.0f}"
    return [*map(str, numbers), imports, tests, values, mypy, seconds]


def _print_failures(trials: Sequence[Trial]) -> None:
    for trial in trials:
        unknown = [one for one in trial.values.faults if not _kind(*one)]
        for direction, where, fact in unknown[:SHOWN]:
            print(f"{trial.document.file}: {direction}: {where}: {fact}")
        kind = "" if trial.document.is_positive else " (negative)"
        for stage, fact in trial.failed.items():
            print(f"{trial.document.file}{kind}: {stage}: {fact}")
            if stage == "generate" and (reason := _reason(trial)):
                print(f"    {reason}")


def _reason(trial: Trial) -> str:
    """Return why a refusal is right; "" if reasons.toml doesn't have it."""
    for known in _reasons()["refused"]:
        for code, fact in trial.refusals:
            if code == known["code"] and known["fact"] in fact:
                return known["reason"]
    return ""


def _kind(direction: str, _: str, fact: str) -> str:
    """Return why a value may be changed or refused; "" if reasons.toml doesn't have it."""
    for known in _reasons()["value"]:
        if direction == known["direction"] and re.search(known["fact"], fact):
            return known["reason"]
    return ""


@cache
def _reasons() -> dict[str, list[dict[str, str]]]:
    text = Path(__file__).with_name("reasons.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _conclusion(trials: Sequence[Trial]) -> int:
    """Print each share beside its threshold; return the exit code."""
    code = GOOD
    for threshold in THRESHOLDS:
        part, whole = threshold.part(trials), threshold.whole(trials)
        percent = 100 * part / whole if whole else 100.0
        is_short = percent < threshold.least
        code = BAD if is_short else code
        word = "  TOO FEW" if is_short else ""
        least = f"at least {threshold.least} %{word}"
        print(f"{threshold.name}: {part} of {whole}, {percent:.2f} %, {least}")
    refused = [t for t in _counted(trials) if "generate" in t.failed and not t.is_bug]
    unexplained = [t for t in refused if not _reason(t)]
    if unexplained:
        print(f"{len(unexplained)} of {len(refused)} refusals have no reason in reasons.toml")
        code = BAD
    clients, bodies = _with("values", trials), _pushed(BODIES, trials)
    if clients >= MANY and bodies < LEAST_BODIES * clients:
        print(f"{bodies} bodies of {clients} clients are too few to say anything")
        code = BAD
    kinds = Counter(_kind(*fault) for trial in trials for fault in trial.values.faults)
    for kind, number in kinds.most_common():
        print(f"{number} values: {kind or 'NO REASON in reasons.toml'}")
    if kinds[""]:
        code = BAD
    counts = Counter[str]()
    for trial in trials:
        counts.update(trial.values.counts)
    print("values:", ", ".join(f"{name} {number}" for name, number in counts.most_common()))
    codes = Counter(code for trial in trials for code in {c for c, _ in trial.refusals})
    print("codes:", ", ".join(f"{code} {number}" for code, number in codes.most_common()))
    return code


if __name__ == "__main__":
    sys.exit(main())

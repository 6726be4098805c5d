"""Generate a client from each description in a folder, and look at it from all sides.

Where FOLDER has an `index.tsv` (columns: `file`, `source` and `kind`), its descriptions are those
that other generators are tested with, some of them wrong: a small share may fail. Otherwise each
file with a top-level `openapi` key is tried, none may fail, and `MANIFEST.tsv` may have the numbers
of operations. Each stage runs in a forked process with a limit of time and memory.

Failures that have a reason in reasons.toml are excused, and so are operations left out for one. A
column of a stage has the number of things that were tried, and how many failures there are:

  import   every module, with warnings as errors
  tests    the generated tests; of a large client of an `index.tsv`, none
  judge    operations whose requests and responses openapi-core, which isn't ours, compares with
           the original description
  shown    the program that `show` prints for each operation
  mypy     clients, and the errors of `mypy --strict` in them and their tests; of the clients of an
           `index.tsv`, a random sample that changes with the date
  pyright  the same with pyright, strict

other columns:
  clients     clients generated / descriptions that declare an operation and aren't negative
  operations  emitted [+ left out] / declared, as counted here with another parser
  assumed     assumptions recorded
  per op.     non-blank lines for each operation of the modules that grow with them: resources/*,
              _operations.py, client.py and testing.py
  seconds     wall time of generate
  MiB         its peak resident memory, with the libraries of this program
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import random
import statistics
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.qa.corpus.descriptions import INDEX, Description, find
from tests.qa.corpus.trial import STAGES, Trial, try_description
from tests.qa.corpus.trial_outcome import Outcome
from tests.qa.runner import command, tools
from tests.qa.runner.command import BAD, GOOD, Table

MAX_LINES = 65
"""Lines for each operation in the median, where no description may fail."""
SHOWN = 8
"""The number of failures of one stage that are printed."""
CHECKERS = {"mypy": tools.mypy, "pyright": tools.pyright}
COLUMNS = (
    ("description", 38), ("clients", 9), ("operations", 13), ("assumed", 7),
    *((stage, 11) for stage in (*STAGES, *CHECKERS)),
    ("per op.", 7), ("seconds", 7), ("MiB", 5),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """The demands on a folder of descriptions."""

    stages: str
    least: Mapping[str, float]
    """Share → the least of it in percent; of others 100."""
    tested: float = float("inf")
    """The most operations of a client whose generated tests are run."""
    typed: float = float("inf")
    """The number of clients that type checkers read, of a thousand."""
    max_lines: float = float("inf")


SOUND = Kind(
    "tests,judge,shown,mypy,pyright", {"operations emitted": 0.0}, max_lines=MAX_LINES
)  # fmt: skip
INDEXED = Kind(
    "tests,mypy",
    {"generate": 98.5, "operations": 0.0, "operations emitted": 99.5, "tests": 99.5},
    tested=80,
    typed=100,
)  # fmt: skip

LISTED = Kind(
    "tests,mypy", {"generate": 98.5, "operations": 0.0, "operations emitted": 99.5}, typed=100,
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = command.parser(
        __doc__,
        "every share is at its threshold, and each refusal has a reason",
        "one isn't, or generating a client ended in an internal error or a traceback",
        "contains the descriptions",
    )
    parser.add_argument("--seed", default=f"{datetime.now(UTC):%Y-%m-%d}", help="of the samples")
    parser.add_argument("--stages", help="after generate and import, separated by commas")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave the clients there")
    options, chosen = command.parse(
        parser, arguments, find, lambda one: one.name, is_named=str.__contains__
    )
    kind = LISTED if any(one.source != one.name for one in chosen) else SOUND
    kind = INDEXED if (options.folder / INDEX).is_file() else kind
    stages = (options.stages or kind.stages).split(",")
    table = Table(COLUMNS, len(chosen))
    with tempfile.TemporaryDirectory(prefix="corpus-") as temporary:
        folder = (options.keep or Path(temporary)).resolve()
        trials = _tried(chosen, kind, stages, folder, options, table)
    by_source: dict[str, list[Trial]] = defaultdict(list)
    for trial in trials:
        by_source[trial.description.source].append(trial)
    for source, some in sorted(by_source.items()):
        table.print([source, *_cells(some)])
    table.print(["all", *_cells(trials)])
    _print_failures(trials)
    return _conclusion(trials, kind)


def _tried(
    chosen: Sequence[Description],
    kind: Kind,
    stages: Collection[str],
    folder: Path,
    options: argparse.Namespace,
    table: Table,
) -> list[Trial]:
    """Return every description's trial, in their order."""
    candidates = [one.name for one in chosen if one.is_positive and one.declared]
    checkers = [name for name in CHECKERS if name in stages]
    share = min(kind.typed * len(chosen) / max(len(chosen), 1_000), len(candidates))
    size = min(max(round(share), 1), len(candidates)) if checkers else 0
    typed = set(random.Random(options.seed).sample(candidates, size))
    gc.collect()
    gc.freeze()  # what is imported isn't collected in each child
    trials: dict[str, Trial] = {}
    largest_first = sorted(chosen, key=lambda one: -one.path.stat().st_size)
    pool = ProcessPoolExecutor(options.jobs, multiprocessing.get_context("fork"))
    work = partial(_try_one, kind, stages, typed, folder, options.seed)
    for trial in command.spread(pool, work, largest_first):
        trials[trial.description.name] = trial
        table.step(trial.description.name)
    kept = [t for t in trials.values() if (folder / t.description.package).is_dir()]
    with ThreadPoolExecutor(len(CHECKERS)) as threads:
        packages = [trial.description.package for trial in kept]
        run = {name: threads.submit(CHECKERS[name], folder, packages) for name in checkers if kept}
    for name, future in run.items():
        found = future.result()
        for trial in kept:
            errors = found.get(tools.OTHERS) or found.get(trial.description.package, [])
            trial.outcomes[name] = Outcome(1, errors)
    return [trials[description.name] for description in chosen]


def _try_one(
    kind: Kind,
    stages: Collection[str],
    typed: set[str],
    folder: Path,
    seed: str,
    description: Description,
) -> Trial:
    if description.declared > kind.tested:
        stages = [stage for stage in stages if stage != "tests"]
    kept = folder if description.name in typed else None
    return try_description(description, stages=stages, typed=kept, seed=seed)


def _counted(trials: Sequence[Trial]) -> list[Trial]:
    """Return the trials of descriptions from which a client can be expected."""
    return [t for t in trials if t.description.is_positive and t.description.declared]


def _passed(stage: str, trials: Sequence[Trial]) -> tuple[int, int]:
    """Return how many clients passed a stage, and how many reached it."""
    outcomes = [trial.outcomes[stage] for trial in trials if stage in trial.outcomes]
    return sum(not one.failures for one in outcomes), len(outcomes)


def shares(trials: Sequence[Trial]) -> Iterator[tuple[str, int, int]]:
    """Yield the name of each share that has a threshold, the part and the whole."""
    counted = _counted(trials)
    for stage in ("generate", "operations", *STAGES, *CHECKERS):
        yield stage, *_passed(stage, counted if stage == "generate" else trials)
    declared = sum(t.description.declared - t.excused for t in counted)
    emitted = sum(min(t.emitted, t.description.declared) for t in counted)
    yield "operations emitted", emitted, declared
    refused = [t.outcomes["generate"] for t in counted if not t.is_bug]
    refused = [outcome for outcome in refused if outcome.failures]
    yield "refusals with a reason", sum(bool(one.excused) for one in refused), len(refused)
    yield "no bug", sum(not trial.is_bug for trial in trials), len(trials)


def _cells(trials: Sequence[Trial]) -> list[str]:
    counted = _counted(trials)
    left_out = sum(t.left_out for t in counted)
    emitted = f"{sum(t.emitted for t in counted)}{f'+{left_out}' if left_out else ''}"
    ratios = [trial.lines / trial.emitted for trial in trials if trial.emitted]
    return [
        "{}/{}".format(*_passed("generate", counted)),
        f"{emitted}/{sum(t.description.declared for t in counted)}",
        str(sum(t.assumed for t in trials)),
        *(_cell([t.outcomes[s] for t in trials if s in t.outcomes]) for s in (*STAGES, *CHECKERS)),
        f"{statistics.median(ratios):.0f}" if ratios else "-",
        f"{sum(t.seconds for t in trials):.1f}",
        f"{max(t.mebibytes for t in trials):.0f}",
    ]


def _cell(outcomes: Sequence[Outcome]) -> str:
    failures = sum(len(one.failures) for one in outcomes)
    return f"{sum(one.tried for one in outcomes)}/{failures}" if outcomes else "-"


def _print_failures(trials: Sequence[Trial]) -> None:
    """Print the first failures of each description, and what excuses others."""
    excused = Counter[str]()
    for trial in trials:
        lines: list[str] = []
        for stage, outcome in trial.outcomes.items():
            excused.update(outcome.excused)
            lines += [f"{stage}: {one}" for one in outcome.failures[:SHOWN]]
            if len(outcome.failures) > SHOWN:
                lines.append(f"{stage}: … and {len(outcome.failures) - SHOWN} more")
        kind = "" if trial.description.is_positive else " (negative)"
        command.print_faults(trial.description.name + kind, lines, len(lines))
    print("\nExcused:" if excused else "")
    for reason, count in sorted(excused.items()):
        print(f"  {count:4} × {reason}")


def _conclusion(trials: Sequence[Trial], kind: Kind) -> int:
    """Print each share beside its threshold; return the exit code."""
    code = GOOD
    for name, part, whole in shares(trials):
        least, percent = kind.least.get(name, 100.0), 100 * part / max(whole, 1)
        is_short = bool(whole) and percent < least
        code = BAD if is_short else code
        if whole:
            word = "  TOO FEW" if is_short else ""
            print(f"{name}: {part} of {whole}, {percent:.2f} %, at least {least} %{word}")
    median = statistics.median([t.lines / t.emitted for t in trials if t.emitted] or [0.0])
    print(f"lines for each operation: {median:.0f} in the median, at most {kind.max_lines}")
    codes = Counter(code for trial in trials for code in trial.codes)
    print("codes:", ", ".join(f"{code} {number}" for code, number in codes.most_common()))
    return BAD if median > kind.max_lines else code


if __name__ == "__main__":
    sys.exit(main())

"""Do tests notice faults in the generated client?

Fixed kinds of fault are put into copies of the client, one at a time, at every place where they
fit. This project's tests run on a fault in the runtime, which all packages share; a package's own
tests run on a fault in the code that is made from its description. A fault that they pass is a
survivor.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.qa.corpus import descriptions
from tests.qa.mutate import subjects
from tests.qa.mutate.equivalent import EQUIVALENT, reason
from tests.qa.mutate.kinds import KINDS
from tests.qa.mutate.source import Fault
from tests.qa.mutate.subjects import Mutant, Subject
from tests.qa.mutate.trials import Trial, tried
from tests.qa.runner import command
from tests.qa.runner.command import BAD, GOOD, MISUSED, progress

RUNTIME, GENERATED = "runtime", "generated"
SAMPLE = 150
"""The faults of one description of a corpus that are tried."""
NAMES = ("museum-31", "train-travel-31", "petstore")
"""The descriptions of a corpus that are tried unless others are named."""


class Broken(Exception):
    """A reason why nothing can be measured."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(arguments)
    began = time.monotonic()
    enough = True
    excused: list[Fault] = []
    with tempfile.TemporaryDirectory(prefix="speclock-mutate-") as scratch:
        try:
            for subject in _subjects(Path(scratch), options):
                trials = _try(subject, options)
                enough &= report(subject.title, trials, options.minimum)
                excused += [t.mutant.fault for t in trials if t.mutant and reason(t.mutant.fault)]
        except Broken as error:
            print(f"error: {error}", file=sys.stderr)
            return MISUSED
    is_part = options.kind or options.file or options.only or options.list or options.sample
    whole = not is_part
    for row in EQUIVALENT if whole else ():
        if not any(row.covers(fault) for fault in excused):
            print(f"\nidle row in equivalent.py, it fits no fault:\n  {row}")
    print(f"({time.monotonic() - began:.0f} s)", file=sys.stderr)
    return GOOD if enough else BAD


def _subjects(scratch: Path, options: argparse.Namespace) -> Iterator[Subject]:
    """Prepare what is to be tried, one after the other."""
    kinds: Sequence[str] = options.kind or list(KINDS)
    if options.only in (None, RUNTIME):
        yield subjects.runtime(scratch / RUNTIME, kinds)
    if options.only not in (None, GENERATED):
        return
    yield subjects.example(scratch / GENERATED, kinds)
    if options.corpus is None:
        return
    known = {one.name: one for one in descriptions.find(options.corpus)}
    for name in options.names or NAMES:
        if name not in known:
            raise Broken(f"{options.corpus} has no {name}; it has {', '.join(sorted(known))}")
        yield subjects.described(scratch / known[name].package, known[name].path, kinds)


def _try(subject: Subject, options: argparse.Namespace) -> list[Trial]:
    """Try a subject's faults, or a sample of them; return what became of each."""
    chosen = [m for m in subject.mutants if not options.file or _in(m, options.file)]
    most = options.sample or (SAMPLE if subject.is_sampled else len(chosen))
    if len(chosen) > most:
        chosen = random.Random(options.seed).sample(chosen, most)
    if options.list:
        print(*(mutant.fault for mutant in chosen), sep="\n")
        print(f"{len(chosen)} faults")
        return []
    results: list[Trial] = []
    (sound,) = tried(subject, [None], 1, options.limit)
    if sound.noticed:
        raise Broken(f"the tests fail without any fault:\n{sound.output}")
    for trial in tried(subject, chosen, options.jobs, options.limit):
        results.append(trial)
        missed = sum(not one.noticed for one in results)
        progress(f"{len(results)} of {len(chosen)} faults tried, {missed} survived …")
        if options.verbose and trial.mutant:
            result = "noticed " if trial.noticed else "SURVIVED"
            print(f"{result}  {trial.mutant.fault}  [{trial.by}]", flush=True)
    progress()
    return results


def _in(mutant: Mutant, files: Sequence[str]) -> bool:
    return Path(mutant.fault.file).name in files


def report(title: str, results: Sequence[Trial], minimum: float) -> bool:
    """Print what was noticed and what wasn't; return whether it was enough."""
    tried = sorted(
        ((trial.mutant.fault, trial.noticed) for trial in results if trial.mutant is not None),
        key=lambda pair: (pair[0].file, pair[0].line, pair[0].start),
    )
    judged = [(fault, noticed) for fault, noticed in tried if not reason(fault)]
    excused = [(fault, noticed) for fault, noticed in tried if reason(fault)]
    print(f"\n{title}\n")
    _table(judged)
    unnoticed = [fault for fault, was_noticed in excused if not was_noticed]
    if unnoticed:
        print(f"\n{len(unnoticed)} equivalent, not counted:")
        for fault in unnoticed:
            row = reason(fault)
            print(f"  {fault}\n      {row.reason if row else ''}")
    for fault, was_noticed in excused:
        if was_noticed:
            print(f"\nwrong row in equivalent.py, this was noticed:\n  {fault}")
    survivors = [fault for fault, was_noticed in judged if not was_noticed]
    if survivors:
        print(f"\n{len(survivors)} survivors:")
        for fault in survivors:
            print(f"  {fault}")
    count = len(judged) - len(survivors)
    share = 100 * count / len(judged) if judged else 100.0
    print(f"\n{count} of {len(judged)} noticed ({share:.1f} %)", flush=True)
    return share >= minimum


def _table(judged: Sequence[tuple[Fault, bool]]) -> None:
    """How many of each kind were noticed."""
    total = Counter(fault.kind for fault, _ in judged)
    noticed = Counter(fault.kind for fault, was in judged if was)
    for kind, function in KINDS.items():
        if total[kind]:
            fact = (function.__doc__ or "").strip()
            print(f"{kind:<10} {noticed[kind]:>4} of {total[kind]:<4} {fact}")


def _parser() -> argparse.ArgumentParser:
    parser = command.explained(
        __doc__,
        "enough faults were noticed",
        "too few were",
        "the tests fail without any fault, or ",
    )
    parser.add_argument(
        "names", nargs="*", help=f"descriptions of the corpus (default: {', '.join(NAMES)})"
    )
    parser.add_argument(
        "--corpus", type=Path, metavar="DIR", help="generate and try packages of its descriptions"
    )
    parser.add_argument("--only", choices=(RUNTIME, GENERATED), help="only this half")
    parser.add_argument(
        "--sample",
        type=int,
        help=f"faults of each package and of the runtime (default: {SAMPLE} of one of the corpus, "
        "all of others)",
    )
    parser.add_argument("--seed", type=int, default=1, help="of the samples (%(default)s)")
    parser.add_argument(
        "--kind", action="append", choices=list(KINDS), help="only this kind; may be repeated"
    )
    parser.add_argument(
        "--file", action="append", metavar="NAME", help="only in this file; may be repeated"
    )
    parser.add_argument("--list", action="store_true", help="only list the faults")
    parser.add_argument("-v", "--verbose", action="store_true", help="name who noticed each fault")
    parser.add_argument(
        "--jobs", type=int, default=min(4, os.cpu_count() or 2), help="at once (%(default)s)"
    )
    parser.add_argument(
        "--limit", type=int, default=150, help="seconds for one fault (%(default)s)"
    )
    parser.add_argument(
        "--minimum", type=float, default=95.0, help="percent that must be noticed (%(default)s)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

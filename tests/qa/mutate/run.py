"""Do the generated tests notice faults in the generated client?

Fixed kinds of fault are put into a copy of the client, one at a time, at every place where they
fit; the generated tests run on each copy. A fault that they pass is a survivor.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.qa.mutate.equivalent import EQUIVALENT, reason
from tests.qa.mutate.kinds import KINDS, faults
from tests.qa.mutate.source import Fault
from tests.qa.mutate.trials import Trial, Trials

ROOT = Path(__file__).resolve().parents[3]
OK, TOO_FEW, BROKEN = 0, 1, 2
EXIT_CODES = """\
exit codes:
  0  enough faults were noticed
  1  too few were
  2  the tests fail without any fault, or the command was misused
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(arguments)
    package: Path = options.generated / options.package
    if not package.is_dir() or not (options.generated / "tests" / options.package).is_dir():
        print(f"error: {package} or its tests are missing. Run: make generate", file=sys.stderr)
        return BROKEN
    began = time.monotonic()
    with Trials(options.generated, options.package, options.jobs, options.limit) as trials:
        found = [
            fault
            for fault in faults(trials.sound, options.kind or list(KINDS))
            if not options.file or Path(fault.file).name in options.file
        ]
        if options.list:
            print(*found, sep="\n")
            print(f"{len(found)} faults")
            return OK
        (sound,) = trials.run([None])
        if sound.noticed:
            print(f"error: the tests fail without any fault:\n{sound.output}", file=sys.stderr)
            return BROKEN
        results = []
        for trial in trials.run(found):
            results.append(trial)
            _progress(results, len(found))
            if options.verbose:
                result = "noticed " if trial.noticed else "SURVIVED"
                print(f"{result}  {trial.fault}  [{trial.by}]")
        _progress([], 0)
    whole = not (options.kind or options.file)
    enough = report(results, options.minimum, whole=whole)
    print(f"({time.monotonic() - began:.0f} s)", file=sys.stderr)
    return OK if enough else TOO_FEW


def report(results: Sequence[Trial], minimum: float, *, whole: bool) -> bool:
    """Print what was noticed and what wasn't; were there enough?"""
    tried = sorted(
        ((trial.fault, trial.noticed) for trial in results if trial.fault is not None),
        key=lambda pair: (pair[0].file, pair[0].line, pair[0].start),
    )
    judged = [(fault, noticed) for fault, noticed in tried if not reason(fault)]
    excused = [(fault, noticed) for fault, noticed in tried if reason(fault)]
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
    for row in EQUIVALENT if whole else ():
        if not any(row.covers(fault) for fault, _ in excused):
            print(f"\nidle row in equivalent.py, it fits no fault:\n  {row}")
    survivors = [fault for fault, was_noticed in judged if not was_noticed]
    if survivors:
        print(f"\n{len(survivors)} survivors, not noticed by any generated test:")
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


def _progress(results: Sequence[Trial], total: int) -> None:
    """Show on a terminal how far it is; nothing when the total is 0."""
    if sys.stderr.isatty():
        missed = sum(not trial.noticed for trial in results)
        line = f"{len(results)} of {total} faults tried, {missed} survived …" if total else ""
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--generated", type=Path, metavar="DIR", default=ROOT / "generated", help="what to test"
    )
    parser.add_argument("--package", default="pinterest_audiences", help="the client (%(default)s)")
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
        "--limit", type=float, default=20.0, help="seconds for one fault (%(default)s)"
    )
    parser.add_argument(
        "--minimum", type=float, default=95.0, help="percent that must be noticed (%(default)s)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

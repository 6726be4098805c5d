"""The drift check over real descriptions: what must hold of any of them.

For each file with a top-level `openapi` key below FOLDER this asserts that the drift check finds

  self       nothing between the description and itself
  canonical  nothing between it and its own canonical form
  refactored nothing on the wire and in prose after one refactoring of each sort, at random places
  mirror     after a few changes at random places, the opposite with base and revision swapped

A row is printed as each is done, and what it found below the table.
"""

from __future__ import annotations

import argparse
import copy
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from generator.document.load import load
from generator.document.pointer import escape
from generator.errors import SpecError
from tests.drift.mutations import MUTATIONS
from tests.drift.places import METHODS, SCHEMAS, components, operations, reached
from tests.drift.plain_data import canonical, compared, mirrored, plain, told
from tests.drift.refactorings import REFACTORINGS
from tests.qa.corpus.descriptions import find
from tests.qa.fuzz.mutations import Json

HELD, BROKEN, MISUSED = 0, 1, 2
EXIT_CODES = """\
exit codes:
  0  all of it held
  1  something didn't
  2  the command was misused: no such folder, no description in it, a name that isn't there
"""
_SLICE = 12
"""At most so many operations of a description, with what they reach, are refactored and changed."""
_CHANGES = 6
_LINE = "{:24}{:>11}{:>12}{:>10}{:>8}{:>9}"


@dataclass
class Row:
    """What was tried with one description."""

    name: str
    operations: int
    refactored: int = 0
    mirrored: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list[str])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="holds the descriptions")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these; by default all")
    parser.add_argument("--jobs", type=int, default=2, help="at once (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the places (%(default)s)")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        parser.error(f"{options.folder} is no folder")
    found = {one.name: one.path for one in find(options.folder.resolve())}
    unknown = set(options.names) - found.keys()
    if unknown:
        parser.error(f"no description {min(unknown)!r}; known: {', '.join(sorted(found))}")
    chosen = {name: found[name] for name in options.names or found}
    if not chosen:
        parser.error(f"{options.folder} holds no file with a top-level 'openapi' key")
    return _measured(chosen, options.jobs, options.seed)


def _measured(chosen: dict[str, Path], jobs: int, seed: int) -> int:
    started = time.monotonic()
    print(_LINE.format("description", "operations", "refactored", "mirrored", "faults", "seconds"))
    largest_first = sorted(chosen.items(), key=lambda item: -item[1].stat().st_size)
    rows: list[Row] = []
    with ProcessPoolExecutor(jobs) as pool:
        tasks = [pool.submit(measure, name, str(path), seed) for name, path in largest_first]
        for task in as_completed(tasks):
            row = task.result()
            rows.append(row)
            numbers = (row.operations, row.refactored, row.mirrored, len(row.faults))
            print(_LINE.format(row.name, *numbers, f"{row.seconds:.1f}"), flush=True)
    faults = [fault for row in sorted(rows, key=lambda row: row.name) for fault in row.faults]
    for fault in faults:
        print(f"\n{fault}")
    total = sum(row.refactored + row.mirrored + 2 for row in rows)
    verdict = f"{len(faults)} faults" if faults else "all held"
    seconds = time.monotonic() - started
    print(f"\n{len(rows)} descriptions, {total} comparisons, {verdict}, in {seconds:.0f} s")
    return BROKEN if faults else HELD


def measure(name: str, path: str, seed: int) -> Row:
    """Try everything with one description."""
    started = time.monotonic()
    try:
        base = plain(load(Path(path)).root)
    except SpecError as error:
        return Row(name, 0, faults=[f"{name}: can't be read: {error}"])
    row = Row(name, len(list(operations(base))))
    for what, other in (("itself", base), ("its canonical form", canonical(base)[0])):
        changes = compared(base, other).changes
        if changes:
            row.faults.append(f"{name} against {what}:\n{told(changes[:5])}")
    base = _sliced(base, Random(seed))
    row.faults += [f"{name} {fault}" for fault in _refactored(base, row, seed)]
    row.faults += [f"{name} {fault}" for fault in _mirrored(base, row, seed)]
    row.seconds = time.monotonic() - started
    return row


def _sliced(base: Json, random: Random) -> Json:
    """A description with some of its operations, and the schemas that they reach."""
    every = [(item, method) for item, method, _ in operations(base) if method in METHODS]
    kept = {(id(i), method) for i, method in random.sample(every, min(_SLICE, len(every)))}
    for item in base["paths"].values():
        for method in METHODS:
            if method in item and (id(item), method) not in kept:
                del item[method]
    kinds = (*METHODS, "$ref")
    base["paths"] = {k: v for k, v in base["paths"].items() if any(kind in v for kind in kinds)}
    others = {k: v for k, v in base.get("components", {}).items() if k != "schemas"}
    used = reached(base, [base["paths"], base.get("webhooks", {}), others])
    store = components(base, "schemas")
    for key in [key for key in store if SCHEMAS + escape(key) not in used]:
        del store[key]
    return base


def _refactored(base: Json, row: Row, seed: int) -> Iterator[str]:
    for name, refactoring in REFACTORINGS.items():
        changed = copy.deepcopy(base)
        if refactoring(changed, Random(seed)):
            row.refactored += 1
            report = compared(base, changed)
            changes = [c for c in report.changes if not c.id.startswith("api/python/")]
            if changes:
                yield f"after {name!r}:\n{told(changes[:5])}"


def _mirrored(base: Json, row: Row, seed: int) -> Iterator[str]:
    random = Random(seed)
    for name in random.sample(sorted(MUTATIONS), _CHANGES):
        changed = copy.deepcopy(base)
        if MUTATIONS[name](changed, random):
            row.mirrored += 1
            there, back = compared(base, changed), compared(changed, base)
            expected, found = mirrored(there, swap=True), mirrored(back, swap=False)
            if found != expected:
                more, less = [*(found - expected)][:3], [*(expected - found)][:3]
                yield f"after {name!r} the other way round: {more} came, {less} should"


if __name__ == "__main__":
    sys.exit(main())

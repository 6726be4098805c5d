"""The drift check over real descriptions: what must hold of any of them.

For each file with a top-level `openapi` key below FOLDER this asserts that the drift check finds

  self       nothing between the description and itself
  canonical  nothing between it and its own canonical form
  refactored nothing on the wire and in prose after one refactoring of each sort, at random places
  mirror     after a few changes at random places, the opposite with base and revision swapped

A row is printed as each is done, and what it found below the table.
"""

from __future__ import annotations

import copy
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
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
from tests.qa.corpus.descriptions import Description, find
from tests.qa.fuzz.mutations import Json
from tests.qa.runner import command
from tests.qa.runner.command import BAD, GOOD, Table

_SLICE = 12
"""At most so many operations of a description, with what they reach, are refactored and changed."""
_CHANGES = 6
COLUMNS = (
    ("description", 24), ("operations", 10), ("refactored", 11), ("mirrored", 9), ("faults", 7),
    ("seconds", 8),
)  # fmt: skip


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
    parser = command.parser(
        __doc__, "all of it held", "something didn't", "contains the descriptions"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the places (%(default)s)")
    options, chosen = command.parse(parser, arguments, find, lambda one: one.name)
    table = Table(COLUMNS, len(chosen))
    rows: list[Row] = []
    work = partial(measure, options.seed)
    for row in command.spread(ProcessPoolExecutor(options.jobs), work, chosen[::-1]):
        rows.append(row)
        numbers = (row.operations, row.refactored, row.mirrored, len(row.faults))
        table.print((row.name, *numbers, f"{row.seconds:.1f}"))
        table.step(row.name)
    for row in rows:
        command.print_faults(row.name, row.faults)
    faults = sum(len(row.faults) for row in rows)
    total = sum(row.refactored + row.mirrored + 2 for row in rows)
    verdict = f"{faults} faults" if faults else "all held"
    print(f"\n{len(rows)} descriptions, {total} comparisons, {verdict}")
    return BAD if faults else GOOD


def measure(seed: int, description: Description) -> Row:
    """Try everything with one description."""
    started, name = time.monotonic(), description.name
    try:
        base = plain(load(description.path).root)
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

"""The drift check over real descriptions: what must hold of any of them.

For each file with a top-level `openapi` key below FOLDER this asserts that the drift check finds

  self       nothing between the description and itself
  canonical  nothing between it and its own canonical form but names in Python
  refactored nothing on the wire and in prose after one refactoring of each sort, at random places
  mirror     after a few changes at random places, the opposite with base and revision swapped

A row is printed as each is done, and what it found below the table.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from generator.base.errors import SpecError
from generator.reading.document.load import load
from generator.reading.document.pointer import escape
from tests.qa.corpus.descriptions import Description, find
from tests.qa.fuzz.mutations import Json
from tests.qa.runner import command
from tests.watch.drift.mutations import MUTATIONS
from tests.watch.drift.places import METHODS, SCHEMAS, components, operations, reached
from tests.watch.drift.plain_data import canonical, compared, plain
from tests.watch.drift.refactorings import REFACTORINGS
from tests.watch.drift.test_properties import both_ways, edited, nothing, nothing_but_names

_SLICE = 12
"""At most so many operations of a description, with what they reach, are refactored and changed."""
_CHANGES = 6
COLUMNS = (("description", 24), ("tried", 6), ("faults", 7))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = command.parser(
        __doc__, "all of it held", "something didn't", "contains the descriptions"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the places (%(default)s)")
    options, chosen = command.parse(parser, arguments, find, lambda one: one.name)
    pool = ProcessPoolExecutor(options.jobs)
    results = command.spread(pool, partial(measure, options.seed), chosen[::-1])
    return command.print_all(COLUMNS, len(chosen), results)


def measure(seed: int, description: Description) -> tuple[tuple[object, ...], list[str]]:
    """Try everything with one description; return the cells of its row, and the faults."""
    tried, faults = 0, list[str]()
    try:
        whole = plain(load(description.path).root)
    except SpecError as error:
        return (description.name, 0, 1), [f"it can't be read: {error}"]
    part = _sliced(copy.deepcopy(whole), Random(seed))
    mutations = Random(seed).sample(sorted(MUTATIONS), _CHANGES)
    checks: tuple[tuple[str, Callable[[], bool | None]], ...] = (
        ("against itself", lambda: nothing(compared(whole, whole).changes)),
        ("against its canonical form", lambda: nothing_but_names(whole, canonical(whole)[0])),
        *((f"after {one!r}", partial(_refactored, part, one, seed)) for one in REFACTORINGS),
        *((f"after {one!r} and back", partial(_mirrored, part, one, seed)) for one in mutations),
    )
    for what, check in checks:
        try:
            tried += check() is not False
        except AssertionError as error:
            faults.append(f"{what}: {str(error)[:2000]}")
    return (description.name, tried, len(faults)), faults


def _refactored(base: Json, name: str, seed: int) -> bool:
    changed, done = edited(base, [(name, seed)], REFACTORINGS)
    changes = compared(base, changed).changes if done else []
    nothing([c for c in changes if not c.id.startswith("api/python/")])
    return bool(done)


def _mirrored(base: Json, name: str, seed: int) -> bool:
    changed, done = edited(base, [(name, seed)], MUTATIONS)
    if done:
        both_ways(base, changed)
    return bool(done)


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


if __name__ == "__main__":
    sys.exit(main())

"""Push JSON values through the clients of descriptions, and judge what becomes of them.

Values are made by JSON Schema alone, with the edges of each type, for request bodies, parameters,
responses, error bodies and headers of responses; most have a twin with one change that makes it
invalid. An independent validator tells valid from invalid, and the package is used by its public
names.

columns:
  operations  that the description declares
  tried       values, valid ones and invalid ones
  altered     valid values of which the server, or the caller, got another one, unreported
  refused     valid values that raised before they were sent, or were reported
  accepted    invalid values that were sent
  silent      invalid responses that weren't reported
  excused     values of these kinds that reasons.toml explains

After the table are the causes, most frequent first. Keywords that the server alone checks, by
docs/support.md, and texts that a type of Python can't hold, by its table of formats, don't count.
"""

from __future__ import annotations

import gc
import multiprocessing
import random
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.qa.corpus.descriptions import Description, find
from tests.qa.corpus.trial import generated
from tests.qa.runner import command
from tests.qa.runner.children import Failed, in_child
from tests.qa.runner.command import BAD, GOOD, Table
from tests.qa.values.values import FAULTS, Values, check_values

COLUMNS = (
    ("description", 48), ("operations", 10), ("tried", 7), *((one, 8) for one in FAULTS),
    ("excused", 7),
)  # fmt: skip
SECONDS = 300
"""Processor time for one description."""
MOST_REFUSED = 0.0002
"""The share of all values that may be refused though they are valid."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = command.parser(
        __doc__,
        "no value was altered or accepted, no fault was silent, and hardly any was refused",
        "one was, or a client failed",
        "contains the descriptions",
    )
    more = "descriptions of this folder, too"
    parser.add_argument("--with", type=Path, action="append", default=[], dest="more", help=more)
    parser.add_argument("--count", type=int, default=0, help="so many descriptions; 0 for all")
    parser.add_argument("--seed", default="1", help="of the values and the sample (%(default)s)")

    def find_all(folder: Path) -> list[Description]:
        folders = [folder, *parser.parse_args(arguments).more]
        found = [one for each in folders for one in find(each.resolve())]
        return [one for one in found if one.is_positive]

    options, chosen = command.parse(
        parser, arguments, find_all, lambda one: one.name, is_named=str.__contains__
    )
    if 0 < options.count < len(chosen):
        chosen = random.Random(options.seed).sample(chosen, options.count)
    gc.collect()
    gc.freeze()  # what is imported isn't collected in each child
    pool = ProcessPoolExecutor(options.jobs, multiprocessing.get_context("fork"))
    largest_first = sorted(chosen, key=lambda one: -one.path.stat().st_size)
    table = Table(COLUMNS, len(chosen))
    every: list[Values] = []
    failures: list[str] = []
    for name, declared, values, failure in command.spread(
        pool, partial(_try, options.seed), largest_first
    ):
        table.step(name)
        every.append(values)
        failures += [f"{name}: {failure}"] if failure else []
        if values.tried or failure:
            table.print([name[-48:], declared, *_cells(values)])
    table.print(["all", "", *_cells(_sum(every))])
    for failure in sorted(failures):
        print(f"failed: {failure}")
    return _conclusion(_sum(every), bool(failures))


def _try(seed: str, description: Description) -> tuple[str, int, Values, str]:
    """Return the name, the number of operations, the outcome, and why there is none."""
    values, failure = Values(), ""
    with tempfile.TemporaryDirectory(prefix="values-") as scratch:
        out = Path(scratch)
        try:
            settings: Any = {"tests": False, "features": ("response_headers",)}
            found = in_child(lambda: generated(description, out, **settings), out, SECONDS)
            failure = next(iter(found["failures"]), "") if found["is_bug"] else ""
            if not found["failures"] and description.declared:
                path, package = description.path, description.package
                check = partial(check_values, path, out, package, seed)
                values = Values(**in_child(lambda: vars(check()), out, SECONDS))
        except Failed as error:
            failure = str(error)
    return description.name, description.declared, values, failure


def _sum(every: Sequence[Values]) -> Values:
    total = Values()
    for values in every:
        for name, number in values.counts.items():
            total.counts[name] = total.counts.get(name, 0) + number
        for cause, (number, example) in values.causes.items():
            before, first = total.causes.get(cause, (0, example))
            total.causes[cause] = before + number, first
    return total


def _cells(values: Values) -> list[int]:
    return [values.tried, *map(values.number, (*FAULTS, "excused"))]


def _conclusion(total: Values, has_failed: bool) -> int:
    """Print the causes, and what wasn't tried; return the exit code."""
    by_number = sorted(total.causes.items(), key=lambda one: (-one[1][0], one[0]))
    for cause, (number, example) in by_number:
        print(f"{number:6} × {cause}\n         {example}")
    print(", ".join(f"{name} {number}" for name, number in sorted(total.counts.items())))
    is_short = total.number("refused") > MOST_REFUSED * total.tried
    numbers = map(total.number, ("altered", "accepted", "silent"))
    return BAD if is_short or has_failed or any(numbers) else GOOD


if __name__ == "__main__":
    sys.exit(main())

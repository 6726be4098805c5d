"""Generate a client from each description in a folder, and look at it from all sides.

For each file with a top-level `openapi` key, below FOLDER, this generates the client, imports
every module with warnings as errors, runs `mypy --strict` and pyright (typeCheckingMode "strict")
over the package and its generated tests, runs those tests, and has openapi-core, which isn't ours,
judge the request of every operation and its answer against the original description, and runs the
program that `show` prints for each operation. mypy, pyright and pytest run once over all packages.
What a row lacks is told below the table. Failures that are the judge's own defects are listed in
exceptions.toml.

columns:
  operations  emitted [+ left out] / declared, as MANIFEST.tsv of FOLDER says, or
              as counted here with another parser
  imports     modules imported / modules
  mypy        errors of `mypy --strict`
  pyright     errors of pyright
  tests       generated tests passed / failed
  judge       operations whose requests openapi-core was given / operations it disagrees over
  shown       programs of `show` that ran [+ operations for which it has none] / that failed
  lines       non-blank lines of the modules that grow with the operations: resources/*,
              _operations.py, client.py and testing.py; not of models, tests and the runtime,
              rendered once for a package or the same in all
  per op.     these lines for each operation; the median must be at most 65
  seconds     wall time of generate
  MiB         its peak resident memory
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.qa.corpus.descriptions import Description, find
from tests.qa.corpus.row import MAX_LINES, Row
from tests.qa.runner import command, tools
from tests.qa.runner.command import BAD, GOOD, Table

ALL_FULL = """\
every row is full: each operation emitted (or left out by the settings and recorded so), every
     module imports, no type errors, all generated tests pass, the judge agrees, no program that
     `show` prints fails"""
COLUMNS = (
    ("description", 24), ("operations", 10), ("imports", 8), ("mypy", 6), ("pyright", 7),
    ("tests", 11), ("judge", 8), ("shown", 8), ("lines", 7),
    ("per op.", 7), ("seconds", 7), ("MiB", 5),
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = command.parser(
        __doc__,
        ALL_FULL,
        f"a row falls short, or the median of lines for each operation is above {MAX_LINES}",
        "contains the descriptions",
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave the clients there")
    options, chosen = command.parse(parser, arguments, find, lambda one: one.name)
    with tempfile.TemporaryDirectory(prefix="corpus-") as temporary:
        rows = measure(chosen, (options.keep or Path(temporary)).resolve(), options.jobs)
    return _conclusion(rows)


def measure(chosen: Sequence[Description], folder: Path, jobs: int) -> list[Row]:
    """Generate all packages into one folder, look at them, and print a row for each."""
    rows = [Row(description) for description in chosen]
    table = Table(COLUMNS, 2 * len(rows) + 3)

    def step(title: str, name: str, work: Any) -> Any:
        table.step(name, title)
        result = work()
        table.step(name)
        return result

    with ThreadPoolExecutor(jobs) as pool:
        largest_first = sorted(rows, key=lambda row: -row.description.declared)
        made = [
            (
                row,
                pool.submit(step, "generate", row.description.name, partial(row.generate, folder)),
            )
            for row in largest_first
        ]
        usable = [row for row, future in made if future.result()]
        packages = [row.description.package for row in usable]
        if usable:
            checks = [
                pool.submit(step, title, "all", partial(check, folder, packages))
                for title, check in (("mypy", tools.mypy), ("pyright", tools.pyright))
            ]
            for row in usable:
                pool.submit(step, "use", row.description.name, partial(row.use, folder))
            mypy, pyright = (future.result() for future in checks)
    if usable:
        tested = step("tests", "all", partial(tools.tests, folder, packages, jobs))
        for row in usable:
            row.mypy = row.check_types("mypy --strict", mypy)
            row.pyright = row.check_types("pyright strict", pyright)
            row.check_tests(tested)
    for row in rows:
        table.print(_cells(row))
    return rows


def _cells(row: Row) -> list[str]:
    left_out = f"+{row.left_out}" if row.left_out else ""
    without = f"+{row.without_program}" if row.without_program else ""
    tests = "-" if row.passed is None else f"{row.passed}/{row.failed}"
    return [
        row.description.name,
        f"{row.emitted}{left_out}/{row.description.declared}",
        f"{row.imported}/{row.modules}" if row.modules else "-",
        _number(row.mypy),
        _number(row.pyright),
        tests,
        "-" if row.judged is None else f"{row.judged}/{row.disagreed}",
        "-" if row.ran is None else f"{row.ran}{without}/{row.broken}",
        _number(row.lines),
        _number(row.per_operation),
        f"{row.seconds:.1f}",
        f"{row.mebibytes:.0f}",
    ]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"


def _conclusion(rows: list[Row]) -> int:
    """Print what is missing and the totals; return the exit code."""
    short = [row for row in rows if row.shortfalls]
    for row in sorted(short, key=lambda row: row.description.name):
        command.print_faults(row.description.name, row.shortfalls)
    excused = sum((row.excused for row in rows), Counter[str]())
    if excused:
        print("\nExcused, since openapi-core …")
    for defect, count in sorted(excused.items()):
        print(f"  {count:4} × {defect}")
    ratios = [row.per_operation for row in rows if row.per_operation is not None]
    median = statistics.median(ratios) if ratios else 0.0
    print(
        f"\n{len(rows) - len(short)} of {len(rows)} rows are full; "
        f"{sum(row.emitted for row in rows)} of {sum(row.description.declared for row in rows)} "
        f"operations emitted; judged {sum(row.judged or 0 for row in rows)}, "
        f"of these {sum(row.disagreed or 0 for row in rows)} failed; "
        f"lines for each operation: {median:.0f} in the median (at most {MAX_LINES})."
    )
    return BAD if short or median > MAX_LINES else GOOD


if __name__ == "__main__":
    sys.exit(main())

"""Generate a client from each description in a folder, and look at it from all sides.

For each file with a top-level `openapi` key, below FOLDER, this generates the client, imports
every module with warnings as errors, runs `mypy --strict` and pyright (typeCheckingMode "strict")
over the package and its generated tests, runs those tests, and has openapi-core, which isn't ours,
judge the request of every operation and its answer against the original description, and runs the
program that `show` prints for each operation. A row is printed as each is done; what a row lacks
is told below the table.

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
              _operations.py, _client.py and testing.py; not of models, tests and the runtime,
              rendered once for a package or the same in all
  per op.     these lines for each operation; the median must be at most 64
  seconds     wall time of generate
  MiB         its peak resident memory
"""

from __future__ import annotations

import argparse
import queue
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.qa.corpus.descriptions import Description, find
from tests.qa.corpus.row import MAX_LINES, Row, measure

FULL, SHORT, MISUSED = 0, 1, 2
EXIT_CODES = """\
exit codes:
  0  every row is full: each operation emitted (or left out by the settings and recorded so), every
     module imports, no type errors, all generated tests pass, the judge agrees, no program that
     `show` prints fails
  1  a row falls short, or the median of lines for each operation is above 64
  2  the command was misused: no such folder, no description in it, a name that isn't there

Failures that are the judge's own defects are listed in tests/qa/corpus/exceptions.toml.
"""
COLUMNS = (
    ("description", 24), ("operations", 10), ("imports", 8), ("mypy", 6), ("pyright", 7),
    ("tests", 11), ("judge", 8), ("shown", 8), ("lines", 7),
    ("per op.", 7), ("seconds", 7), ("MiB", 5),
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="holds the descriptions")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these; by default all")
    parser.add_argument(
        "--jobs", type=int, default=2, help="descriptions at once (%(default)s); 1 times best"
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave the clients there")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        parser.error(f"{options.folder} is no folder")
    found = find(options.folder.resolve())
    unknown = set(options.names) - {one.name for one in found}
    if unknown:
        known = ", ".join(sorted(one.name for one in found))
        parser.error(f"no description {min(unknown)!r} in {options.folder}; known: {known}")
    chosen = [one for one in found if not options.names or one.name in options.names]
    if not chosen:
        parser.error(f"{options.folder} holds no file with a top-level 'openapi' key")
    if options.jobs < 1:
        parser.error("--jobs must be at least 1")
    with tempfile.TemporaryDirectory(prefix="corpus-") as temporary:
        rows = _measured(chosen, options, Path(temporary))
    return _conclusion(rows)


def _measured(chosen: list[Description], options: argparse.Namespace, temporary: Path) -> list[Row]:
    """Every description's row, each printed when it is done."""
    scratch: Path = (options.keep or temporary).resolve()
    jobs: int = options.jobs
    print(_line([name for name, _ in COLUMNS]), flush=True)
    screen = Screen(len(chosen))
    free: queue.SimpleQueue[Path] = queue.SimpleQueue()
    for number in range(jobs):
        free.put(temporary / f"cache-{number}")

    def one(description: Description) -> Row:
        cache = free.get()
        try:
            return measure(
                description,
                scratch,
                cache,
                lambda step: screen.at(description, step),
            )
        finally:
            free.put(cache)

    rows: list[Row] = []
    with ThreadPoolExecutor(jobs) as pool:
        for future in as_completed([pool.submit(one, description) for description in chosen]):
            row = future.result()
            rows.append(row)
            screen.done(row)
    return rows


class Screen:
    """Rows on standard output; what is going on right now on a terminal's last line."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.finished = 0
        self.live = sys.stderr.isatty()
        self.steps: dict[str, str] = {}
        self.began = time.monotonic()
        self.lock = threading.Lock()

    def at(self, description: Description, step: str) -> None:
        """A description has come to a step."""
        with self.lock:
            self.steps[description.name] = step
            self._show()

    def done(self, row: Row) -> None:
        """A description is done."""
        with self.lock:
            self.finished += 1
            self.steps.pop(row.description.name, None)
            self._clear()
            print(_line(_cells(row)), flush=True)
            self._show()

    def _clear(self) -> None:
        if self.live:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _show(self) -> None:
        if self.live:
            now = ", ".join(f"{name}: {step}" for name, step in self.steps.items())
            text = f"{self.finished}/{self.total}  {time.monotonic() - self.began:.0f} s  {now}"
            sys.stderr.write(f"\r\x1b[K{text[: shutil.get_terminal_size().columns - 1]}")
            sys.stderr.flush()


def _line(cells: Sequence[str]) -> str:
    parts = [
        cell.ljust(width) if number == 0 else cell.rjust(width)
        for number, (cell, (_, width)) in enumerate(zip(cells, COLUMNS, strict=True))
    ]
    return " ".join(parts)


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
    """Print what is missing and the totals; the exit code."""
    short = [row for row in rows if row.shortfalls]
    for row in sorted(short, key=lambda row: row.description.name):
        print(f"\n{row.description.name} falls short:")
        for shortfall in row.shortfalls:
            print(f"  {shortfall}")
    excused: dict[str, int] = {}
    for row in rows:
        for defect, count in row.excused.items():
            excused[defect] = excused.get(defect, 0) + count
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
    return SHORT if short or median > MAX_LINES else FULL


if __name__ == "__main__":
    sys.exit(main())

"""The command line of programs that judge a folder: arguments, table, workers."""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
GOOD, BAD, MISUSED = 0, 1, 2
EXIT_CODES = f"""\
exit codes:
  {GOOD}  {{good}}
  {BAD}  {{bad}}
  {MISUSED}  {{misused}}the command was misused
"""


def explained(
    description: str | None, good: str, bad: str, misused: str = ""
) -> argparse.ArgumentParser:
    """Return a parser whose help says what the exit codes mean."""
    return argparse.ArgumentParser(
        description=description,
        epilog=EXIT_CODES.format(good=good, bad=bad, misused=misused),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def parser(description: str | None, good: str, bad: str, folder: str) -> argparse.ArgumentParser:
    """Return the arguments that all programs over a folder have."""
    made = explained(description, good, bad, "no such folder or document, or ")
    made.add_argument("folder", type=Path, metavar="FOLDER", help=folder)
    made.add_argument("names", nargs="*", metavar="NAME", help="only these; by default all")
    made.add_argument("--jobs", type=int, default=2, help="at once (%(default)s)")
    made.add_argument("--share", type=int, default=1, metavar="N", help="only one of N equal parts")
    return made


def parse(
    made: argparse.ArgumentParser,
    arguments: Sequence[str] | None,
    find: Callable[[Path], Sequence[T]],
    name: Callable[[T], str],
    *,
    is_named: Callable[[str, str], bool] = str.__eq__,
) -> tuple[argparse.Namespace, list[T]]:
    """Return the options, and what they choose of all that is found in the folder.

    Of ``--share N`` equal parts, by a hash of the names, the first is chosen.
    """
    options = made.parse_args(arguments)
    if not options.folder.is_dir():
        made.error(f"{options.folder} is not a folder")
    if options.jobs < 1:
        made.error("--jobs must be at least 1")
    options.folder = options.folder.resolve()
    found = find(options.folder)
    for wanted in options.names:
        if not any(is_named(name(one), wanted) for one in found):
            known = ", ".join(sorted(map(name, found))[:30])
            made.error(f"no {wanted!r} in {options.folder}; known: {known}")
    chosen = [
        one
        for one in found
        if any(is_named(name(one), wanted) for wanted in options.names)
        or (not options.names and is_in_share(name(one), options.share))
    ]
    if found and not chosen:  # a small folder: one document, so that something is tried
        chosen = [min(found, key=lambda one: _rank(name(one)))]
    if not chosen:
        made.error(f"{options.folder} contains no such document")
    return options, chosen


def is_in_share(name: str, share: int) -> bool:
    """Return whether a name is in the first of equal parts."""
    return _rank(name) % share == 0


def _rank(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16)


def progress(line: str = "") -> None:
    """Show on a terminal what is going on; an empty line clears it."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{line[: shutil.get_terminal_size().columns - 1]}")
        sys.stderr.flush()


class Table:
    """Rows on standard output; on a terminal's last line, the steps that are running."""

    def __init__(self, columns: Sequence[tuple[str, int]], total: int = 0) -> None:
        self._widths = [width for _, width in columns]
        self._total, self._done, self._began = total, 0, time.monotonic()
        self._steps: dict[str, str] = {}
        self._lock = threading.Lock()
        self.print([name for name, _ in columns])

    def print(self, cells: Sequence[object]) -> None:
        """Print a row."""
        first, *others = zip(map(str, cells), self._widths, strict=True)
        progress()
        print(" ".join([first[0].ljust(first[1]), *(text.rjust(n) for text, n in others)]),
              flush=True)  # fmt: skip

    def step(self, name: str, step: str = "") -> None:
        """Show that a step has begun; without one, that all steps have ended."""
        with self._lock:
            if step:
                self._steps[name] = step
            else:
                self._done += 1
                self._steps.pop(name, None)
            now = ", ".join(f"{name}: {step}" for name, step in self._steps.items())
            seconds = time.monotonic() - self._began
            progress(f"{self._done}/{self._total}  {seconds:.0f} s  {now}")


def spread(
    pool: AbstractContextManager[Executor], work: Callable[[T], R], items: Sequence[T]
) -> Iterator[R]:
    """Do the work for each item in a pool; the results come as they end."""
    with pool as executor:
        for future in as_completed([executor.submit(work, item) for item in items]):
            yield future.result()


def print_faults(name: str, faults: Sequence[str], most: int = 8) -> None:
    """Print the first faults of a document below its name."""
    if faults:
        print(f"\n{name} falls short:")
        for fault in faults[:most]:
            print(f"  {fault}")
        if len(faults) > most:
            print(f"  … and {len(faults) - most} more")


def print_all(
    columns: Sequence[tuple[str, int]],
    total: int,
    results: Iterable[tuple[Sequence[object], Sequence[str]]],
) -> int:
    """Print the cells of each result as it ends, and then all faults; return the exit code.

    The first cell is a name.
    """
    table = Table(columns, total)
    faulty: dict[str, Sequence[str]] = {}
    for cells, faults in results:
        table.print(cells)
        table.step(str(cells[0]))
        faulty |= {str(cells[0]): faults} if faults else {}
    progress()
    for name, faults in faulty.items():
        print_faults(name, faults)
    print(f"\n{total - len(faulty)} of {total} are without a fault.")
    return BAD if faulty else GOOD

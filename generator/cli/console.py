"""What goes to the terminal, and how."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ..errors import Problem

MAX_DIFF_LINES = 60


class Console:
    """What goes to the terminal: results to standard output, everything else to standard error.

    ``verbose`` adds how long each stage took, in seconds, and shows differences in full.
    """

    def __init__(self, *, quiet: bool, verbose: bool = False) -> None:
        self.quiet = quiet
        self.verbose = verbose
        self.live = sys.stderr.isatty() and not quiet and not verbose
        no_color = bool(os.environ.get("NO_COLOR"))
        self.color = sys.stderr.isatty() and not no_color
        self._stage = ""
        self._since = 0.0

    def progress(self, stage: str) -> None:
        """A stage begins, and the one before has ended; shown over it on a terminal."""
        if self.verbose:
            self._timed(stage)
        elif self.live:
            sys.stderr.write(f"\r\x1b[K{stage + ' …' if stage else ''}")
            sys.stderr.flush()

    def _timed(self, stage: str) -> None:
        now = time.perf_counter()
        if self._stage:
            print(f"{now - self._since:8.3f} s  {self._stage}", file=sys.stderr)
        self._stage, self._since = stage, now

    def say(self, text: str) -> None:
        """A result."""
        if not self.quiet:
            print(text)

    def out(self, text: str) -> None:
        """A result that is wanted even when quiet, as it is."""
        self.progress("")
        sys.stdout.write(text)
        sys.stdout.flush()

    @property
    def colours_output(self) -> bool:
        """Whether standard output may be coloured."""
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR")

    def note(self, text: str) -> None:
        """Something beside the result."""
        if self.live:
            self.progress("")
        print(text, file=sys.stderr)

    def error(self, text: str) -> None:
        """A misuse."""
        self.note(f"{self._paint('error', '31')}: {text}")

    def problems(self, kind: str, problems: Sequence[Problem]) -> None:
        """Findings in the description; warnings are left out when quiet."""
        if self.quiet and kind != "error":
            return
        color = "31" if kind == "error" else "33"
        for problem in problems:
            head, _, remedy = str(problem).partition("\n")
            place, _, fact = head.partition(": ")
            self.note(f"{place}: {self._paint(kind, color)}: {fact}\n{remedy}")

    def change(self, kind: str, path: str, diff: str) -> None:
        """One file that differs, with the head of its diff, or all of it when verbose."""
        self.note(f"{self._paint(kind, '33')}: {path}")
        lines = diff.splitlines()
        shown = len(lines) if self.verbose else MAX_DIFF_LINES
        for line in lines[:shown]:
            color = {"+": "32", "-": "31", "@": "36"}.get(line[:1])
            self.note(f"  {self._paint(line, color) if color else line}")
        if len(lines) > shown:
            self.note(f"  … {len(lines) - shown} more lines; --verbose shows them")

    def _paint(self, text: str, color: str) -> str:
        return f"\x1b[{color}m{text}\x1b[0m" if self.color else text


def from_here(path: Path) -> str:
    """How a message calls a file: by the way from where the user stands."""
    try:
        return os.path.relpath(path)
    except ValueError:  # on another drive of Windows
        return str(path)

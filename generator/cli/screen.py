"""What goes to the terminal, and how."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from ..errors import Problem

MAX_DIFF_LINES = 60


class Screen:
    """What goes to the terminal: results to standard output, everything else to standard error."""

    def __init__(self, *, quiet: bool, verbose: bool = False) -> None:
        self.quiet = quiet
        self.verbose = verbose
        self.live = sys.stderr.isatty() and not quiet
        no_color = bool(os.environ.get("NO_COLOR"))
        self.color = sys.stderr.isatty() and not no_color

    def progress(self, stage: str) -> None:
        """Show the stage on a terminal, over the one before."""
        if self.live:
            sys.stderr.write(f"\r\x1b[K{stage + ' …' if stage else ''}")
            sys.stderr.flush()

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
        """One file that differs, with the head of its diff."""
        self.note(f"{self._paint(kind, '33')}: {path}")
        lines = diff.splitlines()
        for line in lines[:MAX_DIFF_LINES]:
            color = {"+": "32", "-": "31", "@": "36"}.get(line[:1])
            self.note(f"  {self._paint(line, color) if color else line}")
        if len(lines) > MAX_DIFF_LINES:
            self.note(f"  … {len(lines) - MAX_DIFF_LINES} more lines")

    def _paint(self, text: str, color: str) -> str:
        return f"\x1b[{color}m{text}\x1b[0m" if self.color else text

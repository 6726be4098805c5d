"""The terminal: results on standard output, everything else on standard error.

All text is guarded by :mod:`..printable` before colours are added.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from time import perf_counter

from ...base.printable import counted, printable, printable_json, printable_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...base.errors import LeftOut, Problem
    from ..services.generation.check import CheckedClient
    from ..services.generation.generate import GeneratedClient

    Found = CheckedClient | GeneratedClient

MAX_DIFF_LINES = 60
_RED, _GREEN, _YELLOW, _CYAN = "31", "32", "33", "36"
_DIFF_COLORS = {"+": _GREEN, "-": _RED, "@": _CYAN}


class Console:
    """Standard output and standard error.

    ``quiet`` leaves out results and warnings; ``verbose`` prints the time that each stage took, in
    seconds, and differences in full.
    """

    def __init__(self, *, quiet: bool, verbose: bool = False) -> None:
        self.quiet = quiet
        self.verbose = verbose
        no_color = bool(os.environ.get("NO_COLOR"))
        self.color = sys.stderr.isatty() and not no_color
        self.colors_output = sys.stdout.isatty() and not no_color
        self._live = sys.stderr.isatty() and not quiet and not verbose
        self._stage = ""
        self._since = 0.0
        self._shown: set[tuple[str, Problem]] = set()

    def progress(self, stage: str) -> None:
        """Show the stage that starts; an empty name ends the last one."""
        stage = printable_line(stage)
        if self.verbose:
            now = perf_counter()
            if self._stage:
                print(f"{now - self._since:8.3f} s  {self._stage}", file=sys.stderr)
            self._stage, self._since = stage, now
        elif self._live:
            sys.stderr.write(f"\r\x1b[K{stage + ' …' if stage else ''}")
            sys.stderr.flush()

    def say(self, text: str) -> None:
        """Print a result, unless ``quiet``."""
        if not self.quiet:
            self.print(text)

    def print(self, text: str) -> None:
        """Print a result that is wanted even if ``quiet``."""
        self.write(printable(text) + "\n")

    def json(self, data: object) -> None:
        """Print a result as JSON."""
        from json import dumps

        self.write(printable_json(dumps(data, indent=2, ensure_ascii=False)) + "\n")

    def write(self, text: str) -> None:
        """Write text that is guarded already to standard output."""
        self.progress("")
        sys.stdout.write(text)
        sys.stdout.flush()

    def write_report(self, text: str, path: str) -> None:
        """Write a report that is guarded already to a file, or to standard output without one."""
        if not path:
            self.write(text)
            return
        from pathlib import Path

        from ..services.project.written_paths import write_report

        write_report(Path(path), text)
        self.say(f"{path}: written.")

    def write_document(self, text: str) -> None:
        """Write a document to standard output: byte for byte, but on a terminal guarded."""
        self.progress("")
        if sys.stdout.isatty():
            sys.stdout.write(printable(text))
        else:
            sys.stdout.buffer.write(text.encode())
            sys.stdout.buffer.flush()

    def note(self, text: str) -> None:
        """Print something beside the result."""
        self._note(printable(text))

    def warn(self, text: str) -> None:
        """Print a warning, unless ``quiet``."""
        if not self.quiet:
            self._note(f"{self._paint('warning', _YELLOW)}: {printable(text)}")

    def error(self, text: str) -> None:
        """Print an error."""
        self._note(f"{self._paint('error', _RED)}: {printable(text)}")

    def problems(self, kind: str, problems: Sequence[Problem]) -> None:
        """Print problems of descriptions in their order, each once; if ``quiet``, only errors.

        Of the warnings of one code about a description the first is printed, and their number; all
        if ``verbose``.
        """
        if not problems or (self.quiet and kind != "error"):
            return
        from ...base.errors import in_order

        problems = [problem for problem in in_order(problems) if (kind, problem) not in self._shown]
        self._shown.update((kind, problem) for problem in problems)
        color = _RED if kind == "error" else _YELLOW
        by_code = kind == "warning" and not self.verbose
        groups: dict[Problem | str, list[Problem]] = {}
        for problem in problems:
            is_grouped = by_code and problem.place.pointer
            groups.setdefault(problem.code if is_grouped else problem, []).append(problem)
        for problem, *others in groups.values():
            head, _, remedy = str(problem).removeprefix(str(problem.place)).partition("\n")
            place = printable_line(str(problem.place))
            fact = printable(head.removeprefix(": "))
            self._note(f"{place}: {self._paint(kind, color)}: {fact}\n{printable(remedy)}")
            if others:
                self._note(f"  … and {len(others)} more [{problem.code}]; --verbose shows them")

    def findings(self, warnings: Iterable[Problem], left_out: Iterable[LeftOut] = ()) -> None:
        """Print warnings, and the operations that were left out."""
        self.problems("warning", list(warnings))
        operations: dict[Problem, list[str]] = {}
        for left in left_out:
            if left.operation:
                operations.setdefault(left.problem, []).append(left.operation)
        if operations:
            from dataclasses import replace

            from ...watch.changes.formats.summary import listed

            named = [
                replace(problem, fact=f"{listed(names)}: {problem.fact}")
                for problem, names in operations.items()
            ]
            self.problems("left out", named)

    def findings_of(self, clients: Sequence[Found]) -> None:
        """Print the findings of clients that changed, of all if ``verbose``.

        Clients may have the same description. For the others :meth:`count_of` has the number.
        """
        changed = [client for client in clients if client.is_changed or self.verbose]
        self.findings(
            [problem for client in changed for problem in client.warnings],
            [left for client in changed for left in client.left_out],
        )

    def count_of(self, client: Found, command: str) -> str:
        """Return the number of findings of a client that didn't change, and how to list them."""
        count = len(client.warnings) + sum(bool(left.operation) for left in client.left_out)
        if client.is_changed:
            return ""
        return self.known(count, command)

    def known(self, count: int, command: str) -> str:
        """Return a number of findings that aren't printed, and the command that lists them."""
        if self.verbose or not count:
            return ""
        return f" {counted(count, 'warning')} as before; to list them: {command} --verbose"

    def difference(self, kind: str, path: str, diff: str = "") -> None:
        """Print a file that differs with the start of its diff, with all of it if ``verbose``."""
        self._note(f"{self._paint(kind, _YELLOW)}: {printable_line(path)}")
        lines = diff.splitlines()
        shown = len(lines) if self.verbose else MAX_DIFF_LINES
        for line in lines[:shown]:
            color = _DIFF_COLORS.get(line[:1])
            text = printable(line)
            self._note(f"  {self._paint(text, color) if color else text}")
        if len(lines) > shown:
            self._note(f"  … {counted(len(lines) - shown, 'more line')}; --verbose shows them")

    @property
    def can_ask(self) -> bool:
        """True if there is a terminal to ask on."""
        return sys.stdin is not None and sys.stdin.isatty()

    def confirm(self, question: str, remedy: str) -> bool:
        """Ask a question and return whether the answer is yes.

        Raise :class:`UsageError` with the remedy where there is no terminal to ask on.
        """
        if not self.can_ask:
            from ...base.errors import UsageError

            raise UsageError(f"nothing was written: there is no terminal to ask on. {remedy}")
        return self.ask(question)

    def ask(self, question: str) -> bool:
        """Ask a question on the terminal and return whether the answer is yes."""
        self.progress("")
        return input(f"{printable_line(question)} [y/N] ").strip().lower() in ("y", "yes")

    def _note(self, text: str) -> None:
        if self._live:
            self.progress("")
        print(text, file=sys.stderr)

    def _paint(self, text: str, color: str) -> str:
        return f"\x1b[{color}m{text}\x1b[0m" if self.color else text


def output_width() -> int:
    """Return the columns of the terminal, or ``COLUMNS``; 0, for no limit, if there is neither."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS"):
        from shutil import get_terminal_size

        return get_terminal_size().columns
    return 0

"""One run of a command, and the exit codes of its errors."""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import contextmanager

from .parser import load_command, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Generator, Sequence
    from typing import TextIO

    from ...base.config import Client, Settings
    from .console import Console

OK, DIFFERS, REFUSED, UNREACHABLE = 0, 1, 2, 3
INTERNAL, CLOSED = 70, 141
"""Exit codes of a bug (sysexits' EX_SOFTWARE), and of a reader that closed the pipe."""

_READING = ("check", "drift", "ls", "probe", "show", "verify")
"""The commands that write no description and no code."""


def run(arguments: Sequence[str]) -> int:
    """Run a command and print its errors; return the exit code."""
    options = parse(arguments)
    # Nothing that a checkout chooses may send it: a client reads variables by names of a checkout.
    options.token = os.environ.pop("ACTION_TOKEN", "")
    from .console import Console

    console = Console(
        quiet=getattr(options, "quiet", False), verbose=getattr(options, "verbose", False)
    )
    try:
        with _warnings_on(console):
            code = attempt(
                lambda: load_command(options.command).run(options, console), options, console
            )
        console.progress("")
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        from .interrupt import INTERRUPTED, MESSAGE

        console.error(MESSAGE)
        return INTERRUPTED
    except BrokenPipeError:  # nothing more may be flushed
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED


@contextmanager
def _warnings_on(console: Console) -> Generator[None]:
    """Print each warning about a deprecated setting once."""
    from ...base.errors import DeprecatedSetting

    with warnings.catch_warnings():
        usual, printed = warnings.showwarning, set[str]()

        def show(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            text = str(message)
            if category is not DeprecatedSetting:
                usual(message, category, filename, lineno, file, line)
            elif text not in printed:
                printed.add(text)
                console.warn(text)

        warnings.simplefilter("always", DeprecatedSetting)
        warnings.showwarning = show
        yield


def attempt(
    work: Callable[[], int],
    options: argparse.Namespace,
    console: Console,
    clients: Sequence[Client] = (),
) -> int:
    """Return the exit code of a command, or of its part for ``clients``; print its error."""
    try:
        return work()
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - a bug is reported, too
        names = " and ".join(client.package for client in clients)
        return _report(error, options.command, console, names)


def for_each(
    work: Callable[[Settings], int],
    groups: Sequence[Settings],
    options: argparse.Namespace,
    console: Console,
) -> int:
    """Call ``work`` for each group of clients; return the highest exit code.

    An error of one doesn't stop the others.
    """
    from functools import partial

    return max(
        attempt(partial(work, group), options, console, group.clients if groups[1:] else ())
        for group in groups
    )


def _report(error: Exception, command: str, console: Console, clients: str = "") -> int:
    """Print an error; return its exit code. ``clients`` are those that it is about, of several."""
    from ...base.errors import LostEdits, NewlyLeftOut, SpecError, SpeclockError, Unreachable
    from ...base.printable import counted

    end = f"; nothing was written{f' for {clients}' if clients else ''}"
    start = f"{clients}: " if clients else ""
    if isinstance(error, NewlyLeftOut):
        console.problems("left out", error.problems)
        number = counted(len(error.problems), "operation")
        console.note(f"{number} newly left out{end}.")
        return DIFFERS
    if isinstance(error, SpecError):
        console.problems("error", error.problems)
        console.note(f"{len(error.problems)} refused{'' if command in _READING else end}.")
        return REFUSED
    if isinstance(error, LostEdits):
        console.error(f"{start}{error}")
        return DIFFERS
    if isinstance(error, SpeclockError):
        console.error(f"{start}{error}")
        return UNREACHABLE if isinstance(error, Unreachable) else REFUSED
    import traceback

    from ..services.project.provenance import tool_versions

    python = ".".join(map(str, sys.version_info[:3]))
    versions = ", ".join(f"{k} {v}" for k, v in {**tool_versions(), "Python": python}.items())
    if console.verbose:
        console.note("".join(traceback.format_exception(error)).rstrip())
    more = "" if console.verbose else " --verbose prints the traceback."
    place = "".join(f" {note}" for note in getattr(error, "__notes__", ())[:1])
    console.error(
        f"{start}an internal error, which is a bug in speclock: {type(error).__name__}: "
        f"{' '.join(str(error).split())}.{place} Please report it with these versions: "
        f"{versions}.{more}"
    )
    return INTERNAL

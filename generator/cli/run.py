"""One run of a command, and the exit codes of its errors."""

from __future__ import annotations

import os
import sys

from .parser import load_command, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .console import Console

OK, DIFFERS, REFUSED, UNREACHABLE = 0, 1, 2, 3
INTERNAL, CLOSED = 70, 141
"""Exit codes of a bug (sysexits' EX_SOFTWARE), and of a reader that closed the pipe."""

_READING = ("check", "drift", "ls", "show", "verify")
"""The commands that write no description and no code."""


def run(arguments: Sequence[str]) -> int:
    """Run a command and print its errors; return the exit code."""
    options = parse(arguments)
    from .console import Console

    console = Console(
        quiet=getattr(options, "quiet", False), verbose=getattr(options, "verbose", False)
    )
    try:
        code = load_command(options.command).run(options, console)
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
    except Exception as error:  # noqa: BLE001 - a bug is reported, too
        return _report(error, options.command, console)


def _report(error: Exception, command: str, console: Console) -> int:
    """Print an error; return its exit code."""
    from ..errors import NewlyLeftOut, SpecError, SpeclockError, Unreachable
    from ..printable import counted

    if isinstance(error, NewlyLeftOut):
        console.problems("left out", error.problems)
        number = counted(len(error.problems), "operation")
        console.note(f"{number} newly left out; nothing was written.")
        return DIFFERS
    if isinstance(error, SpecError):
        console.problems("error", error.problems)
        end = "" if command in _READING else "; nothing was written"
        console.note(f"{len(error.problems)} refused{end}.")
        return REFUSED
    if isinstance(error, SpeclockError):
        console.error(str(error))
        return UNREACHABLE if isinstance(error, Unreachable) else REFUSED
    import traceback

    from ..services.provenance import tool_versions

    python = ".".join(map(str, sys.version_info[:3]))
    versions = ", ".join(f"{k} {v}" for k, v in {**tool_versions(), "Python": python}.items())
    if console.verbose:
        console.note("".join(traceback.format_exception(error)).rstrip())
    more = "" if console.verbose else " --verbose prints the traceback."
    place = "".join(f" {note}" for note in getattr(error, "__notes__", ())[:1])
    console.error(
        f"an internal error, which is a bug in speclock: {type(error).__name__}: "
        f"{' '.join(str(error).split())}.{place} Please report it with these versions: "
        f"{versions}.{more}"
    )
    return INTERNAL

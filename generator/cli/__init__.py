"""The command line: arguments, output and exit codes; the only place that prints or exits."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence

from .. import __version__
from ..errors import SpecError, SpeclockError, Unreachable
from . import (
    check,
    completion,
    drift,
    explain,
    generate,
    init,
    ls,
    pull,
    show,
    upgrade,
    vendor,
    verify,
)
from . import slice as slice_
from .command import REFUSED, UNREACHABLE, Command
from .console import Console

COMMANDS: tuple[Command, ...] = (
    init.COMMAND,
    ls.COMMAND,
    show.COMMAND,
    generate.COMMAND,
    check.COMMAND,
    drift.COMMAND,
    explain.COMMAND,
    slice_.COMMAND,
    pull.COMMAND,
    vendor.COMMAND,
    verify.COMMAND,
    upgrade.COMMAND,
    completion.COMMAND,
)

INTERNAL, INTERRUPTED, CLOSED = 70, 130, 141
"""Exit codes: a fault of speclock's own (sysexits' EX_SOFTWARE), Ctrl-C, and a reader that left."""

_ABOUT = """\
A small, typed HTTP client that you own, generated from a checked-in OpenAPI description.

Start in your project's folder:

  speclock ls api.yaml                                  # what the description has
  speclock show pets/list api.yaml                      # the call that you would get
  speclock init api.yaml --operation pets/list --package my_api

From then on, anywhere in the project: speclock generate, speclock check.
"""
_CODES = "exit codes:"
_EXITS = f"""\
{_CODES}
  0  all is well
  1  something differs: files from what they should be, upstream from what was checked in
  2  the description was refused, or the command misused
  3  upstream can't be reached
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    whole = parser()
    if arguments is None:
        completion.answer_shell(whole)
    options = whole.parse_args(arguments)
    screen = Console(
        quiet=getattr(options, "quiet", False), verbose=getattr(options, "verbose", False)
    )
    command: Command = options.command
    try:
        code = command.run(options, screen)
        screen.progress("")
        sys.stdout.flush()
        return code
    except SpecError as error:
        screen.problems("error", error.problems)
        screen.note(f"{len(error.problems)} refused; nothing was written.")
        return REFUSED
    except Unreachable as error:
        screen.error(str(error))
        return UNREACHABLE
    except SpeclockError as error:
        screen.error(str(error))
        return REFUSED
    except KeyboardInterrupt:
        screen.error("interrupted; run it again to finish.")
        return INTERRUPTED
    except BrokenPipeError:  # the reader, say head, has enough; nothing more may be flushed
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED
    except Exception as error:  # noqa: BLE001 - the last word on a fault of our own
        return _internal(error, screen)


def _internal(error: Exception, screen: Console) -> int:
    """Ask for a report of a fault of our own."""
    from ..services.generate import tool_versions

    what = " ".join(f"{type(error).__name__}: {error}".split())
    python = ".".join(map(str, sys.version_info[:3]))
    versions = ", ".join(f"{k} {v}" for k, v in {**tool_versions(), "Python": python}.items())
    if screen.verbose:
        traceback.print_exception(error)
    more = "" if screen.verbose else " --verbose shows where."
    screen.error(f"a fault in speclock itself: {what}. Please report it with: {versions}.{more}")
    return INTERNAL


def parser() -> argparse.ArgumentParser:
    """The whole command line; what completion offers is read from it, too."""
    whole = argparse.ArgumentParser(
        prog="speclock",
        description=_ABOUT,
        epilog=_EXITS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action="version", version=f"speclock {__version__}")
    _global_flags(whole)
    commands = whole.add_subparsers(dest="_", required=True, metavar="COMMAND")
    for command in COMMANDS:
        inner = commands.add_parser(
            command.name,
            help=command.summary,
            description=command.about,
            epilog=command.epilog if _CODES in command.epilog else f"{command.epilog}\n{_EXITS}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.arguments(inner)
        _global_flags(inner)
        inner.set_defaults(command=command)
    return whole


def _global_flags(parser: argparse.ArgumentParser) -> None:
    """What each command takes, before or after its name; absent flags leave no attribute, so that
    the inner parser's default can't undo what the outer one read.
    """
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument(
        "-q",
        "--quiet",
        action="store_true",
        default=argparse.SUPPRESS,
        help="only say what is wrong",
    )
    loudness.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        default=argparse.SUPPRESS,
        help="say how long each stage takes, show whole differences, and where a fault came from",
    )

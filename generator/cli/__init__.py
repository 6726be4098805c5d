"""The command line: arguments, output and exit codes; the only place that prints or exits."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from .. import __version__
from ..errors import SpecError, SpeclockError, Unreachable
from . import check, drift, explain, generate, pull, upgrade, vendor, verify
from . import slice as slice_
from .command import REFUSED, UNREACHABLE, Command
from .screen import Screen

COMMANDS: tuple[Command, ...] = (
    generate.COMMAND,
    check.COMMAND,
    drift.COMMAND,
    explain.COMMAND,
    slice_.COMMAND,
    pull.COMMAND,
    vendor.COMMAND,
    verify.COMMAND,
    upgrade.COMMAND,
)

_ABOUT = """\
A small, typed HTTP client that you own, generated from a checked-in OpenAPI description.

Run it in a project whose pyproject.toml has a [tool.speclock] section, or name everything:

  speclock generate --spec spec/api.yaml --package my_api --output generated
"""
_EXITS = """\
exit codes:
  0  all is well
  1  check: files are not as generated
  2  the description was refused, or the command misused
  3  upstream can't be reached
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(arguments)
    screen = Screen(quiet=options.quiet)
    command: Command = options.command
    try:
        return command.run(options, screen)
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
        screen.error("interrupted; nothing was written.")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="speclock",
        description=_ABOUT,
        epilog=_EXITS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"speclock {__version__}")
    commands = parser.add_subparsers(dest="_", required=True, metavar="COMMAND")
    for command in COMMANDS:
        inner = commands.add_parser(
            command.name,
            help=command.summary,
            description=command.about,
            epilog=f"{command.epilog}\n{_EXITS}".lstrip(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.arguments(inner)
        inner.add_argument("-q", "--quiet", action="store_true", help="only say what is wrong")
        inner.set_defaults(command=command)
    return parser

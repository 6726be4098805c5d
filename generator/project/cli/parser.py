"""The parser of the command line, with the arguments of the command that is asked for."""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial

from ...base.version import __version__

TYPE_CHECKING = False  # typing.TYPE_CHECKING, without an import that --help would wait for
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import NoReturn, Protocol

    from .console import Console

    class CommandModule(Protocol):
        """A module of this folder that is a command."""

        ABOUT: str
        """The help before the arguments."""
        ARGUMENTS: Mapping[str, str]
        """The arguments with their help, see :func:`add_arguments`."""

        def run(self, options: argparse.Namespace, console: Console) -> int:
            """Run the command; return its exit code, or raise :class:`SpeclockError`."""
            ...

    def import_module(name: str, package: str | None) -> CommandModule:
        """Import a module of this folder."""
        ...
else:
    from importlib import import_module


COMMANDS = {
    "init": "start a client: description, settings, first code and CI",
    "ls": "list the operations of a description",
    "show": "show the Python call of an operation, its request and an example",
    "generate": "write the client and its tests",
    "check": "compare clients with what would be generated, or a FOLDER with its own hashes",
    "update": "take upstream's changes into the checked-in description and the client",
    "add": "add operations of upstream to a client",
    "remove": "remove operations from a client",
    "drift": "tell whether the API changed under the operations you call",
    "vendor": "copy a generated client into a project",
    "verify": "the same as check FOLDER",
    "upgrade": "bring a copy up to date, after showing what changes for its callers",
    "probe": "call operations on a running server, and compare its responses",
    "explain": "explain a rule of drift",
    "slice": "cut the smallest description with some operations out of another",
    "propose": "in a workflow: make changes, and publish them as a pull request",
    "completion": "print the completion for bash, zsh or fish",
}
"""Each command with one line of help."""
GROUPS = {"vendor": "Copies of a client", "probe": "Also"}
"""The titles of the groups of commands after the first, by their first commands."""

REPLACED = {
    ("pull", ""): "speclock update",
    ("drift", "--write"): "speclock update",
    ("upgrade", "--json"): "speclock upgrade --format json",
    ("drift", "--coverage"): "TraceCov, a tool of its own: https://docs.tracecov.sh",
    ("probe", "--coverage"): "TraceCov, a tool of its own: https://docs.tracecov.sh",
}
"""Former commands, and options of commands, with what they are now."""
_ABOUT = """\
A small, typed HTTP client that you own, generated from a checked-in OpenAPI description.

Start in your project's folder:

  speclock ls api.yaml                                  # the operations of the description
  speclock show pets/list api.yaml                      # the call that you would get
  speclock init api.yaml --operation pets/list --package my_api

From then on, anywhere in the project:

  speclock generate        # after a change of the settings or the description
  speclock update          # when upstream has changed
  speclock add pets/show   # to call another operation
"""
_CODES = "exit codes"
_EXITS = f"""\
{_CODES}:
  0  success
  1  a difference: in files, or between upstream and the checked-in description
  2  the description was refused, or the command misused
  3  upstream cannot be reached

A client that is refused stops no other; the exit code is the highest of all.
"""


def load_command(name: str) -> CommandModule:
    """Import the module of a command of :data:`COMMANDS`."""
    return import_module(f".{name}", __package__)


def command_in(words: Sequence[str]) -> str:
    """Return the first word that isn't an option, which is the command's name, or an empty text."""
    return next((word for word in words if not word.startswith("-")), "")


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Return the arguments, or print what is wrong with them and raise ``SystemExit``."""
    name = command_in(words)
    start = list(words).index(name) if name else len(words)
    parser = make_parser("" if any(map(_asks_for_help, words[:start])) else name)
    if not words:
        parser.print_help(sys.stderr)
        parser.exit(2)
    _check_options(parser, words[:start], ["--version"], "speclock")
    for (command, option), replacement in REPLACED.items():
        if name == command and option in ("", *words):
            parser.error(f"this is now: {replacement}")
    if name and name not in COMMANDS:
        parser.error(f"no command {name!r}. {_hint(name, list(COMMANDS))}")
    if name:
        usages = " ".join(load_command(name).ARGUMENTS)
        flags = usages.replace("/", " ").split()
        own = [flag for flag in flags if flag[:1] == "-"]
        _check_options(parser, words[start:], own, name)
    options, rest = parser.parse_known_args(words)
    if rest:
        repeat = [word for word in words if word in ("--operation", "--overlay")]
        hint = f" Repeat the option: {repeat[0]} A {repeat[0]} B." if repeat else ""
        parser.error(f"unrecognized arguments: {' '.join(rest)}.{hint}")
    return options


def _asks_for_help(word: str) -> bool:
    if word.startswith("--"):
        return len(word) > 2 and "--help".startswith(word)
    return "h" in word  # -h, or several flags in one word


def _check_options(
    parser: argparse.ArgumentParser, words: Sequence[str], own: Sequence[str], command: str
) -> None:
    """Print an error for the first long option that ``command`` doesn't have."""
    known = [*own, "--help", "--quiet", "--verbose"]
    for word in words:
        name = word.partition("=")[0]
        if name == "--":
            return
        if name.startswith("--") and " " not in name and not any(k.startswith(name) for k in known):
            parser.error(f"{command} has no option {name!r}. {_hint(name, known)}")


def _hint(name: str, known: Sequence[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}."


class _Help(argparse.RawDescriptionHelpFormatter):
    """A formatter that asks for the width itself: argparse would import shutil and what it uses."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)

    def _format_action(self, action: argparse.Action) -> str:
        text = super()._format_action(action)
        title = GROUPS.get(action.dest)
        return f"\n  {title}:\n{text}" if title else text


def _columns() -> int:
    """Return the width of the terminal, as ``shutil.get_terminal_size`` does."""
    try:
        columns = int(os.environ.get("COLUMNS", ""))
    except ValueError:
        columns = 0
    if columns > 0:
        return columns
    try:
        return os.get_terminal_size(1).columns or 80
    except OSError:  # not a terminal
        return 80


class _Parser(argparse.ArgumentParser):
    """A parser whose errors quote arguments only as printable text."""

    def error(self, message: str) -> NoReturn:
        from ...base.printable import printable_line

        super().error(printable_line(message))


def make_parser(only: str | None = None) -> argparse.ArgumentParser:
    """Return the parser; with ``only``, just that command gets its arguments and help.

    If there is such a command, it is the only one that the parser knows: each takes time.
    """
    parser = _Parser(
        prog="speclock",
        description=_ABOUT,
        epilog=_EXITS,
        formatter_class=_Help,
    )
    parser.add_argument("--version", action="version", version=f"speclock {__version__}")
    _add_global_flags(parser)
    parser._positionals.title = "commands"
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    known = {only: COMMANDS[only]} if only in COMMANDS else COMMANDS
    for name, summary in known.items():
        is_whole = only in (None, name)
        inner = commands.add_parser(name, help=summary, formatter_class=_Help, add_help=is_whole)
        if not is_whole:
            continue
        module = load_command(name)
        inner.description = module.ABOUT
        epilog: str = getattr(module, "EPILOG", "")  # the help after the arguments
        inner.epilog = epilog if _CODES in epilog else f"{epilog}\n{_EXITS}"
        add_arguments(inner, module.ARGUMENTS)
        _add_global_flags(inner)
    return parser


_SECOND_SPELLINGS = {
    ("--fail-on", "none"): "never",
    ("--feature", "fake_server"): "testing",
    ("--feature", "examples"): "testing",
    ("--feature", "recorder"): "testing",
    ("--feature", "pytest_plugin"): "testing",
}
"""Values of options that are taken for another one, and aren't documented."""


def _value(flag: str, text: str) -> str:
    return _SECOND_SPELLINGS.get((flag, text), text)


_ACTIONS = {"*": "append", "+": "append", "…": "extend"}


def add_arguments(parser: argparse.ArgumentParser, arguments: Mapping[str, str]) -> None:
    """Add arguments, each written as in a usage line, with its help.

    ``--full`` is a flag, ``--output DIR`` a text, ``--format {text,json}`` a choice whose first is
    the default, ``dest DEST`` positional; ``-o/--output`` has two names, ``dotted --import`` its
    own attribute. As in a regular expression, ``?`` is optional, ``*`` and ``+`` may be repeated;
    with ``…`` an option takes one value or more, and may be repeated too.
    ``# title`` starts a group.
    """
    add = parser.add_argument
    for usage, about in arguments.items():
        if usage.startswith("# "):
            add = parser.add_argument_group(usage[2:]).add_argument
            continue
        *names, metavar = usage.split() if " " in usage else (usage, "")
        flags = names[-1].split("/") if names[-1].startswith("-") else []
        if not metavar:
            add(*flags, action="store_true", help=about)
            continue
        count = metavar[-1] if metavar[-1] in "?*+…" else None
        metavar = metavar.rstrip("?*+…")
        choices = metavar[1:-1].split(",") if metavar.startswith("{") else None
        shown = None if choices else metavar
        only = choices[0] if choices and not count else ""
        default = list[str]() if count in ("*", "+", "…") else only
        if not flags:
            add(names[0], nargs=count, default=default, choices=choices, metavar=shown, help=about)
        else:
            add(
                *flags,
                dest=names[0] if len(names) > 1 else None,
                action=_ACTIONS.get(count or "", "store"),
                nargs="+" if count == "…" else None,
                type=partial(_value, flags[0]),
                required=count == "+",
                default=default,
                choices=choices,
                metavar=shown,
                help=about,
            )


def _add_global_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags that are allowed before and after a command's name.

    An absent flag sets no attribute, so that the inner parser's default doesn't replace what the
    outer one has read.
    """
    verbose = "print the time of each stage, whole differences, and the traceback of a bug"
    group = parser.add_mutually_exclusive_group()
    for flags, about in (
        (("-q", "--quiet"), "print only what is wrong"),
        (("-v", "--verbose"), verbose),
    ):
        group.add_argument(*flags, action="store_true", default=argparse.SUPPRESS, help=about)

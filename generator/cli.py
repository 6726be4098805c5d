"""The command line: arguments, output and exit codes; the only place that prints or exits."""

from __future__ import annotations

import argparse
import gc
import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from . import __version__, config
from .config import Client
from .errors import Problem, SpecError, SpeclockError, UsageError

if TYPE_CHECKING:
    from .emit.fileset import Change
    from .pipeline import Generated

OK, DIFFERS, REFUSED = 0, 1, 2
MAX_DIFF_LINES = 60

_ABOUT = """\
A small, typed HTTP client that you own, generated from a checked-in OpenAPI description.

Run it in a project whose pyproject.toml has a [tool.speclock] section, or name everything:

  speclock generate --spec spec/api.yaml --package my_api --output generated
"""
_CONFIG = """\
configuration (pyproject.toml):

  [tool.speclock]
  output = "generated"

  [tool.speclock.clients.my_api]        # the package's name
  spec = "spec/api.yaml"                # OpenAPI 3.0, 3.1 or 3.2; YAML or JSON
  client = "MyApi"                      # the client class
  operations = ["pets/list"]            # selectors, see below; all if left out
  accept = ["security-scheme"]          # refusals that only leave an operation out

selectors of operations ('*' stands for any text; all that match are taken):
  pets/list, GET /pets, /pets*          an operationId, a method and path, a path
  tag:pets, method:get                  a tag, a method
  !DELETE *                             not these; alone: all but these

exit codes:
  0  all is well
  1  check: files are not as generated
  2  the description was refused, or the command misused
"""
_GENERATE = """\
Write DIR/NAME/ (the client) and DIR/tests/NAME/ (its tests). Files that an earlier run wrote and
that are no longer wanted are removed; other files are never touched.
"""
_CHECK = """\
Compare without writing. Where the recorded hashes of the description, the settings, the tool
versions and the files all agree, they are trusted; --full always regenerates in memory.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    screen = Screen(quiet=options.quiet)
    try:
        root, clients = _clients(options)
        run = _generate if options.command == "generate" else _check
        code = run(clients, root, options, screen)
    except SpecError as error:
        screen.problems("error", error.problems)
        screen.note(f"{len(error.problems)} refused; nothing was written.")
        return REFUSED
    except SpeclockError as error:
        screen.error(str(error))
        return REFUSED
    except KeyboardInterrupt:
        screen.error("interrupted; nothing was written.")
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="speclock",
        description=_ABOUT,
        epilog=_CONFIG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"speclock {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, summary, text in (
        (
            "generate",
            "write the client and its tests",
            _GENERATE,
        ),
        (
            "check",
            "compare the client on disk with what would be generated",
            _CHECK,
        ),
    ):
        command = commands.add_parser(
            name,
            help=summary,
            description=text,
            epilog=_CONFIG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        _common(command)
        if name == "check":
            command.add_argument(
                "--full", action="store_true", help="regenerate in memory, whatever the hashes say"
            )
    return parser


def _common(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "clients",
        nargs="*",
        metavar="CLIENT",
        help="packages of [tool.speclock.clients]; all by default",
    )
    group = command.add_argument_group("without a configuration")
    group.add_argument("--spec", metavar="FILE", help="the OpenAPI description")
    group.add_argument("--package", metavar="NAME", help="the package to write")
    group.add_argument("--output", metavar="DIR", help="the folder that gets NAME/ and tests/NAME/")
    group.add_argument("--client", metavar="CLASS", help="the client class; from NAME by default")
    group.add_argument(
        "--operation",
        metavar="ID",
        action="append",
        help="emit only what this selector names (see below); may be repeated",
    )
    group.add_argument(
        "--accept",
        metavar="CODE",
        action="append",
        help="leave out operations refused with this code (the word in brackets at the end of a "
        "message) and record them in speclock.json; may be repeated",
    )
    group.add_argument(
        "--http", choices=("httpx", "httpx2"), help="the HTTP library of the client (httpx)"
    )
    command.add_argument("--config", metavar="FILE", help="a pyproject.toml other than the nearest")
    command.add_argument("-q", "--quiet", action="store_true", help="only say what is wrong")


def _clients(options: argparse.Namespace) -> tuple[Path, list[Client]]:
    """The clients to work on and the folder that their paths are relative to."""
    if options.spec:
        missing = [f"--{name}" for name in ("package", "output") if not getattr(options, name)]
        if missing:
            raise UsageError(f"--spec goes with {' and '.join(missing)}.")
        client = Client(
            spec=options.spec,
            package=options.package,
            output=options.output,
            client=options.client or "",
            operations=tuple(options.operation or ()),
            accept=tuple(options.accept or ()),
            http=options.http or "httpx",
        )
        return Path.cwd(), [config.check(client, "command line")]
    path = Path(options.config).absolute() if options.config else config.find(Path.cwd())
    if options.config and path is not None and not path.is_file():
        raise UsageError(f"{options.config} doesn't exist. Name a pyproject.toml.")
    if path is None or not path.is_file():
        raise UsageError(
            "no pyproject.toml with a [tool.speclock] section was found from here upwards. "
            "Add one, or name --spec, --package and --output. See speclock generate --help."
        )
    settings = config.load(path)
    if not settings.clients:
        raise UsageError(f"{path.name} has no [tool.speclock.clients.<package>] table. Add one.")
    chosen = [c for c in settings.clients if not options.clients or c.package in options.clients]
    unknown = set(options.clients) - {client.package for client in settings.clients}
    if unknown:
        known = ", ".join(client.package for client in settings.clients)
        raise UsageError(f"no client {min(unknown)!r} in {path.name}. Known: {known}.")
    overrides = {
        "output": options.output, "client": options.client, "http": options.http,
        "operations": tuple(options.operation or ()), "accept": tuple(options.accept or ()),
    }  # fmt: skip
    given = {name: value for name, value in overrides.items() if value}
    return settings.root, [replace(client, **given) for client in chosen]


def _made(clients: list[Client], root: Path, screen: Screen) -> list[Generated]:
    """Every client, in memory; raises with the problems of all of them, so nothing is half done."""
    from .pipeline import generate

    made: list[Generated] = []
    problems: list[Problem] = []
    gc.disable()  # trees are built and kept to the end: collecting finds nothing, and takes a tenth
    try:
        for client in clients:
            try:
                made.append(generate(client, root, screen.progress))
            except SpecError as error:
                problems += [problem for problem in error.problems if problem not in problems]
    finally:
        gc.enable()
    screen.progress("")
    if problems:
        raise SpecError(problems)
    for one in made:
        screen.problems("warning", one.warnings)
        screen.problems("left out", [left.problem for left in one.left_out if left.operation])
    return made


def _generate(clients: list[Client], root: Path, _: argparse.Namespace, screen: Screen) -> int:
    for client, made in zip(clients, _made(clients, root, screen), strict=True):
        changed = made.files.write(root / client.output)
        what = f"{len(changed)} files changed" if changed else "already up to date"
        count = f"{made.operations} operation(s), {len(made.files.files)} files"
        if made.left_out:
            count += f", {len(made.left_out)} left out (listed in speclock.json)"
        screen.say(f"{client.package}: {count}; {what}.")
    return OK


def _check(clients: list[Client], root: Path, options: argparse.Namespace, screen: Screen) -> int:
    from .pipeline import is_current

    stale = [client for client in clients if options.full or not is_current(client, root)]
    for client in clients:
        if client not in stale:
            screen.say(f"{client.package}: up to date (by recorded hashes).")
    code = OK
    for client, made in zip(stale, _made(stale, root, screen), strict=True):
        changes = made.files.compare(root / client.output)
        if not changes:
            screen.say(f"{client.package}: up to date (regenerated).")
            continue
        code = DIFFERS
        _differs(client, changes, options, screen)
    return code


def _differs(
    client: Client, changes: list[Change], options: argparse.Namespace, screen: Screen
) -> None:
    for change in changes:
        screen.change(change.kind, str(Path(client.output) / change.path), change.diff)
    extra = [str(Path(client.output) / c.path) for c in changes if c.kind == "extra"]
    if len(extra) < len(changes):
        screen.note(f"To fix: {_command('generate', client, options)}")
    if extra:
        screen.note(f"speclock removes only what it wrote; to fix: rm {' '.join(extra)}")


def _command(name: str, client: Client, options: argparse.Namespace) -> str:
    """The command line that does ``name`` with the same arguments."""
    program = "speclock" if __package__ == "speclock" else f"python -m {__package__}"
    if not options.spec:
        return f"{program} {name}" + (f" {client.package}" if options.clients else "")
    parts = [
        program,
        name,
        "--spec",
        client.spec,
        "--package",
        client.package,
        "--output",
        client.output,
    ]
    if client.client:
        parts += ["--client", client.client]
    for operation in client.operations:
        parts += ["--operation", shlex.quote(operation)]
    for code in client.accept:
        parts += ["--accept", code]
    return " ".join(parts)


class Screen:
    """What goes to the terminal: results to standard output, everything else to standard error."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
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

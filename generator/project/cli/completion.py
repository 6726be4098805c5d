"""``speclock completion``: completion of commands, options, clients and operation ids by a shell.

The shell calls speclock with the line so far, and argcomplete answers from the parser. The clients
and operations are read here, as text, because a shell waits for the answer.
"""

from __future__ import annotations

import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator

    from .console import Console

    Completer = Callable[..., Iterable[str]]

ABOUT = """\
Print the completion for a shell: commands, options, client names and operation ids.

  eval "$(speclock completion bash)"       # into ~/.bashrc
  eval "$(speclock completion zsh)"        # into ~/.zshrc, after compinit
  speclock completion fish | source        # into ~/.config/fish/config.fish
"""
_MAX_BYTES = 16 * 1024 * 1024
_ID = re.compile(r"""(?<![\w-])operationId["']?\s*:\s*["']?([^\s"',}]+)""")
ARGUMENTS = {"shell {bash,fish,zsh}": ""}


def run(options: argparse.Namespace, console: Console) -> int:
    """Print the shell's code."""
    from argcomplete.shell_integration import shellcode

    console.write(shellcode(["speclock"], shell=options.shell) + "\n")
    return 0


def answer_shell() -> None:
    """Answer a shell that asks how a line can continue, and end the process."""
    import argcomplete

    from .parser import command_in, make_parser

    line = os.environ.get("COMP_LINE", "")[: int(os.environ.get("COMP_POINT", "0"))]
    parser = make_parser(command_in(line.split()[1:]))
    for command in _commands(parser).values():
        for action in command._actions:
            completer = _completer(action)
            if completer is not None:
                action.completer = completer  # type: ignore[attr-defined] # argcomplete reads it
    argcomplete.autocomplete(parser, always_complete_options=False)


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    (choices,) = (action.choices for action in parser._actions if action.nargs == "A...")
    return dict(choices or {})


def _completer(action: argparse.Action) -> Completer | None:
    """Return the completer for an argument's name; None if choices or files are completed."""
    metavar = str(action.metavar or "")
    if action.dest == "operation":
        return _operations
    if metavar == "CLIENT":
        return _packages
    if metavar == "CLIENT|DIR":
        return _folders_and_packages
    if metavar == "FILE|URL|CLIENT":
        return _files_and_packages
    is_path = re.search("FILE|DIR|DEST|OUT", metavar)
    return None if is_path or action.choices or action.nargs == 0 else _nothing


def _nothing(**_: object) -> list[str]:
    return []


def _packages(**_: object) -> list[str]:
    return list(_clients())


def _files_and_packages(prefix: str, **arguments: object) -> list[str]:
    from argcomplete.completers import FilesCompleter

    return [*_clients(), *FilesCompleter()(prefix, **arguments)]


def _folders_and_packages(prefix: str, **arguments: object) -> list[str]:
    from argcomplete.completers import DirectoriesCompleter

    return [*_clients(), *DirectoriesCompleter()(prefix, **arguments)]


def _operations(parsed_args: argparse.Namespace, **_: object) -> Iterator[str]:
    """Return the ids in the file that the line names, else in those of the clients."""
    names = (getattr(parsed_args, name, None) for name in ("source", "spec", "file", "base"))
    files = [name for name in names if isinstance(name, str) and os.path.isfile(name)]
    for name in filter(os.path.isfile, files or _clients().values()):  # no device, which may wait
        try:
            with open(name, encoding="utf-8", errors="replace") as file:
                yield from _ID.findall(file.read(_MAX_BYTES))
        except OSError:
            continue


def _clients() -> dict[str, str]:
    """Return the packages of the nearest pyproject.toml with clients, each with its description."""
    here = os.getcwd()
    while True:
        try:
            with open(os.path.join(here, "pyproject.toml"), encoding="utf-8") as file:
                specs = _specs(file.read(_MAX_BYTES))
        except (OSError, UnicodeDecodeError):
            specs = {}
        parent = os.path.dirname(here)
        if specs or parent == here:
            return {name: os.path.join(here, path) for name, path in specs.items()}
        here = parent


def _specs(text: str) -> dict[str, str]:
    """Return each client's ``spec``, as ``init`` writes it: a line in a table of its own.

    To import tomllib and ``config`` would take longer than the rest of a completion.
    """
    options_of: dict[str, str] = {}
    package = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            head = line[1:].partition("]")[0].strip()
            before, is_client, name = head.partition("tool.speclock.clients.")
            package = name.strip("\"'") if is_client and not before and "." not in name else ""
        key, is_setting, value = line.partition("=")
        if package and is_setting and key.strip() == "spec":
            value = value.strip()
            options_of[package] = value[1:].partition(value[:1] or " ")[0]
    return options_of

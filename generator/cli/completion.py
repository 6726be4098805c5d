"""``speclock completion``: what a shell needs to complete commands, options and names.

The shell calls speclock with the line so far and argcomplete answers from the parser; what it can't
know is here: the clients of the project, and the operations of a description.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ..errors import SpeclockError
from .command import OK, Command
from .console import Console
from .sources import settings_here

_ABOUT = """\
Print the completion for a shell: commands, options, client names and operation ids.

  eval "$(speclock completion bash)"       # into ~/.bashrc
  eval "$(speclock completion zsh)"        # into ~/.zshrc, after compinit
  speclock completion fish | source        # into ~/.config/fish/config.fish
"""
_MAX_BYTES = 16 * 1024 * 1024
_ID = re.compile(r"""(?<![\w-])operationId["']?\s*:\s*["']?([^\s"',}]+)""")
Completer = Callable[..., Iterable[str]]


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=("bash", "fish", "zsh"))


def _run(options: argparse.Namespace, screen: Console) -> int:
    from argcomplete.shell_integration import shellcode

    screen.out(shellcode(["speclock"], shell=options.shell) + "\n")
    return OK


def answer_shell(parser: argparse.ArgumentParser) -> None:
    """Where a shell asks how a line can go on, answer it and end the process; else do nothing."""
    if "_ARGCOMPLETE" not in os.environ:
        return
    import argcomplete

    for command in _commands(parser).values():
        for action in command._actions:
            completer = _completer(action)
            if completer is not None:
                action.completer = completer  # type: ignore[attr-defined] # argcomplete reads it
    argcomplete.autocomplete(parser, always_complete_options=False)


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    (found,) = (action.choices for action in parser._actions if action.nargs == argparse.PARSER)
    return dict(found or {})


def _completer(action: argparse.Action) -> Completer | None:
    """By what an argument is called; None where choices or files are what is wanted."""
    metavar = str(action.metavar or "")
    if action.dest == "operation":
        return _operations
    if metavar == "CLIENT":
        return _clients
    if metavar == "FILE|CLIENT":
        return _files_and_clients
    is_path = re.search("FILE|DIR|DEST|OUT", metavar)
    return None if is_path or action.choices or action.nargs == 0 else _nothing


def _nothing(**_: object) -> list[str]:
    return []


def _clients(**_: object) -> list[str]:
    try:
        settings = settings_here(None)
    except SpeclockError:
        return []
    return [client.package for client in settings.clients] if settings else []


def _files_and_clients(prefix: str, **given: object) -> list[str]:
    from argcomplete.completers import FilesCompleter

    return [*_clients(), *FilesCompleter()(prefix, **given)]


def _operations(parsed_args: argparse.Namespace, **_: object) -> Iterator[str]:
    """The ids in the file named so far, else in those of the clients; read as text, for speed."""
    names = (getattr(parsed_args, name, None) for name in ("source", "spec", "file", "base"))
    named = [Path(name) for name in names if isinstance(name, str) and Path(name).is_file()]
    for path in named or _descriptions():
        if path.is_file() and path.stat().st_size <= _MAX_BYTES:
            yield from _ID.findall(path.read_text(encoding="utf-8", errors="replace"))


def _descriptions() -> list[Path]:
    try:
        settings = settings_here(None)
    except SpeclockError:
        return []
    return [settings.root / client.spec for client in settings.clients] if settings else []


COMMAND = Command(
    "completion",
    "print the completion for bash, zsh or fish",
    _ABOUT,
    _arguments,
    _run,
)

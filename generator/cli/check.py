"""``speclock check``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ..config import ClientSettings
from . import project
from .command import DIFFERS, OK, Command
from .console import Console, from_here
from .generate import generate_all

if TYPE_CHECKING:
    from ..codegen.output.fileset import Change

_ABOUT = """\
Compare without writing. Where the recorded hashes of the description, the settings, the tool
versions and the files all agree, they are trusted; --full always regenerates in memory.
"""


def _arguments(parser: argparse.ArgumentParser) -> None:
    project.arguments(parser)
    parser.add_argument(
        "--full", action="store_true", help="regenerate in memory, whatever the hashes say"
    )


def _run(options: argparse.Namespace, screen: Console) -> int:
    from ..services.generate import is_current

    root, clients = project.clients_of(options)
    stale = [client for client in clients if options.full or not is_current(client, root)]
    for client in clients:
        if client not in stale:
            screen.say(f"{client.package}: up to date (by recorded hashes).")
    code = OK
    for client, made in zip(stale, generate_all(stale, root, screen), strict=True):
        changes = made.files.compare(root / client.output)
        if not changes:
            screen.say(f"{client.package}: up to date (regenerated).")
            continue
        code = DIFFERS
        _differs(client, root / client.output, changes, options, screen)
    return code


def _differs(
    client: ClientSettings,
    output: Path,
    changes: list[Change],
    options: argparse.Namespace,
    screen: Console,
) -> None:
    for change in changes:
        screen.change(change.kind, from_here(output / change.path), change.diff)
    extra = [from_here(output / c.path) for c in changes if c.kind == "extra"]
    if len(extra) < len(changes):
        screen.note(f"To fix: {project.command_line('generate', client, options)}")
    if extra:
        screen.note(f"speclock removes only what it wrote; to fix: rm {' '.join(extra)}")


COMMAND = Command(
    "check",
    "compare the client on disk with what would be generated",
    _ABOUT,
    _arguments,
    _run,
    project.CONFIG,
)

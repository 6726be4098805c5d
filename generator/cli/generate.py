"""``speclock generate``."""

from __future__ import annotations

import argparse
import gc
from pathlib import Path
from typing import TYPE_CHECKING

from ..config import ClientSettings
from ..errors import Problem, SpecError
from . import project
from .command import OK, Command
from .console import Console, from_here

if TYPE_CHECKING:
    from ..services.generate import Generated

_ABOUT = """\
Write DIR/NAME/ (the client) and DIR/tests/NAME/ (its tests). Files that an earlier run wrote and
that are no longer wanted are removed; other files are never touched.
"""


def generate_all(clients: list[ClientSettings], root: Path, screen: Console) -> list[Generated]:
    """Every client, in memory; raises with the problems of all of them, so nothing is half done."""
    from ..services.generate import generate

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


def _run(options: argparse.Namespace, screen: Console) -> int:
    from ..codegen.output.fileset import write

    root, clients = project.clients_of(options)
    pairs = list(zip(clients, generate_all(clients, root, screen), strict=True))
    outputs = dict.fromkeys(client.output for client in clients)
    changes: dict[str, list[str]] = {}
    for output in outputs:  # what goes into one folder is written as one
        sets = [made.files for client, made in pairs if client.output == output]
        found = write(Path(from_here(root / output)), sets)
        changes |= {one.package: names for one, names in zip(sets, found, strict=True)}
    for client, made in pairs:
        changed = changes[client.package]
        what = f"{len(changed)} files changed" if changed else "already up to date"
        count = f"{made.operations} operation(s), {len(made.files.files)} files"
        if made.left_out:
            count += f", {len(made.left_out)} left out (listed in speclock.json)"
        screen.say(f"{client.package}: {count}; {what}.")
    return OK


COMMAND = Command(
    "generate",
    "write the client and its tests",
    _ABOUT,
    project.arguments,
    _run,
    project.CONFIG,
)

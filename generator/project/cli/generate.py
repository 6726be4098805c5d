"""``speclock generate``."""

from __future__ import annotations

import argparse
import shlex
from typing import TYPE_CHECKING

from ...base.printable import counted, display_path
from .client_arguments import (
    CLIENTS,
    CONFIGURATION,
    OVERWRITE,
    SETTINGS,
    command_line,
    groups_of,
    overwriting_of,
)
from .console import Console
from .run import for_each

if TYPE_CHECKING:
    from ...base.config import Settings

ABOUT = """\
Write DIR/NAME/ (the client) and DIR/tests/NAME/ (its tests). Files of an earlier run that aren't
generated now are removed; other files are never touched.
"""
EPILOG = CONFIGURATION
ARGUMENTS = (
    CLIENTS
    | {"--fresh": "make every file again, also where what it is made from is unchanged"}
    | OVERWRITE
    | SETTINGS
)


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the clients, and print how many files changed."""
    groups = groups_of(options)
    return for_each(lambda group: _generate(group, options, console), groups, options, console)


def _generate(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from ..services.generation.generate import generate
    from .package_text import cause, package_lines

    generated = generate(
        settings,
        fresh=options.fresh,
        overwriting=overwriting_of(options),
        progress=console.progress,
    )
    console.findings_of(generated)
    for client in generated:
        number = len(client.changed)
        changed = f"{counted(number, 'file')} changed" if number else "already up to date"
        parts = [counted(client.operations, "operation")] if client.operations else []
        parts += [counted(client.webhooks, "webhook")] if client.webhooks else []
        parts += [f"models of {counted(client.schemas, 'schema')}"] if client.schemas else []
        counts = ", ".join([*parts, counted(client.files, "file")])
        if client.left_out:
            counts += f", {len(client.left_out)} left out (listed in speclock.json)"
        if client.change is not None:
            if by_tool := cause(client.change):
                console.say(by_tool)
            for line in package_lines(client.change, is_whole=console.verbose):
                console.say(line)
        if client.former:
            folders = [display_path(path) for path in client.former]
            console.note(
                f"note: {client.package} was in {' and '.join(folders)} before, and these files "
                f"stay. To remove them: rm -r {shlex.join(folders)}"
            )
        if client.moved:
            console.say(client.moved)
        package = "" if options.spec else client.package
        known = console.count_of(client, command_line("generate", package, options))
        console.say(f"{client.package}: {counts}; {changed}.{known}")
    return 0

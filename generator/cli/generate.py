"""``speclock generate``."""

from __future__ import annotations

import argparse
import shlex
from typing import TYPE_CHECKING

from ..printable import counted, display_path
from .client_arguments import CLIENTS, CONFIGURATION, SETTINGS, command_line, settings_of
from .console import Console
from .run import for_each

if TYPE_CHECKING:
    from ..config import Settings

ABOUT = """\
Write DIR/NAME/ (the client) and DIR/tests/NAME/ (its tests). Files of an earlier run that aren't
generated now are removed; other files are never touched.
"""
EPILOG = CONFIGURATION
ARGUMENTS = (
    CLIENTS
    | {"--fresh": "make every file again, also where what it is made from is unchanged"}
    | SETTINGS
)


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the clients, and print how many files changed."""
    from ..services.project.resolve import by_description

    groups = by_description(settings_of(options))
    return for_each(lambda one: _generate(one, options, console), groups, options, console)


def _generate(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from ..services.generation.generate import generate

    generated = generate(settings, fresh=options.fresh, progress=console.progress)
    console.findings_of(generated)
    for one in generated:
        changed = counted(len(one.changed), "file") + " changed"
        made = [counted(one.operations, "operation")] if one.operations else []
        made += [counted(one.webhooks, "webhook")] if one.webhooks else []
        made += [f"models of {counted(one.schemas, 'schema')}"] if one.schemas else []
        counts = ", ".join([*made, counted(one.files, "file")])
        if one.left_out:
            counts += f", {len(one.left_out)} left out (listed in speclock.json)"
        if one.renamed:
            table = f"[tool.speclock.clients.{one.package}]"
            console.say(
                f"{one.package}: names that change; to keep an old one, add its line to {table}:"
            )
        for name in one.renamed:
            pin = f"; to keep it: {name.pin}" if name.pin else ""
            console.say(f"  {name.old} is {name.new} now{pin}")
        if one.former:
            folders = [display_path(path) for path in one.former]
            console.note(
                f"note: {one.package} was in {' and '.join(folders)} before, and these files stay. "
                f"To remove them: rm -r {shlex.join(folders)}"
            )
        package = "" if options.spec else one.package
        known = console.count_of(one, command_line("generate", package, options))
        console.say(
            f"{one.package}: {counts}; {changed if one.changed else 'already up to date'}.{known}"
        )
    return 0

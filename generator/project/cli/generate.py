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
    from ..output.manifest import Manifest
    from ..services.generation.package_change import PackageChange

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
    from ..services.generation.recorded import recorded_clients

    if not options.fresh and not console.verbose and (recorded := recorded_clients(settings)):
        for manifest in recorded:
            _say_recorded(manifest, options, console)
        return 0
    return _generate_again(settings, options, console)


def _say_recorded(manifest: Manifest, options: argparse.Namespace, console: Console) -> None:
    """Print a client that is as it would be generated."""
    counts = _counts(
        operations=len(manifest.operations),
        webhooks=manifest.webhooks,
        schemas=manifest.schemas,
        files=len(manifest.paths(manifest.package)) + 1,
        left_out=len(manifest.left_out),
    )
    warnings = manifest.warnings
    warnings += sum(bool(left.get("operation")) for left in manifest.left_out)
    known = console.known(warnings, _command(manifest.package, options))
    console.say(f"{manifest.package}: {counts}; already up to date.{known}")


def _generate_again(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from ..services.generation.generate import generate

    generated = generate(
        settings,
        fresh=options.fresh,
        overwriting=overwriting_of(options),
        progress=console.progress,
    )
    console.findings_of(generated)
    for client in generated:
        if client.change is not None:
            _say_change(client.change, console)
        if client.former:
            folders = [display_path(path) for path in client.former]
            console.note(
                f"note: {client.package} was in {' and '.join(folders)} before, and these files "
                f"stay. To remove them: rm -r {shlex.join(folders)}"
            )
        if client.moved:
            console.say(client.moved)
        counts = _counts(
            operations=client.operations,
            webhooks=client.webhooks,
            schemas=client.schemas,
            files=client.files,
            left_out=len(client.left_out),
        )
        number = len(client.changed)
        changed = f"{counted(number, 'file')} changed" if number else "already up to date"
        known = console.count_of(client, _command(client.package, options))
        console.say(f"{client.package}: {counts}; {changed}.{known}")
    return 0


def _say_change(change: PackageChange, console: Console) -> None:
    """Print what changes in a client's package, and by what."""
    from .package_text import cause, package_lines

    if by_tool := cause(change):
        console.say(by_tool)
    for line in package_lines(change, is_whole=console.verbose):
        console.say(line)


def _counts(*, operations: int, webhooks: int, schemas: int, files: int, left_out: int) -> str:
    """Return what a client has, in words."""
    parts = [counted(operations, "operation")] if operations else []
    parts += [counted(webhooks, "webhook")] if webhooks else []
    parts += [f"models of {counted(schemas, 'schema')}"] if schemas else []
    counts = ", ".join([*parts, counted(files, "file")])
    if left_out:
        counts += f", {left_out} left out (listed in speclock.json)"
    return counts


def _command(package: str, options: argparse.Namespace) -> str:
    return command_line("generate", "" if options.spec else package, options)

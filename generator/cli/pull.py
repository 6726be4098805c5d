"""``speclock pull``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..printable import display_path
from .client_arguments import CONFIGURATION, UPSTREAM_CLIENTS
from .console import Console

if TYPE_CHECKING:
    from ..services.pull import PulledDescription

ABOUT = """\
Take the operations that you use out of upstream's description into the checked-in one.

Equal parts stay as they are, with their order and comments; only lines that changed are replaced.
speclock.lock beside the description records its source. A description that was changed by hand
since is refused: put corrections into an overlay, which every pull keeps.

  speclock pull                # every client with an `upstream`
  speclock pull my_api --dry-run
"""
EPILOG = CONFIGURATION
ARGUMENTS = {
    **UPSTREAM_CLIENTS,
    "--dry-run": "show what would change, and write nothing",
    "--force": "replace a description that was changed by hand, or that pull didn't write",
    "--insecure": "allow upstream to be fetched by http",
}


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the descriptions, and print how each changed."""
    from ..services.pull import pull
    from ..services.resolve import load_settings

    pulled = pull(
        load_settings(options.config),
        options.clients,
        dry_run=options.dry_run,
        force=options.force,
        insecure=options.insecure,
        progress=console.progress,
    )
    for one in pulled:
        console.findings(one.warnings)
    for one in pulled:
        _print(one, console, dry_run=options.dry_run)
    return 0


def _print(one: PulledDescription, console: Console, *, dry_run: bool) -> None:
    for pins in one.pins:
        for setting, entries in (("calls", pins.calls), ("names", pins.names)):
            for key, pinned in entries.items():
                does = "would keep" if dry_run else "keeps"
                table = f"[tool.speclock.clients.{pins.package}]"
                console.say(f"{table}: a pin in `{setting}` {does} {pinned} for {key}")
    name, version = display_path(one.path), one.entry.version
    if one.previous is not None and one.previous.version != version:
        version = f"{one.previous.version} → {version}"
    subtypes = f" and {one.subtypes} subtype(s) of a base" if one.subtypes else ""
    source = f"{one.operations} operation(s){subtypes} of {one.entry.upstream}, version {version}"
    if one.before == one.after:
        console.say(f"{name}: {source}; already up to date.")
    elif dry_run:
        kind = "would change" if one.before is not None else "would be new"
        console.difference(kind, name, one.diff)
    else:
        lines = one.diff.splitlines()[2:]
        added, removed = (sum(line.startswith(sign) for line in lines) for sign in "+-")
        counts = "new" if one.before is None else f"{added} line(s) added, {removed} removed"
        console.say(f"{name}: {source}; {counts}, {len(one.after.encode()):,} bytes.")

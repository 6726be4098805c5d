"""``speclock upgrade``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..printable import counted
from .console import Console
from .vendor import FROM, print_stale

if TYPE_CHECKING:
    from ..services.upgrade import Upgrade

ABOUT = """\
Bring a copy up to date with the client that it was made from. Prints first what changes for code
that uses it: names that are added, removed or changed, those first that break callers, and the
version bump that they call for.
"""
EPILOG = """\
exit codes of upgrade:
  0  written, or nothing to do
  1  there are changes, and they weren't written: --dry-run, or the answer was no
  2  refused: edited by hand, no terminal to ask on, or misused

"""
ARGUMENTS = {
    "dest DEST": "the copy's folder",
    "client CLIENT?": "a package of [tool.speclock.clients]; by default the one that DEST is a "
    "copy of",
    **FROM,
    "--tests DIR": "its tests' folder; recorded by default",
    "--yes": "write without asking",
    "--dry-run": "only print what would change",
    "--force": "overwrite hand edits",
    "--format {text,json,markdown}": "the format of what changes (text); markdown has at most "
    "60,000 characters, for a pull request",
    "--output FILE": "write what changes there, not to the screen",
}

_NO_TERMINAL = "Use --yes to write, or --dry-run to see the changes only."


def run(options: argparse.Namespace, console: Console) -> int:
    """Print what changes, ask, and write it."""
    from ..services.upgrade import upgrade

    plan = upgrade(
        options.dest,
        options.client,
        source_folder=options.source,
        config=options.config,
        tests=options.tests,
        keep_edits=not options.force and not options.dry_run,
    )
    print_stale(plan.original, console)
    _show(plan, options, console)
    if not plan.changed:
        return 0
    if options.dry_run and not options.force:
        for edit in plan.edits:
            console.note(str(edit))
    if options.dry_run or not (options.yes or console.confirm("Write it?", _NO_TERMINAL)):
        return 1
    plan.write(force=options.force)
    if options.format == "text" or options.output:
        console.say(f"{options.dest}: {counted(len(plan.changed), 'file')} written.")
    return 0


def _show(plan: Upgrade, options: argparse.Namespace, console: Console) -> None:
    from pathlib import Path

    from ..errors import UsageError
    from .upgrade_text import FORMATS

    shown = FORMATS[options.format](options.dest, plan)
    if not options.output:
        if options.format != "text" or not console.quiet:
            console.write(shown)
        return
    try:
        Path(options.output).write_text(shown, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{options.output} cannot be written: {error.strerror}.") from None
    console.say(f"{options.output}: written.")

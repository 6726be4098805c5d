"""``speclock upgrade``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ...base.printable import counted, display_path
from .client_arguments import CODE, ORIGINAL, check_code
from .console import Console
from .update import REMEDY
from .vendor import check_all, print_stale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..services.copies.several import CopyUpgrade
    from ..services.copies.upgrade import EditPolicy, Upgrade

ABOUT = """\
Bring a copy up to date with the client that it was made from. Prints first what changes for code
that uses it: names that are added, removed or changed, those first that break callers, and the
version bump that they call for.
"""
EPILOG = """\
exit codes of upgrade, with --all the highest of all copies:
  0  written, or nothing to do
  1  there are changes, and they weren't written: --dry-run, or the answer was no
  2  refused: edited by hand, edits that cannot be merged, no terminal to ask on, or misused

"""
ARGUMENTS = {
    "dest DEST?": "the copy's folder",
    "client CLIENT?": "a package of [tool.speclock.clients]; by default the one that DEST is a "
    "copy of",
    "--all": "the copies in `vendored` of all clients",
    **ORIGINAL,
    "--tests DIR": "its tests' folder; recorded by default",
    "--outside": "with --all and --yes, also write copies outside of the project",
    "--yes": "write without asking",
    "--dry-run": "only print what would change",
    "--keep-edits": "merge hand edits with the new version, and record them in DEST/speclock.json",
    "--force": "overwrite hand edits",
    **CODE,
    "--format {text,json,markdown}": "the format of what changes (text); markdown has at most "
    "60,000 characters, for a pull request",
    "--output FILE": "write what changes there, not to the screen",
}


def run(options: argparse.Namespace, console: Console) -> int:
    """Print what changes, ask, and write it; a fault in one copy doesn't stop the others."""
    check_all(options, ("from", options.source), ("tests", options.tests))
    check_code(options)
    copies = _compared(options, console)
    plans = [(copy.dest, copy.plan) for copy in copies if copy.plan]
    for original in {plan.recorded: plan.original for _, plan in plans}.values():
        print_stale(original, console)
    _show([(copy.dest, copy.plan or copy.fault) for copy in copies], options, console)
    refused = [copy for copy in copies if not copy.plan]
    for copy in refused:
        console.error(copy.fault)
    code = 2 if refused else 0
    plans = [(dest, plan) for dest, plan in plans if plan.changed]
    outside = [copy.dest for copy in copies if copy.is_outside and copy.plan and copy.plan.changed]
    for dest in outside:
        console.note(f"outside of the project: {dest}")
    if outside and options.yes and not (options.outside or options.dry_run):
        console.error(
            "the copies outside of the project aren't written with --yes alone: anybody may have "
            "written the settings of a checkout. If you know these folders, add --outside."
        )
        code = 2
        plans = [(dest, plan) for dest, plan in plans if dest not in outside]
    if not plans:
        return code
    question = f"Write {len(plans)} of {len(copies)} copies?" if options.all else "Write it?"
    if options.dry_run or not (options.yes or console.confirm(question, REMEDY)):
        return max(code, 1)
    written = [_write(dest, plan, options, console) for dest, plan in plans]
    return code if all(written) else 2


def _compared(options: argparse.Namespace, console: Console) -> Sequence[CopyUpgrade]:
    """Return the copy that the arguments name, or those of the settings, with what changes."""
    from ..services.copies.several import CopyUpgrade, upgrade_all
    from ..services.copies.upgrade import upgrade
    from ..services.project.resolve import load_settings

    policy = _policy(options)
    if options.all:
        return upgrade_all(
            load_settings(options.config),
            edits=policy,
            code=options.code,
            checker=options.checker,
            progress=console.progress,
        )
    plan = upgrade(
        options.dest,
        options.client,
        source_folder=options.source,
        config=options.config,
        tests=options.tests,
        edits=policy,
        code=options.code,
        checker=options.checker,
        progress=console.progress,
    )
    return [CopyUpgrade(options.dest, options.client, plan)]


def _policy(options: argparse.Namespace) -> EditPolicy:
    from ...base.errors import UsageError

    if options.keep_edits and options.force:
        raise UsageError("Use --keep-edits or --force, not both.")
    if options.keep_edits:
        return "merge"
    return "overwrite" if options.force or options.dry_run else "refuse"


def _write(dest: str, plan: Upgrade, options: argparse.Namespace, console: Console) -> bool:
    """Write a copy; print the reason and return False if it is refused."""
    from ...base.errors import UsageError

    try:
        plan.write(force=options.force)
    except UsageError as error:
        console.error(str(error))
        return False
    if options.format == "text" or options.output:
        kept = counted(len(plan.copy.merged), "edited file")
        more = f", {kept} merged" if plan.copy.merged else ""
        console.say(f"{dest}: {counted(len(plan.changed), 'file')} written{more}.")
    for edited, place in plan.copy.moved.items():
        console.note(_moved(display_path(edited), display_path(place)))
    return True


def _moved(edited: str, place: str) -> str:
    """Return where the edits are of a file that the new version of a copy lacks."""
    from ..services.copies.keep_edits import ASIDE

    if place.endswith(ASIDE):
        fact = f"the new version lacks it; with your edits it is {place} now."
        return f"{edited}: {fact} Make them again in the new files, then remove it."
    return f"{edited}: the new version lacks it; its edits are in {place} now."


def _show(
    copies: Sequence[tuple[str, Upgrade | str]],
    options: argparse.Namespace,
    console: Console,
) -> None:
    """Show what changes in each copy, and the edits that are merged or that --dry-run ignores."""
    from .upgrade_text import FORMATS

    if options.output or options.format != "text" or not console.quiet:
        console.write_report(FORMATS[options.format](copies, is_list=options.all), options.output)
    plans = [plan for _, plan in copies if not isinstance(plan, str) and plan.changed]
    for edit in (edit for plan in plans for edit in plan.edits):
        is_told = edit.loses_text or options.dry_run
        if is_told and (options.keep_edits or (options.dry_run and not options.force)):
            console.note(str(edit))

"""``speclock upgrade``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..printable import counted
from .console import Console
from .vendor import FROM, check_all, print_stale

if TYPE_CHECKING:
    from ..apidiff.compare import ApiChange
    from ..services.copies import CopyUpgrade
    from ..services.upgrade import Upgrade

ABOUT = """\
Bring a copy up to date with the client that it was made from. Prints first what changes for code
that uses it: names that are added, removed or changed, those first that break callers, and the
version bump that they call for.
"""
EPILOG = """\
exit codes of upgrade, with --all the highest of all copies:
  0  written, or nothing to do
  1  there are changes, and they weren't written: --dry-run, or the answer was no
  2  refused: edited by hand, no terminal to ask on, or misused

"""
_MAX_TEXT = 300
ARGUMENTS = {
    "dest DEST?": "the copy's folder",
    "client CLIENT?": "a package of [tool.speclock.clients]; by default the one that DEST is a "
    "copy of",
    "--all": "the copies in `vendored` of all clients",
    **FROM,
    "--tests DIR": "its tests' folder; recorded by default",
    "--yes": "write without asking",
    "--dry-run": "only print what would change",
    "--force": "overwrite hand edits",
    "--json": "print what changes as JSON",
}

_NO_TERMINAL = "Use --yes to write, or --dry-run to see the changes only."


def run(options: argparse.Namespace, console: Console) -> int:
    """Print what changes, ask, and write it."""
    from ..services.upgrade import upgrade

    check_all(options, ("from", options.source), ("tests", options.tests))
    if options.all:
        return _run_all(options, console)
    plan = upgrade(
        options.dest,
        options.client,
        source_folder=options.source,
        config=options.config,
        tests=options.tests,
        keep_edits=not options.force and not options.dry_run,
    )
    print_stale(plan.original, console)
    if options.json:
        console.json(_json(options.dest, plan))
    _show(options.dest, plan, options, console)
    if not plan.changed:
        return 0
    if options.dry_run or not (options.yes or console.confirm("Write it?", _NO_TERMINAL)):
        return 1
    plan.write(force=options.force)
    if not options.json:
        console.say(f"{options.dest}: {counted(len(plan.changed), 'file')} written.")
    return 0


def _run_all(options: argparse.Namespace, console: Console) -> int:
    """Handle each copy in the settings; a fault in one doesn't stop the others."""
    from ..services.copies import upgrade_all
    from ..services.resolve import load_settings

    keep_edits = not options.force and not options.dry_run
    copies = upgrade_all(load_settings(options.config), keep_edits=keep_edits)
    plans = [(copy.dest, copy.plan) for copy in copies if copy.plan]
    for original in {plan.recorded: plan.original for _, plan in plans}.values():
        print_stale(original, console)
    for copy in copies:
        if copy.plan:
            _show(copy.dest, copy.plan, options, console)
        else:
            console.error(copy.fault)
    if options.json:
        console.json([_json(c.dest, c.plan) if c.plan else _refusal(c) for c in copies])
    code = 2 if len(plans) < len(copies) else 0
    plans = [(dest, plan) for dest, plan in plans if plan.changed]
    if not plans:
        return code
    question = f"Write {len(plans)} of {len(copies)} copies?"
    if options.dry_run or not (options.yes or console.confirm(question, _NO_TERMINAL)):
        return max(code, 1)
    written = [_write(dest, plan, options, console) for dest, plan in plans]
    return code if all(written) else 2


def _write(dest: str, plan: Upgrade, options: argparse.Namespace, console: Console) -> bool:
    """Write one of several copies; print the reason and return False if it is refused."""
    from ..errors import UsageError

    try:
        plan.write(force=options.force)
    except UsageError as error:
        console.error(str(error))
        return False
    if not options.json:
        console.say(f"{dest}: {counted(len(plan.changed), 'file')} written.")
    return True


def _show(dest: str, plan: Upgrade, options: argparse.Namespace, console: Console) -> None:
    """Print what changes unless it is printed as JSON, and the edits that --dry-run ignores."""
    if not options.json and plan.changed:
        _print(dest, plan, console)
    elif not options.json:
        console.say(f"{dest}: up to date with {plan.recorded}.")
    if plan.changed and options.dry_run and not options.force:
        for edit in plan.edits:
            console.note(str(edit))


def _print(dest: str, plan: Upgrade, console: Console) -> None:
    version = plan.copy.manifest.info_version
    files = counted(len(plan.changed), "file")
    change = "changes" if len(plan.changed) == 1 else "change"
    console.say(f"{dest}: to API version {version}, {files} {change}.")
    for one in plan.differences:
        mark = "breaks" if one.breaks else "      "
        console.say(f"  {mark}  {one.action:<7}  {_text(one)}")
    if not plan.differences:
        console.say("  No public name changes.")
    console.say(f"Suggested version bump: {plan.bump}.")


def _text(change: ApiChange) -> str:
    """Return what changed on one line: ``Tree.age: int → age: str``, ``trees.list(limit: int)``."""
    from ..printable import shortened

    text = " → ".join(shortened(str(one), _MAX_TEXT) for one in (change.old, change.new) if one)
    match change.declaration.kind:
        case "field" | "member":
            return f"{change.owner}.{text}"
        case "parameter":
            return f"{change.owner}({text})"
        case "result":
            return f"{change.owner}() {text}"
        case _:
            return text


def _refusal(copy: CopyUpgrade) -> dict[str, object]:
    return {"package": copy.dest, "reason": copy.fault}


def _json(dest: str, plan: Upgrade) -> dict[str, object]:
    return {
        "package": dest,
        "bump": plan.bump,
        "changes": [
            {
                "action": one.action,
                "kind": one.declaration.kind,
                "name": one.name,
                "before": str(one.old or ""),
                "after": str(one.new or ""),
                "breaks": one.breaks,
            }
            for one in plan.differences
        ],
        "files": list(plan.changed),
    }

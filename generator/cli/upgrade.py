"""``speclock upgrade``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..printable import counted
from .console import Console
from .vendor import FROM, print_stale

if TYPE_CHECKING:
    from ..apidiff.compare import ApiChange
    from ..services.upgrade import EditPolicy, Upgrade

ABOUT = """\
Bring a copy up to date with the client that it was made from. Prints first what changes for code
that uses it: names that are added, removed or changed, those first that break callers, and the
version bump that they call for.
"""
EPILOG = """\
exit codes of upgrade:
  0  written, or nothing to do
  1  there are changes, and they weren't written: --dry-run, or the answer was no
  2  refused: edited by hand, edits that cannot be merged, no terminal to ask on, or misused

"""
_MAX_TEXT = 300
ARGUMENTS = {
    "dest DEST": "the copy's folder",
    "client CLIENT?": "a package of [tool.speclock.clients]; by default the one that DEST is a "
    "copy of",
    **FROM,
    "--tests DIR": "its tests' folder; recorded by default",
    "--yes": "write without asking",
    "--dry-run": "only print what would change",
    "--keep-edits": "merge hand edits with the new version, and record them in DEST/speclock.json",
    "--force": "overwrite hand edits",
    "--json": "print what changes as JSON",
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
        edits=_policy(options),
    )
    print_stale(plan.original, console)
    if options.json:
        console.json(_json(options.dest, plan))
    elif not plan.changed:
        console.say(f"{options.dest}: up to date with {plan.recorded}.")
    else:
        _print(options.dest, plan, console)
    if not plan.changed:
        return 0
    if options.keep_edits or (options.dry_run and not options.force):
        for edit in plan.edits:
            if edit.loses_text or options.dry_run:
                console.note(str(edit))
    if options.dry_run or not (options.yes or console.confirm("Write it?", _NO_TERMINAL)):
        return 1
    plan.write(force=options.force)
    if not options.json:
        kept = counted(len(plan.copy.merged), "edited file")
        more = f", {kept} merged" if plan.copy.merged else ""
        console.say(f"{options.dest}: {counted(len(plan.changed), 'file')} written{more}.")
    return 0


def _policy(options: argparse.Namespace) -> EditPolicy:
    from ..errors import UsageError

    if options.keep_edits and options.force:
        raise UsageError("Use --keep-edits or --force, not both.")
    if options.keep_edits:
        return "merge"
    return "overwrite" if options.force or options.dry_run else "refuse"


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

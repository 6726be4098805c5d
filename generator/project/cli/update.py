"""``speclock update``."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from ...base.printable import counted, display_path, printable
from .client_arguments import (
    CODE,
    CONFIG,
    CONFIGURATION,
    NO_PAGINATION,
    NO_TEMPLATES,
    OVERWRITE,
    UPSTREAM_CLIENTS,
    check_code,
    overwriting_of,
    settings_of,
)
from .console import Console
from .run import attempt, for_each

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...base.config import Settings
    from ..services.updates.result import Update

ABOUT = """\
Take upstream's changes into the checked-in description, and generate the client again.

Shows first what changed (on the wire, in Python and in the documentation) and which files change,
and asks before it writes. A description that was pulled from upstream is replaced by upstream's
newest slice; comments, order and quotes of equal parts stay. Into a description of your own, only
changes on the wire are made, each in its place; its texts and examples stay.

  speclock update               # every client with an `upstream`
  speclock update my_api --dry-run
"""
EXIT_CODES = """\
exit codes of update, add and remove:
  0  written, or nothing to do
  1  there are changes, and they weren't written: --dry-run, the answer was no, or there is no
     terminal to ask on
  2  a description was refused, a pulled one was edited by hand, or the command misused
  3  upstream cannot be reached

"""
EPILOG = EXIT_CODES + CONFIGURATION
_REPORT = {
    "--yes": "write without asking",
    "--dry-run": "only show what would change",
    "--format {text,markdown}": "the format of what is shown (text); markdown has at most 60,000 "
    "characters, for a comment or a pull request",
    "--output FILE": "write what is shown there, not to the screen",
    **OVERWRITE,
}
ARGUMENTS = {
    **UPSTREAM_CLIENTS,
    **NO_TEMPLATES,
    **NO_PAGINATION,
    **_REPORT,
    "--replace": "replace a description of your own, or one that was edited by hand, by upstream's "
    "slice",
    "--docs": "take changes of the documentation alone, too; they wait for the next other change",
    "--keep-names": "keep the names of methods and classes in Python, by pins in speclock.lock",
    **CODE,
    "--edits-to-overlay FILE": "write the edits of a pulled description into an overlay, add that "
    "to the settings, and then update",
}
OPERATIONS = {
    "operations ID+": "operationIds, or 'METHOD /path' in quotes",
    "--client CLIENT": "the client, where there are several",
    **CONFIG,
    **NO_TEMPLATES,
    **_REPORT,
}
"""The arguments of ``add`` and ``remove``."""
REMEDY = "Use --yes to write, or --dry-run to see the changes only."


def run(options: argparse.Namespace, console: Console) -> int:
    """Show the update of the clients, ask, and write it."""
    check_code(options)
    settings = settings_of(options)
    if options.edits_to_overlay:
        if not _write_overlay(options, console):
            return 1
        settings = settings_of(options)
    plans, code = plan_updates(settings, options, console)
    return max(code, finish(plans, options, console))


def plan_updates(
    settings: Settings, options: argparse.Namespace, console: Console
) -> tuple[list[Update], int]:
    """Return the updates of the descriptions, and the exit code of those that are refused."""
    from ..services.updates.hand_edits import HandEdits
    from ..services.updates.operations import settings_to_update, update

    plans: list[Update] = []

    def plan(group: Settings) -> int:
        packages = [client.package for client in group.clients if client.upstream]
        try:
            plans.append(
                update(
                    settings,
                    packages,
                    should_replace=options.replace,
                    keep_names=options.keep_names,
                    code=getattr(options, "code", ()),
                    checker=getattr(options, "checker", ""),
                    pagination=not options.no_pagination,
                    docs=options.docs,
                    progress=console.progress,
                )
            )
        except HandEdits as error:
            if error.diff:
                console.difference("edited", "the description", error.diff)
            raise
        return 0

    groups = settings_to_update(settings, options.clients)
    return plans, for_each(plan, groups, options, console)


def _write_overlay(options: argparse.Namespace, console: Console) -> bool:
    """Show the overlay of a client's edits, ask, and write it; return whether it was written."""
    from pathlib import Path

    from ...base.errors import UsageError
    from ..services.updates.hand_edits import edits_overlay

    client, *others = settings_of(options, options.clients).clients
    if others:
        raise UsageError("--edits-to-overlay is for one client. Name it.")
    target = Path(options.edits_to_overlay)
    overlay = edits_overlay(settings_of(options), client.package, target)
    console.difference("would write", display_path(overlay.path), overlay.text)
    if options.dry_run or not _may_write(options, console):
        return False
    overlay.write()
    console.say(f"{display_path(overlay.path)}: the edits, as an overlay of {client.package}.")
    return True


def finish(plans: Sequence[Update], options: argparse.Namespace, console: Console) -> int:
    """Show updates, ask, and write them; return the exit code."""
    from ..services.updates.result import joined

    if not plans:
        return 0
    plan = joined(plans)
    for description in plan.descriptions:
        console.findings(description.warnings)
    for client in plan.clients:
        if client.changes or console.verbose:
            console.findings(client.warnings, client.left_out)
    _show(plan, options, console)
    if not plan.is_changed:
        return 0
    plan.check_overwriting(overwriting_of(options))
    for description in plan.descriptions:
        if description.diff and (console.verbose or getattr(options, "replace", False)):
            console.difference("would change", display_path(description.path), description.diff)
    if options.dry_run or not _may_write(options, console):
        wrote = getattr(options, "edits_to_overlay", "") and not options.dry_run
        console.note(
            "The update wasn't written; the overlay was. To go on: speclock update"
            if wrote
            else "Nothing was written."
        )
        return 1
    codes: list[int] = []
    for one in (plan for plan in plans if plan.is_changed):
        clients = [client.client for client in one.clients] if plans[1:] else ()
        codes.append(attempt(partial(_write, one, options, console), options, console, clients))
    upgrade = ""
    for client in plan.clients:
        if client.rendered is not None:
            upgrade = " For each copy of the client: speclock upgrade DEST"
    console.say(f"Next: run your tests.{upgrade}")
    return max(codes)


def _write(plan: Update, options: argparse.Namespace, console: Console) -> int:
    plan.write(overwriting_of(options))
    written = [display_path(path, plan.root) for path in plan.files]
    if files := sum(len(client.changes) for client in plan.clients):
        written.append(f"{counted(files, 'file')} of the client")
    console.say(f"Written: {', '.join(written)}.")
    return 0


def _may_write(options: argparse.Namespace, console: Console) -> bool:
    """Return whether to write: the answer to a question, or --yes."""
    if options.yes:
        return True
    if not console.can_ask:
        console.note(f"There is no terminal to ask on. {REMEDY}")
        return False
    return console.confirm("Write it?", REMEDY)


def _show(plan: Update, options: argparse.Namespace, console: Console) -> None:
    from .update_text import left_to_the_user, markdown, text

    if options.format == "markdown":
        console.write_report(printable(markdown(plan)), options.output)
    elif options.output or not console.quiet:
        console.write_report(text(plan, console, is_to_file=bool(options.output)), options.output)
    else:
        for line in left_to_the_user(plan):
            console.note(f"left to you: {line}")

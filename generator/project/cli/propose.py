"""``speclock propose``."""

from __future__ import annotations

import argparse
import os
from functools import partial
from typing import TYPE_CHECKING

from ...base.printable import printable
from .console import Console

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ..services.updates.proposal import Remote

ABOUT = """\
For workflows of GitHub Actions: make changes in a job that may write nothing, and publish them as
one pull request with one comment in another job, which runs nothing of them.

  speclock propose update FOLDER                  # the update of the project
  speclock propose --config FILE upgrade FOLDER COPY…
  speclock propose --publish update FOLDER PATH…

FOLDER has the diff of the changes, the report and the verdict. --publish commits the diff to the
branch speclock/update or speclock/upgrade, unless it changes a file that isn't in PATH, changes
anything in .github, or makes a link. It never overwrites a commit of somebody else.
"""
EPILOG = """\
exit codes:
  0  made, or published
  1  a person has to decide, or the reason is printed, in GitHub Actions as an annotation
  2  the command was misused

"""
ARGUMENTS = {
    "kind {update,upgrade}": "the command that makes the changes",
    "folder FOLDER": "a folder outside of the checkout; it is created",
    "paths PATH*": "for upgrade the copies; with --publish the files and folders that may change",
    "--config FILE": "of upgrade: the pyproject.toml of the original's project",
    "--publish": "publish the changes in FOLDER, as the repository's workflow (GITHUB_TOKEN)",
}
_MAX_REFUSAL, _MAX_ERRORS, _MAX_REPORTS = 60_000, 10_000, 64_000
"""The most characters of a refusal, of the errors of one copy, and of the reports of all copies."""


def run(options: argparse.Namespace, console: Console) -> int:
    """Make the changes, or publish them."""
    from pathlib import Path

    from ...base.errors import SpeclockError
    from ..services.updates.proposal import DONE, KINDS, publish

    kind, folder = KINDS[options.kind], Path(options.folder).absolute()
    try:
        if options.publish:
            verdict = publish(kind, folder, options.paths, remote(options))
            fault = "" if verdict == DONE else kind.verdicts[verdict]
        else:
            folder.mkdir(parents=True, exist_ok=True)
            make = _update if options.kind == "update" else _upgrade
            is_found, fault = make(folder, options)
            if is_found:
                _append(os.environ.get("GITHUB_OUTPUT"), "found=yes\n")
    except SpeclockError as error:
        fault = str(error)
    if not fault:
        return 0
    if os.environ.get("GITHUB_ACTIONS") == "true":
        text = printable(fault).replace("%", "%25").replace("\n", "%0A")
        console.write(f"::error::{text}\n")
    else:
        console.error(fault)
    return 1


def _update(folder: Path, _options: argparse.Namespace) -> tuple[bool, str]:
    """Update the clients, and write the proposal.

    Return whether there is something to publish, and the fault if there is one. A change that needs
    a new major version of the client is left to a person.
    """
    from ..services.updates.proposal import DECIDE, DONE, REFUSED, changed_files, write_proposal
    from ..services.updates.result import Update, joined
    from .client_arguments import settings_of
    from .parser import parse
    from .run import UNREACHABLE, attempt
    from .update import plan_updates
    from .update_text import markdown

    options = parse(["update"])
    plans: list[Update] = []

    def update() -> int:
        found, code = plan_updates(settings_of(options), options, Console(quiet=True))
        for plan in found:
            if plan.is_changed:
                plan.write()
        plans.extend(found)
        return code

    before = changed_files()
    code, errors = _call(lambda: attempt(update, options, Console(quiet=True)))
    report, verdict = "", DONE
    if plans:
        plan = joined(plans)
        report = printable(markdown(plan))
        is_major = any(client.needs_decision for client in plan.clients)
        verdict = DECIDE if is_major else DONE
    if code:
        refusal = f"The update was refused:\n\n{_indented(errors)}"
        refusal = refusal[: _MAX_ERRORS if report else _MAX_REFUSAL]
        report, verdict = f"{refusal}\n{report}" if report else refusal, REFUSED
    _append(os.environ.get("GITHUB_STEP_SUMMARY"), report)
    is_changed = write_proposal(folder, report, verdict, before if plans else None)
    if code == UNREACHABLE and not is_changed:
        return False, "Upstream could not be fetched. The job summary has the reason."
    return is_changed or verdict != DONE, ""


def _upgrade(folder: Path, options: argparse.Namespace) -> tuple[bool, str]:
    """Upgrade each copy, and write the proposal; return as :func:`_update` does."""
    from ..services.updates.proposal import (
        DONE,
        REFUSED,
        REPORT,
        changed_files,
        write_proposal,
    )
    from .run import run as run_command

    before = changed_files()
    path, verdict, report, hidden = folder / REPORT, DONE, "", 0
    config = ["--config", options.config] if options.config else []
    report_to = ("--format", "markdown", "--output", str(path))
    for copy in options.paths:
        words = ("upgrade", *config, "--yes", "--keep-edits", *report_to, "--", copy)
        code, errors = _call(partial(run_command, words))
        if code:
            verdict = REFUSED
            text = f"An upgrade was refused:\n\n{_indented(errors[:_MAX_ERRORS])}"
        else:
            text = path.read_text(encoding="utf-8")
        if len(report) + len(text) < _MAX_REPORTS:
            report += f"{text}\n"
        else:
            hidden += 1
    if hidden:
        report += f"*The reports of {hidden} more copies are not shown here.*\n"
    is_changed = write_proposal(folder, report, verdict, before)
    if is_changed or verdict == DONE:
        return is_changed, ""
    _append(os.environ.get("GITHUB_STEP_SUMMARY"), report)
    return False, "The upgrade was refused. The job summary has the reason."


def _call(command: Callable[[], int]) -> tuple[int, str]:
    """Run a command; return its exit code and errors.

    They may contain text of others, which a log of GitHub must not show.
    """
    from contextlib import redirect_stderr, redirect_stdout
    from io import StringIO

    errors = StringIO()
    with redirect_stdout(StringIO()), redirect_stderr(errors):
        try:
            return command(), errors.getvalue()
        except SystemExit:  # of argparse
            return 2, errors.getvalue()


def _indented(text: str) -> str:
    """Return lines as a block of code in Markdown."""
    return "".join(f"    {line}\n" for line in text.splitlines())


def _append(path: str | None, text: str) -> None:
    """Append to a file of the runner, if there is one."""
    from pathlib import Path

    if path:
        with Path(path).open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)


def remote(options: argparse.Namespace) -> Remote:
    """Return the repository of the workflow, by the runner's variables.

    The token is that of the action; elsewhere a variable has it.
    """
    from ...base.errors import UsageError
    from ..services.updates.proposal import Remote

    token = options.token or os.environ.get("GITHUB_TOKEN")
    repository = os.environ.get("GITHUB_REPOSITORY")
    base = os.environ.get("GITHUB_REF_NAME")
    if not (token and repository and base):
        option = "--publish" if options.command == "propose" else "--comment"
        raise UsageError(
            f"{option} is for workflows of GitHub: GITHUB_TOKEN, GITHUB_REPOSITORY or "
            "GITHUB_REF_NAME is not set."
        )
    api = os.environ.get("GITHUB_API_URL") or "https://api.github.com"
    server = os.environ.get("GITHUB_SERVER_URL") or "https://github.com"
    return Remote(repository, base, api, server, token)

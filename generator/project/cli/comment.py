"""Reports as the one comment on the pull request of a workflow of GitHub."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .console import Console

if TYPE_CHECKING:
    from ...watch.changes.change import Report

COMMENT = {
    "--comment": "in a workflow for pull requests: write the report as the one comment of the pull "
    "request, or edit it (docs/drift-in-ci.md)",
}


def check_event() -> None:
    """Raise :class:`UsageError` in a workflow whose token is not meant for text of others."""
    from ...base.errors import UsageError

    if os.environ.get("GITHUB_EVENT_NAME") == "pull_request_target":
        raise UsageError("no comment is written under pull_request_target. Run for pull_request.")


def write_comment(reports: Sequence[Report], options: argparse.Namespace, console: Console) -> None:
    """Write the reports; print why there is no comment, which changes no exit code."""
    from ...base.errors import SpeclockError
    from ...base.printable import printable
    from ...watch.changes.formats.markdown import as_comment
    from ..services.updates.proposal import comment
    from .propose import remote

    try:
        number = _pull_request()
        if number is None:
            console.note("No comment: this is not a pull request of the repository itself.")
        elif reports:
            has_news = any(report.changes or report.faults for report in reports)
            text = printable(as_comment(reports, options.level))
            comment(remote(options), number, options.command, text, creates=has_news)
    except (SpeclockError, OSError, ValueError) as error:
        console.warn(f"no comment: {error}")


def _pull_request() -> int | None:
    """Return the number of the pull request, by the event of the runner.

    None for another event, and for a fork, which gets no token that may write.
    """
    import json
    from pathlib import Path

    from ...base.records import member

    if os.environ.get("GITHUB_EVENT_NAME") != "pull_request":
        return None
    event = json.loads(Path(os.environ.get("GITHUB_EVENT_PATH", "")).read_bytes())
    repository = member(member(member(event, "pull_request"), "head"), "repo")
    is_own = member(repository, "full_name") == os.environ.get("GITHUB_REPOSITORY")
    number = member(event, "number")
    return number if is_own and isinstance(number, int) else None

"""The next steps after a report; commands are between backticks."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import replace

from .changes import NONE, Report


def with_steps(report: Report, allow_list: str, revision: str = "") -> Report:
    """Return the report with its next steps.

    ``allow_list`` is the file to allow changes in, ``revision`` the file or URL that was compared
    in place of the client's ``upstream``.
    """
    return replace(report, steps=tuple(_steps(report, allow_list, revision)))


def _steps(report: Report, allow_list: str, revision: str) -> Iterator[str]:
    counted = report.counted
    if report.faults:
        yield "Fix the allow-list."
    if not counted or not report.package:
        return
    compared = f" --revision {shlex.quote(revision)}" if revision else ""
    write = f"`speclock drift {report.package}{compared} --write`"
    if all(change.docs for change in counted):
        yield f"Only documentation changed. To update the description: {write}"
        return
    yield f"Update the description: {write}"
    yield f"Regenerate the client: `speclock generate {report.package}`"
    if report.bump != NONE:
        yield f"If the client is vendored, raise its {report.bump} version."
    if allow_list:
        yield f"Or allow a change: add its fingerprint, and the reason, to `{allow_list}`."

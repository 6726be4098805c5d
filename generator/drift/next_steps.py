"""What to do next, after a report; commands stand between backticks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .changes import NONE, Report


def with_steps(report: Report, allow_list: str) -> Report:
    """The report with what to do; ``allow_list`` is the file where changes can be allowed."""
    return replace(report, steps=tuple(_steps(report, allow_list)))


def _steps(report: Report, allow_list: str) -> Iterator[str]:
    counted = report.counted
    if report.faults:
        yield "Mend the allow-list."
    if not counted or not report.package:
        return
    write = f"`speclock drift {report.package} --write`"
    if all(change.docs for change in counted):
        yield f"Only prose changed. Take it in when it suits you: {write}"
        return
    yield f"Take the changes into the description: {write}"
    yield f"Regenerate the client: `speclock generate {report.package}`"
    if report.bump != NONE:
        yield f"Raise the vendored client's {report.bump} version."
    if allow_list:
        yield f"Or live with a change: add its fingerprint, and why, to `{allow_list}`."

"""What to do next, after a report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .allowed import entry
from .changes import NONE, Report


def with_steps(report: Report, allow_list: str) -> Report:
    """The report with what to do; ``allow_list`` is the file where changes can be allowed."""
    return replace(report, steps=tuple(_steps(report, allow_list)))


def _steps(report: Report, allow_list: str) -> Iterator[str]:
    counted = report.counted
    client = f" {report.package}" if report.package else ""
    if not counted:
        if report.faults:
            yield "Mend the allow-list."
        return
    if not report.package:
        return
    if all(change.docs for change in counted):
        yield f"Only prose changed. Take it in when it suits you: speclock drift{client} --write"
        return
    yield f"Take the changes into the description: speclock drift{client} --write"
    yield f"Regenerate the client: speclock generate{client}"
    if report.bump != NONE:
        yield f"Raise the vendored client's {report.bump} version."
    first = next((c for c in counted if not c.docs), None)
    if allow_list and first is not None:
        lines = entry(first).strip().replace("\n", "; ").replace("expires =", "expires = a day")
        yield f"Or live with a change: add an entry to {allow_list}, say {lines}"

"""The report as workflow commands: GitHub shows each as an annotation at its line.

The grammar is that of github.com/actions/toolkit, packages/core/src/command.ts. GitHub shows ten
annotations of a level for each step, so the most severe come first, and documentation is left out.
"""

from __future__ import annotations

from ....base.errors import Place, Problem
from ....base.printable import counted, on_one_line, shortened
from ..change import Change, Report, Signature
from .sarif import level_of
from .summary import (
    directions,
    entries,
    expression_of,
    listed,
    listing,
    rules,
    seen,
    usage,
    uses,
    verdict,
    where,
)

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
_LONGEST = 300


def as_commands(report: Report, level: str = "") -> str:
    """Return a line for each fault and each change from ``level`` up, or one with the verdict.

    The last line counts the changes where some aren't listed.
    """
    lines = [_fault(report, fault) for fault in report.faults]
    shown = listing(report, level)
    lines += [line for change in shown.changes for line in _change(change, report)]
    if not lines or shown.hidden:
        text = "\n".join(
            filter(None, (verdict(report), *usage(report), shown.counts, shown.hidden))
        )
        lines.append(_command(report, "notice", None, "speclock drift", text))
    return "\n".join(lines) + "\n"


def _change(change: Change, report: Report) -> list[str]:
    """Return the annotation of a change; one for each use where the program has any."""
    said = [change.message]
    old, new = report.subject.sides
    if change.before:
        said.append(f"{old}: {change.before}")
    if change.after:
        said.append(f"{new}: {change.after}")
    if change.seen:
        said.append(seen(change))
    for signature in change.signatures:
        place = f" ({where(signature.place)})" if signature.place else ""
        arrow = "" if change.seen else f": {_arrow(signature)}"
        said.append(f"Python: {signature.name}{place}{arrow}")
    if change.operations:
        noun = "schema" if report.models else "operation"
        said.append(f"{counted(len(change.operations), noun)}: {listed(change.operations)}")
    if change.revision:
        what = "upstream" if change.seen is None else new
        said.append(f"{what}: {where(change.revision)}")
    said.append(f"{rules(change)[0]}, fingerprint {change.fingerprint}")
    lines = [shortened(line, _LONGEST) for line in said]
    text = "\n".join([*lines, *(f"To allow it:\n{entry}" for entry in entries(report, [change]))])
    level, title = _COMMANDS[level_of(change)], directions(change)
    lines = [
        _command(report, level, use.place, title, f"{part.title}: {expression_of(use)}\n{text}")
        for part in uses(report, change)
        for use in part.uses
    ]
    return lines or [_command(report, level, report.local_place(change), title, text)]


def _arrow(signature: Signature) -> str:
    if signature.before and signature.after:
        return f"{signature.before} → {signature.after}"
    return f"{signature.before} was removed" if signature.before else f"{signature.after} was added"


def _fault(report: Report, fault: Problem) -> str:
    text = f"{fault.fact}\n{fault.remedy}"
    return _command(report, "error", fault.place, fault.code, text)


def _command(report: Report, name: str, place: Place | None, title: str, text: str) -> str:
    properties: dict[str, str] = {}
    if place is not None:
        properties["file"] = on_one_line(report.path(place.file) or place.file)
        if place.line:
            properties |= {"line": str(place.line), "col": str(place.column or 1)}
    properties["title"] = title
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {written}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

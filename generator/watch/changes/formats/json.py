"""The report as a JSON object for other programs; docs/drift.schema.json describes it."""

from __future__ import annotations

import datetime as dt
import json

from ....base.config import Pin
from ....base.errors import Place, Problem
from ..change import (
    Allowance,
    Change,
    ClientUse,
    HandwrittenCalls,
    Report,
    Seen,
    Side,
    Signature,
    Traffic,
    UnknownCall,
    Usage,
    Verdict,
)
from .summary import SORTS, of_sort, verdict

_MEMBERS: dict[type, str] = {
    Report: "wire python docs bump package base revision operations changes faults steps traffic "
    "usage",
    Side: "name title version sha256",
    Change: "id wire python docs direction operations pointer message before after base revision "
    "fingerprint allowed verdicts signatures seen uses",
    ClientUse: "place expression error",
    Usage: "files unread checker note others calls",
    HandwrittenCalls: "understood unknown",
    UnknownCall: "place fact",
    Seen: "count first last entry",
    Traffic: "exchanges judged left hosts",
    Verdict: "rule direction wire operations",
    Signature: "name before after breaks place pin",
    Allowance: "reason owner expires",
    Problem: "fact remedy place",
    Place: "file line column pointer",
}
"""The attributes of each class that are members of its object."""
_NULLABLE = ("before", "after", "line", "column", "first", "last", "error", "checker", "note")
"""The members that are null where there is no value."""


def as_json(report: Report) -> str:
    """Return the object, indented, in ASCII."""
    counts: dict[str, object] = {sort: len(of_sort(report, sort)) for sort in SORTS}
    python = len(report.python_changes)
    summary = {"sentence": verdict(report), **counts, "python": python}
    return json.dumps({"summary": summary, **_members(report)}, indent=2, default=members) + "\n"


def _members(value: object) -> dict[str, object]:
    members = {name: getattr(value, name) for name in _MEMBERS[type(value)].split()}
    return {name: (one or None) if name in _NULLABLE else one for name, one in members.items()}


def members(value: object) -> object:
    """Return the object, or the text, of a value in a report."""
    if isinstance(value, Pin):
        return str(value)
    return value.isoformat() if isinstance(value, dt.date) else _members(value)

"""The report as a JSON object for other programs; docs/drift.schema.json describes it."""

from __future__ import annotations

import json

from ...errors import Place
from ..changes import BREAKING, NONE, RISK, SAFE, Allowance, Change, Fault, Report, Side, Signature
from .summary import ALLOWED, DOCS, of_sort, verdict


def as_json(report: Report) -> str:
    """Return the object, indented, in ASCII."""
    return json.dumps(_report(report), indent=2) + "\n"


def _report(report: Report) -> dict[str, object]:
    return {
        "wire": report.wire,
        "python": report.python,
        "docs": report.docs,
        "summary": _summary(report),
        "bump": report.bump,
        "package": report.package,
        "base": _side(report.base),
        "revision": _side(report.revision),
        "operations": list(report.operations),
        "changes": [_change(change) for change in report.changes],
        "faults": [_fault(fault) for fault in report.faults],
        "steps": list(report.steps),
    }


def _summary(report: Report) -> dict[str, object]:
    sorts = (BREAKING, RISK, SAFE, NONE, DOCS, ALLOWED)
    counts: dict[str, object] = {sort: len(of_sort(report, sort)) for sort in sorts}
    python = sum(change.python for change in report.counted)
    return {"sentence": verdict(report), **counts, "python": python}


def _change(change: Change) -> dict[str, object]:
    return {
        **_fields(change, "id", "wire", "python", "docs", "direction", "operations", "pointer"),
        "message": change.message,
        "before": change.before or None,
        "after": change.after or None,
        "base": _place(change.base),
        "revision": _place(change.revision),
        "fingerprint": change.fingerprint,
        "allowed": _allowance(change.allowed),
        "verdicts": [
            _fields(one, "rule", "direction", "wire", "operations") for one in change.verdicts
        ],
        "signatures": [_signature(signature) for signature in change.signatures],
    }


def _signature(signature: Signature) -> dict[str, object]:
    return {
        "name": signature.name,
        "before": signature.before or None,
        "after": signature.after or None,
        "breaks": signature.breaks,
        "place": _place(signature.place),
    }


def _place(place: Place | None) -> dict[str, object] | None:
    if place is None:
        return None
    position = {"line": place.line or None, "column": place.column or None}
    return {"file": place.file, **position, "pointer": place.pointer}


def _allowance(allowed: Allowance | None) -> dict[str, object] | None:
    if allowed is None:
        return None
    expires = allowed.expires.isoformat() if allowed.expires else None
    return {"reason": allowed.reason, "owner": allowed.owner, "expires": expires}


def _side(side: Side) -> dict[str, object]:
    return _fields(side, "name", "title", "version", "sha256")


def _fault(fault: Fault) -> dict[str, object]:
    return {**_fields(fault, "fact", "remedy"), "place": _place(fault.place)}


def _fields(value: object, *names: str) -> dict[str, object]:
    """Return attributes of a value by name."""
    return {name: getattr(value, name) for name in names}

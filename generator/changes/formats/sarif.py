"""The report as SARIF 2.1.0 (OASIS), for code scanning: a result for each change.

An allowed change is a suppressed result.
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote, urlsplit

from ...errors import Place, Problem
from ...printable import on_one_line
from ...version import __version__
from ..change import BREAKING, RISK, Change, Report, fingerprint
from ..rules import RULES, Rule
from .summary import DOCS, directions, expression_of, listed, rules, sort_of, verdict

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_FAULTS = {
    "allow-list": "An entry of the allow-list needs attention.",
    "recording": "A recording, or a part of it, cannot be read.",
}
"""The rules for faults, by their codes."""

Json = dict[str, object]


def as_sarif(report: Report) -> str:
    """Return a log of one run, in ASCII."""
    ids = sorted({rule for change in report.changes for rule in rules(change)})
    descriptors = [_rule(RULES[rule]) for rule in ids]
    codes = sorted({fault.code for fault in report.faults})
    descriptors += [
        {"id": code, "shortDescription": {"text": _FAULTS.get(code, code)}} for code in codes
    ]
    run: Json = {
        "tool": {"driver": {"name": "speclock", "version": __version__, "rules": descriptors}},
        "automationDetails": {"id": f"speclock-{report.subject.name}/{report.package or 'files'}/"},
        "columnKind": "unicodeCodePoints",
        "results": [result for change in report.changes for result in _results(change, ids)]
        + [_fault(fault, len(ids) + codes.index(fault.code)) for fault in report.faults],
        "properties": {
            "wire": report.wire,
            "python": report.python,
            "docs": report.docs,
            "bump": report.bump,
            "summary": verdict(report),
        },
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> Json:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.what},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.what}\n\n{rule.why}\n\n{rule.do}"},
        "defaultConfiguration": {"level": _LEVELS.get(rule.wire, "note")},
    }


_LEVELS = {BREAKING: "error", RISK: "warning"}


def level_of(change: Change) -> str:
    """Return ``error``, ``warning`` or ``note``; a change that breaks only Python is a warning."""
    return _LEVELS.get(change.wire, "warning" if change.python else "note")


def _results(change: Change, ids: list[str]) -> list[Json]:
    """Return a result for each use in the program, else the one at the description's place."""
    result = _result(change, ids)
    places = [("the description", place) for place in (change.base, change.revision) if place]
    related = [
        {**_location(place), "id": number, "message": {"text": what}}
        for number, (what, place) in enumerate([*places, *_of_python(change)], 1)
    ]
    used: list[Json] = []
    for number, use in enumerate(change.uses):
        identity = (use.place.file, use.expression, str(number))
        title = f"{'Breaks' if use.error else 'Used'} here: {expression_of(use)}. "
        more: Json = {
            "message": {"text": _escaped(title) + _message(change)},
            "partialFingerprints": {"speclockUse/v1": fingerprint(change.fingerprint, *identity)},
            "locations": [_location(use.place)],
            "relatedLocations": related,
        }
        used.append({**result, **more})
    return used or [result]


def _of_python(change: Change) -> list[tuple[str, Place]]:
    """Return the places of a change's declarations in the client."""
    lines = {s.name: s.place for s in change.signatures if s.place is not None}
    return [(f"the Python of {name}", place) for name, place in lines.items()]


def _result(change: Change, ids: list[str]) -> Json:
    sides = {"old": change.base, "new": change.revision}
    places = [(side, place) for side, place in sides.items() if place is not None]
    others = [*places[1:], *_of_python(change)]
    level = level_of(change) if sort_of(change) != DOCS else "note"
    result: Json = {
        "ruleId": change.id,
        "ruleIndex": ids.index(change.id),
        "level": level,
        "message": {"text": _message(change)},
        "partialFingerprints": {"speclockDrift/v1": change.fingerprint},
        "properties": {
            "wire": change.wire,
            "python": change.python,
            "docs": change.docs,
            "direction": change.direction,
            "operations": list(change.operations),
        },
    }
    if places:
        result["locations"] = [_location(places[0][1])]
    if others:
        result["relatedLocations"] = [
            {**_location(place), "id": number, "message": {"text": what}}
            for number, (what, place) in enumerate(others, 1)
        ]
    if change.seen is not None:
        result["occurrenceCount"] = change.seen.count
    if (entry := change.allowed) is not None:
        result["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted",
                "justification": entry.reason,
                "location": _location(entry.place),
                "properties": {"owner": entry.owner, "expires": entry.expires.isoformat()},
            }
        ]
    return result


def _message(change: Change) -> str:
    reach = f" Reaches {listed(change.operations)}." if change.operations else ""
    values = f" Old: {change.before}." if change.before else ""
    values += f" New: {change.after}." if change.after else ""
    return _escaped(on_one_line(f"{directions(change)}: {change.message}.{values}{reach}"))


def _escaped(text: str) -> str:
    """Return text without links or placeholders (SARIF 3.11.5, 3.11.6)."""
    for sign, escaped in {"\\": "\\\\", "[": "\\[", "]": "\\]", "{": "{{", "}": "}}"}.items():
        text = text.replace(sign, escaped)
    return text


def _fault(fault: Problem, index: int) -> Json:
    return {
        "ruleId": fault.code,
        "ruleIndex": index,
        "level": "error",
        "message": {"text": f"{fault.fact} {fault.remedy}"},
        "locations": [_location(fault.place)],
    }


def _location(place: Place) -> Json:
    physical: Json = {"artifactLocation": _artifact(place.file)}
    if place.line:
        column = {"startColumn": place.column} if place.column else {}
        physical["region"] = {"startLine": place.line, **column}
    location: Json = {"physicalLocation": physical}
    if place.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": place.pointer, "kind": "member"}]
    return location


def _artifact(file: str) -> Json:
    """Return a URI reference (RFC 3986): a URL as it is, a path relative to the sources' root."""
    if is_url(file):
        return {"uri": quote(file, "%/:?#[]@!$&'()*+,;=~", errors="replace")}
    path = Path(file)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix(), errors="replace"), "uriBaseId": "%SRCROOT%"}


def is_url(file: str) -> bool:
    """Return whether a place's file is a URL, or at a commit (``git:REV:PATH``), not a path."""
    return urlsplit(file).scheme in ("http", "https", "file", "git")

"""The report as SARIF 2.1.0 (OASIS), for code scanning: a result for each change.

An allowed change is a suppressed result. A result lies in a file of the checkout; a place
elsewhere, at a URL or at a commit, is text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import quote

from ....base.errors import Place, Problem
from ....base.printable import on_one_line
from ....base.version import __version__
from ..change import BREAKING, RISK, Change, Report, fingerprint
from ..rules import RULES, Rule
from .summary import DOCS, directions, expression_of, listed, rules, sort_of, verdict, where

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
        "results": [result for change in report.changes for result in _results(report, change, ids)]
        + [_fault(report, fault, len(ids) + codes.index(fault.code)) for fault in report.faults],
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


def _results(report: Report, change: Change, ids: list[str]) -> list[Json]:
    """Return a result for each use in the program, else the one at the description's place."""
    place = report.local_place(change)
    result = _result(report, change, ids, place)
    used: list[Json] = []
    for number, use in enumerate(change.uses):
        identity = (use.place.file, use.expression, str(number))
        title = f"{'Breaks' if use.error else 'Used'} here: {expression_of(use)}. "
        more: Json = {
            "message": {"text": _escaped(title) + _message(report, change)},
            "partialFingerprints": {"speclockUse/v1": fingerprint(change.fingerprint, *identity)},
        }
        more |= _located(report, use.place)
        more |= _related(report, [("the description", place), *_of_python(change)])
        used.append({**result, **more})
    return used or [result]


def _of_python(change: Change) -> list[tuple[str, Place | None]]:
    """Return the places of a change's declarations in the client."""
    lines = {s.name: s.place for s in change.signatures}
    return [(f"the Python of {name}", place) for name, place in lines.items()]


def _result(report: Report, change: Change, ids: list[str], place: Place | None) -> Json:
    level = level_of(change) if sort_of(change) != DOCS else "note"
    result: Json = {
        "ruleId": change.id,
        "ruleIndex": ids.index(change.id),
        "level": level,
        "message": {"text": _message(report, change)},
        "partialFingerprints": {"speclockDrift/v1": change.fingerprint},
        "properties": {
            "wire": change.wire,
            "python": change.python,
            "docs": change.docs,
            "direction": change.direction,
            "operations": list(change.operations),
        },
    }
    result |= _located(report, place or Place(report.base.name))
    others = [] if place == change.revision else [(report.subject.sides[1], change.revision)]
    result |= _related(report, [*others, *_of_python(change)])
    if change.seen is not None:
        result["occurrenceCount"] = change.seen.count
    if (entry := change.allowed) is not None:
        location = _location(report, entry.place)
        result["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted",
                "justification": entry.reason,
                **({"location": location} if location else {}),
                "properties": {"owner": entry.owner, "expires": entry.expires.isoformat()},
            }
        ]
    return result


def _message(report: Report, change: Change) -> str:
    """Return a change in words, with its places that are in no file of the checkout."""
    reach = f" Reaches {listed(change.operations)}." if change.operations else ""
    values = f" Old: {change.before}." if change.before else ""
    values += f" New: {change.after}." if change.after else ""
    places = ""
    for side, place in zip(report.subject.sides, (change.base, change.revision), strict=True):
        if place is not None and report.path(place.file) is None:
            places += f" {side.capitalize()} place: {where(place)}."
    return _escaped(on_one_line(f"{directions(change)}: {change.message}.{values}{reach}{places}"))


def _escaped(text: str) -> str:
    """Return text without links or placeholders (SARIF 3.11.5, 3.11.6)."""
    for sign, escaped in {"\\": "\\\\", "[": "\\[", "]": "\\]", "{": "{{", "}": "}}"}.items():
        text = text.replace(sign, escaped)
    return text


def _fault(report: Report, fault: Problem, index: int) -> Json:
    is_local = report.path(fault.place.file) is not None
    place = "" if is_local else f" Place: {where(fault.place)}."
    return {
        "ruleId": fault.code,
        "ruleIndex": index,
        "level": "error",
        "message": {"text": _escaped(f"{fault.fact} {fault.remedy}{place}")},
        **_located(report, fault.place if is_local else Place(report.base.name)),
    }


def _located(report: Report, place: Place) -> Json:
    """Return the location of a result; nothing if no file of the checkout has one."""
    location = _location(report, place)
    return {"locations": [location]} if location else {}


def _related(report: Report, places: Sequence[tuple[str, Place | None]]) -> Json:
    """Return the further locations of a result, those in files of the checkout."""
    related: list[Json] = []
    for what, place in places:
        location = _location(report, place) if place is not None else None
        if location is not None:
            related.append({**location, "id": len(related) + 1, "message": {"text": what}})
    return {"relatedLocations": related} if related else {}


def _location(report: Report, place: Place) -> Json | None:
    """Return a location in a file of the checkout; None for another place.

    Code scanning refuses other addresses, and a location without a line (GitHub, "SARIF support for
    code scanning"). A path is relative to the top of the checkout, as a URI reference (RFC 3986).
    """
    path = report.path(place.file)
    if path is None:
        return None
    region = {"startLine": place.line or 1}
    if place.line and place.column:
        region["startColumn"] = place.column
    artifact = {"uri": quote(path, errors="replace"), "uriBaseId": "%SRCROOT%"}
    location: Json = {"physicalLocation": {"artifactLocation": artifact, "region": region}}
    if place.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": place.pointer, "kind": "member"}]
    return location

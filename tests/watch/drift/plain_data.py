"""Descriptions as plain data, compared by the drift check, and the lines of the changes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import cast

from generator.base.config import FEATURES, Client
from generator.base.errors import Findings, Place
from generator.reading.document.load import load, parse
from generator.reading.document.operations import iter_operations, webhooks
from generator.reading.document.pointer import split
from generator.reading.document.references import References
from generator.reading.document.tree import SourceFile
from generator.reading.openapi.keywords import ASSERTIONS
from generator.reading.openapi.normalize.document import canonicalise
from generator.watch.changes.change import Change, Report, worst
from generator.watch.changes.rules import RULES
from generator.watch.drift.comparison import compare
from tests.qa.fuzz.mutations import Json
from tests.support.canonical_text import description_of

HERE = Path(__file__).resolve().parent


def document(tree: Json | SourceFile, name: str = "api.json") -> SourceFile:
    """Parse plain data, a member to a line; a document is returned as it is."""
    if isinstance(tree, SourceFile):
        return tree
    return _parsed(json.dumps(tree, separators=(",\n", ": ")), name)  # quicker than an indent


@lru_cache(maxsize=100)
def _parsed(text: str, name: str) -> SourceFile:
    return parse(text.encode(), path=HERE / name, name=name)


def plain(value: object) -> Json:
    if isinstance(value, dict):
        return {key: plain(item) for key, item in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [plain(item) for item in cast("list[object]", value)]
    return value


RICH = {path.stem: plain(load(path).root) for path in (HERE / "bases").glob("*.yaml")}
"""Descriptions with some of everything."""


def compared(
    old: Json | SourceFile, new: Json | SourceFile, operations: Sequence[str] = ()
) -> Report:
    settings = Client(spec="", operations=tuple(operations), features=FEATURES)
    return compare(document(old, "old.json"), document(new, "new.json"), settings)


def canonical(tree: Json) -> tuple[Json, int]:
    """Return the canonical form of a whole description, and how many parts aren't as they were."""
    read = document(tree)
    findings = Findings()
    refs = References(read, findings)
    nodes = [*iter_operations(refs), *webhooks(refs)]
    found = canonicalise(read, refs, nodes, findings, partial=True, callbacks=True)
    return description_of(found), len(findings.refusals) + len(findings.assumed)


def told(changes: Sequence[Change]) -> str:
    return "\n".join(
        f"{c.wire} {'python ' if c.python else ''}{c.id} {c.pointer}: {c.message}"
        + "".join(f"\n    {s.name}: {s.before} -> {s.after}" for s in c.signatures if s.breaks)
        for c in changes
    )


def gravest(report: Report, direction: str) -> str:
    """Return the most severe level on the wire in one direction."""
    return worst([v.wire for c in report.changes for v in c.verdicts if v.direction == direction])


def mirrored(report: Report, *, swap: bool) -> Counter[tuple[object, ...]]:
    """Return the verdicts on the wire and on prose; with ``swap`` those of the opposite report."""
    found: Counter[tuple[object, ...]] = Counter()
    for change in report.changes:
        for verdict in change.verdicts:
            if "/python/" not in verdict.rule:
                rule = RULES[verdict.rule].opposite if swap else verdict.rule
                values = (change.before, change.after)[:: -1 if swap else 1]
                found[rule, values, len(change.operations)] += 1
    return found


_WHOLE = ("main/added", "main/changed", "main/removed", "url/removed", "url/added")
"""Rules of servers that may be located at the whole description: without `servers` it has /."""
_KEYWORDS = {row.name for row in ASSERTIONS} | {
    "type", "default", "format", "enum", "items", "prefixItems", "readOnly", "writeOnly",
    "deprecated", "additionalProperties",
}  # fmt: skip
_OTHER = {
    "enum": ("const",),
    "minimum": ("exclusiveMinimum",),
    "maximum": ("exclusiveMaximum",),
    "type": ("nullable", "oneOf", "anyOf", "enum", "const"),
}
"""Keywords that have the value of another one."""
_IMPLIED = ("", "0", "1", "any")
"""Values that a description may have without the keyword."""


def misplaced(report: Report, old: Json | SourceFile, new: Json | SourceFile) -> list[str]:
    """Return the changes that aren't at the line of what changed."""
    texts = document(old, "old.json").text, document(new, "new.json").text
    return [
        f"{change.id} ({change.message}): {fault}"
        for change in report.changes
        for fault in _of_change(change, texts)
    ]


def _of_change(change: Change, texts: tuple[str, str]) -> Iterator[str]:
    if change.base is None and change.revision is None:
        yield "no place"
    for place, text, shown in zip(
        (change.base, change.revision), texts, (change.before, change.after), strict=True
    ):
        if place is not None:
            yield from _of_place(change, place, text, shown)


def _of_place(change: Change, place: Place, text: str, shown: str) -> Iterator[str]:
    if (place.line, place.column) == (1, 1):
        if place.pointer or change.id.removeprefix("api/server/") not in _WHOLE:
            yield f"{place.pointer} is at 1:1"
        return
    line = text.split("\n")[place.line - 1]
    *_, holder, name = ["", *split(place.pointer)]
    others: tuple[str, ...] = (holder,) if name == "enum" else ()
    if holder == "properties":
        # What is only required, and what a discriminator adds, have no line of their own.
        others = ("required", "allOf", *(("properties",) if f'"{name}":' not in text else ()))
    if not name.isdigit() and not line[place.column :].startswith((name, *others)):
        yield f"{place} has no {name}: {line.strip()}"
    _, area, subject, *_ = change.id.split("/")
    is_shown = area == "schema" and subject in _KEYWORDS and shown not in _IMPLIED
    if is_shown and name not in (subject, *_OTHER.get(subject, ())):
        yield f"{place} is not at {subject}: {line.strip()}"

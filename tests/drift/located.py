"""The check that each change of a report is located at the line of what changed."""

from __future__ import annotations

from collections.abc import Iterator

from generator.document.pointer import split
from generator.document.tree import SourceFile
from generator.drift.changes import Change, Report
from generator.errors import Place
from generator.openapi.keywords import ASSERTIONS
from tests.drift.plain_data import document
from tests.qa.fuzz.mutations import Json

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
    "type": ("nullable", "oneOf", "anyOf"),
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

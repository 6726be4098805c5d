"""Annotations compared: prose, examples, deprecation, readOnly and writeOnly.

Sources: JSON Schema 2020-12 validation §9; OpenAPI 3.1.1 §4.8.10, §4.8.12 and §4.8.24.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ...document.tree import Location
from ...openapi.model import Json, MediaType, Parameter, Part, Schema
from .differences import DifferenceRecorder, action_of
from .display import shown_or_none

_ANNOTATIONS: Final = (
    ("summary", "summary", "docs/text"),
    ("description", "description", "docs/text"),
    ("examples", "examples", "docs/example"),
    ("read_only", "readOnly", "readOnly"),
    ("write_only", "writeOnly", "writeOnly"),
    ("deprecated", "deprecated", "deprecated"),
    ("sunset", "x-sunset", "sunset"),
)
"""Attributes of parts, the members that they are read from, and the subjects of their rules."""


def compare_annotations(
    recorder: DifferenceRecorder, old: Sequence[Part], new: Sequence[Part], area: str = ""
) -> None:
    """Record what differs in the annotations of two parts.

    Each part is followed by those that its references lead to; the first annotation counts.
    ``area`` is that of the rules; without one only documentation is compared.
    """
    for attribute, member, subject in _ANNOTATIONS:
        is_docs = subject.startswith("docs/")
        if is_docs or area:
            before, base = _annotation(old, attribute, member)
            after, revision = _annotation(new, attribute, member)
            if before != after:
                recorder.record(
                    f"{subject if is_docs else f'{area}/{subject}'}/{action_of(before, after)}",
                    before or "",
                    after or "",
                    locations=(base, revision),
                    keyword=member,
                )


def _annotation(chain: Sequence[Part], attribute: str, member: str) -> tuple[str | None, Location]:
    """Return the text of an annotation and its location; None where no part has it."""
    for part in chain:
        value: Json = None
        location = part.at(member)
        match part:
            case Parameter() | MediaType() if attribute == "examples":
                value = [one.value for one in part.examples.values()] or None
                first = next(iter(part.examples.values()), None)
                location = (first and first.location.parent) or part.location
            case Schema() if attribute == "examples":
                value = [*part.examples] or None
            case _:
                found: object = getattr(part, attribute, None)
                value = "true" if found is True else str(found or "") or None
        if value is not None:
            return shown_or_none(value), location
    return None, chain[0].location

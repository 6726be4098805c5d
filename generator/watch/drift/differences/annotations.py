"""Annotations compared: prose, examples, deprecation, readOnly and writeOnly.

Sources: JSON Schema 2020-12 validation §9; OpenAPI 3.1.1 §4.8.10, §4.8.12 and §4.8.24.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ....reading.document.tree import Location
from ....reading.openapi.model.messages import MediaType, Parameter
from ....reading.openapi.model.schemas import Json, Part, Schema
from .differences import DifferenceRecorder, action_of
from .display import shown_or_none

_ANNOTATIONS: Final = (
    ("summary", "summary", "docs", "text"),
    ("description", "description", "docs", "text"),
    ("examples", "examples", "docs", "example"),
    ("read_only", "readOnly", "", "readOnly"),
    ("write_only", "writeOnly", "", "writeOnly"),
    ("deprecated", "deprecated", "", "deprecated"),
    ("sunset", "x-sunset", "", "sunset"),
)
"""Attributes of parts, the members that they are read from, and the areas (else that of the part)
and subjects of their rules."""


def compare_annotations(
    recorder: DifferenceRecorder, old: Sequence[Part], new: Sequence[Part], area: str = ""
) -> None:
    """Record what differs in the annotations of two parts.

    Each part is followed by those that its references lead to; the first annotation counts.
    ``area`` is that of the rules; without one only documentation is compared.
    """
    for attribute, member, own_area, subject in _ANNOTATIONS:
        if own_area or area:
            (left, base), (right, revision) = (_annotated(s, attribute) for s in (old, new))
            if left == right and not isinstance(left, list):  # in lists 1 equals true
                continue
            before, after = shown_or_none(left), shown_or_none(right)
            if before != after:
                recorder.record(
                    f"{own_area or area}/{subject}/{action_of(before, after)}",
                    before or "",
                    after or "",
                    locations=(
                        _location(base, member) if base else old[0].location,
                        _location(revision, member) if revision else new[0].location,
                    ),
                    keyword=member,
                )


def _annotated(chain: Sequence[Part], attribute: str) -> tuple[Json, Part | None]:
    """Return an annotation and the part that has it; None where no part has it."""
    for part in chain:
        value: Json = None
        match part:
            case Parameter() | MediaType() if attribute == "examples":
                value = [example.value for example in part.examples.values()] or None
            case Schema() if attribute == "examples":
                value = [*part.examples] or None
            case _:
                found: object = getattr(part, attribute, None)
                value = "true" if found is True else str(found or "") or None
        if value is not None:
            return value, part
    return None, None


def _location(part: Part, member: str) -> Location:
    """Return the location of an annotation; of examples, which are resolved, that of the first."""
    if member == "examples" and isinstance(part, Parameter | MediaType):
        return next(iter(part.examples.values())).location.parent or part.location
    return part.at(member)

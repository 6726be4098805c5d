"""Differences that parts of operations have in common: prose, examples, deprecation, presence."""

from __future__ import annotations

from typing import TypeAlias

from ...document.tree import Location
from ...openapi.model import (
    Header,
    MediaType,
    Operation,
    Parameter,
    Part,
    RequestBody,
    Response,
)
from .differences import DifferenceRecorder, action_of
from .display import shown

Described: TypeAlias = Operation | Parameter | RequestBody | Response | Header


def need(part: Parameter | Header) -> str:
    """Return ``required`` or ``optional``."""
    return "required" if part.required else "optional"


def record_text(
    recorder: DifferenceRecorder, keyword: str, old: Part, new: Part, before: str, after: str
) -> None:
    """Record a summary or a description that differs in more than its white space."""
    before, after = (" ".join(text.split()) for text in (before, after))
    recorder.record_member(
        rule=f"docs/text/{action_of(before, after)}", member=keyword, parts=(old, new),
        old=before, new=after, words={"keyword": keyword},
    )  # fmt: skip


def record_description(recorder: DifferenceRecorder, old: Described, new: Described) -> None:
    """Record a description that differs in more than its white space."""
    record_text(recorder, "description", old, new, old.description, new.description)


def record_examples(
    recorder: DifferenceRecorder, old: Parameter | MediaType, new: Parameter | MediaType
) -> None:
    """Record examples that differ in their values."""
    before, after = ([one.value for one in part.examples.values()] for part in (old, new))
    if before != after:
        recorder.record(
            rule=f"docs/example/{action_of(before, after)}",
            base=_examples_location(old),
            revision=_examples_location(new),
            old=shown(before) if before else "",
            new=shown(after) if after else "",
        )


def _examples_location(part: Parameter | MediaType) -> Location:
    first = next(iter(part.examples.values()), None)
    return (first.location.parent if first is not None else None) or part.location


def record_deprecation(
    recorder: DifferenceRecorder,
    area: str,
    old: Operation | Parameter,
    new: Operation | Parameter,
) -> None:
    """Record a part that is deprecated or no longer is, and a sunset date that differs."""
    flags = ["true" if part.deprecated else "" for part in (old, new)]
    for subject, member, before, after in (
        ("deprecated", "deprecated", flags[0], flags[1]),
        ("sunset", "x-sunset", old.sunset, new.sunset),
    ):
        recorder.record_member(
            rule=f"{area}/{subject}/{action_of(before, after)}", member=member, parts=(old, new),
            old=before, new=after,
        )  # fmt: skip

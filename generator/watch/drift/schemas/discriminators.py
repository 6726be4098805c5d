"""Discriminators compared: the property, the values that lead to a branch, the default branch.

Sources: OpenAPI 3.1.1 §4.8.25 and 3.2.0 §4.25 (Discriminator Object).
"""

from __future__ import annotations

from collections.abc import Sequence

from ....reading.openapi.discriminator_values import tag_text
from ....reading.openapi.model.schemas import Discriminator, Schema
from ..differences.differences import SchemaRecorder, action_of
from ..differences.resolved_schema import ResolvedSchema
from .branches import listed_values


def compare_discriminators(
    recorder: SchemaRecorder, matches: Sequence[tuple[Schema, Schema]]
) -> None:
    """Record what differs in the discriminators of two unions, whose branches match."""
    old, new = map(_discriminator, recorder.sides)
    if old is not None and new is not None and old.property_name == new.property_name:
        for before, after in matches:
            _compare_values(recorder, (old, before), (new, after))
    _compare_names(recorder, *map(_declared, recorder.sides))
    _compare_defaults(recorder, matches)


def tags_by_component(side: ResolvedSchema) -> dict[str, set[str]]:
    """Return the values of the discriminator by the component that they lead to."""
    tag = _discriminator(side)
    tags: dict[str, set[str]] = {}
    for value, key in tag.mapping.items() if tag is not None else ():
        tags.setdefault(key, set()).add(value)
    return tags


def _discriminator(side: ResolvedSchema) -> Discriminator | None:
    return side.core.union.discriminator if side.core.union else None


def _declared(side: ResolvedSchema) -> Discriminator | None:
    """Return the discriminator of a description that has one; what implies it is compared alone."""
    tag = _discriminator(side)
    return None if tag is not None and tag.is_implied else tag


def _compare_names(
    recorder: SchemaRecorder, old: Discriminator | None, new: Discriminator | None
) -> None:
    """Record that the declared discriminator is another property, or that one side has none."""
    before, after = (tag.property_name if tag else None for tag in (old, new))
    if before != after:
        rule = f"schema/discriminator/{action_of(before, after)}"
        locations = (old or recorder.old).location, (new or recorder.new).location
        recorder.record(rule, before or "", after or "", locations=locations)


def _compare_values(
    recorder: SchemaRecorder, old: tuple[Discriminator, Schema], new: tuple[Discriminator, Schema]
) -> None:
    """Record the values that lead to a branch on one side alone.

    Those that the branch itself lists are compared with its property.
    """
    base, revision = recorder.sides
    before, after = _values(base, *old), _values(revision, *new)
    lost, gained = before - after, after - before
    listed_before, listed_after = _listed(base, *old), _listed(revision, *new)
    if listed_before and listed_after:
        lost -= listed_before - listed_after
        gained -= listed_after - listed_before
    if new[0].default_mapping == new[1].ref:
        lost &= new[0].mapping.keys()
    if old[0].default_mapping == old[1].ref:
        gained &= old[0].mapping.keys()
    if not lost and not gained:
        return
    action = "changed" if lost and gained else "value-removed" if lost else "value-added"
    removed, added = ", ".join(sorted(lost)), ", ".join(sorted(gained))
    recorder.record(
        f"schema/mapping/{action}",
        ", ".join(sorted(before)),
        ", ".join(sorted(after)),
        locations=(old[0].location, new[0].location),
        changed=(removed, added),
        removed=removed,
        added=added,
    )


def _values(side: ResolvedSchema, tag: Discriminator, branch: Schema) -> set[str]:
    """Return the values that lead to a branch, without those of a union that it is itself."""
    values = {value for value, key in tag.mapping.items() if key == branch.ref}
    inner = _discriminator(side.resolve(branch))
    if inner is not None and inner.property_name == tag.property_name:
        values -= inner.mapping.keys()
    return values


def _listed(side: ResolvedSchema, tag: Discriminator, branch: Schema) -> set[str]:
    """Return the values that the discriminator's property lists in a branch, as text."""
    values = listed_values(side.resolve(branch), tag.property_name)
    return {tag_text(value) for value in values if isinstance(value, str | int | float)}


def _compare_defaults(recorder: SchemaRecorder, matches: Sequence[tuple[Schema, Schema]]) -> None:
    """Compare the branches of objects whose discriminator's value is absent or unknown."""
    tags = [*map(_discriminator, recorder.sides)]
    if not any(tag is not None and tag.is_default_declared for tag in tags):
        return
    old, new = (tag.default_mapping if tag is not None else "" for tag in tags)
    if old == new or any((before.ref, after.ref) == (old, new) for before, after in matches):
        return
    base, revision = (
        tag.at("defaultMapping") if tag and tag.is_default_declared else (tag or core).location
        for tag, core in zip(tags, recorder.cores, strict=True)
    )
    action = action_of(old or None, new or None)
    recorder.record(f"schema/defaultMapping/{action}", old, new, locations=(base, revision))

"""The branches of unions, and what they share.

Source: JSON Schema 2020-12 §10.2.1.2 and §10.2.1.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ...openapi.model.schemas import MISSING, Schema, Union
from ..differences.display import keywords
from ..differences.resolved_schema import ResolvedSchema


class Branches:
    """The branches of schemas, each made once, so that they are compared once."""

    def __init__(self) -> None:
        self._made: dict[tuple[Schema, bool], list[Schema]] = {}

    def of(self, side: ResolvedSchema, *, beside_union: bool) -> list[Schema]:
        """Return the branches of a union; of a schema with several types, one for each.

        Another schema that is compared with a union is a branch itself.
        """
        key = side.site, beside_union
        branches = self._made.get(key)
        if branches is None:
            branches = self._made[key] = _branches(side, beside_union=beside_union)
        return branches


def _branches(side: ResolvedSchema, *, beside_union: bool) -> list[Schema]:
    core = side.core
    if core.union is not None:
        return [*_flat(core.union.branches, core.union)]
    if len(core.types) > 1:
        return [replace(core, types=(name,)) for name in sorted(core.types)]
    if not beside_union:
        return []
    return [Schema(side.site.location, ref=side.key) if side.key else replace(core, nullable=False)]


def _flat(branches: Iterable[Schema], whole: Union) -> Iterator[Schema]:
    """Yield the branches, and those of inline unions of the same keyword among them."""
    for branch in branches:
        inner = branch.union
        if (
            inner is not None
            and inner.keyword == whole.keyword
            and inner.discriminator is None
            and not branch.description
            and branch.default is MISSING
            and not (branch.nullable and inner.keyword == "oneOf")
            and keywords(branch) == {inner.keyword}
        ):
            yield from _flat(inner.branches, whole)
        else:
            yield branch


def overlaps(side: ResolvedSchema, branch: Schema, others: Iterable[Schema]) -> bool:
    """Return whether a value of another branch may fit this one too, which ``oneOf`` forbids."""
    return any(_share_objects(side.resolve(branch), side.resolve(other)) for other in others)


def _share_objects(one: ResolvedSchema, other: ResolvedSchema) -> bool:
    """Return whether an object may fit both schemas."""
    if "object" not in one.types or "object" not in other.types:
        return False
    for left, right in ((one, other), (other, one)):
        for name in left.core.required:
            if right.core.additional_properties is False and name not in right.properties:
                return False
            values = [_listed(side, name) for side in (left, right)]
            if values[0] and values[1] and not values[0] & values[1]:
                return False
    return True


def _listed(side: ResolvedSchema, name: str) -> set[str]:
    """Return the values that a property's ``enum`` lists."""
    schema = side.properties.get(name)
    return {*map(str, schema.enum)} if schema is not None and schema.enum is not None else set()

"""The branches of unions, and what they share.

Source: JSON Schema 2020-12 §10.2.1.2 and §10.2.1.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ....reading.openapi.json_values import identity_of, is_of_type
from ....reading.openapi.model.schemas import MISSING, Json, Schema, Type, Union
from ..differences.display import keywords
from ..differences.resolved_schema import ResolvedSchema

_MOST_CONTAINERS = 8
"""Lists and maps in each other in which the properties of values are looked for."""


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
        branches = [_of_type(core, name) for name in sorted(core.types)]
        return [branch for branch in branches if branch.enum != ()]
    if not beside_union:
        return []
    return [Schema(side.site.location, ref=side.key) if side.key else core.replace(nullable=False)]


def _of_type(schema: Schema, name: Type) -> Schema:
    """Return what a schema of several types admits of one of them."""
    if schema.enum is None:
        return schema.replace(types=(name,))
    values = tuple(value for value in schema.enum if is_of_type(value, name))
    return schema.replace(types=(name,), enum=values)


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


def property_names(side: ResolvedSchema) -> set[str]:
    """Return the names of the properties of an object, or of the values that it contains.

    Those of the values of a map, or of the items of a list, are marked as such.
    """
    prefix = ""
    for _ in range(_MOST_CONTAINERS):
        values = side.core.additional_properties
        if side.properties:
            break
        if isinstance(values, Schema):
            side, prefix = side.resolve(values), f"{prefix}{{}}"
        elif side.core.items is not None:
            side, prefix = side.resolve(side.core.items), f"{prefix}[]"
    return {prefix + name for name in side.properties}


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
            values = [{*map(identity_of, listed_values(side, name))} for side in (left, right)]
            if values[0] and values[1] and not values[0] & values[1]:
                return False
    return True


def listed_values(side: ResolvedSchema, name: str) -> tuple[Json, ...]:
    """Return the values that a property's ``enum`` lists; none where every value is allowed."""
    schema = side.properties.get(name)
    return side.resolve(schema).core.enum or () if schema is not None else ()

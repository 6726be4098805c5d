"""The intersection of two canonical schemas: what ``allOf`` means.

Source: JSON Schema 2020-12 §10.2.1.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY
from typing import Any

from .....base.errors import Findings
from .....base.immutable import immutable
from ....document.tree import Location
from ...json_schema import assertions
from ...json_values import identity_of, is_of_type
from ...keywords import ROWS, AllOf, make_whole
from ...model.schemas import Json, Part, Schema, Type, map_inside
from ...server_checks import join_server_checked, with_server_checked
from .canonical import ANNOTATION_ATTRIBUTES, annotate, as_json, attributes, places_of, same

_LAST = (*ANNOTATION_ATTRIBUTES, "default")
_RULES = {row.attribute: row.all_of for row in ROWS.values()}

Combine = Callable[[Schema, Schema, str], Schema]


@immutable(eq=False)
class Nothing(Schema):
    """The schema under ``not`` of an empty schema: an intersection that admits no value."""

    _: KW_ONLY
    keyword: str
    """``type`` or ``enum``: what the parts don't have in common."""


def is_empty(schema: Schema) -> bool:
    """Return whether a schema is an intersection whose parts have no value in common."""
    return isinstance(schema.not_, Nothing)


def admits_nothing(schema: Schema) -> bool:
    """Return whether a schema is empty, or one of its required properties."""
    properties = schema.properties or {}
    required = (properties[name] for name in schema.required if name in properties)
    return is_empty(schema) or any(map(is_empty, required))


def clash(left: Schema, right: Schema) -> str:
    """Return the keyword that keeps two schemas from having a value in common; empty if none."""
    if left.types and right.types and not _types(left.types, right.types):
        return "type"
    values = _values(left, right)
    return "enum" if values is not None and not values else ""


def empty(left: Schema, right: Schema, keyword: str) -> Schema:
    """Return the schema of the values that two schemas admit which have none in common.

    It has the type that both have, so that there is a type for what is sent all the same.
    """
    known = (side.not_ for side in (left, right) if is_empty(side))
    nothing = next(known, None) or Nothing(right.location, keyword=keyword)
    result = Schema(right.location, types=_types(left.types, right.types), not_=nothing)
    return annotate(annotate(result, left), right)


def open_empty(schema: Schema, findings: Findings) -> Schema:
    """Return a schema in which each empty one is an open type, with a warning."""
    nothing = schema.not_
    if isinstance(nothing, Nothing):
        schema = with_server_checked(schema.replace(not_=None), {"not": {}})
        word = "type" if nothing.keyword == "type" else "value"
        findings.assume(
            "allof-contradiction",
            nothing.location,
            f"the parts of an intersection have no {word} in common, so no value is valid; any "
            f"{' or '.join(schema.types) or 'value'} is admitted, and the server checks it",
            f"Correct `{nothing.keyword}` of one part.",
        )
    return map_inside(schema, lambda inner: open_empty(inner, findings))


def empty_union(branches: Sequence[Schema], location: Location) -> Schema:
    """Return the schema of a union without the branches that it had, with the type of all."""
    kinds = branches[0].types
    types = kinds if all(branch.types == kinds for branch in branches) else ()
    return Schema(location, types=types, not_=Nothing(location, keyword="enum"))


def intersect(
    left: Schema,
    right: Schema,
    combine: Combine,
    conflict: Callable[[str, Schema], None],
) -> Schema:
    """Return a schema that admits what both admit, with the annotations of the right one.

    ``combine(a, b, name)`` intersects two schemas of one property, of items or of further members.
    ``conflict(keyword, right)`` is called for a keyword of which the right value alone is kept.
    """
    keyword = clash(left, right)
    if keyword or is_empty(left) or is_empty(right):
        return empty(left, right, keyword)
    old = attributes(left)
    result: dict[str, Any] = {**old, **attributes(right)}
    checked = join_server_checked(left.server_checked, right.server_checked)
    for name, value in attributes(right).items():
        if name not in old or name in (*_LAST, "enum") or same(old[name], value):
            continue
        result[name], is_whole = _intersection(name, old[name], value, combine)
        if not is_whole:
            part = assertions(Schema(left.location, **{name: old[name]}), as_json, str)
            checked = join_server_checked(checked, {"allOf": [part]})
            conflict(next(iter(part)), right)
    result["server_checked"] = checked
    values = _values(left, right)
    if values is not None:
        result["enum"] = values
        if all(isinstance(value, str) for value in values):
            result.setdefault("types", ("string",))
    if any(side.types and not side.is_type_implied for side in (left, right)):
        result["is_type_implied"] = False
    make_whole(result)
    names_at = right.property_names_at or left.property_names_at
    if names_at is not None:
        positions = {**places_of(left.property_names_at), **places_of(right.property_names_at)}
        names_at = Part(names_at.location, positions=positions)
    positions = {**places_of(left), **places_of(right)}
    return Schema(right.location, positions=positions, property_names_at=names_at, **result)


def _intersection(name: str, left: Any, right: Any, combine: Combine) -> tuple[object, bool]:
    """Return the value of an attribute for two that differ, and if it means all that they do."""
    rule = _RULES.get(name)
    if name == "properties":
        return _properties(left, right, combine), True
    if name == "required":
        return tuple(dict.fromkeys((*left, *right))), True
    if name == "types":
        return _types(left, right), True
    if name == "additional_properties":
        if isinstance(left, Schema):
            return combine(left, right, "value") if isinstance(right, Schema) else right, True
        return right if left is True else left, True
    match rule:
        case AllOf.INTERSECTION:
            return combine(left, right, "item"), True
        case AllOf.HIGHEST:
            return max(left, right), True
        case AllOf.LOWEST:
            return min(left, right), True
        case AllOf.TRUE:
            return True, True
        case _:
            return right, False


def _values(left: Schema, right: Schema) -> tuple[Json, ...] | None:
    """Return the listed values that two schemas have in common; None if neither lists any."""
    first, second = left.enum or (), right.enum or ()
    if not first and not second:
        return None
    identities = {*map(identity_of, second)} if first and second else set[object]()
    kinds = [side.types for side in (left, right) if side.types]
    return tuple(
        value
        for value in first or second
        if (not identities or identity_of(value) in identities)
        and all(any(is_of_type(value, kind) for kind in types) for types in kinds)
    )


def _properties(
    left: Mapping[str, Schema], right: Mapping[str, Schema], combine: Combine
) -> dict[str, Schema]:
    result = {**left, **right}
    for name, schema in right.items():
        if name in left and not same(left[name], schema):
            result[name] = combine(left[name], schema, name)
    return result


def _types(left: tuple[Type, ...], right: tuple[Type, ...]) -> tuple[Type, ...]:
    """Return the types that both have; those of the other one where one has any."""
    if not left or not right:
        return left or right
    both: list[Type] = [kind for kind in left if kind in right]
    if {"integer", "number"} <= {*left, *right}:
        both.append("integer")
    return tuple(both)

"""The intersection of two canonical schemas: what ``allOf`` means.

Source: JSON Schema 2020-12 §10.2.1.1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from ...document.tree import MappingNode, SequenceNode, Value
from .. import keywords
from ..keywords import ROWS, AllOf, Compare, NumberKeyword
from .server_side_constraints import CHECKED, add_server_checked, join_server_checked

ENUM_NAMES = "x-enum-varnames"
"""The names of the values of an enumeration: by value, as text."""
ANNOTATIONS = (*(row.name for row in keywords.ANNOTATIONS), "examples", CHECKED, ENUM_NAMES)
"""The keywords that don't restrict values, or only for the server: they make no other type."""
_LAST = (*ANNOTATIONS, "default", "discriminator")
_LIMITS = tuple(
    row
    for bound in (Compare.LOWER_BOUND, Compare.UPPER_BOUND)
    for row in ROWS.values()
    if isinstance(row, NumberKeyword) and row.applies == "number" and row.compare is bound
)

Combine = Callable[[MappingNode, MappingNode, str], MappingNode]


def without_annotations(node: MappingNode, *, of: MappingNode | None = None) -> dict[str, Value]:
    """Return the keywords that restrict values; with ``of``, those that it hasn't got as well."""
    return {
        key: value
        for key, value in node.items()
        if key not in ANNOTATIONS and (of is None or key not in of or of[key] != value)
    }


def annotate(schema: MappingNode, node: MappingNode) -> MappingNode:
    """Return ``schema`` with the annotations of ``node``, which are beside a reference to it."""
    found = {key: node[key] for key in ANNOTATIONS if key in node and key != "examples"}
    if not found:
        return schema
    if CHECKED in found:
        found[CHECKED] = join_server_checked(schema.get(CHECKED), found[CHECKED])
    return MappingNode(schema.location, {**schema, **found})


def intersect(
    left: MappingNode,
    right: MappingNode,
    combine: Combine,
    conflict: Callable[[str, MappingNode], None],
) -> MappingNode:
    """Return a schema that admits what both admit, with the annotations of the right one.

    ``combine(a, b, name)`` intersects two schemas of one property, of items or of further members.
    ``conflict(keyword, right)`` is called for a keyword of which the right value alone is kept.
    """
    result = MappingNode(right.location, left, right.positions)
    for key, value in right.items():
        if key == CHECKED:
            result[key] = join_server_checked(result.get(key), value)
        elif key not in left or left[key] == value or key in _LAST:
            result[key] = value
        else:
            result[key], is_whole = _intersection(key, left[key], value, combine)
            if not is_whole:
                other = MappingNode(result.location, {key: left[key]})
                parts = SequenceNode(result.location, [other])
                add_server_checked(result, {"allOf": parts})
                conflict(key, right)
    make_whole(result)
    return result


def _intersection(key: str, left: Value, right: Value, combine: Combine) -> tuple[Value, bool]:
    """Return the value of a keyword for two that differ, and whether it means all that they do."""
    rule = ROWS[key].all_of if key in ROWS else None
    match key, left, right:
        case "properties", MappingNode(), MappingNode():
            return _properties(left, right, combine), True
        case "required", SequenceNode(), SequenceNode():
            more = [name for name in right if name not in left]
            return SequenceNode(right.location, [*left, *more]), True
        case "enum", SequenceNode(), SequenceNode():
            both = [item for item in left if item in right]
            return (SequenceNode(right.location, both), True) if both else (right, False)
        case "type", _, _:
            types = _types(left, right)
            return (right, False) if types is None else (types, True)
        case "additionalProperties", MappingNode(), MappingNode():
            return combine(left, right, "value"), True
        case "additionalProperties", MappingNode(), _:
            return right, True
        case "additionalProperties", _, _:
            return right if left is True else left, True
        case _, MappingNode(), MappingNode() if rule is AllOf.INTERSECTION:
            return combine(left, right, "item"), True
        case _, int() | float(), int() | float() if rule is AllOf.HIGHEST:
            return max(left, right), True
        case _, int() | float(), int() | float() if rule is AllOf.LOWEST:
            return min(left, right), True
        case _:
            return (True, True) if rule is AllOf.TRUE else (right, False)


def _properties(left: MappingNode, right: MappingNode, combine: Combine) -> MappingNode:
    result = MappingNode(right.location, left)
    result.positions = {**(left.positions or {}), **(right.positions or {})}
    for name, schema in right.items():
        old = left.get(name, schema)
        if isinstance(old, MappingNode) and isinstance(schema, MappingNode) and old != schema:
            result[name] = combine(old, schema, name)
        else:
            result[name] = schema
    return result


def _types(left: Value, right: Value) -> Value:
    """Return the types that both have, in the same form; None where there is none."""
    lists = [list(side) if isinstance(side, SequenceNode) else [side] for side in (left, right)]
    both = [kind for kind in lists[0] if kind in lists[1]]
    if "integer" in lists[0] + lists[1] and "number" in lists[0] + lists[1]:
        both.append("integer")
    if len(both) < 2:
        return both[0] if both else None
    location = next(s.location for s in (left, right) if isinstance(s, SequenceNode))
    return SequenceNode(location, both)


def make_whole(schema: MappingNode) -> None:
    """Set bounds of an integer to the nearest whole numbers that admit the same values."""
    kind = schema.get("type")
    kinds = list(kind) if isinstance(kind, SequenceNode) else [kind]
    if "integer" not in kinds or "number" in kinds:
        return
    for row in _LIMITS:
        bound = schema.get(row.name)
        if isinstance(bound, float) and bound.is_integer():
            schema[row.name] = int(bound)
        elif isinstance(bound, float) and math.isfinite(bound):
            del schema[row.name]
            limit = row.inclusive or row.name
            is_lower = row.compare is Compare.LOWER_BOUND
            whole, other = math.ceil(bound) if is_lower else math.floor(bound), schema.get(limit)
            if isinstance(other, int | float):
                schema[limit] = max(whole, other) if is_lower else min(whole, other)
            else:
                schema[limit] = whole
    step = schema.get("multipleOf")
    if isinstance(step, float) and math.isfinite(step) and step > 0:
        schema["multipleOf"] = Fraction(str(step)).numerator

"""The intersection of two canonical schemas: what ``allOf`` means.

Source: JSON Schema 2020-12 §10.2.1.1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from fractions import Fraction

from ....document.tree import Location, MappingNode, SequenceNode, Value, walk
from ....errors import Findings
from ... import keywords
from ...json_values import identity_of, is_of_type
from ...keywords import ROWS, AllOf, Compare, NumberKeyword
from .node_values import child, kinds_of, sequence
from .server_side_constraints import CHECKED, add_server_checked, join_server_checked

ENUM_NAMES = "x-enum-varnames"
"""The names of the values of an enumeration: by value, as text."""
NULLABLE = "nullable"
"""The mark of a schema of which null is a value besides others."""
IMPLIED = "x-implied"
"""The mark of an object whose type isn't stated, so that it admits every JSON type."""
ANNOTATIONS = (
    *(row.name for row in keywords.ANNOTATIONS), "examples", CHECKED, ENUM_NAMES, IMPLIED,
)  # fmt: skip
"""The keywords that don't restrict values, or only for the server: they make no other type."""
_LAST = (*ANNOTATIONS, "default", "discriminator")
_LIMITS = tuple(
    row
    for bound in (Compare.LOWER_BOUND, Compare.UPPER_BOUND)
    for row in ROWS.values()
    if isinstance(row, NumberKeyword) and row.applies == "number" and row.compare is bound
)

Combine = Callable[[MappingNode, MappingNode, str], MappingNode]


class Nothing(MappingNode):
    """The value of ``not`` in an empty schema: an intersection that admits no value."""

    __slots__ = ("keyword",)

    def __init__(self, location: Location, keyword: str) -> None:
        super().__init__(location)
        self.keyword = keyword
        """``type`` or ``enum``: what the parts don't have in common."""


def is_empty(schema: MappingNode) -> bool:
    """Return whether a schema is an intersection whose parts have no value in common."""
    return isinstance(schema.get("not"), Nothing)


def admits_nothing(schema: MappingNode) -> bool:
    """Return whether a schema is empty, or one of its required properties."""
    properties = child(schema, "properties")
    names = sequence(schema.get("required")) if properties else ()
    return is_empty(schema) or any(is_empty(child(properties, str(name))) for name in names)


def clash(left: MappingNode, right: MappingNode) -> str:
    """Return the keyword that keeps two schemas from having a value in common; empty if none."""
    if _types(left.get("type"), right.get("type")) is None and "type" in left and "type" in right:
        return "type"
    values = _values(left, right)
    return "enum" if values is not None and not values else ""


def empty(left: MappingNode, right: MappingNode, keyword: str) -> MappingNode:
    """Return the schema of the values that two schemas admit which have none in common.

    It has the type that both have, so that there is a type for what is sent all the same.
    """
    found = [side["not"] for side in (left, right) if is_empty(side)]
    result = MappingNode(right.location)
    kind = _types(left.get("type"), right.get("type"))
    if kind is not None:
        result["type"] = kind
    result["not"] = found[0] if found else Nothing(right.location, keyword)
    return annotate(annotate(result, left), right)


def without_annotations(node: MappingNode, *, of: MappingNode | None = None) -> dict[str, Value]:
    """Return the keywords that restrict values; with ``of``, those that it hasn't got as well."""
    return {
        key: value
        for key, value in node.items()
        if key not in ANNOTATIONS and (of is None or key not in of or of[key] != value)
    }


def bare(value: Value, without: Collection[str] = ANNOTATIONS) -> object:
    """Return a canonical schema without annotations, at any depth, to compare."""
    if isinstance(value, MappingNode):
        members = value.get("properties")
        result = {k: bare(v, without) for k, v in sorted(value.items()) if k not in without}
        if isinstance(members, MappingNode):
            result["properties"] = {k: bare(v, without) for k, v in sorted(members.items())}
        for key in ("required", "enum"):  # their order doesn't count
            values = value.get(key)
            if isinstance(values, SequenceNode):
                result[key] = sorted(map(repr, values))
        return result
    return [bare(item, without) for item in value] if isinstance(value, SequenceNode) else value


def annotate(schema: MappingNode, node: MappingNode) -> MappingNode:
    """Return ``schema`` with the annotations of ``node``, which are beside a reference to it."""
    ignored = ("examples", IMPLIED)
    found = {key: node[key] for key in ANNOTATIONS if key in node and key not in ignored}
    if not found:
        return schema
    if CHECKED in found:
        found[CHECKED] = join_server_checked(schema.get(CHECKED), found[CHECKED])
    return MappingNode(schema.location, {**schema, **found})


def open_empty(schemas: Iterable[MappingNode], findings: Findings) -> None:
    """Make each empty schema that is left in a document an open type, with a warning."""
    for schema in (node for one in schemas for node in walk(one) if is_empty(node)):
        nothing = schema.pop("not")
        assert isinstance(nothing, Nothing)
        add_server_checked(schema, {"not": MappingNode(nothing.location)})
        kinds = kinds_of(schema)
        word = "type" if nothing.keyword == "type" else "value"
        findings.assume(
            "allof-contradiction",
            nothing.location,
            f"the parts of an intersection have no {word} in common, so no value is valid; any "
            f"{' or '.join(kinds) or 'value'} is admitted, and the server checks it",
            f"Correct `{nothing.keyword}` of one part.",
        )


def empty_union(branches: Sequence[MappingNode], location: Location) -> MappingNode:
    """Return the schema of a union without the branches that it had, with the type of all."""
    kinds = [branch.get("type") for branch in branches]
    result = MappingNode(location, {"not": Nothing(location, "enum")})
    if kinds[0] is not None and all(kind == kinds[0] for kind in kinds):
        result["type"] = kinds[0]
    return result


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
    keyword = clash(left, right)
    if keyword or is_empty(left) or is_empty(right):
        return empty(left, right, keyword)
    result = MappingNode(right.location, left, right.positions)
    for key, value in right.items():
        if key == CHECKED:
            result[key] = join_server_checked(result.get(key), value)
        elif key not in left or left[key] == value or key in _LAST:
            result[key] = value
        elif key != "enum":
            result[key], is_whole = _intersection(key, left[key], value, combine)
            if not is_whole:
                other = MappingNode(result.location, {key: left[key]})
                parts = SequenceNode(result.location, [other])
                add_server_checked(result, {"allOf": parts})
                conflict(key, right)
    values = _values(left, right)
    if values is not None:
        result["enum"] = values
        if all(isinstance(value, str) for value in values):
            result.setdefault("type", "string")
    if any("type" in side and IMPLIED not in side for side in (left, right)):
        result.pop(IMPLIED, None)
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
        case "type", _, _:
            return _types(left, right), True
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


def _values(left: MappingNode, right: MappingNode) -> SequenceNode | None:
    """Return the listed values that two schemas have in common; None if neither lists any."""
    first, second = sequence(left.get("enum")), sequence(right.get("enum"))
    if not first and not second:
        return None
    identities = {*map(identity_of, second)} if first and second else set[object]()
    kinds = [kinds for side in (left, right) if (kinds := kinds_of(side))]
    values = [
        value
        for value in first or second
        if (not identities or identity_of(value) in identities)
        and all(any(is_of_type(value, kind) for kind in one) for one in kinds)
    ]
    listed = left["enum"] if first else right["enum"]
    if isinstance(listed, SequenceNode) and len(values) == len(listed):
        return listed
    return SequenceNode(right.location, values)


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
    if left is None or right is None:
        return left or right
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
    kinds = kinds_of(schema)
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

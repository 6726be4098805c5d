"""The intersection of two canonical schemas: what ``allOf`` means."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from ...document.tree import MappingNode, SequenceNode, Value
from ..bounds import make_whole

CHECKED = "x-server-checked"
"""See :mod:`.checked`. It restricts values, but only for the server: it makes no other type."""
ANNOTATIONS = (
    "description", "deprecated", "x-sunset", "readOnly", "writeOnly", "examples", CHECKED,
)  # fmt: skip
_LAST_WINS = (*ANNOTATIONS, "default", "discriminator")
_HIGHEST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_LOWEST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")


def without_annotations(node: MappingNode, *, of: MappingNode | None = None) -> dict[str, Value]:
    """What ``node`` says about values; with ``of``, leaving out what that schema says as well."""
    return {
        key: value
        for key, value in node.items()
        if key not in ANNOTATIONS and (of is None or key not in of or of[key] != value)
    }


def join(left: dict[str, Value], right: dict[str, Value]) -> dict[str, Value]:
    """Both sets of keywords; of one that both have, the left value goes to ``allOf``."""
    result = {**left, **right}
    parts = [*_parts(left), *_parts(right)]
    for key, value in left.items():
        if key != "allOf" and key in right and right[key] != value:
            parts.append({key: value})
    if parts:
        distinct = [part for index, part in enumerate(parts) if part not in parts[:index]]
        result["allOf"] = sorted(distinct, key=str)
    return result


def _parts(said: dict[str, Value]) -> list[Value]:
    found = said.get("allOf")
    return [*cast("list[Value]", found)] if isinstance(found, list) else []


def intersect(
    left: MappingNode,
    right: MappingNode,
    combine: Callable[[Value, Value, str], MappingNode],
    conflict: Callable[[str, MappingNode], None],
) -> MappingNode:
    """A schema that admits what both admit; the right one's annotations win.

    ``combine(a, b, property)`` intersects the two schemas that a property has on the two sides;
    ``conflict(keyword, right)`` hears of keywords of which only the right one's value is kept.
    """
    result = MappingNode(right.location)
    result.positions = right.positions
    result.update(left)
    for key, value in right.items():
        old = result.get(key)
        if key == CHECKED and isinstance(old, MappingNode) and isinstance(value, MappingNode):
            result[key] = joined_map(old, value)
        elif key not in result or old == value or key in _LAST_WINS:
            result[key] = value
        elif (
            key == "properties" and isinstance(old, MappingNode) and isinstance(value, MappingNode)
        ):
            result[key] = _properties(old, value, combine)
        elif (
            key == "required" and isinstance(old, SequenceNode) and isinstance(value, SequenceNode)
        ):
            joined = SequenceNode(value.location)
            joined.extend([*old, *(name for name in value if name not in old)])
            result[key] = joined
        elif key == "enum" and isinstance(old, SequenceNode) and isinstance(value, SequenceNode):
            both = SequenceNode(value.location)
            both.extend(item for item in old if item in value)
            result[key] = both or value
            if not both:
                _also(result, key, old)
                conflict(key, right)
        elif key == "type":
            result[key] = _types(old, value) or value
            if not _types(old, value):
                _also(result, key, old)
                conflict(key, right)
        elif key in _HIGHEST and isinstance(old, (int, float)) and isinstance(value, (int, float)):
            result[key] = max(old, value)
        elif key in _LOWEST and isinstance(old, (int, float)) and isinstance(value, (int, float)):
            result[key] = min(old, value)
        elif key in ("items", "additionalProperties") and isinstance(old, MappingNode):
            word = "item" if key == "items" else "value"
            result[key] = combine(old, value, word) if isinstance(value, MappingNode) else value
        elif key == "additionalProperties":
            result[key] = value if old is True else old
        elif key == "uniqueItems":
            result[key] = True
        else:
            result[key] = value
            _also(result, key, old)
            conflict(key, right)
    make_whole(result)
    return result


def joined_map(left: MappingNode, right: MappingNode) -> MappingNode:
    """Both sets of keywords that the server alone checks."""
    result = MappingNode(right.location)
    result.update(join(dict(left), dict(right)))
    return result


def _also(result: MappingNode, key: str, value: Value) -> None:
    """Keep the other value of a keyword that can have only one, for who compares schemas."""
    found = result.get(CHECKED)
    kept = MappingNode(result.location)
    kept.update(
        join(dict(found) if isinstance(found, MappingNode) else {}, {"allOf": [{key: value}]})
    )
    result[CHECKED] = kept


def _properties(
    left: MappingNode, right: MappingNode, combine: Callable[[Value, Value, str], MappingNode]
) -> MappingNode:
    result = MappingNode(right.location)
    result.positions = {**(left.positions or {}), **(right.positions or {})}
    result.update(left)
    for name, schema in right.items():
        differs = name in left and left[name] != schema
        result[name] = combine(left[name], schema, name) if differs else schema
    return result


def _types(left: Value, right: Value) -> Value:
    listed = [list(side) if isinstance(side, SequenceNode) else [side] for side in (left, right)]
    both = [kind for kind in listed[0] if kind in listed[1]]
    if "integer" in listed[0] + listed[1] and "number" in listed[0] + listed[1]:
        both.append("integer")
    if not both:
        return None
    if len(both) == 1:
        return both[0]
    source = left if isinstance(left, SequenceNode) else right
    assert isinstance(source, SequenceNode)
    result = SequenceNode(source.location)
    result.extend(both)
    return result

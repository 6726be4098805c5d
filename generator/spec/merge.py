"""The intersection of two canonical schemas: what ``allOf`` means."""

from __future__ import annotations

from collections.abc import Callable

from .bounds import make_whole
from .nodes import Map, Seq, Value

ANNOTATIONS = ("description", "deprecated", "readOnly", "writeOnly", "examples")
_LAST_WINS = (*ANNOTATIONS, "default", "discriminator")
_HIGHEST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_LOWEST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")


def without_annotations(node: Map, *, of: Map | None = None) -> dict[str, Value]:
    """What ``node`` says about values; with ``of``, leaving out what that schema says as well."""
    return {
        key: value
        for key, value in node.items()
        if key not in ANNOTATIONS and (of is None or key not in of or of[key] != value)
    }


def intersect(
    left: Map,
    right: Map,
    combine: Callable[[Value, Value, str], Map],
    conflict: Callable[[str, Map], None],
) -> Map:
    """A schema that admits what both admit; the right one's annotations win.

    ``combine(a, b, property)`` intersects the two schemas that a property has on the two sides;
    ``conflict(keyword, right)`` hears of keywords of which only the right one's value is kept.
    """
    result = Map(right.origin)
    result.marks = right.marks
    result.update(left)
    for key, value in right.items():
        old = result.get(key)
        if key not in result or old == value or key in _LAST_WINS:
            result[key] = value
        elif key == "properties" and isinstance(old, Map) and isinstance(value, Map):
            result[key] = _properties(old, value, combine)
        elif key == "required" and isinstance(old, Seq) and isinstance(value, Seq):
            joined = Seq(value.origin)
            joined.extend([*old, *(name for name in value if name not in old)])
            result[key] = joined
        elif key == "enum" and isinstance(old, Seq) and isinstance(value, Seq):
            both = Seq(value.origin)
            both.extend(item for item in old if item in value)
            result[key] = both or value
            if not both:
                conflict(key, right)
        elif key == "type":
            result[key] = _types(old, value) or value
            if not _types(old, value):
                conflict(key, right)
        elif key in _HIGHEST and isinstance(old, (int, float)) and isinstance(value, (int, float)):
            result[key] = max(old, value)
        elif key in _LOWEST and isinstance(old, (int, float)) and isinstance(value, (int, float)):
            result[key] = min(old, value)
        elif key in ("items", "additionalProperties") and isinstance(old, Map):
            word = "item" if key == "items" else "value"
            result[key] = combine(old, value, word) if isinstance(value, Map) else value
        elif key == "additionalProperties":
            result[key] = value if old is True else old
        elif key == "uniqueItems":
            result[key] = True
        else:
            result[key] = value
            conflict(key, right)
    make_whole(result)
    return result


def _properties(left: Map, right: Map, combine: Callable[[Value, Value, str], Map]) -> Map:
    result = Map(right.origin)
    result.marks = {**(left.marks or {}), **(right.marks or {})}
    result.update(left)
    for name, schema in right.items():
        differs = name in left and left[name] != schema
        result[name] = combine(left[name], schema, name) if differs else schema
    return result


def _types(left: Value, right: Value) -> Value:
    listed = [list(side) if isinstance(side, Seq) else [side] for side in (left, right)]
    both = [kind for kind in listed[0] if kind in listed[1]]
    if "integer" in listed[0] + listed[1] and "number" in listed[0] + listed[1]:
        both.append("integer")
    if not both:
        return None
    if len(both) == 1:
        return both[0]
    source = left if isinstance(left, Seq) else right
    assert isinstance(source, Seq)
    result = Seq(source.origin)
    result.extend(both)
    return result

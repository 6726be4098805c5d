"""The types of recorded values as a schema; never the values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...openapi.model import Json
from ..shown import MASK

_DEEPEST = 20


def types_of(values: Iterable[Json]) -> list[str]:
    """Return the types of JSON Schema that values have; an integer is a number among numbers.

    A masked value has none.
    """
    found = dict.fromkeys(_type(value) for value in values if value != MASK)
    return [kind for kind in found if kind != "integer" or "number" not in found]


def schema_of(values: Sequence[Json], *, is_3_0: bool, depth: int = 0) -> dict[str, Json]:
    """Return a schema of the types of values, and of those of the items of lists."""
    kinds = types_of(values)
    others = [kind for kind in kinds if kind != "null"]
    if not others or depth > _DEEPEST or (is_3_0 and len(others) > 1):
        return {} if is_3_0 or not kinds or others else {"type": "null"}
    schema: dict[str, Json] = {"type": others[0] if len(kinds) == 1 else [*kinds]}
    if is_3_0:
        schema["type"] = others[0]
        if "null" in kinds:
            schema["nullable"] = True
    if "array" in others:
        items = [item for value in values if isinstance(value, list) for item in value]
        schema["items"] = schema_of(items, is_3_0=is_3_0, depth=depth + 1)
    return schema


def _type(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "integer" if value.is_integer() else "number"
        case str():
            return "string"
        case list():
            return "array"
        case dict():
            return "object"

"""The bounds of numbers, texts, lists and objects: JSON Schema 2020-12 §6.2 to §6.5."""

from __future__ import annotations

import math
from fractions import Fraction

from ..document.tree import MappingNode, SequenceNode, Value

_LIMITS = (
    ("minimum", "exclusiveMinimum", math.ceil, max),
    ("maximum", "exclusiveMaximum", math.floor, min),
)
_COUNTS = (
    "maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties",
    "minContains", "maxContains",
)  # fmt: skip
_NUMBERS = ("multipleOf", "maximum", "minimum")
_EXCLUSIVE = ("exclusiveMaximum", "exclusiveMinimum")


def expected(keyword: str, value: Value) -> str:
    """What the value of a keyword must be instead, in words; empty where it is that."""
    number = value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    if keyword in _COUNTS:
        fits = number is not None and number >= 0 and float(number).is_integer()
        return "" if fits else "a whole number that isn't negative"
    if keyword in _EXCLUSIVE:  # a boolean in OpenAPI 3.0, after JSON Schema draft 5
        return "" if number is not None or isinstance(value, bool) else "a number"
    if keyword == "multipleOf":
        return "" if number is not None and number > 0 else "a number above zero"
    return "" if keyword not in _NUMBERS or number is not None else "a number"


def make_whole(schema: MappingNode) -> None:
    """Set fractional bounds of an integer to the nearest whole ones that admit the same values."""
    kind = schema.get("type")
    kinds = list(kind) if isinstance(kind, SequenceNode) else [kind]
    if "integer" not in kinds or "number" in kinds:
        return
    for limit, exclusive, rounded, tighter in _LIMITS:
        for key in (limit, exclusive):
            bound = schema.get(key)
            if isinstance(bound, float) and math.isfinite(bound) and not bound.is_integer():
                del schema[key]
                other = schema.get(limit)
                whole = rounded(bound)
                schema[limit] = tighter(whole, other) if isinstance(other, int | float) else whole
    step = schema.get("multipleOf")
    if isinstance(step, float) and math.isfinite(step) and step > 0:
        schema["multipleOf"] = Fraction(str(step)).numerator

"""The bounds of a number, as JSON Schema 2020-12 §6.2 has them."""

from __future__ import annotations

import math
from fractions import Fraction

from .nodes import Map, Seq

_LIMITS = (
    ("minimum", "exclusiveMinimum", math.ceil, max),
    ("maximum", "exclusiveMaximum", math.floor, min),
)


def make_whole(schema: Map) -> None:
    """Set fractional bounds of an integer to the nearest whole ones that admit the same values."""
    kind = schema.get("type")
    kinds = list(kind) if isinstance(kind, Seq) else [kind]
    if "integer" not in kinds or "number" in kinds:
        return
    for limit, exclusive, rounded, tighter in _LIMITS:
        for key in (limit, exclusive):
            bound = schema.get(key)
            if isinstance(bound, float) and math.isfinite(bound) and not bound.is_integer():
                del schema[key]
                other = schema.get(limit)
                whole = rounded(bound)
                is_bound = isinstance(other, (int, float))
                schema[limit] = tighter(whole, other) if is_bound else whole
    step = schema.get("multipleOf")
    if isinstance(step, float) and math.isfinite(step) and step > 0:
        schema["multipleOf"] = Fraction(str(step)).numerator

"""The table of schema keywords: one row for each that canonical schemas have.

Normalisation, the typed document, JSON Schema output, pydantic's arguments and drift follow it: a
new keyword is an attribute of :class:`.model.Schema` and a row.

Sources: JSON Schema 2020-12 §10 and §11, validation §6 to §9; OpenAPI 3.1.1 §4.8.24.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, field
from enum import Enum, auto
from fractions import Fraction
from keyword import iskeyword
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar, cast

from ...base.immutable import immutable
from .model.schemas import Number, Schema

T_co = TypeVar("T_co", covariant=True)
COUNT: Final = "a whole number that isn't negative"
POSITIVE: Final = "a number above zero"


class AllOf(Enum):
    """Rules by which two values of a keyword become one: what ``allOf`` means."""

    HIGHEST = auto()
    LOWEST = auto()
    TRUE = auto()
    """True if one of them is."""
    INTERSECTION = auto()
    """The intersection of two schemas."""
    ONE = auto()
    """The last one; the server alone checks the other."""


class Compare(Enum):
    """Rules by which drift compares two values of a keyword."""

    LOWER_BOUND = auto()
    """A higher value admits less."""
    UPPER_BOUND = auto()
    """A lower value admits less."""
    VALUE = auto()
    """Added, removed or changed."""
    VALUES = auto()
    """As ``VALUE``; each part of an ``allOf`` may have another value, and all of them hold."""
    SCHEMA = auto()
    NEGATED_SCHEMA = auto()
    """A schema that values don't match: what widens it narrows the values."""
    APART = auto()
    """By code of its own."""


@immutable
class Keyword(Generic[T_co]):
    """A keyword: its name, the attribute that has its value, and how it is treated."""

    name: str
    attribute: str = field(init=False)
    _: KW_ONLY
    all_of: AllOf = AllOf.ONE
    compare: Compare = Compare.APART
    applies: Literal["", "string", "number", "array", "object"] = ""
    """The type of the values that it restricts; empty for any."""
    pydantic: str = ""
    """The argument of pydantic's ``Field`` that checks it; empty where none does."""
    server_only: bool = False
    """True if no Python type expresses it, so that a warning is due."""

    def __post_init__(self) -> None:
        """Derive the attribute from the name."""
        bare = self.name.removeprefix("x-")
        name = re.sub(r"[A-Z]", lambda capital: f"_{capital[0].lower()}", bare)
        object.__setattr__(self, "attribute", f"{name}_" if iskeyword(name) else name)

    def get(self, schema: Schema) -> T_co:
        """Return the value that a schema has; None for empty text."""
        value = getattr(schema, self.attribute)
        return cast("T_co", None if value == "" else value)


@immutable
class NumberKeyword(Keyword[Number | None]):
    """A keyword whose value is a number."""

    _: KW_ONLY
    range: str = "a number"
    """What its value must be, in words."""
    inclusive: str = ""
    """Of an exclusive bound, the name of the inclusive one."""
    default: Number | None = None
    """The value that its absence means."""

    def accepts(self, value: object) -> bool:
        """Return whether a value is one that the keyword may have.

        An exclusive bound may be a boolean: it is one in OpenAPI 3.0.
        """
        if isinstance(value, bool) or not isinstance(value, int | float):
            return isinstance(value, bool) and bool(self.inclusive)
        if self.range == COUNT:
            return value >= 0 and float(value).is_integer()
        return value > 0 or self.range != POSITIVE


class TextKeyword(Keyword[str | None]):
    """A keyword whose value is text."""

    __slots__ = ()


class FlagKeyword(Keyword[bool]):
    """A keyword whose value is true or false."""

    __slots__ = ()


class SchemaKeyword(Keyword[Schema | None]):
    """A keyword whose value is a schema."""

    __slots__ = ()


class NamesKeyword(Keyword[Mapping[str, tuple[str, ...]] | None]):
    """A keyword whose value is a list of names for each of some names."""

    __slots__ = ()


Row: TypeAlias = NumberKeyword | TextKeyword | FlagKeyword | SchemaKeyword | NamesKeyword

ASSERTIONS: Final[tuple[Row, ...]] = (
    TextKeyword("format", applies="string"),
    NumberKeyword(
        "multipleOf", range=POSITIVE, compare=Compare.VALUES, applies="number",
        pydantic="multiple_of",
    ),
    NumberKeyword(
        "maximum", all_of=AllOf.LOWEST, compare=Compare.UPPER_BOUND, applies="number",
        pydantic="le",
    ),
    NumberKeyword(
        "minimum", all_of=AllOf.HIGHEST, compare=Compare.LOWER_BOUND, applies="number",
        pydantic="ge",
    ),
    NumberKeyword(
        "exclusiveMaximum", inclusive="maximum", all_of=AllOf.LOWEST, compare=Compare.UPPER_BOUND,
        applies="number", pydantic="lt",
    ),
    NumberKeyword(
        "exclusiveMinimum", inclusive="minimum", all_of=AllOf.HIGHEST, compare=Compare.LOWER_BOUND,
        applies="number", pydantic="gt",
    ),
    NumberKeyword(
        "maxLength", range=COUNT, all_of=AllOf.LOWEST, compare=Compare.UPPER_BOUND,
        applies="string", pydantic="max_length",
    ),
    NumberKeyword(
        "minLength", range=COUNT, default=0, all_of=AllOf.HIGHEST, compare=Compare.LOWER_BOUND,
        applies="string", pydantic="min_length",
    ),
    NumberKeyword(
        "maxItems", range=COUNT, all_of=AllOf.LOWEST, compare=Compare.UPPER_BOUND, applies="array",
        pydantic="max_length",
    ),
    NumberKeyword(
        "minItems", range=COUNT, default=0, all_of=AllOf.HIGHEST, compare=Compare.LOWER_BOUND,
        applies="array", pydantic="min_length",
    ),
    FlagKeyword(
        "uniqueItems", all_of=AllOf.TRUE, compare=Compare.VALUE, applies="array", server_only=True,
    ),
    NumberKeyword(
        "maxProperties", range=COUNT, all_of=AllOf.LOWEST, compare=Compare.UPPER_BOUND,
        applies="object", server_only=True,
    ),
    NumberKeyword(
        "minProperties", range=COUNT, default=0, all_of=AllOf.HIGHEST, compare=Compare.LOWER_BOUND,
        applies="object", server_only=True,
    ),
    TextKeyword("contentEncoding", compare=Compare.VALUE, applies="string"),
    TextKeyword("contentMediaType", compare=Compare.VALUE, applies="string"),
    NamesKeyword("dependentRequired", compare=Compare.VALUE, applies="object", server_only=True),
    NumberKeyword(
        "minContains", range=COUNT, default=1, compare=Compare.LOWER_BOUND, applies="array",
    ),
    NumberKeyword("maxContains", range=COUNT, compare=Compare.UPPER_BOUND, applies="array"),
    TextKeyword("pattern", compare=Compare.VALUES, applies="string", pydantic="pattern"),
    SchemaKeyword("items", all_of=AllOf.INTERSECTION, applies="array"),
    SchemaKeyword("not", compare=Compare.NEGATED_SCHEMA, server_only=True),
    SchemaKeyword("if", compare=Compare.NEGATED_SCHEMA, server_only=True),
    SchemaKeyword("then", compare=Compare.SCHEMA),
    SchemaKeyword("else", compare=Compare.SCHEMA),
    SchemaKeyword("contains", compare=Compare.SCHEMA, applies="array", server_only=True),
    SchemaKeyword("propertyNames", compare=Compare.SCHEMA, applies="object", server_only=True),
    SchemaKeyword("unevaluatedItems", compare=Compare.SCHEMA, applies="array", server_only=True),
    SchemaKeyword("contentSchema", compare=Compare.SCHEMA, applies="string", server_only=True),
)  # fmt: skip
"""The keywords that restrict values, in the order that canonical schemas have them in."""

ANNOTATIONS: Final[tuple[TextKeyword | FlagKeyword, ...]] = (
    TextKeyword("description"),
    FlagKeyword("deprecated"),
    TextKeyword("x-sunset"),
    FlagKeyword("readOnly"),
    FlagKeyword("writeOnly"),
)
"""The keywords that describe values without restricting them; also beside a reference."""

STRUCTURE: Final = (
    "$ref", "type", "enum", "oneOf", "anyOf", "discriminator", "properties", "required",
    "additionalProperties", "prefixItems", "default", "examples",
)  # fmt: skip
"""The other keywords of canonical schemas: each has code of its own."""
SERVER_ONLY: Final = ("patternProperties", "dependentSchemas", "unevaluatedProperties")
"""Keywords that no Python type expresses: :attr:`.model.Schema.server_checked` has them."""
REPLACED: Final = ("allOf", "const", "nullable", "$dynamicRef", "$recursiveRef")
"""Keywords that canonical schemas express by others."""
IGNORED: Final = (
    "title", "xml", "example", "externalDocs", "$schema", "$id", "$anchor", "$comment", "$defs",
    "definitions", "$dynamicAnchor", "$vocabulary", "id", "$recursiveAnchor",
)  # fmt: skip
"""Keywords that are left out: they don't restrict or describe values."""

ROWS: Final[Mapping[str, Row]] = {row.name: row for row in (*ASSERTIONS, *ANNOTATIONS)}
KNOWN: Final = frozenset((*ROWS, *STRUCTURE, *SERVER_ONLY, *REPLACED))


def constraints(schema: Schema, applies: str) -> tuple[tuple[str, Number | str], ...]:
    """Return the keywords for values of a type that pydantic's ``Field`` has an argument for."""
    found = ((row.name, row.get(schema)) for row in _CHECKED if row.applies == applies)
    return tuple((name, value) for name, value in found if value is not None)


def _argument_order(row: NumberKeyword | TextKeyword) -> tuple[bool, bool, bool]:
    """Return a sort key: inclusive bounds, exclusive bounds, others; lower ones first."""
    is_bound = row.compare in (Compare.LOWER_BOUND, Compare.UPPER_BOUND)
    is_exclusive = isinstance(row, NumberKeyword) and bool(row.inclusive)
    return not is_bound, is_exclusive, row.compare is Compare.UPPER_BOUND


_CHECKED = sorted(
    (r for r in ASSERTIONS if isinstance(r, NumberKeyword | TextKeyword) and r.pydantic),
    key=_argument_order,
)
_LIMITS: list[NumberKeyword] = []
for _bound in (Compare.LOWER_BOUND, Compare.UPPER_BOUND):
    for _row in ASSERTIONS:
        if isinstance(_row, NumberKeyword) and _row.applies == "number" and _row.compare is _bound:
            _LIMITS.append(_row)


def make_whole(out: dict[str, Any]) -> None:
    """Set bounds of an integer to the nearest whole numbers that admit the same values."""
    kinds = out.get("types", ())
    if "integer" not in kinds or "number" in kinds:
        return
    for row in _LIMITS:
        name = row.attribute
        bound = out.get(name)
        if isinstance(bound, float) and bound.is_integer():
            out[name] = int(bound)
        elif isinstance(bound, float) and math.isfinite(bound):
            del out[name]
            limit = row.inclusive or name
            is_lower = row.compare is Compare.LOWER_BOUND
            whole, other = math.ceil(bound) if is_lower else math.floor(bound), out.get(limit)
            if isinstance(other, int | float):
                out[limit] = max(whole, other) if is_lower else min(whole, other)
            else:
                out[limit] = whole
    step = out.get("multiple_of")
    if isinstance(step, float) and math.isfinite(step) and step > 0:
        out["multiple_of"] = Fraction(str(step)).numerator

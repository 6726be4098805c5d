"""Values as they are on the wire: numbers with all their digits, unions without conversions first.

A JSON number is one number, whether it is written 60 or 60.0 (RFC 8259 §6); pydantic alone reads
and writes it as a float. Of a union it takes the branch that sets most fields, even if it has to
convert values for that.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from pydantic import SerializationInfo, ValidationError
from pydantic_core import CoreSchema, PydanticSerializationUnexpectedValue, core_schema

from ._operation import exact_decimal

_LIMITS = frozenset(("ge", "gt", "le", "lt", "multiple_of"))
_TEXTS = {
    "datetime": r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$",
    "date": r"^\d{4}-\d\d-\d\d$",
    "time": r"^\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?$",
    "timedelta": r"^-?P[\dYMWDTHS.]+$",
    "uuid": r"^[\da-fA-F]{8}(-[\da-fA-F]{4}){3}-[\da-fA-F]{12}$",
    "decimal": r"^-?\d+(\.\d+)?$",
}
"""The texts that are such a value, wherever a union has another branch for texts."""


class _Exact:
    """Marks a type whose values are neither converted nor rounded where another way is there."""

    def __get_pydantic_core_schema__(
        self, source_type: Any, handler: Callable[[Any], CoreSchema]
    ) -> CoreSchema:
        schema: CoreSchema = _exact(handler(source_type))
        return schema


EXACT = _Exact()


def _exact(schema: Any) -> Any:
    match schema["type"]:
        case "float":
            return _number(schema)
        case "union":
            return _union({**schema, "choices": [_exact(choice) for choice in schema["choices"]]})
        case "list":
            return {**schema, "items_schema": _exact(schema["items_schema"])}
        case "dict":
            return {**schema, "values_schema": _exact(schema["values_schema"])}
        case "nullable" | "definitions":
            return {**schema, "schema": _exact(schema["schema"])}
        case _:
            return schema


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────


def _number(schema: Any) -> Any:
    """A number: integers and, from a caller, decimals stay what they are."""
    whole = core_schema.int_schema(strict=True)
    digits = core_schema.plain_serializer_function_ser_schema(_digits, info_arg=True)
    exact = core_schema.decimal_schema(strict=True, serialization=digits)
    read: Any = core_schema.no_info_wrap_validator_function(_kept, schema)
    written = read
    if _LIMITS.isdisjoint(schema):  # without a call in Python for each of many numbers
        read, written = (
            core_schema.union_schema(choices, mode="left_to_right", custom_error_type="float_type")
            for choices in ([whole, schema], [whole, exact, schema])
        )
    any_number: Any = core_schema.union_schema([whole, schema, exact])
    return core_schema.json_or_python_schema(read, written, serialization=any_number)


def _kept(value: Any, handler: Callable[[Any], Any]) -> Any:
    number = handler(value)
    return value if type(value) in (int, Decimal) else number


def _digits(value: object, info: SerializationInfo) -> str:
    if not isinstance(value, Decimal):
        raise PydanticSerializationUnexpectedValue  # a value of another branch
    return exact_decimal(value, info.context)


# ── unions ───────────────────────────────────────────────────────────────────────────────────────


def _union(schema: Any) -> Any:
    """A union whose branches are tried without conversions first."""
    tight = [_tight(choice) for choice in schema["choices"]]
    exact: Any = {**schema, "choices": tight, "strict": True}
    read = core_schema.union_schema([exact, schema], mode="left_to_right")
    parsed = core_schema.json_schema(read)
    tagged = core_schema.tagged_union_schema({"json": parsed, "value": schema}, _form)
    return core_schema.json_or_python_schema(
        read, core_schema.no_info_wrap_validator_function(_through_json, tagged)
    )


def _tight(schema: Any) -> Any:
    """A branch for texts that admits none but its own format's."""
    pattern = _TEXTS.get(schema["type"])
    if pattern is None:
        return schema
    text = core_schema.str_schema(pattern=pattern)
    return core_schema.json_or_python_schema(core_schema.chain_schema([text, schema]), schema)


class _Json(str):
    """A value's JSON text."""

    __slots__ = ()


def _form(value: Any) -> str:
    return "json" if isinstance(value, _Json) else "value"


def _through_json(value: Any, handler: Callable[[Any], Any]) -> Any:
    """Plain data is read as the JSON that it stands for: only there a dict can be a model."""
    if isinstance(value, (dict, list, str)):
        try:
            return handler(_Json(json.dumps(value)))
        except (TypeError, ValueError, ValidationError):
            pass
    return handler(value)

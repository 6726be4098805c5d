"""Values as they are on the wire: numbers with all their digits, unions without conversions first.

A JSON number is one number, whether it is written 60 or 60.0 (RFC 8259 §6); pydantic alone reads
and writes it as a float. Of a union it takes the branch that sets most fields, even if it has to
convert values for that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Union, cast, get_args, get_origin

from pydantic import SerializationInfo, TypeAdapter, ValidationInfo
from pydantic_core import (
    CoreSchema,
    PydanticSerializationUnexpectedValue,
    SchemaValidator,
    core_schema,
    to_jsonable_python,
)

from .numbers import NUMBER

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

    def __init__(self, *, only: bool = False) -> None:
        """With ``only`` a union has no branch that converts."""
        self.only = only

    def __get_pydantic_core_schema__(
        self, source_type: Any, handler: Callable[[Any], CoreSchema]
    ) -> CoreSchema:
        schema: CoreSchema = self._made(handler(source_type), source_type)
        return schema

    def _made(self, schema: Any, type_: Any) -> Any:
        match schema["type"]:
            case "float":
                return _number(schema)
            case "any":
                return {**schema, "serialization": _ANY}
            case "list":
                return {**schema, "items_schema": self._made(schema["items_schema"], *_of(type_))}
            case "dict":
                inner = _of(type_)[-1]
                return {**schema, "values_schema": self._made(schema["values_schema"], inner)}
            case "nullable":
                return {**schema, "schema": self._made(schema["schema"], _union_of(type_))}
            case "union":
                return self._union(schema, type_)
            case _:
                return schema

    def _union(self, schema: Any, type_: Any) -> Any:
        written = schema["choices"]
        if any(choice["type"] in ("str", "definition-ref") for choice in written):  # for texts
            written = [
                {**one, "strict": True} if one["type"] == "float" else one for one in written
            ]
        choices = [self._made(one, of) for one, of in zip(written, _of(type_), strict=True)]
        if self.only:
            return {**schema, "choices": [_tight(choice) for choice in choices]}
        union: Any = {**schema, "choices": choices}
        kinds = [_kind(choice) for choice in choices]
        if len({*kinds}) == len(kinds):
            return union
        return core_schema.with_info_wrap_validator_function(_exact_first(type_), union)


EXACT = _Exact()


def _of(type_: Any) -> tuple[Any, ...]:
    """Return the types in a union, a list or a dict; None left out."""
    while get_origin(type_) is Annotated:
        type_ = get_args(type_)[0]
    return tuple(one for one in get_args(type_) if one is not type(None))


def _union_of(type_: Any) -> Any:
    return Union[_of(type_)]  # noqa: UP007 - of a tuple


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────


def _number(schema: Any) -> Any:
    """Return a number: integers and, from a caller, decimals stay what they are."""
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


def _with_digits(value: Any, info: SerializationInfo) -> Any:
    """Return any value with its decimals as :func:`_digits` writes them."""
    if isinstance(value, Decimal):
        return _digits(value, info)
    if isinstance(value, dict):
        return {key: _with_digits(one, info) for key, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_with_digits(one, info) for one in cast("Sequence[Any]", value)]
    return value


_ANY = core_schema.plain_serializer_function_ser_schema(
    _with_digits, info_arg=True, when_used="json"
)


def _digits(value: object, info: SerializationInfo) -> str:
    if not isinstance(value, Decimal):
        raise PydanticSerializationUnexpectedValue("a value of another branch")
    return f"{NUMBER}{value}" if info.context == NUMBER else str(value)


# ── unions ───────────────────────────────────────────────────────────────────────────────────────


def _kind(schema: Any) -> str:
    """Return what tells a branch apart before it is read: texts, lists and the rest don't."""
    kind = str(schema["type"])
    if kind in ("str", *_TEXTS):
        return "text"
    return "object" if kind in ("definition-ref", "model", "dict", "any") else kind


def _exact_first(type_: Any) -> Callable[..., Any]:
    """Return a function that reads a value of a union without conversions, else with them."""

    @cache
    def adapter() -> TypeAdapter[Any]:  # at first use: then every class is there
        exact: Any = Annotated[type_, _Exact(only=True)]
        return TypeAdapter(exact)

    def read(value: Any, handler: Callable[[Any], Any], info: ValidationInfo) -> Any:
        if isinstance(value, (dict, list, str)):
            with suppress(TypeError, ValueError):
                text = json.dumps(value)  # strict, pydantic makes models of JSON alone
                by_name = info.mode == "python"
                return adapter().validate_json(text, strict=True, by_alias=True, by_name=by_name)
        return handler(value)

    return read


def _tight(schema: Any) -> Any:
    """Return a branch for texts that admits none but those that it writes as they are."""
    pattern = _TEXTS.get(schema["type"])
    if pattern is None:
        return schema
    text = core_schema.str_schema(pattern=pattern)
    validate = SchemaValidator(schema).validate_python  # strict, it would take no Python text

    def read(value: str) -> Any:
        made = validate(value)
        if to_jsonable_python(made) != value:
            raise ValueError("another text")
        return made

    return core_schema.chain_schema([text, core_schema.no_info_plain_validator_function(read)])

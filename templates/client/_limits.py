"""Responses whose values break a limit: a length, a range, a pattern, a constant."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING, Any, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator

from ._model import Model

if TYPE_CHECKING:
    from pydantic_core import CoreConfig

_LIMITS = ("min_length", "max_length", "pattern", "gt", "ge", "lt", "le", "multiple_of")


def read_despite_limits(adapter: TypeAdapter[Any], content: bytes) -> Any:
    """Return the value in a response: by its limits, or else without them."""
    with suppress(ValidationError):
        return adapter.validator.validate_json(content, by_alias=True, by_name=False)
    return _tolerant(adapter).validate_json(content, by_alias=True, by_name=False)


@cache
def _tolerant(adapter: TypeAdapter[Any]) -> SchemaValidator:
    """Return a validator that accepts what ``adapter`` does, except for its limits."""
    config: CoreConfig = {"extra_fields_behavior": "allow", "coerce_numbers_to_str": True}
    return SchemaValidator(_without_limits(adapter.core_schema), config)


def _without_limits(schema: Any) -> Any:
    if isinstance(schema, (list, tuple)):
        return [_without_limits(item) for item in cast("Sequence[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    node = cast("dict[str, Any]", schema)
    kind = node.get("type")
    if kind == "literal":
        return {"type": "union", "mode": "left_to_right", "choices": [node, {"type": "any"}]}
    limits = _LIMITS if isinstance(kind, str) else ()  # else it maps names to schemas
    made = {key: _without_limits(value) for key, value in node.items() if key not in limits}
    if kind == "model":  # pydantic would use the class's own validator, with its limits
        make = {"type": "no-info", "function": partial(_construct, node["cls"])}
        named = {"ref": node["ref"]} if "ref" in node else {}
        return {"type": "function-after", "function": make, "schema": made["schema"], **named}
    return made


def _construct(model: type[Model], read: tuple[dict[str, Any], Any, Any]) -> Model:
    fields, extras, given = read
    made = model.model_construct(given, **fields)
    made.__pydantic_extra__ = extras or {}  # apart: one may have the name of an argument
    return made

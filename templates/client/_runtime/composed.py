"""Models inside types of the caller's: ``list[Audience]``, or a field of another model.

Pydantic validates and writes them there as the models' own methods do. The types of this package
use the plain models, so that reading a response takes no longer.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from pydantic import BaseModel, SerializationInfo, SerializerFunctionWrapHandler, TypeAdapter
from pydantic_core import core_schema

_OPTIONS = (
    "mode", "include", "exclude", "exclude_defaults", "exclude_none", "round_trip", "context",
)  # fmt: skip
"""Pydantic's options of writing that a model takes over from what it is in."""
_IS_OWN: ContextVar[bool] = ContextVar("is_own", default=False)


class ResponseOnly:
    """Marks a class that responses alone have: pydantic reads one that deviates, too."""


@contextmanager
def own_types() -> Generator[None]:
    """Build types of this package."""
    token = _IS_OWN.set(True)
    try:
        yield
    finally:
        _IS_OWN.reset(token)


def own_adapter(type_: Any) -> TypeAdapter[Any]:
    """Return the validator and serializer of a type of this package."""
    with own_types():
        return TypeAdapter[Any](type_)


def schema_in(model: type[BaseModel], source: Any, handler: Callable[[Any], Any]) -> Any:
    """Return pydantic's schema of a model where it is used."""
    if _IS_OWN.get():
        return handler(source)
    model.model_rebuild()
    schema: Any = {**handler(source)}
    named: Any = {
        "ref": schema.pop("ref", None),  # by which pydantic finds it where it is used again
        "serialization": core_schema.wrap_serializer_function_ser_schema(_write, info_arg=True),
    }
    if not issubclass(model, ResponseOnly):
        return core_schema.chain_schema([schema], **named)
    tolerant = core_schema.no_info_plain_validator_function(model.model_validate)
    return core_schema.union_schema([schema, tolerant], mode="left_to_right", **named)


def json_schema_of(schema: Any, handler: Callable[[Any], Any]) -> Any:
    """Return the JSON Schema of a model, which doesn't tell of tolerance."""
    return handler(schema["choices"][0] if schema["type"] == "union" else schema)


def _write(value: Any, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> Any:
    if not isinstance(value, BaseModel):
        return handler(value)
    return value.model_dump(**{name: getattr(info, name) for name in _OPTIONS})

"""Unions that a discriminator tells apart, and members of them that the description doesn't know.

Source: OpenAPI 3.1.1 §4.8.25 (Discriminator Object).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Any, Union, cast

from pydantic import TypeAdapter, ValidationError, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from ._model import READING, Model


class UnknownVariant(Model, extras=True):
    """An object of a kind that the description doesn't know; its members are attributes.

    A response may hold one. Making one is the way to send what this package doesn't know yet.
    """


_adapter = cache(TypeAdapter[Any])
_AS_IT_IS: Any = {"type": "any"}
_UNTAGGED, _OTHER = "(no tag)", "(another)"


class OpenUnion:
    """Marks a union with :class:`UnknownVariant`: the member ``tag`` tells which class it is.

    ``values`` are those of each class, in the order of the union; a class without any has all
    others.
    """

    def __init__(self, tag: str, *values: tuple[str | float, ...]) -> None:
        self.tag = tag
        self.values = values
        self._kinds: dict[str, Any] = {}

    def __get_pydantic_core_schema__(
        self, source_type: Any, handler: Callable[[Any], CoreSchema]
    ) -> CoreSchema:
        described: tuple[Any, ...] = source_type.__args__[:-1]
        pairs = list(zip(described, self.values, strict=True))
        every = handler(_union(described))
        others = tuple(kind for kind, values in pairs if not values)
        choices = {_UNTAGGED: every, _OTHER: handler(_union(others)) if others else every}
        for kind, values in pairs:
            schema = handler(kind)
            choices.update({_text(value): schema for value in values})
            self._kinds.update({_text(value): kind for value in values})
        chosen = core_schema.tagged_union_schema(choices, self._choose)
        lax = core_schema.with_info_wrap_validator_function(self._read, chosen)
        # A Python function in between would hide that the value is JSON, where dates are texts.
        return core_schema.lax_or_strict_schema(lax, chosen, serialization=_AS_IT_IS)

    def _choose(self, value: Any) -> str:
        if not isinstance(value, dict) or self.tag not in value:
            return _UNTAGGED
        text = _text(cast("Any", value[self.tag]))
        return text if text in self._kinds else _OTHER

    def _read(self, value: Any, handler: Callable[[Any], Any], info: ValidationInfo) -> Any:
        if isinstance(value, UnknownVariant):
            return value
        try:
            return handler(value)
        except ValidationError:
            kind = self._kinds.get(self._choose(value))
            if info.context is READING and kind is not None:
                # Strict, pydantic reads dates and the like from JSON alone.
                return _adapter(kind).validate_json(
                    json.dumps(value), strict=True, context=READING, by_alias=True, by_name=False
                )
            if info.context is not None or not isinstance(value, dict) or kind is not None:
                raise
            return UnknownVariant.model_validate(value)


def _union(kinds: tuple[Any, ...]) -> Any:
    return Union[kinds]  # noqa: UP007 - of a tuple


def _text(value: object) -> str:
    """The same text for a value as the mapping of a discriminator has."""
    if isinstance(value, Enum):
        value = cast("object", value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)

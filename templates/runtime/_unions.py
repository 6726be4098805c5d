"""Unions that a discriminator tells apart, and members of them that the description doesn't know.

Source: OpenAPI 3.1.1 §4.8.25 (Discriminator Object).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Union, cast

from pydantic import ValidationError, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from ._model import WRITING, Model


class UnknownVariant(Model, extras=True):
    """An object of a kind that the description doesn't know; its members are attributes.

    A response may hold one. Making one is the way to send what this package doesn't know yet.
    """


_AS_IT_IS: Any = {"type": "any"}


class OpenUnion:
    """Marks a union with :class:`UnknownVariant`: the member ``tag`` tells which class it is."""

    def __init__(self, tag: str, known: tuple[str, ...]) -> None:
        self.tag = tag
        self.known = known

    def __get_pydantic_core_schema__(
        self, source_type: Any, handler: Callable[[Any], CoreSchema]
    ) -> CoreSchema:
        described: tuple[Any, ...] = source_type.__args__[:-1]
        known: Any = Union[described]  # noqa: UP007 - of a tuple
        return core_schema.with_info_wrap_validator_function(
            self._read, handler(known), serialization=_AS_IT_IS
        )

    def _read(self, value: Any, handler: Callable[[Any], Any], info: ValidationInfo) -> Any:
        if isinstance(value, UnknownVariant):
            return value
        try:
            return handler(value)
        except ValidationError:
            if info.context is WRITING or not isinstance(value, dict):
                raise
            members = cast("dict[str, Any]", value)
            if members.get(self.tag) in self.known:
                raise
            return UnknownVariant.model_validate(members)

"""Enumerations in whose place a server may send values that the description doesn't list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ValidationInfo
from pydantic_core import CoreSchema, PydanticKnownError, core_schema


class _Open:
    """Marks an enumeration beside ``str`` or ``int``, or beside a ``Literal`` of its values: known
    values are read as members, others kept.
    """

    def __get_pydantic_core_schema__(
        self, source_type: Any, handler: Callable[[Any], CoreSchema]
    ) -> CoreSchema:
        members = source_type.__args__[0]
        known = {member.value: member for member in members}
        *most, last = map(repr, known)
        expected = {"expected": f"{', '.join(most)} or {last}"}

        def read(value: Any, validate: Callable[[Any], Any], info: ValidationInfo) -> Any:
            if isinstance(value, bool):  # which pydantic reads as an integer
                raise PydanticKnownError("enum", expected)
            value = validate(value)
            if value not in known and info.context is not None:
                raise PydanticKnownError("enum", expected)
            return known.get(value, value)

        text = core_schema.str_schema(coerce_numbers_to_str=True)
        plain = text if issubclass(members, str) else handler(int)
        schema = core_schema.custom_error_schema(plain, "enum", custom_error_context={**expected})
        return core_schema.with_info_wrap_validator_function(
            read, schema, serialization=core_schema.simple_ser_schema("any")
        )


OPEN = _Open()

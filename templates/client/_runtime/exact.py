"""Values as they are on the wire: integers stay integers, unions are read without conversions.

A JSON number is one number, whether it is written 60 or 60.0 (RFC 8259 §6); pydantic alone reads
and writes it as a float. Of a union it takes the branch that sets most fields, even if it has to
convert values for that.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, PlainSerializer, WrapValidator
from pydantic_core import PydanticKnownError

from .numbers import with_digits
from .readers import reader_of
from .reading import read_value


def _keep_integer(value: Any, handler: Callable[[Any], Any]) -> Any:
    if isinstance(value, str):
        raise PydanticKnownError("float_type")
    number = handler(value)
    return value if type(value) in (int, Decimal) else number


DIGITS = PlainSerializer(with_digits, when_used="json")
"""Marks a type whose decimals are JSON numbers."""
INTEGERS = WrapValidator(_keep_integer)
"""Marks a number that stays an integer or a decimal, if it is one."""
Number = Annotated[float, INTEGERS, DIGITS]
"""A number without limits."""


class _Exact:
    """Marks a union whose values aren't converted where another branch takes them as they are."""

    def __get_pydantic_core_schema__(self, source_type: Any, handler: GetCoreSchemaHandler) -> Any:
        def read(value: Any, read_alone: Callable[[Any], Any]) -> Any:
            """Read a value as in responses if it has no deviation there, else as pydantic does."""
            deviations: list[Any] = []
            if isinstance(value, (dict, list, str, int, float)):
                reader = reader_of(source_type)
                result = read_value(reader, value, lambda *one: deviations.append(one))
                is_as_it_came = result is value and not isinstance(value, str)  # of no type
                if not deviations and not is_as_it_came:
                    return result
            return read_alone(value)

        return handler.generate_schema(Annotated[source_type, WrapValidator(read)])


EXACT = _Exact()

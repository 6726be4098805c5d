"""Numbers with all their digits, which pydantic reads as floats and writes as texts."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from math import isfinite
from typing import Any, Self, cast
from uuid import uuid4

from pydantic import SerializationInfo
from pydantic_core import PydanticSerializationError, from_json

NUMBER = uuid4().hex
"""What the text of a decimal begins with in JSON data, if it is a number there. It is random, so
that no other text begins with it. As the context of a serializer it asks for such texts.
"""
_MARK = NUMBER.encode()
_EXPONENTS = (re.compile(rb"e(?<=\de)\+?\d"), re.compile(rb"E(?<=\dE)\+?\d"))
_LONG = re.compile(rb"\d{10}")
_MOST = 4300
"""The most digits of an integer that Python reads and writes."""
_MARKED = re.compile(rb'"%b([^"]*)"' % _MARK)


def with_numbers(content: bytes) -> bytes:
    """Return JSON text in which the decimals are numbers."""
    return _MARKED.sub(rb"\1", content) if _MARK in content else content


class Digits(float):
    """A number with the text that it was read from."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Self:
        """Make the number of a JSON text with a fraction or an exponent."""
        number = float.__new__(cls, text)  # super() takes longer
        number.text = text
        return number

    def value(self, type_: Any) -> int | float | Decimal:
        """Return the number as a type holds it; a decimal for what is beyond a float."""
        if type_ is float and isfinite(self):
            return float(self)
        with suppress(ArithmeticError):  # an exponent of 20 digits
            number = Decimal(self.text)
            if type_ is int and number == number.to_integral_value() and number.adjusted() < _MOST:
                return int(number)
            if type_ is Decimal or not isfinite(self):
                return number
        return float(self)


def with_digits(value: Any, info: SerializationInfo) -> Any:
    """Return a value with its decimals as texts that :func:`with_numbers` makes numbers."""
    if isinstance(value, float) and not isfinite(value):  # pydantic would write null
        if not isinstance(value, Digits):
            raise PydanticSerializationError(f"JSON has no {value}")
        value = Decimal(value.text)
    if isinstance(value, Decimal):
        return f"{NUMBER}{value}" if info.context == NUMBER else str(value)
    if isinstance(value, dict):
        return {key: with_digits(one, info) for key, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, (list, tuple)):
        return [with_digits(one, info) for one in cast("Sequence[Any]", value)]
    return value


def data_of(content: bytes | bytearray | str, *, is_exact: bool) -> Any:
    """Return the data of JSON text; its floats are :class:`Digits` with ``is_exact``, and where
    one may be beyond a float. Raises ``ValueError`` for what isn't JSON (RFC 8259).
    """
    data = from_json(content, allow_inf_nan=False)
    text = content.encode() if isinstance(content, str) else content
    if is_exact or _has_large_numbers(text):
        with suppress(ValueError):  # an integer that is longer
            return json.loads(text, parse_float=Digits)
    return data


def _has_large_numbers(text: bytes | bytearray) -> bool:
    """Return whether JSON may have a number that a float doesn't hold, though a larger type does.

    It has an exponent, or 300 digits, so that ten of each 30th byte are digits.
    """
    has_exponent = any(exponent.search(text) for exponent in _EXPONENTS)
    return has_exponent or _LONG.search(text[::30]) is not None

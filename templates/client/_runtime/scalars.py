"""Readers of any JSON, and of its scalars; a value that isn't as described is kept, and noted.

The rule of a deviation is that of the drift check by which the description would have to change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum
from functools import cached_property
from math import isfinite
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from .budget import OBJECT
from .composed import own_adapter
from .notes import Notes
from .numbers import Digits, data_of

LIMITS = {
    "string_too_short": "minLength/widened", "string_too_long": "maxLength/widened",
    "string_pattern_mismatch": "pattern/changed", "multiple_of": "multipleOf/changed",
    "too_short": "minItems/widened", "too_long": "maxItems/widened",
    "greater_than": "minimum/widened", "greater_than_equal": "minimum/widened",
    "less_than": "maximum/widened", "less_than_equal": "maximum/widened",
}  # fmt: skip
"""The rules for pydantic's types of errors."""
FORMATS: dict[Any, Any] = {}
"""The formats by type; :mod:`formats` registers those that a package has."""
_NUMBERS = frozenset[type]((int, float))
_PLAIN = (str, int, float, bool, NoneType)
_ANY = frozenset[type]((*_PLAIN, dict, list))
REFUSED = object()
"""The value of what isn't of a type."""


class Reader:
    """Reads any JSON; its subclasses read that of a type."""

    kinds: frozenset[type] = _ANY
    """The types of JSON that it takes, as Python has them."""
    exact: type | None = None
    """The type of JSON that is its own value."""
    is_ambiguous = False
    """True if pydantic alone could read another value than described."""
    is_untyped = False
    """True for a class that admits every JSON type."""
    is_constant = False
    """True if it may read a constant."""
    has_digits = False
    """True if it reads numbers with all their digits."""
    own_weight = OBJECT
    """How many values the object itself counts as."""

    def read(self, data: Any, notes: Notes) -> Any:  # noqa: ARG002
        """Return the value of JSON, and note its deviations."""
        return data

    def inner(self) -> Sequence[Reader]:
        """Return the readers of what is in the value."""
        return ()

    def data_of(self, content: bytes | bytearray | str) -> Any:
        """Return the data of JSON text, with all digits where it has decimals."""
        return data_of(content, is_exact=self._is_exact)

    @cached_property
    def _is_exact(self) -> bool:
        return any(part.has_digits for part in self.parts)

    @cached_property
    def doubtful(self) -> Sequence[re.Pattern[bytes]] | None:
        """Patterns of JSON that pydantic alone could read as another value; None if any could be.

        There are some where texts have formats, or numbers are decimals.
        """
        if any(part.is_ambiguous for part in self.parts):
            return None  # pydantic could read another value, or try the branches of unions often
        form = next(iter(FORMATS.values()), None)
        return form.doubtful(self) if form else ()

    def is_exact_in(self, text: bytes | bytearray) -> bool:
        """Return whether pydantic alone reads JSON as described, or else refuses it."""
        return self.doubtful is not None and not any(one.search(text) for one in self.doubtful)

    @cached_property
    def weight(self) -> int:
        """How many values the largest object in the value counts as."""
        return max((part.own_weight for part in self.parts), default=OBJECT)

    @cached_property
    def parts(self) -> Sequence[Reader]:
        """The readers of the value and of all that is in it."""
        parts: list[Reader] = [self]
        seen: set[Reader] = {self}
        for part in parts:
            inner = [each for each in part.inner() if each not in seen]
            seen.update(inner)
            parts += inner
        return parts


class Scalar(Reader):
    """Reads a text, a number, a boolean or null."""

    exact_json = b""
    """A pattern of the JSON that pydantic alone reads exactly, if that isn't all."""

    def __init__(self, base: Any, limits: Sequence[Any] = ()) -> None:
        self.base = base
        self._type: Any = Annotated[(base, *limits)] if limits else base
        self.is_checked = bool(limits) or base not in _PLAIN
        self.kinds = frozenset[type]((base if base in _PLAIN else str,))
        if base in _NUMBERS:
            self.kinds = _NUMBERS
        if base is not float and not self.is_checked:
            self.exact = base

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return own_adapter(self._type)

    def checked(self, data: Any) -> tuple[Any, str]:
        """Return the valid value of data, or the type of its first error."""
        return checked(self._adapter.validate_json, to_json(data), strict=True)

    def read(self, data: Any, notes: Notes) -> Any:
        if type(data) is self.exact:
            return data
        if type(data) is Digits:
            data = data.value(self.base)
        value = self.value_of(data)
        if value is REFUSED:
            notes.add_other(data)
            return self.converted(data)
        if self.is_checked:
            valid, error = self.checked(value)
            if error:
                notes.add(LIMITS.get(error, "format/changed"))
            elif self.base is not float:
                return valid
        return value

    def value_of(self, data: Any) -> Any:
        """Return the value of data, or ``REFUSED`` if it isn't of the type."""
        kind = data.__class__
        if kind is float and not isfinite(data):
            return REFUSED
        if kind is float and self.base is int:  # 1.0 is one, too (JSON Schema 2020-12 §4.2.3)
            return int(data) if data.is_integer() else REFUSED
        return data if kind in self.kinds else REFUSED

    def converted(self, data: Any) -> Any:
        """Return a number that is a text as a text, and a text that is a number as a number."""
        if self.base is str and type(data) in _NUMBERS:
            return str(data)
        if self.base not in _NUMBERS or type(data) is not str:
            return data
        value, error = self.checked(number_in(data))
        return data if error else value


def checked(validate: Callable[..., Any], data: Any, **options: Any) -> tuple[Any, str]:
    """Return a valid value, or the type of its first error."""
    try:
        return validate(data, **options), ""
    except ValidationError as cause:
        return None, cause.errors(include_url=False, include_context=False)[0]["type"]


def number_in(text: str) -> Any:
    """Return the number that a text is, or else the text."""
    with suppress(ValueError, OverflowError):
        number = from_json(text, allow_inf_nan=False)
        if type(number) in _NUMBERS and isfinite(number):
            return number
    return text


class Listed(Reader):
    """Reads one of a few values: those of an enumeration, or constants."""

    def __init__(self, type_: Any) -> None:
        self.is_enum = isinstance(type_, type)
        members: list[Any] = [*type_] if self.is_enum else [*get_args(type_)]
        values = [member.value if self.is_enum else member for member in members]
        self._members = dict(zip(map(_key, values), members, strict=True))
        self.is_constant = len(values) == 1
        kinds: set[type] = set(map(type, values))
        if kinds & _NUMBERS:
            kinds |= _NUMBERS
        self.kinds = frozenset(kinds)
        # Pydantic takes true for a listed 1, and 1 for a listed true.
        self.is_ambiguous = not kinds.isdisjoint((bool, *_NUMBERS))

    def read(self, data: Any, notes: Notes) -> Any:
        if type(data) is Digits:
            data = data.value(int if int in self.kinds else float)
        if type(data) not in self.kinds:
            notes.add_other(data)
            return self._converted(data)
        if type(data) is float and data.is_integer():
            data = int(data)
        key = _key(data)
        if key not in self._members:
            notes.add("enum/value-added")
            return data
        notes.fit.constants += self.is_constant
        return self._members[key]

    def _converted(self, data: Any) -> Any:
        """Return a number that is a text as a text, and a text that is a number as a number."""
        converted = data
        if self.is_enum and str in self.kinds and type(data) in _NUMBERS:
            converted = str(data)
        elif self.is_enum and type(data) is str:
            converted = number_in(data)
        if type(converted) not in (str, float, int):
            return data
        unlisted = data if type(converted) is float else converted
        return self._members.get(_key(converted), unlisted)


def _key(value: Any) -> tuple[bool, Any]:
    """Return a key that tells true from 1."""
    return type(value) is bool, value


def is_listed(type_: Any) -> bool:
    """Return whether a type is a few values."""
    is_enum = isinstance(type_, type) and issubclass(type_, Enum)
    return is_enum or get_origin(type_) is Literal

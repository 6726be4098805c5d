"""Texts of dates, times, durations, UUIDs and decimals, which a client has if its types have them.

Importing the types from here registers their formats (RFC 3339 §5.6 and appendix A, RFC 9562 §4).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as date
from datetime import datetime as datetime
from datetime import time as time
from datetime import timedelta as timedelta
from decimal import Decimal as Decimal
from functools import cache
from typing import Any
from uuid import UUID as UUID

from pydantic import WrapValidator

from .exact_texts import doubtful
from .notes import Notes
from .scalars import FORMATS, REFUSED, Scalar

_AS_FLOAT = rb"-?+(?:(?![\d.]{17})\d++\.\d*+(?<=[1-9])|\d++)(?![.eE])"
"""The numbers whose digits a float keeps, so that pydantic reads them as decimals exactly."""


@dataclass(frozen=True)
class Format:
    """The texts of a format whose values are of a type of Python."""

    exact: re.Pattern[str]
    """Matches the texts that the type holds exactly."""
    whole: re.Pattern[str]
    """Matches all texts of the format."""
    similar: re.Pattern[str] | None
    """Matches the beginnings of other texts that are read, and reported: without a zone, with
    nanoseconds."""
    error: str
    """Pydantic's error for a value to send that isn't such a text; empty for none."""
    doubtful = staticmethod(doubtful)

    def is_readable(self, text: str) -> bool:
        """Return whether a text is read as a value."""
        return bool(self.exact.fullmatch(text) or (self.similar and self.similar.match(text)))

    def is_beyond(self, text: str) -> bool:
        """Return whether a text of the format has what the type doesn't hold."""
        return bool(self.whole.fullmatch(text) and not self.exact.fullmatch(text))

    @staticmethod
    def reader(type_: Any, limits: Sequence[Any], marks: Sequence[Any]) -> Scalar:
        """Return what reads a type: texts, or decimals that are numbers, which have marks."""
        if len(marks) == len(limits):
            return _text_reader(type_)
        reader = DecimalReader(type_, limits)
        # A decimal with a multiple calls a function, which keeps integers.
        reader.is_ambiguous = any(isinstance(mark, WrapValidator) for mark in marks)
        return reader


class TextReader(Scalar):
    """Reads texts of a format as values of a type of Python."""

    def __init__(self, type_: Any) -> None:
        super().__init__(type_)
        self._format: Format = FORMATS[type_]
        self.exact_json = b'"%b"' % self._format.exact.pattern.encode()

    def read(self, data: Any, notes: Notes) -> Any:
        if type(data) is not str:
            return super().read(data, notes)
        value, error = data, ""
        if self._format.is_readable(data):
            value, error = self.checked(data)
            if not error and self._format.exact.fullmatch(data):
                return value
        is_beyond = self._format.whole.fullmatch(data) is not None
        notes.add("format/changed", is_beyond=is_beyond)
        return data if error else value


_text_reader = cache(TextReader)


class DecimalReader(Scalar):
    """Reads numbers with all their digits."""

    exact_json = _AS_FLOAT
    has_digits = True

    def __init__(self, type_: Any, limits: Sequence[Any] = ()) -> None:
        super().__init__(type_, limits)
        self.kinds = frozenset[type]((int, float, Decimal))
        self.is_checked = bool(limits)

    def value_of(self, data: Any) -> Any:
        value = super().value_of(data)
        if type(value) is float:
            value = repr(value)
        return value if value is REFUSED else Decimal(value)

    def converted(self, data: Any) -> Any:
        value, error = self.checked(data)
        return data if error or type(data) is not str else value


# Without groups or backtracking, since each text of a response is matched.
_TIME = r"\d\d:\d\d:\d\d(?:\.\d{1,6}+)?+"
_ZONE = r"(?:[Zz]|[+-]\d\d:\d\d)"
_CLOCK = re.compile(r"(\d{4}-\d\d-\d\d[Tt ])?\d\d:\d\d")


def _register(type_: type, pattern: str, error: str) -> None:
    wider = pattern.replace("{1,6}", "+").replace('(?!$|")', r"(?!$)(?:\d+Y)?(?:\d+M)?")
    FORMATS[type_] = Format(
        re.compile(pattern, re.ASCII),
        re.compile(wider, re.ASCII),
        _CLOCK if type_ in (datetime, time) else None,
        error,
    )


_register(datetime, rf"\d{{4}}-\d\d-\d\d[Tt]{_TIME}{_ZONE}", "datetime_type")
_register(date, r"\d{4}-\d\d-\d\d", "date_type")
_register(time, f"{_TIME}{_ZONE}?", "time_type")
_register(
    timedelta,
    r'-?P(?!$|")(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d{1,6})?S)?)?',
    "time_delta_type",
)
# Pydantic knows where the hyphens are. What it makes of other texts is sent with them: no error.
_register(UUID, r"[0-9a-fA-F-]{36}", "")
_register(Decimal, r"-?+\d++(?:\.\d++)?+(?:[Ee][+-]?+\d++)?+", "decimal_type")

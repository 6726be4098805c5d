"""Texts of dates, times, durations and decimals, which a client has if its types have them.

Importing the types from here registers their formats (RFC 3339 §5.6 and appendix A).
"""

from __future__ import annotations

import re
from datetime import date as date
from datetime import datetime as datetime
from datetime import time as time
from datetime import timedelta as timedelta
from decimal import Decimal as Decimal

from .reading import FORMATS, Format

_TIME = r"\d\d:\d\d:\d\d(\.\d{1,6})?"
_ZONE = r"([Zz]|[+-]\d\d:\d\d)"
_CLOCK = re.compile(r"(\d{4}-\d\d-\d\d[Tt ])?\d\d:\d\d")
_NUMBER = rb"[+-]?[\d.]+\s*\""


def _register(type_: type, pattern: str, error: str, *doubtful: bytes) -> None:
    wider = pattern.replace("{1,6}", "+").replace("(?!$)", r"(?!$)(\d+Y)?(\d+M)?")
    FORMATS[type_] = Format(
        re.compile(pattern, re.ASCII),
        re.compile(wider, re.ASCII),
        _CLOCK if type_ in (datetime, time) else None,
        doubtful,
        error,
    )


_register(
    datetime,
    rf"\d{{4}}-\d\d-\d\d[Tt]{_TIME}{_ZONE}",
    "datetime_type",
    _NUMBER,
    rb"\d{4}-\d\d-\d\d(?!\"|T\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)\")",
)
_register(date, r"\d{4}-\d\d-\d\d", "date_type", _NUMBER)
_register(
    time,
    f"{_TIME}{_ZONE}?",
    "time_type",
    _NUMBER,
    rb"\d\d:\d\d(?!:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?\")",
)
_register(
    timedelta,
    r"-?P(?!$)(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d{1,6})?S)?)?",
    "time_delta_type",
    _NUMBER,
    rb"[+-]?(P[^\"T]*[YM]|p|\d+ ?[:d])",
)
_register(Decimal, r"-?\d+(\.\d+)?([Ee][+-]?\d+)?", "decimal_type")

"""JSON texts of recordings as values, within limits."""

from __future__ import annotations

import json
import re
import sys
from codecs import BOM_UTF8
from contextlib import suppress
from functools import lru_cache
from typing import Final

from ...base.budget import Budget
from ...reading.openapi.model.schemas import MISSING, Json, Missing

MAX_VALUES: Final = 500_000
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def json_or_missing(text: str | bytes) -> Json | Missing:
    """Return the value of a JSON text; nothing if it isn't one. Bytes may be in UTF-16 or UTF-32.

    Raise :class:`BudgetExceeded` before objects are made of one with too many values.
    """
    with suppress(ValueError, RecursionError):
        if isinstance(text, bytes):
            encoding = json.detect_encoding(text) if b"\0" in text[:4] else "utf-8"
            text = text.removeprefix(BOM_UTF8).decode(encoding)
        check_values(text)
        value: Json = _JSON.decode(text)
        if _SURROGATE.search(text):  # half of a surrogate pair isn't text (RFC 8259 §8.2)
            json.dumps(value, ensure_ascii=False).encode()
        return value
    return MISSING


@lru_cache(maxsize=4)
def encodable(text: str) -> str:
    """Return text with ``?`` for each half of a surrogate pair, which UTF-8 can't have."""
    return text.encode("utf-8", "replace").decode()


def check_values(text: str) -> None:
    """Raise :class:`BudgetExceeded` for a text with too many values.

    Each begins the text, an array or an object, or follows a comma. Commas in strings are only
    looked for where it matters.
    """
    if _openings(text) > MAX_VALUES:
        Budget(MAX_VALUES, "values").spend(_openings(_STRING.sub("", text)))


def _openings(text: str) -> int:
    return 1 + text.count(",") + text.count("[") + text.count("{")


def _finite(text: str) -> float:
    """Return a number; the largest one for one that is larger, since a validator takes no other."""
    return max(-sys.float_info.max, min(sys.float_info.max, float(text)))


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} isn't JSON")


_JSON: Final = json.JSONDecoder(parse_constant=_refused, parse_float=_finite)

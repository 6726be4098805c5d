"""JSON texts of recordings as values, within limits."""

from __future__ import annotations

import json
import re
import sys
from codecs import BOM_UTF8
from typing import Final

from ..budget import Budget
from ..openapi.model import Json

MAX_VALUES: Final = 500_000
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def json_value(text: str) -> Json:
    """Return the value of a JSON text.

    Raise :class:`ValueError` or :class:`RecursionError` for another text, and
    :class:`BudgetExceeded` before objects are made of one with too many values.
    """
    check_values(text)
    value: Json = _JSON.decode(text)
    if _SURROGATE.search(text):  # half of a surrogate pair isn't text (RFC 8259 §8.2)
        json.dumps(value, ensure_ascii=False).encode()
    return value


def json_body(body: bytes) -> Json:
    """Return the value of a body in JSON, which may be in UTF-16 or UTF-32; raise as above."""
    encoding = json.detect_encoding(body) if b"\0" in body[:4] else "utf-8"
    return json_value(body.removeprefix(BOM_UTF8).decode(encoding))


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

"""Values as text in URLs and headers."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from pydantic_core import to_json, to_jsonable_python

from .errors import RequestError


def quoted(text: str, safe: str = "") -> str:
    """Return ``text`` percent-encoded; raise :class:`RequestError` for half a surrogate pair."""
    if text.isascii() and text.isalnum():
        return text  # most are ids, and quote() takes longer
    try:
        return quote(text, safe=safe)
    except UnicodeEncodeError:
        raise RequestError("half a surrogate pair can't be sent; nothing was sent") from None


def as_text(value: Any) -> str:
    """Return a value as it is written in a URL or a header: text as it is, others as in JSON."""
    plain = value if isinstance(value, str) else to_jsonable_python(value)
    if isinstance(plain, float) and plain.is_integer() and abs(plain) < 1e15:
        plain = int(plain)  # JSON's 1 and 1.0 are one number
    return str(plain) if isinstance(plain, str) else to_json(plain).decode()

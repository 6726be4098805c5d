"""Header fields that HTTP can carry (RFC 9110 §5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from .errors import RequestError

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 §5.6.2
_VALUE = re.compile(r"(?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?")
_UNSENT = "; nothing was sent"


def header_fault(name: object, value: object) -> str:
    """Return the reason why a header can't be sent, without its value; empty if it can."""
    if not isinstance(name, str):
        return f"a header's name must be text, not {type(name).__name__}{_UNSENT}"
    if not isinstance(value, str):
        fact = f"must be text, not {type(value).__name__}"
        return f"the value for the header {name} {fact}{_UNSENT}"
    if not _NAME.fullmatch(name):
        return f"{name!r} can't be a header's name{_UNSENT}"
    if name.lower() in ("content-length", "transfer-encoding"):
        return f"the client writes the header {name}, which says where the body ends{_UNSENT}"
    if not _VALUE.fullmatch(value):
        fact = "holds what no header can, or a space at an end"
        return f"the value for the header {name} {fact}{_UNSENT}"
    return ""


def header_safe(name: str, value: str) -> str:
    """Return ``value`` if a header can contain it; raise :class:`RequestError` if not."""
    fault = header_fault(name, value)
    if fault:
        raise RequestError(fault)
    return value


def safe_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with their names in lower case; raise :class:`RequestError` for a bad one."""
    if not isinstance(cast("object", headers), Mapping):
        raise RequestError(f"headers must be a mapping, not {type(headers).__name__}{_UNSENT}")
    safe: dict[str, str] = {}
    for name, value in headers.items():
        safe[name.lower()] = header_safe(name, value)
    return safe

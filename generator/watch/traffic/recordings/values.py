"""The parts of an exchange, taken from the plain data of an entry."""

from __future__ import annotations

import binascii
from collections.abc import Iterable, Mapping
from typing import cast

from .flaws import Malformed

_MAX_STATUS = 999
Headers = dict[str, tuple[str, ...]]


def as_mapping(value: object, what: str) -> Mapping[str, object]:
    """Return an object; raises :class:`Malformed` for anything else."""
    if not isinstance(value, dict):
        raise Malformed(f"{what} isn't an object")
    return cast(Mapping[str, object], value)


def as_list(value: object, what: str) -> list[object]:
    """Return an array; raises :class:`Malformed` for anything else."""
    if not isinstance(value, list):
        raise Malformed(f"{what} isn't a list")
    return cast(list[object], value)


def as_mappings(value: object, what: str) -> list[Mapping[str, object]]:
    """Return an array of objects."""
    listed = as_list(value, what)
    if not {*map(type, listed)} <= {dict}:
        raise Malformed(f"{what} holds other values than objects")
    return cast(list[Mapping[str, object]], listed)


def as_text(value: object, what: str) -> str:
    """Return a text, also one that was recorded as bytes."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("latin-1")
    raise Malformed(f"{what} isn't text")


def optional_text(value: object) -> str:
    """Return a text; empty for anything else."""
    return value if isinstance(value, str) else ""


def as_method(value: object) -> str:
    """Return the method of a request."""
    name = as_text(value, "the method").upper()
    if not name:
        raise Malformed("the method is empty")
    return name


def as_status(value: object) -> int:
    """Return a status code, which JSON has as a number and YAML as text."""
    if isinstance(value, str) and value.isdecimal() and len(value) <= len(str(_MAX_STATUS)):
        return int(value)
    if isinstance(value, float) and 0 <= value <= _MAX_STATUS and value.is_integer():
        return int(value)
    raise Malformed("the status isn't a status code")


def as_headers(pairs: Iterable[tuple[object, object]]) -> Headers:
    """Return headers by their names; HTTP/2's pseudo-headers (RFC 9113 §8.3) are dropped."""
    result: Headers = {}
    repeated: dict[str, list[str]] = {}
    for name, value in pairs:
        key = (name if isinstance(name, str) else as_text(name, "the name of a header")).lower()
        if not isinstance(value, str):
            value = "" if value is None else as_text(value, f"the header {key!r}")
        if key in result:
            repeated.setdefault(key, []).append(value)
        elif key[:1] != ":":
            result[key] = (value,)
    for key, more in repeated.items():
        result[key] += tuple(more)
    return result


def as_body(value: object, *, is_base64: bool) -> tuple[bytes | None, str]:
    """Return a body recorded as text, or in base64 (RFC 4648 §4), or why it isn't readable.

    Half surrogates, which JSON can hold, are encoded in UTF-8 as if they were characters.
    """
    text = as_text(value, "the body")
    try:
        if is_base64:
            return binascii.a2b_base64("".join(text.split()), strict_mode=True), ""
        return text.encode("utf-8", "surrogatepass"), ""
    except ValueError:
        return None, "the recorded base64 isn't well-formed"

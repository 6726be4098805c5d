"""The values of parameters that cannot be sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from ..ir.operations import MethodParameter
from ..ir.types import Json
from .expected_requests import plain_text

_HEADER = re.compile(r"([!-~]([ -~]*[!-~])?)?\Z")
_COOKIE = re.compile(r"[!#-+\x2d-:<-\[\]-~]*\Z")  # RFC 6265 §4.1.1


def find_sending_fault(parameter: MethodParameter, value: Json) -> str | None:
    """Return the reason why a parameter's value cannot be sent; None if it can."""
    parts = [*_texts(value)]
    place = parameter.place
    segments = parts
    if parameter.reserved and place == "path" and value in ("", "/"):
        return None  # the root
    if parameter.reserved and place == "path":
        segments = [segment for part in parts for segment in unquote(part).split("/")]
    elif parts and (parameter.style == "matrix" or (parts[1:] and parameter.style != "label")):
        segments = ["a name or a delimiter is beside them"]
    if place == "path" and not {"", ".", ".."}.isdisjoint(segments or [""]):
        return "it cannot be part of a path"
    written = [*_written(value)]
    if place == "header" and not all(map(_HEADER.match, written)):
        return f"a {place} can't hold it"
    if parameter.style == "cookie" and not all(map(_COOKIE.match, written)):
        return f"a {place} can't hold it"
    return None


def _texts(value: Json) -> Iterator[str]:
    """Yield the values that a parameter is made of, as text."""
    if isinstance(value, (list, dict)):
        items = value.values() if isinstance(value, dict) else value
        for one in [item for item in items if item is not None] or value:
            yield from _texts(one)
    else:
        yield str(value)


def _written(value: Json) -> Iterator[str]:
    """Yield the texts of which a header or a cookie is made: what is in an item is JSON."""
    if isinstance(value, dict):
        yield from (name for name, item in value.items() if item is not None)
    items = [*value.values()] if isinstance(value, dict) else value
    for item in items if isinstance(items, list) else [items]:
        yield plain_text(item)

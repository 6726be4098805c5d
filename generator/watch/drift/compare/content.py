"""The media types of a body or value, by names that are equal where the media types are.

Source: RFC 9110 §8.3.1 (Media Type).
"""

from __future__ import annotations

import re

from ....reading.openapi.model.messages import Content, Header, MediaType, Parameter
from ....reading.openapi.model.schemas import Schema


def plain_name(name: str) -> str:
    """Return a media type in lower case and without ``charset=utf-8``."""
    plain = re.sub(r"\s*;\s*charset=\"?utf-8\"?", "", name.strip().lower())
    return re.sub(r"\s*;\s*", ";", plain)


def by_name(content: Content | None) -> dict[str, MediaType]:
    """Return media types by their plain names."""
    media_types: dict[str, MediaType] = {}
    for name, media in content.media_types.items() if content is not None else ():
        media_types.setdefault(plain_name(name), media)
    return media_types


def schema_pairs(old: Parameter | Header, new: Parameter | Header) -> list[tuple[Schema, Schema]]:
    """Return the schemas of two parameters or headers that belong together."""
    left, right = by_name(old.content), by_name(new.content)
    pairs = [(old.schema, new.schema)]
    pairs += [(left[name].schema, right[name].schema) for name in left if name in right]
    return [(a, b) for a, b in pairs if a is not None and b is not None]

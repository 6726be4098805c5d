"""Recorded text without half surrogates: JSON can hold them, UTF-8 cannot (RFC 8259 §8.2)."""

from __future__ import annotations

import json

from ..openapi.model import Json


def encodable(text: str) -> str:
    """Return text with ``?`` for each half of a surrogate pair."""
    return text.encode("utf-8", "replace").decode()


def encodable_value(value: Json) -> Json:
    """Return a value with ``?`` for each half of a surrogate pair in its texts and names."""
    whole: Json = json.loads(encodable(json.dumps(value, ensure_ascii=False)))
    return whole

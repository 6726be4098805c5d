"""Recorded text without half surrogates: JSON can hold them, UTF-8 cannot (RFC 8259 §8.2)."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=4)
def encodable(text: str) -> str:
    """Return text with ``?`` for each half of a surrogate pair."""
    return text.encode("utf-8", "replace").decode()

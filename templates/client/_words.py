"""The message of a server, as text on one line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

_PLACES = ("detail", "message", "error", "error/message", "errors/0/message", "title")
"""Where the servers of most APIs have a message for people."""
_LONGEST = 1_000_000
"""Bytes: a longer body isn't searched for a message."""


def words(content: bytes) -> str:
    """Return the message in the body of an error, or else its first line; HTML has no words."""
    data = parsed_object(content)
    for place in _PLACES:
        found: Any = data
        for step in place.split("/"):
            try:
                found = found[0 if step == "0" else step]
            except (LookupError, TypeError):
                found = None
        if found and isinstance(found, str):
            return found
    text = content.decode("utf-8", "replace").strip()
    return "" if text.startswith("<") else text.partition("\n")[0]


def parsed_object(content: bytes) -> Mapping[str, Any] | None:
    """Return a JSON object; None if the body is something else, or very long."""
    try:
        value = json.loads(content) if len(content) <= _LONGEST else None
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def one_line(text: str, limit: int = 200) -> str:
    """Return ``text`` on one line, without control characters, cut at ``limit`` characters."""
    shown = "".join(char if char.isprintable() else " " for char in text[: 2 * limit])
    shown = " ".join(shown.split())
    return shown if len(shown) <= limit and len(text) <= 2 * limit else f"{shown[:limit]}…"

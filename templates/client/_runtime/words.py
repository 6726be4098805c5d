"""The message of a server, as text on one line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

_PLACES = (
    "detail", "message", "error_description", "error/message", "error_message", "msg",
    "data/message", "errors/0/detail", "errors/0/message", "errors/0/description",
    "errors/0/title", "message/0", "details", "description", "error", "title",
)  # fmt: skip
"""Where the servers of most APIs have a message for people; case doesn't matter."""
_CODES = ("code", "error_code", "errorcode", "error/code", "errors/0/code")
"""Where they have a code for programs."""
LONGEST = 1_000_000
"""Bytes: a longer body isn't searched for a message, and a message isn't longer."""


def words(content: bytes) -> str:
    """Return the message in the body of an error, or else all of it; HTML has no words."""
    data = _parsed(content)
    message = data if isinstance(data, str) else _first_text(data, _PLACES, str)
    if message:
        return message
    text = content[:LONGEST].decode("utf-8", "replace").strip()
    return "" if text.startswith("<") or data == "" else text


def code(content: bytes) -> str:
    """Return the server's code in the body of an error; empty without one."""
    return _first_text(_parsed(content), _CODES, str, int)


def _first_text(data: Any, places: Sequence[str], *kinds: type[Any]) -> str:
    """Return the text of the first value of some kinds in JSON data; empty without one."""
    for place in places:
        value = data
        for step in place.split("/"):
            value = _member(value, step)
        if type(value) in kinds and value != "":
            return str(value)
    return ""


def _member(value: Any, step: str) -> Any:
    """Return the first item of a list, or the member of an object; None if there is none."""
    if isinstance(value, dict):
        for name, member in cast("dict[str, Any]", value).items():
            if name.lower() == step:
                return member
    if isinstance(value, list) and value and step == "0":
        return value[0]  # pyright: ignore[reportUnknownVariableType]
    return None


def parsed_object(content: bytes) -> Mapping[str, Any] | None:
    """Return a JSON object; None if the body is something else, or very long."""
    value = _parsed(content)
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content) if len(content) <= LONGEST else None
    except (ValueError, RecursionError):
        return None


def one_line(text: str, limit: int = 200) -> str:
    """Return ``text`` on one line, without control characters, cut at ``limit`` characters."""
    shown = "".join(char if char.isprintable() else " " for char in text[: 2 * limit])
    shown = " ".join(shown.split())
    return shown if len(shown) <= limit and len(text) <= 2 * limit else f"{shown[:limit]}…"


def explain(cause: Exception) -> str:
    """Return why a body can't be read, on one line."""
    return "not UTF-8" if isinstance(cause, UnicodeError) else one_line(str(cause), LONGEST)

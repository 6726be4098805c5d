"""A server's texts in messages: its own words, on one line, without secrets in any form."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Sequence
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
MASK = "***"
SHORTEST = 8
"""Characters of a secret that is masked inside other words, and in base64 too."""
DEEPEST = 5
"""How often a text may be escaped, as JSON in JSON is twice."""
_WIDEST = 20
"""The most characters, on average, of one that is escaped."""
_ESCAPE = (
    r"(?is)\\+(?:ud[89ab][0-9a-f]{2}\\+ud[c-f][0-9a-f]{2}|u[0-9a-f]{4}|.)"
    r"|%[0-7][0-9a-f]|%[c-f][0-9a-f](?:%[89ab][0-9a-f]){1,3}"
    r"|&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});"
)
"""A pattern of one character as it is escaped in JSON, in URLs and in HTML."""


def words_and_code(content: bytes) -> tuple[str, str]:
    """Return the message and the code in the body of an error; empty without one.

    Without a message it is the whole text, unless that is HTML.
    """
    data = parsed(content)
    message = data if isinstance(data, str) else _first_text(data, _PLACES, str)
    text = content[:LONGEST].decode("utf-8", "replace").strip()
    if not message and data != "" and not text.startswith("<"):
        message = text
    return message, _first_text(data, _CODES, str, int)


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


def parsed(content: bytes) -> Any:
    """Return JSON's value; None if the body isn't JSON, or is very long."""
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


class Mask:
    """A mask for the secrets of one request."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self.forms: set[str] = set()
        """Short ones are words: inside other words they may be anything, and a number anywhere."""
        for secret in secrets:
            for form in _forms(secret):
                for level, _ in levels(form):
                    shown = level.rstrip("\\")  # which would escape what follows
                    if len(shown) >= SHORTEST or (shown and not shown.isdecimal()):
                        self.forms.add(shown)

    @property
    def longest(self) -> int:
        """The most characters that a secret takes in a text, as a rule."""
        return _WIDEST * max(map(len, self.forms), default=0)

    def text(self, text: str, length: int | None = None) -> str:
        """Return a text, or as many characters of it, with ``***`` for secrets."""
        spans: set[tuple[int, int]] = set()
        for level, places in levels(text):
            for start, end in self._found(level):
                spans.add((places[start], places[end]))
        pieces: list[str] = []
        last = 0
        for start, end in sorted(spans):
            if last <= start < (len(text) if length is None else length):
                pieces += text[last:start], MASK
            last = max(last, end)
        return "".join([*pieces, text[last:length]])

    def line(self, text: str, limit: int = 200) -> str:
        """Return the beginning of a text on one line, without secrets."""
        start = 4 * limit
        return one_line(self.text(text[: start + self.longest], start), limit)

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the start and the end of each secret."""
        for form in self.forms:
            end = 0
            while (start := text.find(form, end)) >= 0:
                end = start + len(form)
                around = text[start - 1 : start] + text[end : end + 1]
                if len(form) >= SHORTEST or not re.search(r"\w", around):
                    yield start, end


def levels(text: str) -> Iterator[tuple[str, Sequence[int]]]:
    """Yield a text as it is, without escapes, without those that were in these, and so on; each
    with the places of its characters, and of its end, in the text as it is.
    """
    places: Sequence[int] = range(len(text) + 1)
    for _ in range(DEEPEST):
        level = text.replace("+", " ")  # as in a form
        yield level, places
        text, places = without_escapes(level, places)
        if text == level:
            return


def without_escapes(text: str, places: Sequence[int]) -> tuple[str, Sequence[int]]:
    """Return a text without one level of escapes, and the places of its characters."""
    pieces: list[str] = []
    moved: list[int] = []
    end = 0
    for escape in re.finditer(_ESCAPE, text):
        start, char = escape.start(), _char(escape[0])
        pieces += text[end:start], char
        moved += places[end:start]
        moved += places[start : start + len(char)]
        end = escape.end()
    return "".join([*pieces, text[end:]]), [*moved, *places[end:]]


def _char(escape: str) -> str:
    """Return the character that is escaped."""
    if escape[0] == "%":
        return bytes.fromhex(escape.replace("%", "")).decode("utf-8", "replace")
    if escape[0] == "&":
        from html import unescape  # takes a while to load

        return unescape(escape)
    units = re.findall(r"\\u(....)", escape, re.IGNORECASE)
    if units:
        return bytes.fromhex("".join(units)).decode("utf-16-be", "replace")
    return " " if escape[-1] in "bfnrt" else escape[-1]


def _forms(secret: str) -> set[str]:
    """Return a secret, and a long one in base64 at each offset, without what other bytes are a
    part of.
    """
    forms, data = {secret}, secret.encode("utf-8", "surrogatepass")
    if len(secret) < SHORTEST:
        return forms
    for offset in range(3):
        text = base64.b64encode(bytes(offset) + data).decode()
        text = text[-(-8 * offset // 6) : 8 * (offset + len(data)) // 6]
        forms |= {text, text.replace("+", "-").replace("/", "_")}
    return forms

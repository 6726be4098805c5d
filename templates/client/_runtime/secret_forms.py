"""Secrets in the texts of a server, in each form in which it may repeat them."""

from __future__ import annotations

import base64
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from html import unescape

from .words import one_line

MASK = "***"
_SHORTEST = 8
"""Characters of a secret that is masked inside other words, and in base64 too."""
_DEEPEST = 5
"""How often a text may be escaped, as JSON in JSON is twice."""
_WIDEST = 20
"""The most characters, on average, of one that is escaped."""
_ESCAPE = re.compile(
    r"\\+(?:ud[89ab][0-9a-f]{2}\\+ud[c-f][0-9a-f]{2}|u[0-9a-f]{4}|.)"
    r"|%[0-7][0-9a-f]|%[c-f][0-9a-f](?:%[89ab][0-9a-f]){1,3}"
    r"|&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});",
    re.IGNORECASE | re.DOTALL,
)
"""One character as it is escaped in JSON, in URLs and in HTML."""
_INCOMPLETE = re.compile(
    r"(?:\\+(?:ud[89ab][0-9a-f]{2}(?:\\+(?:u[0-9a-f]{0,3})?)?|u[0-9a-f]{0,3})?"
    r"|%(?:25)*(?:[c-f][0-9a-f](?:%(?:25)*[89ab][0-9a-f]){0,2}(?:%(?:25)*)?)?[0-9a-f]?"
    r"|&(?:amp;)*#?\w{0,31}|[\ud800-\udfff]{1,3})\Z",
    re.IGNORECASE,
)
"""The beginning of an escaped character, or of one in UTF-8, where a text is cut."""


class Mask:
    """A mask for the secrets of one request."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._forms: set[str] = set()
        self._words: set[str] = set()
        """The short ones: inside other words they may be anything, and a number anywhere."""
        for secret in secrets:
            for form in _forms(secret) if len(secret) >= _SHORTEST else {secret}:
                for level in _levels(form):
                    self._add(level.text.rstrip("\\"))  # which would escape what follows

    def _add(self, form: str) -> None:
        if len(form) >= _SHORTEST:
            self._forms.add(form)
        elif form and not form.isdecimal():
            self._words.add(form)

    def text(self, text: str, *, is_cut: bool = False) -> str:
        """Return a text with ``***`` for secrets.

        If it ``is_cut``, the beginning of a secret at its end is left out.
        """
        if not (self._forms or self._words):
            return text
        spans: list[tuple[int, int]] = []
        for level in _levels(text):
            for start, end in self._found(level.text):
                spans.append((level.origin(start), level.origin(end)))
        length = self._length(text) if is_cut else len(text)
        pieces: list[str] = []
        last = 0
        for start, end in sorted(spans):
            if last <= start < length:
                pieces += text[last:start], MASK
            last = max(last, end)
        return "".join([*pieces, text[last:length]])

    def line(self, text: str, limit: int = 200) -> str:
        """Return the beginning of a text on one line, without secrets."""
        start = text[: 4 * limit]
        return one_line(self.text(start, is_cut=len(text) > len(start)), limit)

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the start and the end of each secret."""
        for form in self._forms | self._words:
            start = text.find(form)
            while start >= 0:
                end = start + len(form)
                around = text[start - 1 : start] + text[end : end + 1]
                if form in self._forms or not re.search(r"\w", around):
                    yield start, end
                start = text.find(form, end)

    def _length(self, text: str) -> int:
        """Return the length of a text without the beginning of a secret at its end."""
        offset = max(0, len(text) - _WIDEST * max(map(len, self._forms), default=0))
        length = len(text)
        for level in _levels(text[offset:]):
            for end in (len(level.text), _complete(level.text)):
                level.text = level.text[:end]
                length = min(length, offset + level.origin(self._start(level.text)))
        return length

    def _start(self, text: str) -> int:
        """Return where the beginning of a secret starts that ends a text; its end without one."""
        starts = [len(text)]
        for form in self._forms:
            start = text.find(form[0], max(0, len(text) - len(form) + 1))
            while start >= 0 and not form.startswith(text[start:]):
                start = text.find(form[0], start + 1)
            if start >= 0:
                starts.append(start)
        return min(starts)


class _Level:
    """A text whose characters were escaped in the level below; the lowest is the text as it is."""

    def __init__(self, text: str, below: _Level | None = None) -> None:
        self.text = text.replace("+", " ")  # as in a form
        self._below = below
        self._places, self._origins = [0], [0]
        """Where runs of characters begin that weren't escaped: here, and in the level below."""

    def origin(self, place: int) -> int:
        """Return the place in the lowest level of a place in this one."""
        if self._below is None:
            return place
        index = bisect_right(self._places, place) - 1
        return self._below.origin(self._origins[index] + place - self._places[index])

    def above(self) -> _Level | None:
        """Return the level whose text has no escapes of this one; None if there are none."""
        pieces: list[str] = []
        above = _Level("", self)
        place = end = 0
        for escape in _ESCAPE.finditer(self.text):
            char = _char(escape[0])
            pieces += self.text[end : escape.start()], char
            place += escape.start() - end + len(char)
            end = escape.end()
            above._places.append(place)
            above._origins.append(end)
        above.text = ("".join(pieces) + self.text[end:]).replace("+", " ")
        return above if pieces else None


def _levels(text: str) -> Iterator[_Level]:
    """Yield the levels of a text from the lowest."""
    level: _Level | None = _Level(text)
    for _ in range(_DEEPEST):
        if level is None:
            return
        yield level
        level = level.above()


def _complete(text: str) -> int:
    """Return the length of a text without the beginning of an escaped character at its end."""
    incomplete = _INCOMPLETE.search(text, max(0, len(text) - 50))
    return incomplete.start() if incomplete else len(text)


def _char(escape: str) -> str:
    """Return the character that is escaped."""
    if escape[0] == "%":
        return bytes.fromhex(escape.replace("%", "")).decode("utf-8", "replace")
    if escape[0] == "&":
        return unescape(escape)
    units = re.findall(r"\\u(....)", escape, re.IGNORECASE)
    if units:
        return bytes.fromhex("".join(units)).decode("utf-16-be", "replace")
    return " " if escape[-1] in "bfnrt" else escape[-1]


def _forms(secret: str) -> set[str]:
    """Return a secret, and it in base64 at each offset, without what other bytes are a part of."""
    forms, data = {secret}, secret.encode("utf-8", "surrogatepass")
    for offset in range(3):
        text = base64.b64encode(bytes(offset) + data).decode()
        text = text[-(-8 * offset // 6) : 8 * (offset + len(data)) // 6]
        forms |= {text, text.replace("+", "-").replace("/", "_")}
    return forms

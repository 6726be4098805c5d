"""A JSON text (RFC 8259) whose values are read one by one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ....base.budget import BudgetExceeded
from ..json_text import check_values
from .flaws import Broken, Malformed, mebibytes

MAX_ENTRY = 8 * 2**20
"""Characters of one value that is read."""
_WHITE = re.compile(r"[ \t\n\r]*+")
_SCALAR = re.compile(r'"(?:[^"\\]++|\\.)*+"|[^\s,\]}]++', re.DOTALL)
_TO_BRACKET = re.compile(r'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
"""The text up to a bracket outside of strings."""


class JsonReader:
    """A place in a JSON text. Numbers are floats, however they are written."""

    def __init__(self, text: str, fault: str = "") -> None:
        """Begin a text, which ends early if there is a ``fault``."""
        self.flaw = ""
        """Why the last value isn't JSON although its end is known."""
        self._text = text
        self._fault = fault
        self._at = 0
        self._line = 1
        self._counted = 0
        # Where the whole text isn't too large, no value in it is.
        self._excess = _excess(text, 0, len(text))
        # An integer with too many digits isn't an error as a float.
        self._decoder = json.JSONDecoder(parse_int=float, parse_constant=self._constant)

    @property
    def line(self) -> int:
        """The line of the place, from 1."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def peek(self) -> str:
        """Return the first character of the next token; empty at the end of the text."""
        match = _WHITE.match(self._text, self._at)
        assert match
        self._at = match.end()
        return self._text[self._at : self._at + 1]

    def value(self) -> object:
        """Return the next value, which is read as a whole."""
        if not self.peek():
            raise self._ended()
        self.flaw = ""
        if self._excess:
            end = self._end()
            self.flaw = _excess(self._text, self._at, end)
            if self.flaw:
                self._at = end
                return None
        try:
            value, self._at = self._decoder.raw_decode(self._text, self._at)
        except RecursionError:
            raise Broken("nested too deep", self.line) from None
        except json.JSONDecodeError as error:
            is_cut = error.pos >= len(self._text) or error.msg.startswith("Unterminated string")
            if is_cut or self._fault:
                raise self._ended() from None
            line = self.line + self._text.count("\n", self._at, error.pos)
            raise Broken(f"not well-formed JSON: {error.msg}", line) from None
        return value

    def members(self) -> Iterator[str]:
        """Yield the names of an object's members; the caller reads each value."""
        for _ in self._parts("{", "}"):
            if self.peek() != '"':
                self._take('"')
            name = str(self.value())
            self._take(":")
            yield name

    def elements(self) -> Iterator[int]:
        """Yield the line of each element of an array; the caller reads the value."""
        for _ in self._parts("[", "]"):
            self.peek()
            yield self.line

    def whole(self) -> object:
        """Return the value of the text, which is one line; raises :class:`Malformed`."""
        if self._excess:
            raise Malformed(self._excess)
        try:
            value = self._decoder.decode(self._text)
        except RecursionError:
            raise Malformed("nested too deep") from None
        except json.JSONDecodeError as error:
            if not self._text.endswith("\n"):
                raise Malformed("the file ends in the middle of an entry") from None
            raise Malformed(f"not well-formed JSON: {error.msg}") from None
        if self.flaw:
            raise Malformed(self.flaw)
        return value

    def end(self) -> None:
        """Check that nothing follows."""
        if self.peek():
            raise Broken("text after the end of the recording", self.line)
        if self._fault:
            raise self._ended()

    def _parts(self, opening: str, closing: str) -> Iterator[None]:
        """Yield before each part of an object or an array; the caller reads it."""
        self._take(opening)
        if self.peek() != closing:
            yield
            while self.peek() == ",":
                self._at += 1
                yield
        self._take(closing)

    def _take(self, char: str) -> None:
        sign = self.peek()
        if not sign:
            raise self._ended()
        if sign != char:
            raise Broken(f"not well-formed JSON: {char!r} is missing", self.line)
        self._at += 1

    def _end(self) -> int:
        """Return the end of the value at the place."""
        if self._text[self._at] not in "[{":
            scalar = _SCALAR.match(self._text, self._at)
            return scalar.end() if scalar else self._at
        at, depth = self._at + 1, 1
        while depth:
            match = _TO_BRACKET.match(self._text, at)
            assert match
            at = match.end() + 1
            if at > len(self._text) or self._text[at - 1] == '"':
                raise self._ended()
            depth += 1 if self._text[at - 1] in "[{" else -1
        return at

    def _ended(self) -> Broken:
        return Broken(self._fault or "the file ends in the middle", self.line)

    def _constant(self, name: str) -> None:
        self.flaw = f"{name} isn't a number in JSON"


def _excess(text: str, begin: int, end: int) -> str:
    """Return why a part of a text isn't read: its value would take too much memory."""
    if end - begin > MAX_ENTRY:
        return f"larger than {mebibytes(MAX_ENTRY)}"
    try:
        check_values(text[begin:end])
    except BudgetExceeded as error:
        return str(error)
    return ""

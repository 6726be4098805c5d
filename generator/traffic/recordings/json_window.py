"""JSON (RFC 8259) of any length, read through a window that is refilled in pieces.

Nothing that was read is scanned again, except for one value at the end of a full window.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ...budget import BudgetExceeded
from ..json_text import check_values
from .flaws import Broken, CutOff, Malformed, mebibytes
from .text_file import TextFile

PIECE = 2**20
MAX_ENTRY = 8 * 2**20
"""Characters of one value that is read, and of white space before one."""
_WHITE = re.compile(r"[ \t\n\r]*")
_OF_STRING = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
"""The text up to the end of a string."""
_OF_VALUE = re.compile(r'(?:[^"\[\]{}]++|\[\]|\{\})*+')
"""The text up to a string or a bracket, empty arrays and objects included."""
_LONGEST_TOKEN = 16
"""Characters, at least, of an escaped surrogate pair and of ``-Infinity``."""


class JsonWindow:
    """A place in a JSON text. Numbers are floats, however they are written."""

    def __init__(self, source: TextFile, start: str) -> None:
        """Begin at ``start``, which was already read from ``source``."""
        self.flaw = ""
        """Why the last value isn't JSON although its end is known."""
        self._source = source
        self._text = start
        self._at = 0
        self._line = 1
        self._counted = 0
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
        skipped = 0
        while True:
            begin = self._at
            self._at = self._after_white()
            if self._at < len(self._text):
                return self._text[self._at]
            skipped += self._at - begin
            if skipped > MAX_ENTRY:
                raise CutOff(f"more than {mebibytes(MAX_ENTRY)} of white space", self.line)
            if not self._refill():
                return ""

    def value(self) -> object:
        """Return the next value, which is read as a whole."""
        if not self.peek():
            raise self._ended()
        self.flaw = ""
        while True:
            if len(self._text) - self._at > 2 * PIECE and (flaw := self._excess()):
                self._pass_over(flaw)
                self.flaw = flaw
                return None
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except RecursionError:
                raise Broken("nested too deep", self.line) from None
            except json.JSONDecodeError as error:
                self.flaw = ""
                if self._may_be_cut(error) and self._refill():
                    continue
                raise self._broken(error) from None
            # The rest of a number may be missing, as after "1e+".
            if isinstance(value, float) and end + 2 >= len(self._text) and self._refill():
                continue
            self._at = end
            return value

    def members(self) -> Iterator[str]:
        """Yield the names of an object's members; the caller reads each value."""
        self._take("{")
        if self.peek() != "}":
            while True:
                if self.peek() != '"':
                    self._take('"')
                name = str(self.value())
                self._take(":")
                yield name
                if self.peek() != ",":
                    break
                self._at += 1
        self._take("}")

    def elements(self) -> Iterator[int]:
        """Yield the line of each element of an array; the caller reads the value."""
        self._take("[")
        if self.peek() != "]":
            while True:
                self.peek()
                yield self.line
                if self.peek() != ",":
                    break
                self._at += 1
        self._take("]")

    def lines(self) -> Iterator[str]:
        """Yield the rest of the text line by line; ``line`` is that of the last one.

        Empty lines are passed over. The text of a line with a ``flaw`` is empty.
        """
        searched = self._at
        while True:
            self.flaw = ""
            if searched == self._at:
                self._at = searched = self._after_white()
            end = self._text.find("\n", searched) + 1
            if end and end - self._at <= MAX_ENTRY:
                self.flaw = self._excess(end) if end - self._at > 2 * PIECE else ""
                yield "" if self.flaw else self._text[self._at : end]
                self._at = searched = end
                continue
            searched = len(self._text) - self._at
            if searched > MAX_ENTRY:
                self.flaw = f"larger than {mebibytes(MAX_ENTRY)}"
                yield ""
                self.leave_line()
                searched = self._at
            elif not self._refill():
                break
        rest = self._text[self._at :]
        if rest and (not self._source.fault or self._is_whole(rest)):
            yield rest
        if self._source.fault:
            raise self._ended()

    def leave_line(self) -> None:
        """Move to the next line."""
        while not (end := self._text.find("\n", self._at) + 1):
            self._at = len(self._text)
            if not self._refill():
                return
        self._at = end

    def decode(self, line: str) -> object:
        """Return the value of a line; raises :class:`Malformed`."""
        self.flaw = ""
        try:
            return self._decoder.decode(line)
        except RecursionError:
            raise Malformed("nested too deep") from None
        except json.JSONDecodeError as error:
            if not line.endswith("\n"):
                raise Malformed("the file ends in the middle of an entry") from None
            raise Malformed(f"not well-formed JSON: {error.msg}") from None

    def end(self) -> None:
        """Check that nothing follows."""
        if self.peek():
            raise Broken("text after the end of the recording", self.line)
        if self._source.fault:
            raise self._ended()

    def _is_whole(self, line: str) -> bool:
        try:
            self.decode(line)
        except Malformed:
            return False
        return True

    def _take(self, char: str) -> None:
        found = self.peek()
        if not found:
            raise self._ended()
        if found != char:
            raise Broken(f"not well-formed JSON: {char!r} is missing", self.line)
        self._at += 1

    def _after_white(self) -> int:
        match = _WHITE.match(self._text, self._at)
        assert match
        return match.end()

    def _refill(self) -> bool:
        kept = len(self._text) - self._at
        piece = self._source.read(max(PIECE, min(kept, MAX_ENTRY + 1 - kept)))
        if piece:
            self._line = self.line
            self._text = self._text[self._at :] + piece
            self._at = self._counted = 0
        return bool(piece)

    def _excess(self, end: int | None = None) -> str:
        """Return why the value at the place isn't read, since it would take too much memory."""
        text = self._text[self._at : end]
        if len(text) > MAX_ENTRY:
            return f"larger than {mebibytes(MAX_ENTRY)}"
        try:
            check_values(text)
        except BudgetExceeded as error:
            return str(error)
        return ""

    def _pass_over(self, flaw: str) -> None:
        """Move to the end of a value, which is not read."""
        depth, is_string = 0, False
        if self._text[self._at] not in '"[{':
            raise CutOff(flaw, self.line)
        while True:
            match = (_OF_STRING if is_string else _OF_VALUE).match(self._text, self._at)
            assert match
            self._at = match.end()
            sign = self._text[self._at : self._at + 1]
            if sign in ("", "\\"):
                if not self._refill():
                    raise self._ended()
                continue
            self._at += 1
            if sign == '"':
                is_string = not is_string
            else:
                depth += 1 if sign in "[{" else -1
            if depth <= 0 and not is_string:
                return

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        at_end = error.pos >= len(self._text) - _LONGEST_TOKEN
        return at_end or error.msg.startswith("Unterminated string")

    def _broken(self, error: json.JSONDecodeError) -> Broken:
        is_cut = error.pos >= len(self._text) or error.msg.startswith("Unterminated string")
        if is_cut or self._source.fault:
            return self._ended()
        line = self.line + self._text.count("\n", self._at, error.pos)
        return Broken(f"not well-formed JSON: {error.msg}", line)

    def _ended(self) -> CutOff:
        return CutOff(self._source.fault or "the file ends in the middle", self.line)

    def _constant(self, name: str) -> None:
        self.flaw = f"{name} isn't a number in JSON"

"""What reading one response may cost in memory and time.

Few bytes can become very many values: gzip packs a thousand bytes into one, an empty object takes
two bytes of JSON and 900 of memory, and a union of 60 classes may read an object 60 times. So an
allowance of values is the same for every response, and grows with the bytes that arrived.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

OBJECT = 15
"""How many values an object counts as, which takes as much memory and time to read."""
_MOST = 3_000_000
_FOR_EACH_BYTE = 6
"""An object takes three bytes at least, so that what isn't packed is read, as a rule."""
_STEP = 20_000
"""How many values are read between two looks at the clock."""
_PACKED = 20
"""How many times as long as it arrived JSON is as a rule; what is longer may be meant to harm."""
SMALL = 16 * 1024
"""The size of JSON that is never too much for pydantic."""

LIFTED = "max_size=None lifts this limit"
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_PIECE = re.compile(rb'(?:[^"]{1,65536}+|"(?:[^"\\]++|\\.)*+"?){1,10000}+', re.DOTALL)


class TooManyValues(ValueError):
    """A body that would cost too much to read."""


def check_values(content: bytes | bytearray, most: float, remedy: str, *, weight: int = 1) -> None:
    """Raise :class:`TooManyValues` for JSON of more values; an object counts as ``weight`` more.

    Commas and brackets in texts don't count.
    """
    densest = weight // 3 + 1  # values for each byte, in a list of empty objects
    if len(content) * densest <= most or _count(content, weight) <= most:
        return
    count = 0
    for piece in _PIECE.finditer(content):
        count += _count(_TEXT.sub(b"", piece[0]), weight)
        if count > most:
            raise TooManyValues(f"more than {most:,} values in JSON{remedy}")


def _count(content: bytes | bytearray, weight: int) -> int:
    return content.count(b",") + content.count(b"[") + weight * content.count(b"{")


def _no_deadline() -> None:
    pass


@dataclass(slots=True, eq=False, repr=False)
class Limits:
    """The limits of reading one response."""

    received: int | None = None
    """How many bytes arrived; None for as many as are read."""
    are_lifted: bool = False
    check_deadline: Callable[[], None] = _no_deadline
    """Raises after the end of the call."""

    def budget(self, content: bytes | bytearray, weight: int = OBJECT) -> Budget:
        """Return the budget for a body of JSON whose objects have a weight of at most so many.

        Raises :class:`TooManyValues` if the body has more values.
        """
        received = len(content) if self.received is None else self.received
        budget = Budget(self, inf if self.are_lifted else received)
        check_values(content, budget.most, f", the limit of values; {LIFTED}", weight=weight)
        return budget


DEFAULT_LIMITS = Limits()
"""Those of values that aren't the body of a response."""


class Budget:
    """The values that may be read from one body, again for each branch of a union that is tried."""

    def __init__(self, limits: Limits, received: float) -> None:
        self.most = _MOST + _FOR_EACH_BYTE * received
        self.most_at_once = SMALL + _PACKED * received
        """The size of JSON that is passed to pydantic at once: each of its errors has a copy of
        the object in which it is."""
        self._check_deadline = limits.check_deadline
        self._spent = 0
        self._next = min(_STEP, self.most)

    def spend(self, count: int) -> None:
        """Count values that are read; raise :class:`TooManyValues` if they are too many.

        After the end of the call it raises the error of the deadline.
        """
        self._spent += count
        if self._spent > self._next:
            self._look()

    def _look(self) -> None:
        if self._spent > self.most:
            fact = f"more than {self.most:,} values to read in branches of unions"
            raise TooManyValues(f"{fact}, the limit of values; {LIFTED}")
        self._check_deadline()
        self._next = min(self._spent + _STEP, self.most)


def limits_of(report: Callable[..., None]) -> Limits:
    """Return the limits of the response whose deviations are reported."""
    limits: Limits = getattr(report, "limits", DEFAULT_LIMITS)
    return limits

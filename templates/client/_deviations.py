"""Where a response isn't as described, although it could be read."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import ResponseError

if TYPE_CHECKING:
    from ._exchange import Exchange

Report = Callable[..., None]
"""Takes the rule of a deviation, and its pointer unless it is the whole response."""

log = logging.getLogger(__package__ or __name__)

_INDEX = re.compile(r"/\d+(?=/|$)")
_MOST = 1000
"""How many places are remembered: a server may have names without end."""


@dataclass(frozen=True)
class Deviation:
    """Something in a response that the description doesn't say; it never holds a value."""

    operation: str
    """The method, for instance ``pets.get``."""
    rule: str
    """What the description would have to say, by the rules of the drift check, for instance
    ``response/schema/enum/value-added``."""
    pointer: str = ""
    """Where in the body (RFC 6901); empty for the response as a whole."""

    @property
    def place(self) -> str:
        """The pointer for all items of an array, for instance ``/items/*/name``."""
        return _INDEX.sub("/*", self.pointer)

    def __str__(self) -> str:
        return f"{self.operation}: {self.rule}{self.pointer and ' at '}{self.pointer}"


@dataclass
class Reading:
    """The arguments of a client about responses."""

    max_size: int | None
    on_deviation: Callable[[Deviation], None]
    strict: bool

    def takes(self, size: int) -> bool:
        """Return whether a body, or an item of a stream, may have as many bytes."""
        return self.max_size is None or size <= self.max_size

    def check(self, size: int) -> None:
        """Raise ``ValueError`` for too many bytes."""
        if not self.takes(size):
            raise ValueError(f"more than {self.max_size} bytes, which is max_size")


class Deviations(dict[tuple[str, str], Deviation]):
    """Those of one response, by rule and place."""

    def __init__(self, operation: str) -> None:
        super().__init__()
        self._operation = operation

    def __call__(self, rule: str, pointer: str = "") -> None:
        """Add one, unless there is one by the same rule at the same place."""
        made = Deviation(self._operation, rule, pointer)
        self.setdefault((rule, made.place), made)

    def tell(self, reading: Reading, success: Exchange | None) -> None:
        """Pass them on; raise :class:`ResponseError` for the first of a success if it is strict."""
        for one in self.values():
            if reading.strict and success is not None:
                raise ResponseError(success, f"not as described: {one}")
            reading.on_deviation(one)
        self.clear()


def log_once(deviation: Deviation) -> None:
    """Log a deviation as a warning, once for each operation, rule and place in this process."""
    key = (deviation.operation, deviation.rule, deviation.place)
    if key not in _logged and len(_logged) < _MOST:
        _logged.add(key)
        log.warning("the description doesn't say this: %s", deviation)


_logged: set[tuple[str, str, str]] = set()

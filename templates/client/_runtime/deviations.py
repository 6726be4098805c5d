"""Where a response isn't as described, although it could be read."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from .budget import DEFAULT_LIMITS, Limits
from .errors import Exchange, ResponseError

Report = Callable[..., None]
"""Takes the rule of a deviation, its pointer unless it is the whole response, and a count."""

_INDEX = re.compile(r"/\d+(?=/|$)")
_WORDS = {
    "property/added": "the undocumented member", "required/removed": "no member",
    "nullable/added": "an undocumented null", "type/changed": "another type of value",
    "format/changed": "a text of another format", "branch/added-known": "an undocumented kind",
    "enum/value-added": "an undocumented value", "media-type/added": "another media type",
    "success/added": "an undocumented status", "deprecated/added": "the header Deprecation",
    "sunset/added": "the header Sunset",
}  # fmt: skip
"""What a response has, by the end of the rule."""
_MOST = 1000
"""How many places are remembered: a server may have names without end."""


@dataclass(frozen=True)
class Deviation:
    """Something in a response that isn't described; it never holds a value."""

    operation: str
    """The method, for instance ``pets.get``."""
    rule: str
    """The change that the description needs, by the rules of the drift check, for instance
    ``response/schema/enum/value-added``."""
    pointer: str = ""
    """Where in the body (RFC 6901); empty for the response as a whole. The keys of a map are
    ``*``: they are data."""
    count: int = 1
    """The number of missing members, if an object lacks most of its own."""
    logger: str = field(default="", repr=False, compare=False)
    """The name by which the client logs it."""

    @property
    def place(self) -> str:
        """The pointer for all items of an array, for instance ``/items/*/name``."""
        return _INDEX.sub("/*", self.pointer)

    def __str__(self) -> str:
        words = (text for end, text in _WORDS.items() if self.rule.endswith(end))
        fact = next(words, f"a value outside of {self.rule.split('/')[-2]}")
        if self.count > 1:
            fact = f"{self.count} members missing"
        place = f" {self.pointer}" if self.pointer else ""
        return f"{self.operation}: response has {fact}{place} ({self.rule})"


_logged: set[tuple[str, str, str, str]] = set()
"""What was logged: loggers, operations, rules and places."""


def log_once(deviation: Deviation) -> None:
    """Log a deviation as a warning, once for each operation, rule and place in this process."""
    key = (deviation.logger, deviation.operation, deviation.rule, deviation.place)
    if key in _logged or len(_logged) > _MOST:
        return
    _logged.add(key)
    log = logging.getLogger(deviation.logger)
    if len(_logged) > _MOST:
        log.warning("more than %d deviations: further places aren't logged", _MOST)
    else:
        log.warning("%s", deviation)


@dataclass(kw_only=True, eq=False, repr=False)
class ResponseSettings:
    """The arguments of a client about responses."""

    max_size: int | None = 100 * 1024 * 1024
    on_deviation: Callable[[Deviation], None] = log_once
    strict: bool = False

    def takes(self, size: int) -> bool:
        """Return whether a body, or an item of a stream, may have as many bytes."""
        return self.max_size is None or size <= self.max_size


class Deviations(dict[tuple[str, str], Deviation]):
    """Those of one response, by rule and place."""

    def __init__(self, operation: str, logger: str = "", limits: Limits = DEFAULT_LIMITS) -> None:
        """``limits`` are those of reading the response."""
        super().__init__()
        self._operation, self._logger, self.limits = operation, logger, limits

    def __call__(self, rule: str, pointer: str = "", count: int = 1) -> None:
        """Add one, unless there is one by the same rule at the same place."""
        deviation = Deviation(self._operation, rule, pointer, count, self._logger)
        self.setdefault((rule, deviation.place), deviation)

    def tell(self, settings: ResponseSettings, success: Exchange | None) -> None:
        """Pass them on; raise :class:`ResponseError` for the first of a success if it is strict."""
        for one in self.values():
            if settings.strict and success is not None:
                raise ResponseError(success, f"not as described: {one}")
            try:
                settings.on_deviation(one)
            except Exception:  # the call succeeded
                logging.getLogger(self._logger).exception("on_deviation failed for %s", one)
        self.clear()

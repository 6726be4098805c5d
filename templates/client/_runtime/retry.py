"""When a call may be repeated, and after how long."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from .errors import RateLimitError, TransportError

_REPEATABLE = (502, 503, 504)


@dataclass(frozen=True)
class Retry:
    """A retry policy; give your own to the client, or to one call.

    By default only what surely was not processed is repeated: a connection that was never made,
    and 429. Idempotent methods (RFC 9110 §9.2.2) are also repeated after time-outs, dropped
    connections and 502, 503, 504. A subclass that overrides :meth:`wait` replaces the rules.
    A call with an idempotency key is repeated like one of an idempotent method.
    """

    attempts: int = 3
    """The largest number of attempts; 1 turns retries off."""
    base: float = 0.5
    """Seconds: the first pause is random, up to this; the limit doubles with each attempt."""
    longest: float = 30.0
    """Seconds: the longest pause. If the server asks for more, the error is raised at once."""

    def wait(self, error: Any, *, attempt: int, idempotent: bool) -> float | None:
        """Return the seconds to sleep before the next attempt, or None to give up.

        ``error`` is a :class:`TransportError` or an :class:`ApiError`; ``attempt`` counts those
        made so far.
        """
        if attempt >= self.attempts:
            return None
        asked: float | None = None
        if isinstance(error, TransportError):
            repeat = idempotent or not error.may_have_reached_server
        else:
            repeat = error.status_code == 429 or (idempotent and error.status_code in _REPEATABLE)
            asked = retry_after(error.headers)
            if isinstance(error, RateLimitError):
                asked = error.retry_after
        if not repeat or (asked is not None and asked > self.longest):
            return None
        if asked is not None:
            return asked
        return random.uniform(0, min(self.longest, self.base * 2.0 ** min(attempt - 1, 60)))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the header ``Retry-After`` as seconds from now (RFC 9110 §10.2.3); None without it."""
    return _seconds(headers.get("retry-after", ""))


def reset_after(value: str, *, is_time: bool) -> float | None:
    """Return the seconds until the rate limit resets, by the value of the API's own header."""
    seconds = _seconds(value.partition(",")[0].partition(";")[0])
    return max(0.0, seconds - time.time()) if seconds is not None and is_time else seconds


def _seconds(value: str) -> float | None:
    """Return seconds, or the time until a date; None if the value is neither."""
    try:
        seconds = float(value)
    except ValueError:
        try:
            date = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return None
        seconds = date.replace(tzinfo=date.tzinfo or UTC).timestamp() - time.time()
    return max(0.0, seconds) if math.isfinite(seconds) else None

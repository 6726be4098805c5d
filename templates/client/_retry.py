"""When a call may be repeated, and after how long."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from .errors import ApiError, RateLimitError, TransportError

_REPEATABLE = (502, 503, 504)


@dataclass(frozen=True)
class Retry:
    """A retry policy; give your own to the client, or to one call.

    By default only what surely was not processed is repeated: a connection that was never made,
    and 429. Idempotent methods (RFC 9110 §9.2.2) are also repeated after time-outs, dropped
    connections and 502, 503, 504. A subclass that overrides :meth:`wait` replaces the rules.
    """

    attempts: int = 3
    """How many times a request goes out at most; 1 turns retries off."""
    base: float = 0.5
    """Seconds: the first pause is random between 0 and this, the next twice that, and so on."""
    longest: float = 30.0
    """Seconds: the longest pause. If the server asks for more, the error is raised at once."""

    def wait(
        self, error: TransportError | ApiError, *, attempt: int, idempotent: bool
    ) -> float | None:
        """Seconds to sleep before the next attempt, or None to give up.

        ``attempt`` counts those made so far.
        """
        if attempt >= self.attempts:
            return None
        if isinstance(error, RateLimitError) and error.retry_after is not None:
            return error.retry_after if error.retry_after <= self.longest else None
        if isinstance(error, TransportError):
            repeat = idempotent or not error.may_have_reached_server
        else:
            repeat = error.status_code == 429 or (idempotent and error.status_code in _REPEATABLE)
        if not repeat:
            return None
        asked = retry_after(error.headers) if isinstance(error, ApiError) else None
        if asked is not None:
            return asked if asked <= self.longest else None
        return random.uniform(0, min(self.longest, self.base * 2.0 ** min(attempt - 1, 60)))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The ``Retry-After`` header in seconds from now (RFC 9110 §10.2.3), or None."""
    value = headers.get("retry-after", "").strip()
    return _seconds(value) if value else None


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        try:
            date = parsedate_to_datetime(value)
            if date.tzinfo is None:
                date = date.replace(tzinfo=UTC)
            seconds = (date - datetime.now(UTC)).total_seconds()
        except (ValueError, OverflowError):
            return None
    if seconds != seconds or seconds == float("inf"):  # not a number, or no end
        return None
    return max(0.0, seconds)


def reset_after(headers: Mapping[str, str], name: str, unit: str) -> float | None:
    """Seconds until a rate limit resets, by the header ``name``; ``unit`` is seconds or epoch."""
    value = headers.get(name, "").partition(",")[0].partition(";")[0].strip() if name else ""
    seconds = _seconds(value) if value else None
    if seconds is not None and unit == "epoch":
        return max(0.0, seconds - datetime.now(UTC).timestamp())
    return seconds

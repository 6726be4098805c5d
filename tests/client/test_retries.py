"""Retries: off, tuned and replaced."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from pinterest_audiences import Options, Retry, errors
from pinterest_audiences._runtime.errors import Exchange
from pinterest_audiences._runtime.retry import reset_after, retry_after

from tests.client.conftest import AUDIENCE, OFF, Caller
from tests.support.answers import Recorder, answering


@pytest.mark.parametrize("where", ["client", "call"])
def test_retries_off(where: str, caller: Caller) -> None:
    server = Recorder(answering(429, retry_after="0"))
    tuned: dict[str, Any] = {"retry": OFF} if where == "client" else {"options": Options(retry=OFF)}
    with pytest.raises(errors.RateLimitError) as caught:
        caller.create(server, **tuned)
    assert caught.value.retry_after == 0.0
    assert len(server.requests) == 1


def test_retries_tuned(caller: Caller) -> None:
    """The call's policy is the one that counts."""
    server = Recorder(429)
    with pytest.raises(errors.RateLimitError):
        caller.create(server, retry=OFF, options=Options(retry=Retry(attempts=5, base=0.001)))
    assert len(server.requests) == 5


class Never(Retry):
    def wait(self, *_: Any, **__: Any) -> None:
        return None


class Busy(Retry):
    """Repeats a 503 too, which its owner knows to be safe."""

    def wait(self, error: Any, *, attempt: int, idempotent: bool) -> float | None:
        if isinstance(error, errors.ApiError) and error.status_code == 503 and attempt < 4:
            return 0.0
        return super().wait(error, attempt=attempt, idempotent=idempotent)


def test_retries_replaced(caller: Caller) -> None:
    """A subclass decides; it sees the error, the attempt and whether the method is idempotent."""
    server = Recorder(503, 503, AUDIENCE)
    assert caller.create(server, retry=Busy()).id == "2542620333444"
    assert len(server.requests) == 3

    server = Recorder(answering(429, retry_after="0"))
    with pytest.raises(errors.RateLimitError):
        caller.create(server, retry=Never())
    assert len(server.requests) == 1


def answer(status: int, wait: float | None = None, **headers: str) -> errors.ApiError:
    """An error as the client makes it."""
    named: Mapping[str, str] = {k.replace("_", "-"): v for k, v in headers.items()}
    exchange = Exchange("GET", "https://x", status, named, b"", wait)
    kind = errors.RateLimitError if status == 429 else errors.ApiError
    return kind(exchange, None, "no", "")


def lost(reached: bool) -> errors.TransportError:
    return errors.TransportError("GET", "https://x", "gone", may_have_reached_server=reached)


def in_seconds(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("error", "idempotent", "repeated"),
    [
        (lost(reached=False), False, True),
        (lost(reached=False), True, True),
        (lost(reached=True), False, False),
        (lost(reached=True), True, True),
        (answer(429), False, True),
        (answer(429), True, True),
        *((answer(status), False, False) for status in (400, 401, 408, 409, 500, 502, 503, 504)),
        *((answer(status), True, True) for status in (502, 503, 504)),
        *((answer(status), True, False) for status in (400, 401, 403, 404, 409, 422, 500, 501)),
        (answer(503, retry_after="0"), False, False),
        (answer(302), True, False),
    ],
)
def test_what_is_repeated(
    error: errors.TransportError | errors.ApiError, idempotent: bool, repeated: bool
) -> None:
    """What surely wasn't processed; for an idempotent method also what may well have been."""
    policy = Retry(attempts=3, base=1.0, longest=30.0)
    wait = policy.wait(error, attempt=1, idempotent=idempotent)
    assert (wait is not None) is repeated
    assert policy.wait(error, attempt=3, idempotent=idempotent) is None
    assert OFF.wait(error, attempt=1, idempotent=idempotent) is None


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        (answer(429, 7.0), 7.0),
        (answer(429, 30.0), 30.0),
        (answer(429, 30.1), None),
        (answer(429, 67150.0), None),
        (answer(503, retry_after="7"), 7.0),
        (answer(503, retry_after="31"), None),
        (answer(503, retry_after=in_seconds(-60)), 0.0),
        (answer(503, retry_after=in_seconds(3600)), None),
    ],
)
def test_the_server_may_say_how_long(error: errors.ApiError, wanted: float | None) -> None:
    """Never longer than the longest pause: then the error is raised at once."""
    assert Retry(longest=30.0).wait(error, attempt=1, idempotent=True) == wanted


def test_the_date_is_counted_from_now() -> None:
    wait = Retry().wait(answer(503, retry_after=in_seconds(10)), attempt=1, idempotent=True)
    assert wait is not None
    assert 8.0 < wait <= 10.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (" 7.5 ", 7.5),
        ("-1", 0.0),
        ("", None),
        ("nan", None),
        ("Sun, 06 Nov 99999 08:49:37 GMT", None),
    ],
)
def test_the_forms_of_retry_after(value: str, seconds: float | None) -> None:
    """Beside those of `answer_faults`: seconds and the three forms of a date (RFC 9110 §5.6.7)."""
    assert retry_after({"retry-after": value}) == seconds
    assert retry_after({}) is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("11", 11.0), ("11, 40", 11.0), ("11;w=60", 11.0), ("soon", None), ("", None)],
)
def test_the_end_of_a_rate_limit_in_seconds(value: str, seconds: float | None) -> None:
    """Of several limits the first counts."""
    assert reset_after(value, is_time=False) == seconds


def test_backoff_is_exponential_with_full_jitter() -> None:
    """Random between nothing and twice as much each time, up to the longest pause."""
    random.seed(7)
    policy = Retry(attempts=10, base=0.5, longest=3.0)
    for attempt, most in ((1, 0.5), (2, 1.0), (3, 2.0), (4, 3.0), (9, 3.0)):
        waits = [
            policy.wait(lost(reached=False), attempt=attempt, idempotent=False) or 0.0
            for _ in range(400)
        ]
        assert 0.0 <= min(waits) < most * 0.05
        assert most * 0.95 < max(waits) <= most
        assert most * 0.4 < sum(waits) / len(waits) < most * 0.6


def test_backoff_of_a_very_patient_policy() -> None:
    """Thousands of attempts don't overflow."""
    wait = Retry(attempts=10_000, longest=5.0).wait(
        lost(reached=False), attempt=5000, idempotent=False
    )
    assert wait is not None
    assert 0.0 <= wait <= 5.0

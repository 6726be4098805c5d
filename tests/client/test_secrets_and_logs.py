"""Logs, and that neither they nor errors show a token."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pinterest_audiences import Options, errors
from pinterest_audiences import _options as constants
from pinterest_audiences._http import httpx

from tests.client.conftest import AUDIENCE, BASE_URL, OFF, TOKEN, Caller
from tests.support.answers import Recorder, Reply, answering

PACKAGE = Path(constants.__file__).parent


def told(error: BaseException) -> str:
    """An error as an error tracker sees it: with its cause, and the locals of all our frames."""
    text = [f"{error} {error!r} {error.__dict__}", *traceback.format_exception(error)]
    for one in (error, error.__cause__):
        if one is not None:
            stack = traceback.TracebackException.from_exception(one, capture_locals=True).stack
            text += [f"{f.name}: {f.locals}" for f in stack if PACKAGE in Path(f.filename).parents]
    return "\n".join(text)


@pytest.mark.parametrize(
    "reply",
    [
        500, answering(429, retry_after="99"), answering(200, b"no JSON"), 204,
        httpx.ReadError("reset"), httpx.ReadTimeout("silent"), httpx.RemoteProtocolError("garbage"),
    ],
    ids=["500", "429", "not JSON", "204", "reset", "silent", "garbage"],
)  # fmt: skip
@pytest.mark.parametrize("dynamic", [False, True], ids=["text", "callable"])
def test_no_token_in_what_an_error_shows(reply: Reply, dynamic: bool, caller: Caller) -> None:
    """Message, repr, and the traceback with the locals of every frame of the package."""
    server = Recorder(reply)
    with pytest.raises(errors.PinterestError) as caught:
        caller.create(server, token=(lambda: TOKEN) if dynamic else TOKEN, timeout=0.2, retry=OFF)
    assert "create: {" in told(caught.value)
    assert TOKEN not in told(caught.value)


@pytest.mark.parametrize("end", ["\n", "\r\nx: y", "\0", " ", "\u2019"], ids=ascii)
def test_no_token_in_what_a_refusal_shows(end: str, caller: Caller) -> None:
    """A token that no header can hold is still a secret."""
    server = Recorder(AUDIENCE)
    with pytest.raises(errors.PinterestError) as caught:
        caller.create(server, token=lambda: TOKEN + end, retry=OFF)
    assert "header authorization holds" in str(caught.value)
    assert TOKEN not in told(caught.value)


@pytest.mark.parametrize("where", ["client", "call"])
def test_a_header_that_is_refused_is_not_shown(where: str, caller: Caller) -> None:
    """Its value may be a secret; its name is shown."""
    headers = {"x-note": "pr1vate\r\nx-evil: 1"}
    given: dict[str, Any] = (
        {"headers": headers} if where == "client" else {"options": Options(headers=headers)}
    )
    server = Recorder(AUDIENCE)
    with pytest.raises(errors.RequestError, match="header x-note holds") as caught:
        caller.create(server, **given)
    assert "pr1vate" not in str(caught.value)
    assert server.requests == []


@dataclass
class Records(logging.Handler):
    """Every record of every logger."""

    seen: list[logging.LogRecord] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.NOTSET)

    __hash__ = logging.Handler.__hash__

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(record)

    def of(self, name: str) -> list[logging.LogRecord]:
        return [r for r in self.seen if r.name == name or r.name.startswith(f"{name}.")]


@pytest.fixture
def records() -> Iterator[Records]:
    """Everything that anything logs, at every level."""
    handler = Records()
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


def test_debug_logs(records: Records, caller: Caller) -> None:
    """One logger says what happened; a token, a body or a header's value isn't in it."""
    server = Recorder(
        429, answering(200, AUDIENCE, x_pinterest_rid="1234", set_cookie="session=s3cr3t")
    )
    caller.create(server, headers={"x-note": "pr1vate"})

    mine = records.of("pinterest_audiences")
    assert {record.name for record in mine} == {"pinterest_audiences"}
    text = "\n".join(record.getMessage() for record in mine)
    url = f"POST {BASE_URL}/ad_accounts/1/audiences"
    assert f"{url} → 429 in " in text
    assert "attempt 2 follows in" in text
    assert f"{url} → 200 in " in text
    assert "request 1234" in text
    for secret in (TOKEN, "Bearer", "pr1vate", "s3cr3t", "Recent visitors"):
        assert secret not in text
    assert all(record.levelno <= logging.INFO for record in mine)
    everyone = "\n".join(f"{r.getMessage()} {r.args} {r.__dict__}" for r in records.seen)
    assert TOKEN not in everyone


def test_nothing_is_logged_by_default(
    caller: Caller,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Neither printed nor left to logging's last resort, in good times and in bad."""
    server = Recorder(429, AUDIENCE, 500)
    caller.create(server)
    with pytest.raises(errors.ApiError):
        caller.create(server)
    assert capfd.readouterr() == ("", "")
    logger = logging.getLogger("pinterest_audiences")
    assert logger.level == logging.NOTSET
    assert [type(handler) for handler in logger.handlers] == [logging.NullHandler]
    assert logger.propagate

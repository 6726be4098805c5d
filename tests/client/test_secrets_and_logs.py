"""Logs, and that neither they nor errors show a token."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pinterest_audiences
import pytest
from pinterest_audiences import Options, errors
from pinterest_audiences._runtime.http import httpx

from tests.client.conftest import AUDIENCE, BASE_URL, OFF, TOKEN, Caller, make_body
from tests.client.fault_cases import reset_read, sends
from tests.support.answers import Recorder, Reply, answering
from tests.support.generated_case import own_frames
from tests.support.sockets import Peer, Server
from tests.support.spellings import spellings


def told(error: BaseException) -> str:
    """An error as an error tracker sees it: with its cause, and the locals of all frames."""
    text = [f"{error} {error!r} {error.__dict__}", *traceback.format_exception(error)]
    return "\n".join([*text, *own_frames(error, pinterest_audiences)])


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
    assert " create:" in told(caught.value)
    assert TOKEN not in told(caught.value)


ECHO = {"id": TOKEN, "name": f"Bearer {TOKEN}", TOKEN: TOKEN}


@pytest.mark.parametrize(
    "reply",
    [
        answering(400, ECHO, x_echo=TOKEN), answering(200, TOKEN.encode(), x_echo=TOKEN),
        answering(200, ECHO | {"type": [TOKEN]}), answering(429, {"message": "x" * 290 + TOKEN}),
        answering(200, b"x", content_encoding="x," + "x" * 28 + TOKEN),
    ],
    ids=["400", "not JSON", "not as described", "long", "coding"],
)  # fmt: skip
@pytest.mark.parametrize("strict", [False, True])
def test_no_token_that_a_server_repeats_in_a_message_or_a_frame(
    reply: Reply, strict: bool, caller: Caller
) -> None:
    """Nor the beginning of one where a message is cut."""
    try:
        caller.create(Recorder(reply), retry=OFF, strict=strict)
    except errors.PinterestError as error:
        text = "\n".join([str(error), *own_frames(error, pinterest_audiences)])
        assert TOKEN[:9] not in text
    else:
        assert not strict


SPELLED = "s3cr/et+\"<'&\\ %end"


@pytest.mark.parametrize("spelling", spellings(SPELLED))
def test_no_form_of_a_token_that_a_server_repeats_in_a_message(
    spelling: str, caller: Caller
) -> None:
    """Nor the beginning of one where a message is cut, although others before it are masked."""
    text = spellings(SPELLED)[spelling]
    for body, rest in ((f"a {text} b", "a  b"), (f"{text} " * 900, "")):
        reply = answering(400, body.encode(), content_type="text/plain")
        with pytest.raises(errors.ApiError) as caught:
            caller.create(Recorder(reply), token=SPELLED, retry=OFF)
        _, _, message = str(caught.value).partition("400: ")
        assert "***" in message
        shown = message.replace("***", "").replace("\u2026", "")
        if "after" in spelling:  # the beginning and the end have characters of what is around
            assert text[5:12] not in shown
            assert text[-12:-5] not in shown
        elif rest:
            assert shown.replace('"', "").replace("=", "").strip() == rest
        else:
            assert {*shown} <= {*' "='}


@pytest.mark.parametrize(
    ("token", "text", "expected"),
    [
        ("t", "a token is a secret", "a token is a secret"),
        ("t", "the token t, or /t?", "the token ***, or /***?"),
        ("test", "latest test", "latest ***"),
        ("7", "7 of 70", "7 of 70"),
        ("longsecret", "alongsecretb", "a***b"),
    ],
)
def test_a_short_token_is_a_word(token: str, text: str, expected: str, caller: Caller) -> None:
    """As in a recording."""
    reply = answering(400, {"message": text})
    with pytest.raises(errors.ApiError) as caught:
        caller.create(Recorder(reply), token=token, retry=OFF)
    assert str(caught.value).endswith(f"400: {expected}")


def test_no_token_in_the_words_of_the_http_library(
    caller: Caller, serve: Callable[..., Server]
) -> None:
    """A server that answers with the token in place of a status, which the library repeats."""
    server = serve(sends(f"Bearer {TOKEN}\r\n\r\n".encode(), Peer.close))
    with pytest.raises(errors.TransportError, match=r"Bearer \*\*\*") as caught:
        caller.create(server, retry=OFF)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("fault", ["reset", "silent", "no HTTP", "deadline", "write", "header"])
def test_no_token_in_the_frames_of_the_http_library(
    fault: str, caller: Caller, serve: Callable[..., Server]
) -> None:
    steps = {"reset": reset_read, "no HTTP": sends(b"garbage\r\n\r\n", Peer.close)}
    server = serve(steps.get(fault, Peer.hold))
    settings: dict[str, Any] = {"timeout": 0.2, "retry": OFF}
    body = None
    if fault == "deadline":
        settings["deadline"] = 1e-9
    if fault == "write":
        body = make_body(name="x" * 30_000_000)
    options = Options(headers={"transfer-encoding ": "x"}) if fault == "header" else None
    with pytest.raises(errors.PinterestError) as caught:
        caller.create(server, body, options=options, **settings)
    assert TOKEN not in told(caught.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"base_url": "no URL"}, {"timeout": 0}, {"max_size": 0}, {"retry": 1}, {"strict": 1},
        {"headers": {"x": "\n"}}, {"transport": httpx.Client()}, {"http_client": object()},
    ],
    ids=lambda settings: next(iter(settings)),
)  # fmt: skip
def test_no_token_in_the_frames_of_a_constructor(settings: dict[str, Any], caller: Caller) -> None:
    with pytest.raises((ValueError, TypeError, AttributeError)) as caught:
        caller.client(BASE_URL, **settings)
    assert TOKEN not in told(caught.value)


def test_frames_of_an_exception_that_is_handled_keep_their_variables(caller: Caller) -> None:
    """It is the caller's own, with a call while it is handled."""

    def fail() -> None:
        mine = "kept"
        raise KeyError(mine)

    try:
        fail()
    except KeyError as error:
        with pytest.raises(errors.PinterestError):
            caller.create(Recorder(httpx.ReadError("reset")), retry=OFF)
        frames = [frame.f_locals for frame, _ in traceback.walk_tb(error.__traceback__)]
        assert frames[-1] == {"mine": "kept"}


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


def test_logs_of_a_retry(records: Records, caller: Caller) -> None:
    """One logger says what happened; a token, a body or a header's value isn't in it."""
    server = Recorder(
        429, answering(200, AUDIENCE, x_pinterest_rid="1234", set_cookie="session=s3cr3t")
    )
    caller.create(server, headers={"x-note": "pr1vate"})

    mine = records.of("pinterest_audiences")
    assert {record.name for record in mine} == {"pinterest_audiences"}
    text = "\n".join(record.getMessage() for record in mine)
    url = f"POST {BASE_URL}/ad_accounts/1/audiences"
    assert f"{url} → 429: " in text
    assert "attempt 2 follows in" in text
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

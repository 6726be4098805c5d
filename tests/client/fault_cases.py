"""Faults of a server: what it does, and the row that says what the caller gets then."""

from __future__ import annotations

import email.utils
import gzip
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.client.conftest import AUDIENCE, TOKEN
from tests.support.sockets import Peer, Step, answered

OK = AUDIENCE


@dataclass(frozen=True, kw_only=True)
class Case:
    """A fault, and what comes of it."""

    fault: str
    script: tuple[Step, ...] = ()
    raises: str | None = None
    """The class of the error; without one, the call returns an audience."""
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Attributes (dotted) of the error or of the audience, and their values."""
    says: str = ""
    """Part of the error's message."""
    check: Callable[[Any], bool] | None = None
    """What else holds for the error or the audience; ``note`` says it in words."""
    note: str = ""
    reported: str = ""
    """The rules and pointers of the deviations that the client reports."""
    posts: int = 1

    at: str = "{base}"
    """The client's ``base_url``."""
    account: Any = "1"
    plain: str | None = None
    """Call an operation whose path parameter is plain text instead, with this value."""
    target: str = "/v5/ad_accounts/1/audiences"
    """Where the POSTs that the server saw must have gone."""
    content: Any = "as usual"
    """The body, where it isn't a good one."""
    token: Any = TOKEN
    headers: Mapping[str, str] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    eager: bool = False
    cancel: bool = False
    """Cancel the call (async only) some time after the server has read the POST."""
    least: float = 0.0
    """Seconds that the call takes."""
    sync_waits: bool = False
    """A synchronous call ends no earlier than the server."""


# What servers do.


def sends(data: bytes, end: Step = Peer.finish) -> Step:
    """Read the request, send these bytes, and end: by default, close in an orderly way."""

    def step(peer: Peer) -> None:
        peer.read()
        peer.send(data)
        end(peer)

    return step


def drips(head: bytes, filler: bytes, pause: float = 0.1) -> Step:
    """Read the request, send these bytes, and then others one by one."""
    return sends(head, lambda peer: peer.drip(filler, pause))


reset_read, close_read, silent = (sends(b"", end) for end in (Peer.reset, Peer.close, Peer.hold))
slow_headers = drips(b"HTTP/1.1 200 OK\r\nx-filler: ", b"a" * 9999)
slow_body = drips(b"HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n", b" " * 99999)
stalled_body = sends(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{", Peer.hold)


def reads(text: str | bytes, **headers: str) -> Step:
    """A success with this body."""
    return answered(200, text.encode() if isinstance(text, str) else text, **headers)


def untrusted(peer: Peer) -> None:
    peer.secure()
    peer.read()


def endless_progress(peer: Peer) -> None:
    peer.read()
    while not peer.server.stopped.wait(0.05):
        peer.send(b"HTTP/1.1 102 Processing\r\n\r\n")


def reset_in_body(peer: Peer) -> None:
    peer.read()
    peer.send(b'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"id":')
    time.sleep(0.05)
    peer.reset()


def early_413(peer: Peer) -> None:
    peer.reply(413, {"code": 1, "message": "Too large."})
    peer.finish()


def after_progress(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n")
    peer.reply(200, OK)


def plain_speech(peer: Peer) -> None:
    peer.send(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
    peer.finish()


def ten_megabytes(peer: Peer) -> None:
    peer.answer(200, b'{"id":"1","filler":"' + b"x" * 10_000_000 + b'"}')


def ten_megabytes_of_error(peer: Peer) -> None:
    peer.answer(500, b"x" * 10_000_000, content_type="text/plain")


def ten_megabytes_packed(peer: Peer) -> None:
    body = gzip.compress(b'{"id":"1","filler":"' + b"x" * 10_000_000 + b'"}', 1)
    peer.answer(200, body, content_encoding="gzip")


def in_an_hour(peer: Peer) -> None:
    when = email.utils.format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    peer.answer(429, RATE, retry_after=when)


RATE = {"code": 8, "message": "The request limit has been reached."}
HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
PACKED = gzip.compress(b'{"id":"1"}')
WRONGLY_PACKED = gzip.compress(PACKED[1:])
DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000

UNSENT = {"may_have_reached_server": False}
SENT = {"may_have_reached_server": True}


def short(**more: Any) -> dict[str, Any]:
    """Settings with times that a test can wait for."""
    return {"timeout": 0.3, "deadline": 0.6, **more}


def lost(fault: str, *script: Step, facts: Mapping[str, Any] = SENT, **more: Any) -> Case:
    """The POST was read, and no complete answer comes."""
    return Case(fault=fault, script=script, raises="TransportError", facts=facts, **more)


def unconnected(fault: str, at: str, *script: Step, **more: Any) -> Case:
    """Nothing was sent."""
    return lost(fault, *script, at=at, facts=UNSENT, posts=0, eager=bool(script), **more)


def cancelled(fault: str, step: Step) -> Case:
    """The asynchronous call is cancelled."""
    return Case(fault=fault, script=(step,), raises="CancelledError", cancel=True)


def unreadable(fault: str, step: Step, says: str = "", **more: Any) -> Case:
    """A success that can't be read."""
    return Case(fault=fault, script=(step,), raises="ResponseError", says=says, **more)


def fine(fault: str, step: Step, facts: Mapping[str, Any], **more: Any) -> Case:
    """Something odd that does no harm."""
    return Case(fault=fault, script=(step,), facts=facts, **more)


CLASSES = {
    "400": "BadRequestError",
    "401": "AuthenticationError",
    "403": "PermissionDeniedError",
    "404": "NotFoundError",
    "409": "ConflictError",
    "422": "UnprocessableEntityError",
    "500": "InternalServerError",
    "502": "InternalServerError",
    "503": "InternalServerError",
    "504": "InternalServerError",
    "999": "InternalServerError",
}
"""The errors of statuses; those of others are an ``ApiError``."""


def refused(fault: str, step: Step, facts: Mapping[str, Any], **more: Any) -> Case:
    """An answer that isn't a success; the fault begins with its status."""
    raises = CLASSES.get(fault[:3], "ApiError")
    return Case(fault=fault, script=(step,), raises=raises, facts=facts, **more)


def limited(fault: str, wait: float | None, posts: int, **headers: str) -> Case:
    """A 429 to every attempt."""
    return Case(
        fault=fault,
        script=(answered(429, RATE, **headers),),
        raises="RateLimitError",
        facts={"status_code": 429, "retry_after": wait, "error.code": 8},
        posts=posts,
    )


def unsendable(fault: str, raises: str = "RequestError", **more: Any) -> Case:
    """A call that cannot be sent as it is."""
    return Case(fault=fault, script=(answered(200, OK),), raises=raises, posts=0, **more)


def redirect(status: int) -> Case:
    return refused(
        f"{status} to another origin",
        answered(status, location="{other}/v5/ad_accounts/1/audiences"),
        {"status_code": status},
        says="which is not followed",
        check=lambda e: e.headers["location"].endswith("/v5/ad_accounts/1/audiences"),
        note="no connection to the other origin is made",
    )

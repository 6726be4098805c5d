"""What can go wrong on the wire, and what the caller gets then, over a real loopback socket.

The table is also the page ``docs/faults.md``; after a change here, write it anew with
``python tests/client/test_faults.py --write-docs``.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import email.utils
import gzip
import pickle
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Pytest has it there already; this is for when the file runs as a script.
sys.path.append(str(Path(__file__).parents[2] / "generated"))

import pydantic
import pytest
from pinterest_audiences import Options, ResponseInfo, Retry, errors
from pinterest_audiences import _operation as operation
from pinterest_audiences.models import Audience

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Peer, Server, Step

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "faults.md"
COMMAND = "python tests/client/test_faults.py --write-docs"

OK: dict[str, Any] = {"id": "2542620333444", "name": "Recent visitors", "type": "audience"}


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
    token: Any = "pina_s3cr3t-t0ken"
    headers: Mapping[str, str] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    eager: bool = False
    cancel: bool = False
    """Cancel the call (async only) some time after the server has read the POST."""
    least: float = 0.0
    most: float = 3.0
    """Seconds that the call may take."""


# What servers do.


def answers(status: int, body: Any = b"", **headers: str) -> Step:
    def step(peer: Peer) -> None:
        peer.answer(status, body, **headers)

    return step


def sends(data: bytes) -> Step:
    """Read the request, send these bytes, and close in an orderly way."""

    def step(peer: Peer) -> None:
        peer.read()
        peer.send(data)
        peer.finish()

    return step


def reads(text: str | bytes, **headers: str) -> Step:
    """A success with this body."""
    return answers(200, text.encode() if isinstance(text, str) else text, **headers)


def reset_unread(peer: Peer) -> None:
    peer.reset()


def close_unread(peer: Peer) -> None:
    peer.close()


def reset_read(peer: Peer) -> None:
    peer.read()
    peer.reset()


def close_read(peer: Peer) -> None:
    peer.read()
    peer.close()


def silent(peer: Peer) -> None:
    peer.read()
    peer.hold()


def untrusted(peer: Peer) -> None:
    peer.secure()
    peer.read()


def slow_headers(peer: Peer) -> None:
    peer.read()
    peer.drip(b"HTTP/1.1 200 OK\r\nx-filler: " + b"a" * 9999, 0.1)


def endless_progress(peer: Peer) -> None:
    peer.read()
    while not peer.server.stopped.wait(0.05):
        peer.send(b"HTTP/1.1 102 Processing\r\n\r\n")


def stalled_body(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{")
    peer.hold()


def slow_body(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n")
    peer.drip(b" " * 99999, 0.1)


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


def fifty_megabytes(peer: Peer) -> None:
    peer.answer(200, b'{"id":"1","filler":"' + b"x" * 50_000_000 + b'"}')


def fifty_megabytes_of_error(peer: Peer) -> None:
    peer.answer(500, b"x" * 50_000_000, content_type="text/plain")


def fifty_megabytes_packed(peer: Peer) -> None:
    body = gzip.compress(b'{"id":"1","filler":"' + b"x" * 50_000_000 + b'"}', 1)
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


def lost(fault: str, step: Step, **more: Any) -> Case:
    """The POST was read, and no complete answer comes."""
    return Case(fault=fault, script=(step,), raises="TransportError", facts=SENT, **more)


def unreadable(fault: str, step: Step, says: str = "", **more: Any) -> Case:
    """A success that can't be read."""
    return Case(fault=fault, script=(step,), raises="ResponseError", says=says, **more)


def fine(fault: str, step: Step, facts: Mapping[str, Any], **more: Any) -> Case:
    """Something odd that does no harm."""
    return Case(fault=fault, script=(step,), facts=facts, **more)


def refused(fault: str, step: Step, facts: Mapping[str, Any], **more: Any) -> Case:
    """An answer that isn't a success."""
    return Case(fault=fault, script=(step,), raises="ApiError", facts=facts, **more)


def limited(fault: str, wait: float | None, posts: int, **headers: str) -> Case:
    """A 429 to every attempt."""
    return Case(
        fault=fault,
        script=(answers(429, RATE, **headers),),
        raises="RateLimitError",
        facts={"status_code": 429, "retry_after": wait, "error.code": 8},
        posts=posts,
    )


def unsendable(fault: str, raises: str = "RequestError", **more: Any) -> Case:
    """A call that can't be sent as it is."""
    return Case(fault=fault, script=(answers(200, OK),), raises=raises, posts=0, **more)


def redirect(status: int) -> Case:
    return refused(
        f"{status} to another origin",
        answers(status, location="{other}/v5/ad_accounts/1/audiences"),
        {"status_code": status},
        says="a redirect, which is not followed",
        check=lambda e: e.headers["location"].endswith("/v5/ad_accounts/1/audiences"),
        note="the other origin isn't even connected to",
    )


TABLE: dict[str, list[Case]] = {
    "No connection": [
        Case(
            fault="connection refused",
            at="refused",
            raises="TransportError",
            facts=UNSENT,
            posts=0,
            note="after three attempts",
        ),
        Case(
            fault="connection never accepted",
            at="full",
            settings={"timeout": 0.1},
            raises="TransportError",
            facts=UNSENT,
            posts=0,
            note="after three attempts",
        ),
        Case(
            fault="host name that doesn't exist",
            at="http://api.invalid/v5",
            raises="TransportError",
            facts=UNSENT,
            posts=0,
            note="after three attempts",
        ),
        Case(
            fault="https to a server that speaks plain http",
            at="https://127.0.0.1:{port}/v5",
            script=(plain_speech,),
            eager=True,
            raises="TransportError",
            facts=UNSENT,
            posts=0,
        ),
        Case(
            fault="certificate that nobody vouches for",
            at="https://127.0.0.1:{port}/v5",
            script=(untrusted,),
            eager=True,
            raises="TransportError",
            facts=UNSENT,
            says="CERTIFICATE_VERIFY_FAILED",
            posts=0,
        ),
    ],
    "Connection lost": [
        Case(
            fault="reset as soon as it is accepted",
            script=(reset_unread,),
            eager=True,
            raises="TransportError",  # made or not made: that depends on who was quicker
            note="which says whether the connection was made",
            posts=0,
        ),
        lost("reset before the request was read", reset_unread, posts=0),
        lost("closed before the request was read", close_unread, posts=0),
        lost("reset after the body was read", reset_read),
        lost("closed after the body was read, without an answer", close_read),
        lost("reset in the middle of the answer's body", reset_in_body),
        lost("closed in the middle of the headers", sends(b"HTTP/1.1 200 OK\r\nx-pint")),
        Case(
            fault="429, then reset after the second body was read",
            script=(answers(429, RATE), reset_read),
            raises="TransportError",
            facts=SENT,
            posts=2,
        ),
    ],
    "Too slow": [
        lost("no answer", silent, settings=short(), says="ReadTimeout", most=1.5),
        lost(
            "no answer, and a deadline shorter than the time-out",
            silent,
            settings={"timeout": 5.0, "deadline": 0.4},
            most=1.5,
        ),
        lost("headers that trickle in for longer than the deadline", slow_headers,
             settings=short(), most=1.5),
        lost("interim answers (102) for longer than the deadline", endless_progress,
             settings=short(), most=1.5),
        lost("a body that stops coming", stalled_body, settings=short(), most=1.5),
        lost("a body that trickles in for longer than the deadline", slow_body,
             settings=short(), most=1.5),
        Case(
            fault="async call cancelled while it waits for the answer",
            script=(silent,),
            raises="CancelledError",
            cancel=True,
            most=1.5,
        ),
        Case(
            fault="async call cancelled in the pause before a retry",
            script=(answers(429, RATE, retry_after="4"),),
            raises="CancelledError",
            cancel=True,
            most=1.5,
        ),
    ],
    "Not HTTP": [
        lost("garbage instead of a status line", sends(b"\x00\xff\x13 what?\r\n\r\n")),
        lost("a body without status line or headers", sends(b'{"id":"1"}')),
        lost("a status that isn't a number", sends(b"HTTP/1.1 OK\r\n\r\n")),
        lost("a status below 100", sends(b"HTTP/1.1 099 What\r\ncontent-length: 0\r\n\r\n")),
        lost("a header line without a colon", sends(b"HTTP/1.1 200 OK\r\nwhat\r\n\r\n{}")),
        lost("a NUL in a header's value", sends(
            b"HTTP/1.1 200 OK\r\nx-pinterest-rid: a\0b\r\n\r\n{}")),
        lost(
            "a bare carriage return in a header",
            sends(b"HTTP/1.1 200 OK\r\nx-pinterest-rid: a\rset-cookie: b=c\r\n\r\n{}"),
        ),
        lost("a header of 300 kB", sends(b"HTTP/1.1 200 OK\r\nx: " + b"a" * 300_000 + b"\r\n\r\n")),
        lost("two different lengths", sends(
            b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}")),
        lost(
            "101: the server changes to another protocol",
            sends(b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"),
        ),
        fine("100 and 103 before the answer", after_progress, {"id": OK["id"]}),
        Case(
            fault="413 before the request was read",
            script=(early_413,),
            raises="ApiError",
            facts={"status_code": 413, "error.code": 1},
            posts=0,
        ),
    ],
    "Damaged body": [
        lost("shorter than its Content-Length", sends(
            b'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"id":"1"}')),
        unreadable("longer than its Content-Length", sends(
            b'HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n{"id":"1"}'), "Invalid JSON"),
        lost("chunked and cut off", sends(
            b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\n{"id":"1"')),
        lost("chunked without the last chunk", sends(
            b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\na\r\n{"id":"1"}\r\n')),
        lost("chunk size that isn't a number", sends(
            b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n{"id":"1"}\r\n')),
        unreadable("JSON that ends too early", reads('{"id":"1","na'), "EOF"),
        unreadable("JSON that ends with the connection", sends(
            b'HTTP/1.1 200 OK\r\n\r\n{"id":"1","na'), "EOF"),
        unreadable("said to be gzip but isn't", reads(
            '{"id":"1"}', content_encoding="gzip"), "not gzip",
            facts={"status_code": 200, "body": b'{"id":"1"}'}),
        unreadable("gzip with a damaged middle", reads(
            PACKED[:12] + b"\xff\xff" + PACKED[14:], content_encoding="gzip"), "not gzip",
            check=lambda e: e.body == PACKED[:12] + b"\xff\xff" + PACKED[14:],
            note="`body` is what came over the wire"),
        unreadable("packed twice, and once not well", reads(
            WRONGLY_PACKED, content_encoding="gzip, gzip"), "not gzip, gzip",
            check=lambda e: e.body == WRONGLY_PACKED, note="`body` is what came over the wire"),
        fine("packed twice", reads(
            gzip.compress(PACKED), content_encoding="gzip, gzip"), {"id": "1"}),
        unreadable("gzip that was cut off", reads(PACKED[:14], content_encoding="gzip")),
        refused("502 said to be gzip but isn't", answers(
            502, HTML, content_encoding="gzip"), {"status_code": 502, "error": None},
            check=lambda e: e.body == HTML, note="`body` is what came over the wire"),
        refused("400 in gzip", answers(
            400, gzip.compress(b'{"code":1,"message":"No."}'), content_encoding="gzip"),
            {"status_code": 400, "error.code": 1, "body": b'{"code":1,"message":"No."}'}),
        fine("gzip", reads(PACKED, content_encoding="gzip"), {"id": "1"}),
        unreadable("in an encoding that wasn't asked for", reads(
            PACKED, content_encoding="br"), "Invalid JSON"),
        unreadable("invalid UTF-8", reads(b'{"name":"\xff\xfe"}'), "Invalid JSON"),
        unreadable("Latin-1, and labelled so", reads(
            '{"name":"caf\xe9"}'.encode("latin-1"), content_type="application/json; charset=latin-1"
        ), "Invalid JSON"),
        unreadable("UTF-16", reads(
            '{"id":"1"}'.encode("utf-16"), content_type="application/json; charset=utf-16"),
            "Invalid JSON"),
        fine("UTF-8, labelled Latin-1", reads(
            '{"name":"café"}', content_type="application/json; charset=latin-1"), {"name": "café"}),
        unreadable("half a surrogate pair", reads(r'{"name":"\ud800"}'), "Invalid JSON"),
        unreadable("100,000 levels deep", reads(DEEP), "recursion limit"),
        fine("50 MB", fifty_megabytes, {"id": "1"}, check=lambda a: len(a.filler) == 50_000_000,
             most=6.0),
        fine("50 MB out of 50 kB of gzip", fifty_megabytes_packed, {"id": "1"}, most=6.0),
    ],
    "A success that isn't as described": [
        unreadable("200 without a body", answers(200), "EOF", facts={"status_code": 200}),
        unreadable("204", answers(204, content_type="", content_length=""), "undocumented success",
                   facts={"status_code": 204}),
        unreadable("201, which the description doesn't have", answers(201, OK),
                   "undocumented success", facts={"status_code": 201},
                   check=lambda e: b"2542620333444" in e.body, note="with the audience in `body`"),
        unreadable("202 without a body", answers(202), "undocumented success"),
        unreadable("206", answers(206, OK), "undocumented success"),
        unreadable("299", answers(299, OK), "undocumented success"),
        unreadable("HTML", reads(HTML, content_type="text/html"), "Invalid JSON",
                   facts={"body": HTML}),
        unreadable("text that isn't JSON", reads("created"), "Invalid JSON"),
        fine("JSON labelled text/html", reads('{"id":"1"}', content_type="text/html"), {"id": "1"}),
        fine("JSON without a label", reads('{"id":"1"}', content_type=""), {"id": "1"}),
        unreadable("an array", reads('[{"id":"1"}]'), "Input should be an object"),
        unreadable("null", reads("null")),
        unreadable("a string", reads('"1"')),
        unreadable("an object where text belongs", reads('{"name":{"a":1}}'), "at name"),
        unreadable("text where a number belongs", reads('{"size":"many"}'), "at size"),
        unreadable("null in an array of text", reads('{"rule":{"pin_id":[null]}}'),
                   "at rule.pin_id.0"),
        unreadable("a member's name with a line break, where the value is wrong",
                   reads(r'{"rule":{"event_source":{"a\nb":5}}}')),
        unreadable("a member's name of 50,000 characters, where the value is wrong",
                   reads('{"rule":{"event_source":{"%s":5}}}' % ("a" * 50_000))),
        fine("a number as text", reads('{"size":"180"}'), {"size": 180}),
        fine("text as a number", reads('{"rule":{"event_data":{"value":116}}}'),
             {"rule.event_data.value": "116"}),
        fine("a number with a point that is whole", reads('{"size":180.0}'), {"size": 180}),
        fine("a number of 400 digits", reads('{"size":' + "9" * 400 + "}"),
             {"size": int("9" * 400)}),
        unreadable("a number of 5,000 digits", reads('{"size":' + "9" * 5000 + "}"),
                   "out of range"),
        unreadable("a number beyond every limit", reads('{"size":1e400}'), "at size"),
        fine("the same member twice", reads('{"id":"1","id":"2"}'), {"id": "2"},
             note="the last one counts"),
        fine("an unknown member", reads('{"id":"1","new":{"a":[1]}}'),
             {"id": "1", "new": {"a": [1]}}, note="which keeps it"),
        fine("members named like Python's own",
             reads('{"id":"1","__class__":1,"__dict__":{"id":2},"model_dump":3,"model_fields":4}'),
             {"id": "1", "model_extra.model_dump": 3}),
        fine("an unknown value of an enumeration",
             reads('{"rule":{"event_data":{"currency":"XTS"},"objective_type":["FAME"]}}'),
             {"rule.event_data.currency": "XTS", "rule.objective_type": ["FAME"]}),
        fine("null in an optional field that may be null", reads('{"description":null}'),
             {"description": None}),
        fine("null in an optional field that may not be", reads('{"name":null,"rule":null}'),
             {"name": None, "rule": None}),
        fine("line_items as an array",
             reads('{"rule":{"event_data":{"line_items":[{"product_id":"11"}]}}}'),
             {"rule.event_data.line_items.0.product_id": 11}),
        fine("a rate-limit header that is a list", answers(
            200, OK, x_ratelimit_limit="100, 100;w=1, 1000;w=60", x_ratelimit_remaining="99",
            x_ratelimit_reset="1"), {"id": OK["id"]}),
        fine("a cookie that makes no sense", answers(
            200, OK, set_cookie="a=b; domain=..; max-age=x; expires=Mon, 99 Foo 9999999999 9:9"),
            {"id": OK["id"]}),
    ],
    "An error": [
        refused("400 as documented", answers(
            400, {"code": 1, "message": "Invalid rule."}, x_pinterest_rid="4711"),
            {"status_code": 400, "error.code": 1, "error.message": "Invalid rule.",
             "request_id": "4711"},
            says="→ 400: Invalid rule. (code 1, request 4711)"),
        refused("401", answers(401, {"code": 2, "message": "Authentication failed."}),
                {"status_code": 401, "error.code": 2}),
        refused("403", answers(403, {"code": 29, "message": "Not allowed"}),
                {"status_code": 403, "error.code": 29}),
        refused("400 whose code is text, with more members", answers(
            400, {"code": "1", "message": "No.", "details": ["x"]}),
            {"error.code": 1, "error.details": ["x"]}),
        refused("400 with null in a required field", answers(400, {"code": 1, "message": None}),
                {"status_code": 400, "error": None}),
        refused("400 in another shape", answers(400, {"errors": [{"detail": "no"}]}),
                {"status_code": 400, "error": None, "body": b'{"errors": [{"detail": "no"}]}'}),
        refused("400 with an array", answers(400, b"[1]"), {"error": None, "body": b"[1]"}),
        refused("400 100,000 levels deep", answers(400, DEEP), {"error": None}),
        refused("400 in invalid UTF-8", answers(400, b'{"code":1,"message":"\xff"}'),
                {"error": None}),
        refused("400 whose message has line breaks", answers(
            400, {"code": 1, "message": "One.\r\nTwo.\u2028Three."}), {"status_code": 400},
            says="One. Two. Three."),
        refused("400 whose message has control characters", answers(
            400, {"code": 1, "message": "a\x1b[31mb\x00c\u202ed"}), {"status_code": 400},
            note="which prints none of them"),
        refused("400 with a message of 100,000 characters", answers(
            400, {"code": 1, "message": "x" * 100_000}), {"status_code": 400},
            check=lambda e: len(e.error.message) == 100_000, note="which prints less of it"),
        refused("404 without a body", answers(404, content_type=""),
                {"status_code": 404, "error": None, "body": b""}),
        refused("408", answers(408), {"status_code": 408}),
        refused("409", answers(409, {"code": 1, "message": "Busy."}), {"status_code": 409}),
        refused("500 as documented", answers(500, {"code": 1, "message": "Oops."}),
                {"status_code": 500, "error.message": "Oops."}),
        refused("500 with HTML", answers(500, HTML, content_type="text/html"),
                {"status_code": 500, "error": None, "body": HTML}),
        refused("502 with HTML", answers(502, HTML, content_type="text/html"),
                {"status_code": 502, "error": None, "body": HTML}),
        refused("503 with Retry-After", answers(503, retry_after="0"), {"status_code": 503}),
        refused("504", answers(504), {"status_code": 504}),
        refused("999", answers(999), {"status_code": 999}, says="undocumented status"),
        refused("500 with 50 MB", fifty_megabytes_of_error, {"status_code": 500},
                check=lambda e: len(e.body) == 50_000_000, most=6.0),
        refused("500 with a label of 60,000 characters", answers(500, content_type="x" * 60_000),
                {"status_code": 500}),
        refused("500 with a request id of 60,000 characters", answers(
            500, x_pinterest_rid="x" * 60_000), {"status_code": 500}),
    ],
    "A redirect": [
        *(redirect(status) for status in (301, 302, 303, 307, 308)),
        refused("302 to the same origin", answers(302, location="/v5/elsewhere"),
                {"status_code": 302}),
        refused("302 without a Location", answers(302), {"status_code": 302}),
        refused("302 to an address that can't be read", answers(302, location="http://[::1"),
                {"status_code": 302}),
        refused("302 to a mailbox", answers(302, location="mailto:x"), {"status_code": 302}),
        refused("302 to a host name that can't be", answers(302, location="http://xn--/"),
                {"status_code": 302}),
        refused("304", answers(304, content_type="", content_length=""), {"status_code": 304}),
    ],
    "Too many requests": [
        Case(fault="429, then 200", script=(answers(429, RATE), answers(200, OK)),
             facts={"id": OK["id"]}, posts=2),
        Case(fault="429 with Retry-After: 1, then 200",
             script=(answers(429, RATE, retry_after="1"), answers(200, OK)),
             facts={"id": OK["id"]}, posts=2, least=1.0, note="after a second"),
        Case(fault="429 with X-RateLimit-Reset: 1, then 200",
             script=(answers(429, RATE, x_ratelimit_reset="1"), answers(200, OK)),
             facts={"id": OK["id"]}, posts=2, least=1.0, note="after a second"),
        Case(fault="429 with Retry-After and a long X-RateLimit-Reset, then 200",
             script=(answers(429, RATE, retry_after="0", x_ratelimit_reset="67150"),
                     answers(200, OK)),
             facts={"id": OK["id"]}, posts=2, note="as Retry-After counts"),
        Case(fault="429, then 500", script=(answers(429, RATE), answers(500)), raises="ApiError",
             facts={"status_code": 500}, posts=2),
        limited("429 without a header, each time", None, 3),
        limited("429 with Retry-After: 0, each time", 0.0, 3, retry_after="0"),
        limited("429 with Retry-After: 7 where 5 s is the longest pause", 7.0, 1, retry_after="7"),
        Case(fault="429 with Retry-After: a date in an hour", script=(in_an_hour,),
             raises="RateLimitError", check=lambda e: 3590 < e.retry_after <= 3600,
             note="`retry_after` is what is left of the hour"),
        limited("429 with Retry-After: a date in the past, each time", 0.0, 3,
                retry_after="Sun, 06 Nov 1994 08:49:37 GMT"),
        limited("429 with Retry-After: a date in RFC 850 form, each time", 0.0, 3,
                retry_after="Sunday, 06-Nov-94 08:49:37 GMT"),
        limited("429 with Retry-After: a date in C form, each time", 0.0, 3,
                retry_after="Sun Nov  6 08:49:37 1994"),
        limited("429 with Retry-After: a date that can't be, each time", None, 3,
                retry_after="Mon, 99 Foo 2026 99:99:99 GMT"),
        limited("429 with Retry-After: a year that no calendar has, each time", None, 3,
                retry_after="Mon, 01 Jan 99999999999999999999 00:00:00 GMT"),
        limited("429 with Retry-After: nonsense, each time", None, 3, retry_after="soon"),
        limited("429 with Retry-After: inf, each time", None, 3, retry_after="inf"),
        limited("429 with Retry-After: 99999999999999999999", 1e20, 1,
                retry_after="99999999999999999999"),
        limited("429 with X-RateLimit-Reset: 67150 (the daily limit)", 67150.0, 1,
                x_ratelimit_reset="67150"),
        limited("429 with X-RateLimit-Reset: nonsense, each time", None, 3,
                x_ratelimit_reset="later"),
        limited("429 with nonsense in Retry-After and X-RateLimit-Reset: 67150", 67150.0, 1,
                retry_after="soon", x_ratelimit_reset="67150"),
        Case(fault="429 with HTML, each time", raises="RateLimitError",
             script=(answers(429, HTML, content_type="text/html"),),
             facts={"error": None, "body": HTML}, posts=3),
        lost("429 whose body is cut off", sends(
            b"HTTP/1.1 429 What\r\ncontent-length: 99\r\n\r\n{")),
    ],
    "A call that can't be sent": [
        unsendable("a line break in a header", headers={"x-note": "a\r\nx-evil: 1"}),
        unsendable("a NUL in a header", headers={"x-note": "a\0b"}),
        unsendable("a letter outside ASCII in a header", headers={"x-note": "café"}),
        unsendable("a space at the end of a header", headers={"x-note": "a "}),
        unsendable("a line break in a header's name", headers={"x\r\nx-evil": "1"}),
        unsendable("a letter outside ASCII in a header's name", headers={"x-café": "1"}),
        unsendable("a header without a name", headers={"": "1"}),
        unsendable("a line break in a header of the client's",
                   settings={"headers": {"x-note": "a\r\nx-evil: 1"}}),
        unsendable("a line break in the token", token="pina_s3cr3t-t0ken\r\nx-evil: 1"),
        unsendable("a line break at the end of the token", token="pina_s3cr3t-t0ken\n"),
        unsendable("a space at the end of the token", token="pina_s3cr3t-t0ken "),
        unsendable("a letter outside ASCII in the token", token="pina_s3cr3t-t0ken\u2019"),
        unsendable("no token", token=""),
        unsendable("a token that isn't text", token=lambda: 5),
        unsendable("no value for a path parameter", "ValidationError", account=None),
        *(
            unsendable(f"`{value}` in ad_account_id", "ValidationError", account=value)
            for value in ("..", ".", "1/..", "1/2", "1?a=b", "1#a", "%2e%2e", "1%2F2", "１２", "1 ")
        ),
        unsendable("nothing in ad_account_id", "ValidationError", account=""),
        unsendable("a line break in ad_account_id", "ValidationError", account="1\n"),
        unsendable("19 digits in ad_account_id", "ValidationError", account="1" * 19),
        unsendable("a number in ad_account_id", "ValidationError", account=1),
        *(
            unsendable(f"`{value}` in a path parameter of plain text", plain=value)
            for value in ("..", ".")
        ),
        unsendable("nothing in a path parameter of plain text", plain=""),
        *(
            fine(f"`{value}` in a path parameter of plain text", answers(200, OK), {"id": OK["id"]},
                 plain=value, target=f"/v5/things/{sent}/end", note=f"the server saw `{sent}`")
            for value, sent in (
                ("a/b", "a%2Fb"),
                ("../b", "..%2Fb"),
                ("%2e%2e", "%252e%252e"),
                ("..;", "..%3B"),
                ("\\..\\", "%5C..%5C"),
                ("a?b#c", "a%3Fb%23c"),
                ("ä 猫", "%C3%A4%20%E7%8C%AB"),
            )
        ),
        fine("a line break in a path parameter of plain text", answers(200, OK), {"id": OK["id"]},
             plain="a\r\nb", target="/v5/things/a%0D%0Ab/end", note="the server saw `a%0D%0Ab`"),
        unsendable("half a surrogate pair in a path parameter of plain text", plain="\ud800"),
        unsendable("no body", "ValidationError", content=None),
        unsendable("a dictionary with a misspelt field as the body", "ValidationError",
                   content={"audience_type": "VISITOR", "nme": "x", "name": "x", "rule": {}}),
        unsendable("a dictionary with an unknown audience_type as the body", "ValidationError",
                   content={"audience_type": "PASSER_BY", "name": "x", "rule": {}}),
        unsendable("another model as the body", "ValidationError", content=Audience(id="1")),
        unsendable("half a surrogate pair in the body",
                   content={"audience_type": "VISITOR", "name": "\ud800", "rule": {}}),
    ],
}  # fmt: skip

CASES = [case for cases in TABLE.values() for case in cases]

THING: operation.Operation[Any] = operation.Operation(
    id="things/end",
    method="POST",
    path="/things/{thing}/end",
    answers={"200": operation.Json(lambda: dict[str, Any])},
    errors={},
    parameters=(operation.Path("thing", lambda: str),),
    security=(("token",),),
)
"""An operation whose path parameter takes any text."""


def dig(value: Any, path: str) -> Any:
    """``rule.pin_id.0`` of a value."""
    for name in path.split("."):
        if isinstance(value, dict):
            value = value[name]
        else:
            value = value[int(name)] if name.isdigit() else getattr(value, name)
    return value


@contextlib.contextmanager
def place(where: str, server: Server) -> Iterator[str]:
    """The base URL of a case."""
    if where not in ("refused", "full"):
        yield where.format(base=server.base_url, port=server.port)
        return
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))  # bound, so that nobody else gets the port
        address = listener.getsockname()
        if where == "full":
            listener.listen(0)
            for _ in range(3):  # the queue of connections to accept is full after one or two
                waiting = stack.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex(address)
        yield f"http://127.0.0.1:{address[1]}/v5"


def attempt(case: Case, caller: Caller, server: Server, base_url: str, body: Any) -> Any:
    """Do the call; the result, or the error."""
    client = caller.client(base_url, case.token, **case.settings)
    info = ResponseInfo()
    options = Options(headers=case.headers, response=info)

    def begin() -> Any:
        if case.plain is not None:
            return client._sender.call(THING, (case.plain,), options=options)
        content = body if case.content == "as usual" else case.content
        return client.audiences.create(case.account, content, options=options)

    async def run() -> Any:
        async with client:
            if not case.cancel:
                return await begin()
            task = asyncio.ensure_future(begin())
            await asyncio.to_thread(server.read_one.wait, 5)
            await asyncio.sleep(0.15)
            task.cancel()
            return await task

    if caller.mode == "sync":
        with client:
            return begin()
    return asyncio.run(run())


@pytest.mark.parametrize("case", CASES, ids=[case.fault[:70] for case in CASES])
def test_fault(
    case: Case, caller: Caller, serve: Callable[..., Server], body: Callable[[], Any], token: str
) -> None:
    """The error, its facts, how long it took, and how many POSTs the server saw."""
    if case.cancel and caller.mode == "sync":
        pytest.skip("only an async call can be cancelled")
    other = serve()
    server = serve(*(case.script or (answers(200, OK),)), eager=case.eager, life=case.most + 1)
    server.other = other.location

    result: Any = None
    caught: BaseException | None = None
    with place(case.at, server) as base_url:
        began = time.monotonic()
        try:
            result = attempt(case, caller, server, base_url, body())
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - judged below
            caught = error
        took = time.monotonic() - began
    server.close()

    told = "".join(traceback.format_exception(caught)) if caught else repr(result)
    assert type(caught).__name__ == (case.raises or "NoneType"), told
    assert server.posts == case.posts, told
    assert {request.target for request in server.requests} <= {case.target}
    assert other.connections == 0
    assert case.least <= took <= case.most
    for path, wanted in case.facts.items():
        assert dig(caught or result, path) == wanted, path
    assert case.check is None or case.check(caught or result)
    if caught is not None:
        assert_explains_itself(caught, case.says, token)


def assert_explains_itself(error: BaseException, says: str, secret: str) -> None:
    """One line that says what happened, no secret in it, and an error that can be handed on."""
    assert secret not in "".join(traceback.format_exception(error))
    if isinstance(error, asyncio.CancelledError):
        return
    assert says in str(error)
    if isinstance(error, pydantic.ValidationError):
        return
    assert isinstance(error, errors.PinterestError)
    assert str(error).isprintable()
    assert 10 < len(str(error)) < 1000
    for copied in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):  # noqa: S301
        assert type(copied) is type(error)
        assert str(copied) == str(error)
        assert copied.__dict__.keys() == error.__dict__.keys()
    if isinstance(error, errors.TransportError):
        assert error.__cause__ is not None
    if isinstance(error, errors.ResponseError):
        assert "did succeed on the server" in str(error)
        assert 200 <= error.status_code < 300
    if not isinstance(error, errors.RequestError):
        assert str(error).startswith("POST http")
        assert error.__dict__["method"] == "POST"


def test_there_are_enough() -> None:
    """Forty at least, each under a name of its own."""
    assert len({case.fault for case in CASES}) == len(CASES) >= 40


@pytest.mark.parametrize(
    ("step", "name"),
    [(reset_read, "dropped"), (silent, "silent"), (answers(503), "503"), (answers(502), "502")],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_post_is_never_repeated_however_patient_the_policy(
    step: Step, name: str, caller: Caller, serve: Callable[..., Server]
) -> None:
    """More attempts don't make it safe."""
    server = serve(step)
    with pytest.raises(errors.PinterestError):
        caller.create(server.base_url, retry=Retry(attempts=50, base=0.001), timeout=0.2)
    server.close()
    assert server.posts == 1, name


# The page.


def outcome(case: Case) -> str:
    """What the caller gets, in words."""
    if case.raises is None:
        text = "the audience"
    else:
        facts = {k: v for k, v in case.facts.items() if len(repr(v)) < 30}
        text = ", ".join([f"`{case.raises}`", *(f"`{k}={v!r}`" for k, v in facts.items())])
    return f"{text}; {case.note}" if case.note else text


def page() -> str:
    """``docs/faults.md``."""
    lines = [
        "# Faults, and what the caller gets",
        "",
        "Each row is a test over a real loopback socket, for the synchronous and the asynchronous",
        "client (`tests/client/test_faults.py`). The last column counts the POSTs that the server",
        "read to their end: never a second one after the first, except where the server had",
        "answered it with 429. The tests allow three attempts and a longest pause of 5 seconds.",
        "",
        f"Written by `{COMMAND}`.",
    ]
    for title, cases in TABLE.items():
        lines += ["", f"## {title}", "", "| fault | what the caller gets | POSTs seen |"]
        lines += ["|---|---|---|"]
        for case in cases:
            cells = (case.fault, outcome(case), str(case.posts))
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*lines, ""])


def test_the_page_is_current() -> None:
    """The documentation says what the tests hold."""
    assert PAGE.read_text(encoding="utf-8") == page(), f"run: {COMMAND}"


if __name__ == "__main__":
    if sys.argv[1:] != ["--write-docs"]:
        sys.exit(f"usage: {COMMAND}")
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(CASES)} faults")

"""Faults of the connection and of the bytes that come over it."""

from __future__ import annotations

import gzip

from tests.client.fault_cases import (
    DEEP,
    HTML,
    OK,
    PACKED,
    RATE,
    WRONGLY_PACKED,
    Case,
    after_progress,
    cancelled,
    close_read,
    early_413,
    endless_progress,
    fine,
    lost,
    plain_speech,
    reads,
    refused,
    reset_in_body,
    reset_read,
    sends,
    short,
    silent,
    slow_body,
    slow_headers,
    stalled_body,
    ten_megabytes,
    ten_megabytes_packed,
    unconnected,
    unreadable,
    untrusted,
)
from tests.support.sockets import Peer, answered

HTTPS = "https://127.0.0.1:{port}/v5"
ATTEMPTS = "after three attempts"
WAITS = "a synchronous call waits until the server ends it"
FILLER = "response/schema/property/added /filler"

TABLE: dict[str, list[Case]] = {
    "No connection": [
        unconnected("connection refused", "refused", note=ATTEMPTS),
        unconnected("connection never accepted", "full", settings={"timeout": 0.1}, note=ATTEMPTS),
        unconnected("host name that does not exist", "http://api.invalid/v5", note=ATTEMPTS),
        unconnected("https to a server that speaks plain http", HTTPS, plain_speech),
        unconnected("untrusted certificate", HTTPS, untrusted, says="CERTIFICATE_VERIFY_FAILED"),
    ],
    "Connection lost": [
        lost("reset as soon as it is accepted", Peer.reset, eager=True, posts=0,
             facts={},  # made or not made: that depends on who was quicker
             note="the message states whether the connection was made"),
        lost("reset before the request was read", Peer.reset, posts=0),
        lost("closed before the request was read", Peer.close, posts=0),
        lost("reset after the body was read", reset_read),
        lost("closed after the body was read, without an answer", close_read),
        lost("reset in the middle of the answer's body", reset_in_body),
        lost("closed in the middle of the headers", sends(b"HTTP/1.1 200 OK\r\nx-pint")),
        lost("429, then reset after the second body was read", answered(429, RATE), reset_read,
             posts=2),
    ],
    "Too slow": [
        lost("no answer", silent, settings=short(), says="ReadTimeout"),
        lost(
            "no answer, and a deadline shorter than the time-out",
            silent,
            settings={"timeout": 5.0, "deadline": 0.4},
        ),
        lost("headers that arrive slowly, for longer than the deadline", slow_headers,
             settings=short(), sync_waits=True, note=WAITS),
        lost("interim answers (102) for longer than the deadline", endless_progress,
             settings=short(), sync_waits=True, note=WAITS),
        lost("a body that stops arriving", stalled_body, settings=short()),
        lost("a body that arrives slowly, for longer than the deadline", slow_body,
             settings=short()),
        cancelled("async call cancelled while it waits for the answer", silent),
        cancelled("async call cancelled in the pause before a retry",
                  answered(429, RATE, retry_after="3")),
    ],
    "Not HTTP": [
        lost("garbage instead of a status line", sends(b"\x00\xff\x13 what?\r\n\r\n")),
        lost("a body without status line or headers", sends(b'{"id":"1"}')),
        lost("a status that is not a number", sends(b"HTTP/1.1 OK\r\n\r\n")),
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
        refused("413 before the request was read", early_413,
                {"status_code": 413, "error.code": 1}, posts=0),
    ],
    "Damaged body": [
        lost("shorter than its Content-Length", sends(
            b'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"id":"1"}')),
        unreadable("longer than its Content-Length", sends(
            b'HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n{"id":"1"}'), "not JSON"),
        lost("chunked and cut off", sends(
            b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\n{"id":"1"')),
        lost("chunked without the last chunk", sends(
            b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\na\r\n{"id":"1"}\r\n')),
        lost("chunk size that is not a number", sends(
            b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n{"id":"1"}\r\n')),
        unreadable("JSON that ends too early", reads('{"id":"1","na'), "EOF"),
        unreadable("JSON that ends with the connection", sends(
            b'HTTP/1.1 200 OK\r\n\r\n{"id":"1","na'), "EOF"),
        unreadable("labelled gzip, but not compressed", reads(
            '{"id":"1"}', content_encoding="gzip"), "not gzip",
            facts={"status_code": 200, "body": b'{"id":"1"}'}),
        unreadable("gzip with a damaged middle", reads(
            PACKED[:12] + b"\xff\xff" + PACKED[14:], content_encoding="gzip"), "not gzip",
            check=lambda e: e.body == PACKED[:12] + b"\xff\xff" + PACKED[14:],
            note="`body` contains the bytes as received"),
        unreadable("compressed twice, once incorrectly", reads(
            WRONGLY_PACKED, content_encoding="gzip, gzip"), "more than one coding",
            check=lambda e: e.body == WRONGLY_PACKED, note="`body` contains the bytes as received"),
        unreadable("compressed twice", reads(
            gzip.compress(PACKED), content_encoding="gzip, gzip"), "more than one coding"),
        unreadable("90 MB of empty lists out of 90 kB of gzip", reads(
            gzip.compress(b"[" + b"[]," * 30_000_000 + b"[]]"), content_encoding="gzip"),
            "values in JSON, the limit of values; max_size=None lifts this limit"),
        unreadable("200,000 objects out of 5 kB of gzip", reads(
            gzip.compress(b"[" + b'{"a":12},' * 200_000 + b"{}]"), content_encoding="gzip"),
            "values in JSON, the limit of values; max_size=None lifts this limit"),
        unreadable("larger than `max_size`", reads(
            '{"id":"1","name":"%s"}' % ("x" * 2000)), "more than 1000 bytes",
            settings={"max_size": 1000}),
        unreadable("gzip that was cut off", reads(PACKED[:14], content_encoding="gzip")),
        refused("502 labelled gzip, but not compressed", answered(
            502, HTML, content_encoding="gzip"), {"status_code": 502, "error": None},
            check=lambda e: e.body == HTML, note="`body` contains the bytes as received"),
        refused("400 in gzip", answered(
            400, gzip.compress(b'{"code":1,"message":"No."}'), content_encoding="gzip"),
            {"status_code": 400, "error.code": 1, "body": b'{"code":1,"message":"No."}'}),
        fine("gzip", reads(PACKED, content_encoding="gzip"), {"id": "1"}),
        unreadable("in an encoding that was not requested", reads(
            PACKED, content_encoding="br"), "not JSON"),
        unreadable("invalid UTF-8", reads(b'{"name":"\xff\xfe"}'), "not JSON"),
        unreadable("Latin-1, and labelled so", reads(
            '{"name":"caf\xe9"}'.encode("latin-1"), content_type="application/json; charset=latin-1"
        ), "not JSON"),
        unreadable("UTF-16", reads(
            '{"id":"1"}'.encode("utf-16"), content_type="application/json; charset=utf-16"),
            "not JSON"),
        fine("UTF-8, labelled Latin-1", reads(
            '{"name":"café"}', content_type="application/json; charset=latin-1"), {"name": "café"}),
        unreadable("half a surrogate pair", reads(r'{"name":"\ud800"}'), "not JSON"),
        unreadable("100,000 levels deep", reads(DEEP), "recursion limit"),
        fine("10 MB", ten_megabytes, {"id": "1"}, reported=FILLER,
             check=lambda a: len(a.filler) == 10_000_000),
        fine("10 MB out of 10 kB of gzip", ten_megabytes_packed, {"id": "1"}, reported=FILLER),
    ],
}  # fmt: skip

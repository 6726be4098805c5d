"""Limits of a fetch, and servers that break the protocol."""

from __future__ import annotations

import gzip
import threading
import time
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest

from generator.project.fetch import Limits
from tests.project.fetch.conftest import DOCUMENT, QUICK, failure, get, redirect
from tests.support.sockets import Peer, Server, Step, answer, deaf_port

pytestmark = pytest.mark.slow


def drip(*, head: bytes, then: bytes) -> Step:
    """An answer whose last part comes letter by letter, for ever."""

    def respond(peer: Peer) -> None:
        with suppress(OSError):
            peer.send(head)
            for _ in range(40):
                peer.send(then)
                time.sleep(0.05)

    return respond


@pytest.mark.parametrize(
    ("head", "then"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
        (b"HTTP/1.1 2", b"0"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"", b""),
    ],
    ids=["body", "chunks", "header", "status line", "100 for ever", "nothing"],
)
def test_a_dripping_server_is_left_at_the_deadline(
    head: bytes, then: bytes, server: Server, cache: Path
) -> None:
    server.answers["/api.yaml"] = drip(head=head, then=then)
    threads = threading.active_count()
    assert "no complete answer within 0.5 seconds" in failure(server.url(), cache, QUICK)
    for _ in range(600):  # the server's thread ends when it notices
        if threading.active_count() <= threads:
            break
        time.sleep(0.05)
    assert threading.active_count() <= threads, "no thread is left"


def test_redirects_share_the_deadline(server: Server, cache: Path) -> None:
    def slow(peer: Peer) -> None:
        time.sleep(0.2)
        peer.send(redirect("/api.yaml"))

    server.answers["/api.yaml"] = slow
    assert "no complete answer" in failure(server.url(), cache, QUICK)
    assert len(server.requests) < 5


def test_a_host_that_takes_no_connection(cache: Path) -> None:
    with deaf_port(waits=True) as port:
        text = failure(f"http://127.0.0.1:{port}/", cache, Limits(seconds=5, connect=0.3))
    assert "no connection within 0.3 seconds" in text


def test_a_refused_connection(cache: Path) -> None:
    with deaf_port(waits=False) as port:
        assert "Connection refused" in failure(f"http://127.0.0.1:{port}/", cache)


@pytest.mark.parametrize("host", ["nowhere.invalid", f"{'a' * 64}.example", "a..b"])
def test_an_unknown_host(host: str, cache: Path) -> None:
    assert "isn't known" in failure(f"https://{host}/", cache)


@pytest.mark.parametrize("length", ["", "2000", None])
def test_too_large(length: str | None, server: Server, cache: Path) -> None:
    headers = {} if length is None else {"content_length": length}
    server.answers["/api.yaml"] = answer(b"x" * 2000, **headers)
    text = failure(server.url(), cache, Limits(size=1999))
    assert "more than 1,999 bytes" in text
    assert get(server.url(), cache, Limits(size=2000)).data == b"x" * 2000


def test_endless_empty_members_of_gzip_end_at_the_deadline(server: Server, cache: Path) -> None:
    empty = gzip.compress(b"") * 400_000
    server.answers["/api.yaml"] = answer(empty, content_encoding="gzip")
    assert "no complete answer" in failure(server.url(), cache, Limits(seconds=0.2))


def test_a_gzip_bomb_is_not_unpacked(server: Server, cache: Path) -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 100_000_000, 1)[:1000] + b"\0" * 100_000_000, 1)
    server.answers["/api.yaml"] = answer(bomb, content_encoding="gzip")
    tracemalloc.start()
    assert "more than 1,000,000 bytes" in failure(server.url(), cache, Limits(size=1_000_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize(
    "broken",
    [
        answer(DOCUMENT, content_length="1000"),
        answer(b"64\r\nshort", content_length="", transfer_encoding="chunked"),
        answer(gzip.compress(DOCUMENT)[:-4], content_encoding="gzip"),
        answer(gzip.compress(DOCUMENT)[:20], content_encoding="gzip", content_length=""),
        answer(b"", content_encoding="gzip", content_length=""),
    ],
    ids=["length", "chunks", "gzip's end", "gzip without length", "no gzip at all"],
)
def test_half_a_document_is_none(broken: bytes, server: Server, cache: Path) -> None:
    server.answers["/api.yaml"] = broken
    assert "the document is incomplete" in failure(server.url(), cache)
    assert not cache.exists()


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (b"SSH-2.0-OpenSSH_9.6\r\n", "isn't HTTP"),
        (b"", "isn't HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(200)), "isn't HTTP"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000 + b"\r\n\r\n", "isn't HTTP"),
        (answer(DOCUMENT, content_encoding="br"), "encoded as 'br'"),
        (answer(DOCUMENT, content_encoding="gzip, gzip"), "encoded as 'gzip, gzip'"),
        (answer(DOCUMENT, content_encoding="gzip"), "isn't valid gzip"),
    ],
)
def test_what_is_no_answer(broken: bytes, said: str, server: Server, cache: Path) -> None:
    server.answers["/api.yaml"] = broken
    assert said in failure(server.url(), cache)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("401 Unauthorized", "status 401. If it"), ("403 No", "status 403. If it"),
        ("404 Not Found", "status 404. Check"), ("410 Gone", "status 410. Check"),
        ("429 Slow", "status 429. Try again l"), ("500 Oops", "status 500. Try again l"),
        ("503 Oops", "status 503. Try again l"), ("204 Empty", "status 204. Check"),
        ("206 Part", "status 206. Check"), ("418 Teapot", "status 418. Check"),
        ("304 Not Modified", "status 304. Try again l"),  # without a cache
    ],
)  # fmt: skip
def test_a_status_that_brings_no_document(
    status: str, said: str, server: Server, cache: Path
) -> None:
    server.answers["/api.yaml"] = answer(status=status)
    assert said in failure(server.url(), cache)

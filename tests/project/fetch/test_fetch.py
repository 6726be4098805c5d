"""Fetching a document: what servers do wrong ends in one sentence, soon, and without secrets."""

from __future__ import annotations

import asyncio
import base64
import gzip
import logging
from pathlib import Path

import pytest

from generator.base.errors import UsageError
from generator.project.fetch import fetch
from generator.project.fetch.urls import without_secrets
from tests.project.fetch.conftest import DOCUMENT, etags, failure, get, redirect
from tests.support.sockets import Server, answer


def test_a_document(server: Server, cache: Path) -> None:
    server.answers["/api.yaml"] = answer(DOCUMENT, etag='"1"')
    fetched = get(server.url(), cache)
    assert fetched.data == DOCUMENT
    assert fetched.url == server.url()
    assert fetched.etag == '"1"'
    assert not fetched.from_cache
    assert "authorization" not in server.requests[0].headers


PACKED = gzip.compress(DOCUMENT[:10]) + gzip.compress(DOCUMENT[10:])
CHUNKS = b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("reply", "data"),
    [
        (answer(DOCUMENT, content_length=""), DOCUMENT),
        (answer(CHUNKS, content_length="", transfer_encoding="chunked"), b"hello world"),
        (answer(PACKED, content_encoding="gzip"), DOCUMENT),
        # The end that a server gives is the end (RFC 9112 §6.3); the hash tells.
        (answer(DOCUMENT, content_length="7"), b"openapi"),
    ],
    ids=["to the end of the connection", "chunks", "gzip", "a length that is too short"],
)
def test_where_a_body_ends(reply: bytes, data: bytes, server: Server, cache: Path) -> None:
    server.answers["/api.yaml"] = reply
    assert get(server.url(), cache).data == data


def test_progress_counts_bytes(server: Server, cache: Path) -> None:
    server.answers["/api.yaml"] = answer(b"x" * 200_000)
    said: list[tuple[int, int | None]] = []
    fetch(server.url(), cache=cache, insecure=True, progress=lambda *both: said.append(both))
    assert said[-1] == (200_000, 200_000)
    assert [done for done, _ in said] == sorted({done for done, _ in said})
    assert len(said) > 1


def test_characters_that_a_request_line_cannot_hold_are_quoted(server: Server, cache: Path) -> None:
    server.answers["/%C3%A4%20b?q=%C3%A4"] = answer(DOCUMENT)
    assert get(server.url("/ä%20b?q=ä#part"), cache).data == DOCUMENT


@pytest.mark.parametrize(
    "url",
    [
        "api.yaml", "ftp://example.com/x", "https://", "https:///x", "https://a:b@/x", "file:///etc/x",
        "https://host:port/x", "https://host:70000/x", "https://ho st/x", "https://h/a b",
        "https://h/\r\nX: y", "https://[::1/x", "https://h/\x00", "https://xn--/x",
    ],
)  # fmt: skip
def test_a_wrong_url_is_a_misuse(url: str, cache: Path) -> None:
    with pytest.raises(UsageError, match="isn't an https URL"):
        fetch(url, cache=cache)


def test_http_must_be_allowed_even_on_this_machine(server: Server, cache: Path) -> None:
    with pytest.raises(UsageError, match="isn't https"):
        fetch(server.url(), cache=cache)
    assert server.requests == []


def test_a_user_and_password_go_out_and_are_never_shown(
    server: Server, cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = server.url("/gone?token=hunter2&v").replace("http://", "http://me:s%40cret@")
    text = failure(url, cache)
    assert "status 404" in text
    assert "token=…&…" in text
    told = text + caplog.text
    assert not any(secret in told for secret in ("me:", "s%40cret", "s@cret", "hunter2"))
    sent = server.requests[0].headers["authorization"].removeprefix("Basic ")
    assert base64.b64decode(sent) == b"me:s@cret"
    with pytest.raises(UsageError) as caught:
        fetch(url, cache=cache)
    assert "cret" not in str(caught.value) and "hunter2" not in str(caught.value)
    with pytest.raises(UsageError) as caught:
        fetch("https://me:secret@ho st/?hunter2", cache=cache)
    assert "secret" not in str(caught.value) and "hunter2" not in str(caught.value)


def test_the_cache_names_no_secret(server: Server, cache: Path) -> None:
    url = server.url("/api.yaml?token=hunter2").replace("http://", "http://me:secret@")
    server.answers["/api.yaml?token=hunter2"] = answer(DOCUMENT, etag='"1"')
    assert "hunter2" not in get(url, cache).url
    (entry,) = cache.iterdir()
    assert entry.stat().st_mode & 0o077 == 0
    assert not any(secret in entry.read_bytes() for secret in (b"hunter2", b"secret", b"me:"))
    # Another user's document is another document.
    get(url.replace("me:secret", "you:other"), cache)
    assert "if-none-match" not in server.requests[1].headers


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("https://a:b@host/x?k=v#f", "https://host/x?k=…"),
        ("https://host/a@b", "https://host/a@b"),
        ("spec/a?b=c", "spec/a?b=c"),
        ("https://host", "https://host"),
    ],
)
def test_what_is_shown_of_a_url(given: str, shown: str) -> None:
    assert without_secrets(given) == shown


def test_a_caller_may_have_an_event_loop(server: Server, cache: Path) -> None:
    server.answers["/api.yaml"] = answer(DOCUMENT)

    async def caller() -> bytes:
        return get(server.url(), cache).data

    assert asyncio.run(caller()) == DOCUMENT


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_redirects_within_the_origin(status: str, server: Server, cache: Path) -> None:
    for number in range(5):
        server.answers[f"/{number}"] = redirect(f"./{number + 1}", status)
    server.answers["/5"] = answer(DOCUMENT)
    fetched = get(server.url("/0"), cache)
    assert (fetched.data, fetched.url) == (DOCUMENT, server.url("/5"))


def test_a_redirect_keeps_the_credentials(server: Server, cache: Path) -> None:
    server.answers["/api.yaml"] = redirect(f"http://you:other@127.0.0.1:{server.port}/1")
    server.answers["/1"] = answer(DOCUMENT)
    get(server.url().replace("http://", "http://me:secret@"), cache)
    first, second = (request.headers["authorization"] for request in server.requests)
    assert first == second == f"Basic {base64.b64encode(b'me:secret').decode()}"


def test_five_redirects_are_enough(server: Server, cache: Path) -> None:
    server.answers["/loop"] = redirect("/loop")
    assert "more than 5 redirects" in failure(server.url("/loop"), cache)
    assert len(server.requests) == 6


@pytest.mark.parametrize("host", ["localhost:{port}", "127.0.0.1:1", "127.0.0.1"])
def test_a_redirect_to_another_origin(host: str, server: Server, cache: Path) -> None:
    target = f"http://u:secret@{host.format(port=server.port)}/x?token=hunter2"
    server.answers["/api.yaml"] = redirect(target)
    text = failure(server.url(), cache)
    assert "redirects to another origin, http://" in text
    assert "secret" not in text and "hunter2" not in text
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("location", "said"),
    [("", "status 302"), ("file:///etc/passwd", "origin"), ("http://[", "origin")],
)
def test_a_redirect_that_leads_nowhere(
    location: str, said: str, server: Server, cache: Path
) -> None:
    server.answers["/api.yaml"] = redirect(location)
    assert said in failure(server.url(), cache)


def test_an_etag_is_asked_only_of_the_url_that_gave_it(server: Server, cache: Path) -> None:
    server.answers["/api.yaml"] = redirect("/one")
    server.answers["/one"] = etags('"same"', b"one")
    server.answers["/two"] = etags('"same"', b"two")
    assert get(server.url(), cache).data == b"one"
    assert get(server.url(), cache).from_cache
    server.answers["/api.yaml"] = redirect("/two")
    assert get(server.url(), cache).data == b"two"

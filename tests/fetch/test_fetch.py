"""Fetching a document: what servers do wrong ends in one sentence, soon, and without secrets."""

from __future__ import annotations

import asyncio
import base64
import gzip
import logging
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from generator.errors import Unreachable, UsageError
from generator.fetch import Fetched, Limits, cache_folder, fetch, without_secrets
from tests.support.http_server import Request, Server, answer, serving

pytestmark = pytest.mark.slow

DOCUMENT = b"openapi: 3.1.0\r\ninfo: {title: T, version: '1'}\n"
QUICK = Limits(seconds=0.5, connect=0.5)
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def get(url: str, cache: Path, limits: Limits = QUICK) -> Fetched:
    return fetch(url, cache=cache, limits=limits, insecure=True)


def failure(url: str, cache: Path, limits: Limits = QUICK) -> str:
    with pytest.raises(Unreachable) as caught:
        get(url, cache, limits)
    assert caught.value.remedy.endswith((".", "?"))
    assert str(caught.value).startswith(caught.value.url)
    return str(caught.value)


# ── a document ───────────────────────────────────────────────────────────────────────────────────


def test_a_document(server: Server, cache: Path) -> None:
    server.answers["/api.yaml"] = answer(DOCUMENT, etag='"1"')
    fetched = get(server.url(), cache)
    assert fetched.data == DOCUMENT
    assert fetched.url == server.url()
    assert fetched.etag == '"1"'
    assert not fetched.from_cache
    assert "authorization" not in server.requests[0].headers


def test_a_body_that_ends_with_the_connection(server: Server, cache: Path) -> None:
    server.answers["/api.yaml"] = answer(DOCUMENT, content_length="")
    assert get(server.url(), cache).data == DOCUMENT


def test_a_body_in_chunks(server: Server, cache: Path) -> None:
    body = b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
    server.answers["/api.yaml"] = answer(body, content_length="", transfer_encoding="chunked")
    assert get(server.url(), cache).data == b"hello world"


def test_gzip(server: Server, cache: Path) -> None:
    packed = gzip.compress(DOCUMENT[:10]) + gzip.compress(DOCUMENT[10:])
    server.answers["/api.yaml"] = answer(packed, content_encoding="gzip")
    assert get(server.url(), cache).data == DOCUMENT


def test_progress_counts_bytes(server: Server, cache: Path) -> None:
    server.answers["/api.yaml"] = answer(b"x" * 200_000)
    said: list[tuple[int, int | None]] = []
    fetch(
        server.url(),
        cache=cache,
        insecure=True,
        progress=lambda done, all_: said.append((done, all_)),
    )
    assert said[-1] == (200_000, 200_000)
    assert [done for done, _ in said] == sorted({done for done, _ in said})
    assert len(said) > 1


def test_characters_that_a_request_line_cannot_hold_are_quoted(server: Server, cache: Path) -> None:
    server.answers["/%C3%A4%20b?q=%C3%A4"] = answer(DOCUMENT)
    assert get(server.url("/ä%20b?q=ä#part"), cache).data == DOCUMENT


# ── wrong URLs and secrets ───────────────────────────────────────────────────────────────────────


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


# ── the cache ────────────────────────────────────────────────────────────────────────────────────


def etags(tag: str, body: bytes) -> object:
    def respond(request: Request, sock: socket.socket) -> None:
        if request.headers.get("if-none-match") == tag:
            sock.sendall(answer(status="304 Not Modified", etag=tag, content_length=""))
        else:
            sock.sendall(answer(body, etag=tag))

    return respond


def test_an_unchanged_document_comes_from_the_cache(server: Server, cache: Path) -> None:
    server.answers["/api.yaml"] = etags('"1"', DOCUMENT)  # type: ignore[assignment]
    first, second = get(server.url(), cache), get(server.url(), cache)
    assert (first.from_cache, second.from_cache) == (False, True)
    assert second.data == DOCUMENT
    assert second.etag == first.etag
    server.answers["/api.yaml"] = etags('"2"', b"new")  # type: ignore[assignment]
    third, fourth = get(server.url(), cache), get(server.url(), cache)
    assert (third.data, third.etag, third.from_cache) == (b"new", '"2"', False)
    assert (fourth.data, fourth.etag, fourth.from_cache) == (b"new", '"2"', True)


def test_a_date_does_where_there_is_no_etag(server: Server, cache: Path) -> None:
    date = "Tue, 03 Nov 2026 10:00:00 GMT"
    server.answers["/api.yaml"] = answer(DOCUMENT, last_modified=date)
    get(server.url(), cache)
    server.answers["/api.yaml"] = answer(status="304 Not Modified")
    assert get(server.url(), cache).from_cache
    assert server.requests[1].headers["if-modified-since"] == date


def test_an_etag_that_cannot_be_sent_back_is_ignored(server: Server, cache: Path) -> None:
    server.answers["/api.yaml"] = answer(DOCUMENT, etag='"ä"')
    assert get(server.url(), cache).etag == ""
    assert get(server.url(), cache).data == DOCUMENT
    assert "if-none-match" not in server.requests[1].headers


def test_without_a_validator_nothing_is_kept(server: Server, cache: Path) -> None:
    server.answers["/api.yaml"] = answer(DOCUMENT)
    get(server.url(), cache)
    assert not cache.exists()


def test_not_modified_without_a_cache_is_no_document(server: Server, cache: Path) -> None:
    server.answers["/api.yaml"] = answer(status="304 Not Modified")
    assert "status 304" in failure(server.url(), cache)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data.replace(b"openapi", b"0penapi"),
        lambda _data: b"",
        lambda _data: b"[1]\n",
        lambda _data: b"\xff\n",
        lambda data: b"{}" + data,
    ],
)  # fmt: skip
def test_a_corrupt_entry_is_as_if_it_were_not_there(
    damage: object, server: Server, cache: Path
) -> None:
    server.answers["/api.yaml"] = etags('"1"', DOCUMENT)  # type: ignore[assignment]
    get(server.url(), cache)
    (entry,) = cache.iterdir()
    entry.write_bytes(damage(entry.read_bytes()))  # type: ignore[operator]
    again = get(server.url(), cache)
    assert (again.data, again.from_cache) == (DOCUMENT, False)
    assert get(server.url(), cache).from_cache


def test_a_cache_that_cannot_be_written_is_none(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    server.answers["/api.yaml"] = answer(DOCUMENT, etag='"1"')
    assert get(server.url(), tmp_path / "file" / "cache").data == DOCUMENT


def test_several_at_once_share_a_cache(server: Server, cache: Path) -> None:
    """Each sees a whole document, whoever wrote it, and no other file is left."""
    bodies = {n: bytes([65 + n]) * 300_000 for n in range(4)}
    turn = iter(range(1000))

    def respond(_request: Request, sock: socket.socket) -> None:
        number = next(turn) % 4
        sock.sendall(answer(bodies[number], etag=f'"{number}"'))

    server.answers["/api.yaml"] = respond
    seen: list[bytes] = []

    def work() -> None:
        for _ in range(5):
            seen.append(get(server.url(), cache, Limits()).data)  # noqa: PERF401

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 20
    assert set(seen) <= set(bodies.values())
    assert len(list(cache.iterdir())) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="other platforms have other folders")
def test_where_the_cache_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert cache_folder() == Path("/caches/speclock")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == tmp_path / ".cache" / "speclock"


# ── redirects ────────────────────────────────────────────────────────────────────────────────────


def redirect(to: str, status: str = "302 Found") -> bytes:
    return answer(status=status, location=to)


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
    server.answers["/one"] = etags('"same"', b"one")  # type: ignore[assignment]
    server.answers["/two"] = etags('"same"', b"two")  # type: ignore[assignment]
    assert get(server.url(), cache).data == b"one"
    assert get(server.url(), cache).from_cache
    server.answers["/api.yaml"] = redirect("/two")
    assert get(server.url(), cache).data == b"two"


# ── limits and broken servers ────────────────────────────────────────────────────────────────────


def drip(*, head: bytes, then: bytes) -> object:
    """An answer whose last part comes letter by letter, for ever."""

    def respond(_request: Request, sock: socket.socket) -> None:
        with suppress(OSError):
            sock.sendall(head)
            for _ in range(40):
                sock.sendall(then)
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
    server.answers["/api.yaml"] = drip(head=head, then=then)  # type: ignore[assignment]
    began = time.monotonic()
    threads = threading.active_count()
    assert "no complete answer within 0.5 seconds" in failure(server.url(), cache)
    assert time.monotonic() - began < 2
    for _ in range(40):  # the server's thread ends when it notices
        if threading.active_count() <= threads:
            break
        time.sleep(0.05)
    assert threading.active_count() <= threads, "no thread is left"


def test_redirects_share_the_deadline(server: Server, cache: Path) -> None:
    def slow(_request: Request, sock: socket.socket) -> None:
        time.sleep(0.2)
        sock.sendall(redirect("/api.yaml"))

    server.answers["/api.yaml"] = slow
    assert "no complete answer" in failure(server.url(), cache)
    assert len(server.requests) < 5


def test_a_host_that_takes_no_connection(cache: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        held = [socket.socket() for _ in range(3)]
        for sock in held:
            sock.setblocking(False)
            with suppress(BlockingIOError):
                sock.connect(("127.0.0.1", port))
        time.sleep(0.05)
        limits = Limits(seconds=5, connect=0.3)
        text = failure(f"http://127.0.0.1:{port}/", cache, limits)
        for sock in held:
            sock.close()
    assert "no connection within 0.3 seconds" in text


def test_a_refused_connection(cache: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    assert "Connection refused" in failure(f"http://127.0.0.1:{port}/", cache)


@pytest.mark.parametrize("host", ["nowhere.invalid", f"{'a' * 64}.example", "a..b"])
def test_an_unknown_host(host: str, cache: Path) -> None:
    assert "isn't known" in failure(f"https://{host}/", cache, Limits())


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
    bomb = gzip.compress(gzip.compress(b"\0" * 300_000_000, 1)[:1000] + b"\0" * 300_000_000, 1)
    server.answers["/api.yaml"] = answer(bomb, content_encoding="gzip")
    began = time.monotonic()
    assert "more than 1,000,000 bytes" in failure(server.url(), cache, Limits(size=1_000_000))
    assert time.monotonic() - began < 1


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


def test_a_length_that_is_too_short_cuts(server: Server, cache: Path) -> None:
    """What a server says is the end is the end (RFC 9112 §6.3); the hash tells."""
    server.answers["/api.yaml"] = answer(DOCUMENT, content_length="7")
    assert get(server.url(), cache).data == b"openapi"


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
        ("401 Unauthorized", "status 401. Put a user"), ("403 No", "status 403. Put a user"),
        ("404 Not Found", "status 404. Check"), ("410 Gone", "status 410. Check"),
        ("429 Slow", "status 429. Try again l"), ("500 Oops", "status 500. Try again l"),
        ("503 Oops", "status 503. Try again l"), ("204 Empty", "status 204. Check"),
        ("206 Part", "status 206. Check"), ("418 Teapot", "status 418. Check"),
    ],
)  # fmt: skip
def test_a_status_that_brings_no_document(
    status: str, said: str, server: Server, cache: Path
) -> None:
    server.answers["/api.yaml"] = answer(status=status)
    assert said in failure(server.url(), cache)


# ── TLS and proxies ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that nobody has signed, with its key, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl isn't here to make a certificate")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    key = path.with_name("key.pem")
    options = (
        "-x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=t -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(
        [openssl, "req", *options.split(), "-keyout", str(key), "-out", str(path)],
        capture_output=True,
        check=True,
    )
    path.write_text(path.read_text() + key.read_text())
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[str]:
    """The address of a TLS server that answers one connection at a time with the document."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            with sock, suppress(OSError), context.wrap_socket(sock, server_side=True) as tls:
                asked = tls.recv(65536)
                down = redirect(f"http://127.0.0.1:{listener.getsockname()[1]}/api.yaml")
                tls.sendall(down if b"/down" in asked else answer(DOCUMENT, etag='"1"'))

    thread = threading.Thread(target=accept)
    thread.start()
    yield f"https://127.0.0.1:{listener.getsockname()[1]}/api.yaml"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def test_https(
    secure: str, certificate: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert fetch(secure, cache=cache).data == DOCUMENT


def test_a_certificate_that_nobody_signed(secure: str, cache: Path) -> None:
    """Allowing http doesn't turn certificates off."""
    assert "certificate isn't trusted" in failure(secure, cache, Limits())


def test_a_redirect_from_https_to_http(
    secure: str, certificate: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Allowing http doesn't allow it here."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    text = failure(secure.replace("/api.yaml", "/down"), cache, Limits())
    assert "redirects to another origin, http://127.0.0.1" in text


def test_a_server_that_begins_no_tls(cache: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        text = failure(url, cache, Limits(seconds=5, connect=0.3))
    assert "no connection within 0.3 seconds" in text


def test_https_to_a_server_without_tls(server: Server, cache: Path) -> None:
    assert "TLS failed" in failure(server.url().replace("http:", "https:"), cache)


def tunnel(request: Request, sock: socket.socket) -> None:
    """A proxy's answer to CONNECT: bytes both ways."""
    host, _, port = request.path.partition(":")
    with socket.create_connection((host, int(port))) as far:
        sock.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")

        def back() -> None:
            with suppress(OSError):
                while data := far.recv(65536):
                    sock.sendall(data)
                sock.shutdown(socket.SHUT_WR)

        thread = threading.Thread(target=back)
        thread.start()
        with suppress(OSError):
            while data := sock.recv(65536):
                far.sendall(data)
        thread.join()


def test_https_through_a_proxy(
    secure: str,
    certificate: Path,
    server: Server,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("https_proxy", server.url("").replace("//", "//me:secret@"))
    authority = secure.split("/")[2]
    assert "status 404" in failure(secure, cache, Limits())
    server.answers[authority] = tunnel
    assert fetch(secure, cache=cache).data == DOCUMENT
    assert {request.line for request in server.requests} == {f"CONNECT {authority} HTTP/1.1"}
    assert "proxy-authorization" in server.requests[0].headers
    assert "authorization" not in server.requests[0].headers


def test_http_through_a_proxy(server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.url(""))
    server.answers["http://api.invalid/x"] = answer(DOCUMENT)
    assert get("http://api.invalid/x", cache).data == DOCUMENT
    monkeypatch.setenv("no_proxy", "api.invalid")
    assert "isn't known" in failure("http://api.invalid/x", cache, Limits())


def test_all_proxy_is_ignored(server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:1")
    server.answers["/api.yaml"] = answer(DOCUMENT)
    assert get(server.url(), cache).data == DOCUMENT

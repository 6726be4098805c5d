"""TLS, and the proxies of the environment."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from generator.project.fetch import Limits, fetch
from tests.project.fetch.conftest import DOCUMENT, failure, get, redirect
from tests.support.sockets import Peer, Server, answer, by_target, write_certificate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a certificate of 127.0.0.1 that nobody has signed, with its key, in one file."""
    return write_certificate(tmp_path_factory.mktemp("tls") / "both.pem")


def speak_tls(peer: Peer) -> None:
    peer.secure()
    by_target(peer)


@pytest.fixture
def secure() -> Iterator[str]:
    """Return the address of a TLS server."""
    with Server(speak_tls) as server:
        server.answers["/api.yaml"] = answer(DOCUMENT, etag='"1"')
        server.answers["/down"] = redirect(server.url())
        yield server.url().replace("http:", "https:")


def test_https(
    secure: str, certificate: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert fetch(secure, cache=cache).data == DOCUMENT


def test_a_certificate_that_nobody_signed(secure: str, cache: Path) -> None:
    """Allowing http doesn't turn certificates off."""
    assert "certificate isn't trusted" in failure(secure, cache)


def test_a_redirect_from_https_to_http(
    secure: str, certificate: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Allowing http doesn't allow it here."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    text = failure(secure.replace("/api.yaml", "/down"), cache)
    assert "redirects to another origin, http://127.0.0.1" in text


def test_a_server_that_begins_no_tls(cache: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        text = failure(url, cache, Limits(seconds=5, connect=0.3))
    assert "no connection within 0.3 seconds" in text


def test_https_to_a_server_without_tls(server: Server, cache: Path) -> None:
    assert "TLS failed" in failure(server.url().replace("http:", "https:"), cache)


def tunnel(peer: Peer) -> None:
    """Answer CONNECT as a proxy does: bytes both ways."""
    host, _, port = peer.request.target.partition(":")
    sock = peer.sock
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
    assert "status 404" in failure(secure, cache)
    server.answers[authority] = tunnel
    assert fetch(secure, cache=cache).data == DOCUMENT
    assert {(r.method, r.target) for r in server.requests} == {("CONNECT", authority)}
    assert "proxy-authorization" in server.requests[0].headers
    assert "authorization" not in server.requests[0].headers


def test_http_through_a_proxy(server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.url(""))
    server.answers["http://api.invalid/x"] = answer(DOCUMENT)
    assert get("http://api.invalid/x", cache).data == DOCUMENT
    monkeypatch.setenv("no_proxy", "api.invalid")
    assert "isn't known" in failure("http://api.invalid/x", cache)


def test_all_proxy_is_ignored(server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:1")
    server.answers["/api.yaml"] = answer(DOCUMENT)
    assert get(server.url(), cache).data == DOCUMENT

"""A fetch from a server on this machine, and its cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.base.errors import Unreachable
from generator.project.fetch import Fetched, Limits, fetch
from tests.support.sockets import Peer, Server, Step, answer

DOCUMENT = b"openapi: 3.1.0\r\ninfo: {title: T, version: '1'}\n"

QUICK = Limits(seconds=0.5)
PATIENT = Limits()


def get(url: str, cache: Path, limits: Limits = PATIENT) -> Fetched:
    fetched = fetch(url, cache=cache, limits=limits, insecure=True)
    fetched.keep()
    return fetched


def failure(url: str, cache: Path, limits: Limits = PATIENT) -> str:
    with pytest.raises(Unreachable) as caught:
        get(url, cache, limits)
    assert caught.value.remedy.endswith((".", "?"))
    assert str(caught.value).startswith(caught.value.url)
    return str(caught.value)


def etags(tag: str, body: bytes) -> Step:
    def respond(peer: Peer) -> None:
        if peer.request.headers.get("if-none-match") == tag:
            peer.send(answer(status=304, etag=tag, content_length=""))
        else:
            peer.send(answer(body, etag=tag))

    return respond


def redirect(to: str, status: str = "302 Found") -> bytes:
    return answer(status=status, location=to)


@pytest.fixture
def cache(server: Server, tmp_path: Path) -> Path:  # noqa: ARG001 - it takes proxies away
    return tmp_path / "cache"

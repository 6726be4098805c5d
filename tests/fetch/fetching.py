"""A fetch from a server on this machine."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from generator.errors import Unreachable
from generator.fetch import Fetched, Limits, fetch
from tests.support.http_server import Answer, Request, answer

DOCUMENT = b"openapi: 3.1.0\r\ninfo: {title: T, version: '1'}\n"

QUICK = Limits(seconds=0.5)
PATIENT = Limits()


def get(url: str, cache: Path, limits: Limits = PATIENT) -> Fetched:
    return fetch(url, cache=cache, limits=limits, insecure=True)


def failure(url: str, cache: Path, limits: Limits = PATIENT) -> str:
    with pytest.raises(Unreachable) as caught:
        get(url, cache, limits)
    assert caught.value.remedy.endswith((".", "?"))
    assert str(caught.value).startswith(caught.value.url)
    return str(caught.value)


def etags(tag: str, body: bytes) -> Answer:
    def respond(request: Request, sock: socket.socket) -> None:
        if request.headers.get("if-none-match") == tag:
            sock.sendall(answer(status="304 Not Modified", etag=tag, content_length=""))
        else:
            sock.sendall(answer(body, etag=tag))

    return respond


def redirect(to: str, status: str = "302 Found") -> bytes:
    return answer(status=status, location=to)

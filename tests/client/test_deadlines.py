"""Deadlines of calls through an HTTP client that the caller gives."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from pinterest_audiences import AsyncPinterest, errors
from pinterest_audiences._runtime.http import httpx

from tests.client.conftest import OFF, Caller, make_body
from tests.client.fault_cases import drips, silent
from tests.support.sockets import Peer, Server, Step

pytestmark = pytest.mark.slow


drip_headers = drips(b"HTTP/1.1 200 OK\r\nx-filler: ", b"a" * 999, 0.05)
drip_body = drips(b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n", b" " * 999, 0.05)


@pytest.mark.parametrize("step", [silent, drip_body], ids=["silent", "body"])
def test_the_deadline_of_an_injected_client(
    step: Step, mode: str, caller: Caller, serve: Callable[..., Server]
) -> None:
    """Its time-outs are cut to what is left, and the deadline is looked at with each chunk."""
    server = serve(step)
    kind: Any = httpx.AsyncClient if mode == "async" else httpx.Client
    http = kind(timeout=None)
    began = time.monotonic()
    with pytest.raises(errors.TransportError, match="ReadTimeout"):
        caller.create(server, http_client=http, timeout=60.0, deadline=0.3, retry=OFF)
    assert 0.3 <= time.monotonic() - began < 30
    assert server.posts == 1


@pytest.mark.parametrize(
    "step", [silent, drip_headers, drip_body], ids=["silent", "headers", "body"]
)
@pytest.mark.parametrize("what", ["http_client", "transport"])
def test_an_injected_asynchronous_client_is_cancelled_at_the_deadline(
    what: str, step: Step, serve: Callable[..., Server]
) -> None:
    """Even where headers drip; the connection is given back, and the next call gets one."""
    server = serve(step, answered_late)
    limits = httpx.Limits(max_connections=1)

    async def run() -> float:
        injected: Any = httpx.AsyncHTTPTransport(limits=limits)
        http = httpx.AsyncClient(transport=injected)
        given: dict[str, Any] = {"transport": injected, "http_client": http}
        settings: dict[str, Any] = {what: given[what], "deadline": 0.3, "retry": OFF}
        async with http, AsyncPinterest("t", base_url=server.base_url, **settings) as client:
            body = make_body()
            began = time.monotonic()
            with pytest.raises(errors.TransportError, match="the deadline for the whole attempt"):
                await client.audiences.create("1", body)
            took = time.monotonic() - began
            assert (await client.audiences.create("1", body)).id == "1"
            return took

    assert 0.3 <= asyncio.run(run()) < 30


def answered_late(peer: Peer) -> None:
    peer.answer(200, {"id": "1"})


def test_dripping_headers_hold_an_injected_synchronous_client(serve: Callable[..., Server]) -> None:
    """The one thing that ends no earlier than the server: nothing public of httpx sees it."""
    server = serve(drip_headers, life=1.0)
    with httpx.Client() as http:
        began = time.monotonic()
        with pytest.raises(errors.TransportError):
            Caller("sync").create(server, http_client=http, deadline=0.2, retry=OFF)
        assert time.monotonic() - began > 0.5

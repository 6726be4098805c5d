"""The deadline of a call, and that of one through an HTTP client that the caller gives."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import anyio
import pytest
from pinterest_audiences import AsyncPinterest, Options, Retry, errors
from pinterest_audiences._runtime.http import httpx

from tests.client.conftest import AUDIENCE, OFF, TOKEN, Caller, make_body
from tests.client.fault_cases import drips, silent
from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case, GeneratedCases, load_spec
from tests.support.sockets import Peer, Server, Step, answered

pytestmark = pytest.mark.slow


ENDLESS = float("inf")

FEED = """
openapi: 3.1.0
info: {title: Feed, version: "1"}
servers: [{url: "http://feed.example"}]
paths:
  /ping:
    get:
      operationId: ping
      responses: {"200": {description: "", content: {application/json: {schema: {type: integer}}}}}
  /lines:
    get:
      operationId: lines
      responses: {"200": {description: "", content: {application/jsonl: {schema: {type: integer}}}}}
  /pages:
    get:
      operationId: pages
      parameters: [{name: page, in: query, schema: {type: integer}}]
      responses:
        "200":
          description: ""
          content:
            application/json:
              schema:
                type: object
                required: [items]
                properties: {items: {type: array, items: {type: integer}}}
"""
PAGES = """
[[tool.speclock.clients.case_feed.pagination]]
style = "page"
parameter = "page"
items = "items"
"""


@pytest.fixture
def feed(cases: GeneratedCases) -> Case:
    return load_spec(cases, "feed", FEED, PAGES)


def test_attempts_and_pauses_share_the_deadline(
    feed: Case, mode: str, serve: Callable[..., Server]
) -> None:
    """A call of a server that never answers ends once, not after each attempt."""
    server = serve(silent)
    retry = feed.package.Retry(attempts=3, base=0.01)
    began = time.monotonic()
    with (
        feed.connect(server, mode, timeout=30.0, deadline=0.5, retry=retry) as client,
        pytest.raises(feed.errors.TransportError, match="may have processed it"),
    ):
        client.ping()
    assert 0.5 <= time.monotonic() - began < 1.0
    assert len(server.requests) == 1


@pytest.mark.parametrize("where", ["client", "call"])
def test_a_pause_that_ends_after_the_deadline_is_not_begun(where: str, caller: Caller) -> None:
    """The error is that of the server."""
    server = Recorder(answering(429, retry_after="2"))
    settings: dict[str, Any] = {"retry": Retry(longest=5.0)}
    if where == "client":
        settings["deadline"] = 1.0
    options = Options(deadline=1.0) if where == "call" else None
    began = time.monotonic()
    with pytest.raises(errors.RateLimitError) as caught:
        caller.create(server, options=options, **settings)
    assert time.monotonic() - began < 1.0
    assert caught.value.retry_after == 2
    assert len(server.requests) == 1


def test_a_pause_within_the_deadline_uses_it_up(
    caller: Caller, serve: Callable[..., Server]
) -> None:
    server = serve(answered(429, retry_after="1"), silent)
    began = time.monotonic()
    with pytest.raises(errors.TransportError):
        caller.create(server, deadline=1.3, timeout=30.0)
    assert 1.3 <= time.monotonic() - began < 2.3
    assert server.posts == 2


@pytest.mark.parametrize("kind", ["callable", "asynchronous callable"])
def test_the_token_is_fetched_within_the_deadline(kind: str) -> None:
    """It is asked for once, and nothing is sent after the deadline."""
    asked: list[None] = []

    def token() -> str:
        asked.append(None)
        time.sleep(0.4)
        return TOKEN

    async def fetched() -> str:
        asked.append(None)
        await anyio.sleep(30)
        return TOKEN

    server = Recorder(AUDIENCE)
    chosen: Any = token if kind == "callable" else fetched
    began = time.monotonic()
    for mode in ("sync", "async") if kind == "callable" else ("async",):
        with pytest.raises(errors.TransportError, match="never sent") as caught:
            Caller(mode).create(server, token=chosen, deadline=0.3)
        assert not caught.value.may_have_reached_server
        assert len(asked) == 1
        asked.clear()
    assert time.monotonic() - began < 5
    assert server.requests == []


def test_redirects_share_the_deadline(feed: Case, mode: str, serve: Callable[..., Server]) -> None:
    def redirected(peer: Peer) -> None:
        peer.read()
        time.sleep(0.2)
        peer.reply(302, location=peer.server.url("/ping"))

    server = serve(redirected)
    began = time.monotonic()
    settings = {"follow_redirects": True, "deadline": 0.5, "timeout": 30.0}
    with feed.connect(server, mode, **settings) as client, pytest.raises(feed.errors.SampleError):
        client.ping()
    assert time.monotonic() - began < 1.0
    assert len(server.requests) <= 4


def test_each_page_has_a_deadline_of_its_own(feed: Case, mode: str) -> None:
    """A page is a call."""
    pages = iter([[1], [2], [3], []])

    def slow(_: httpx.Request) -> httpx.Response:
        time.sleep(0.3)
        return httpx.Response(200, json={"items": next(pages)})

    with feed.connect(slow, mode, deadline=0.6) as client:
        assert [*client.pages_all()] == [1, 2, 3]


def test_a_stream_is_read_after_the_deadline(
    feed: Case, mode: str, serve: Callable[..., Server]
) -> None:
    """It ends when the stream is open; what limits each read is the time-out."""

    def slow(peer: Peer) -> None:
        peer.read()
        peer.send(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/jsonl\r\ncontent-length: 4\r\n\r\n1\n"
        )
        time.sleep(0.8)
        peer.send(b"2\n")

    with (
        feed.connect(serve(slow), mode, deadline=0.4, timeout=30.0) as client,
        client.lines() as lines,
    ):
        assert [*lines] == [1, 2]


@pytest.mark.parametrize("deadline", [None, ENDLESS, 1e10], ids=str)
@pytest.mark.parametrize(
    "timeout", [5.0, ENDLESS, httpx.Timeout(None), httpx.Timeout(30, read=None)], ids=str
)
def test_no_deadline(
    deadline: float | None, timeout: Any, caller: Caller, serve: Callable[..., Server]
) -> None:
    server = serve(answered(200, AUDIENCE))
    assert caller.create(server, deadline=deadline, timeout=timeout).id == AUDIENCE["id"]
    if deadline is not None:
        options = Options(deadline=deadline, timeout=timeout)
        assert caller.create(server, options=options).id == AUDIENCE["id"]


def test_an_attempt_that_reached_the_server_is_not_forgotten(feed: Case, mode: str) -> None:
    """An error tells of the whole call, though its last attempt was never sent."""
    server = Recorder(httpx.ReadError("reset"), httpx.ConnectError("refused"))
    retry = feed.package.Retry(attempts=2, base=0.01)
    with (
        feed.connect(server, mode, retry=retry) as client,
        pytest.raises(feed.errors.TransportError, match="ConnectError") as caught,
    ):
        client.ping()
    assert caught.value.may_have_reached_server


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
            with pytest.raises(errors.TransportError, match="the deadline of the call has passed"):
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

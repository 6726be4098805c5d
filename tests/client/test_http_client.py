"""The HTTP client below: ours, or one that the caller gives."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from pinterest_audiences import AsyncPinterest, errors
from pinterest_audiences._runtime.call import redirect_address
from pinterest_audiences._runtime.http import httpx
from pinterest_audiences.client import API_FACTS

from tests.client.conftest import AUDIENCE, BASE_URL, TOKEN, Caller, make_body
from tests.support.answers import Answer, Recorder, answering
from tests.support.clients import wait_for
from tests.support.sockets import Peer, Server

Serve = Callable[..., Server]


def http_client(mode: str, server: Answer, **settings: Any) -> Any:
    """Return an HTTP client of the caller."""
    kind: Any = httpx.AsyncClient if mode == "async" else httpx.Client
    return kind(transport=httpx.MockTransport(server), **settings)


def test_http_client_stays_open(mode: str, caller: Caller) -> None:
    """It is the caller's: its headers go out, ours win where they must, and it isn't closed."""
    server = Recorder(AUDIENCE)
    headers = {"x-own": "1", "user-agent": "mine", "authorization": "no"}
    http = http_client(mode, server, headers=headers)
    caller.create(BASE_URL, http_client=http)
    assert not http.is_closed
    sent = server.request.headers
    assert (sent["x-own"], sent["user-agent"]) == ("1", f"pinterest_audiences/{API_FACTS.version}")
    assert sent["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("follows", [True, False])
@pytest.mark.parametrize(
    "location",
    ["https://elsewhere.example/", "http://[::1", "mailto:x", "http://xn--/", "/x"],
)
def test_http_client_follows_no_redirect(
    location: str, follows: bool, mode: str, caller: Caller
) -> None:
    """Even if it would: the token would go with it. Whatever it makes of it, the error is ours."""
    server = Recorder(answering(307, location=location))
    http = http_client(mode, server, follow_redirects=follows)
    with pytest.raises((errors.ApiError, errors.TransportError)) as caught:
        caller.create(BASE_URL, http_client=http)
    assert getattr(caught.value, "may_have_reached_server", True)
    assert len(server.requests) == 1


def test_http_client_hooks_see_request_and_response(mode: str, caller: Caller) -> None:
    """The HTTP library's own way to look on."""
    seen: list[Any] = []

    async def note_async(event: Any) -> None:
        seen.append(event)

    note: Any = note_async if mode == "async" else seen.append
    server = Recorder(AUDIENCE)
    http = http_client(mode, server, event_hooks={"request": [note], "response": [note]})
    caller.create(BASE_URL, http_client=http)
    request, response = seen
    assert request.content == server.request.content
    assert response.status_code == 200


def test_our_own_http_client_is_closed(caller: Caller, serve: Serve) -> None:
    """By ``with``, and by ``close``; the connection is gone then, and no call is possible."""
    gone = threading.Event()

    def step(peer: Peer) -> None:
        peer.answer(200, {"id": "1"})
        peer.hold()
        gone.set()

    server = serve(step)
    client = caller.client(server)
    with client:
        client.audiences.create("1", make_body())
    assert gone.wait(30)
    assert_closed(client)
    assert server.posts == 1


def assert_closed(client: Any) -> None:
    """Assert that a call says that the client is closed, at the first call and later."""
    for _ in range(2):
        with pytest.raises(errors.RequestError, match="the client is closed; nothing was sent"):
            client.audiences.create("1", make_body())


def test_a_client_that_was_never_used_is_closed_too(caller: Caller) -> None:
    for server in (BASE_URL, Recorder()):
        client = caller.client(server)
        close = client.close if caller.mode == "sync" else client.aclose
        close()
        close()
        assert_closed(client)


def test_an_http_client_that_its_owner_closed(mode: str, caller: Caller) -> None:
    """The error is ours, not the HTTP library's RuntimeError."""
    server = Recorder()
    http = http_client(mode, server)
    wait_for(http.aclose() if mode == "async" else http.close())
    with pytest.raises(errors.RequestError, match="the client is closed"):
        caller.create(BASE_URL, http_client=http)
    assert server.requests == []


def test_our_own_http_client_keeps_as_many_connections_as_it_opens(
    mode: str, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An idle one is closed before a server is likely to."""
    kind: Any = httpx.AsyncClient if mode == "async" else httpx.Client
    make: Any = kind.__init__
    given: list[dict[str, Any]] = []

    def note(self: Any, **settings: Any) -> None:
        given.append(settings)
        make(self, **settings)

    monkeypatch.setattr(kind, "__init__", note)
    caller.client(BASE_URL, timeout=3.5)

    (settings,) = given
    limits = settings["limits"]
    assert limits.max_connections == limits.max_keepalive_connections == 100
    assert 0 < limits.keepalive_expiry <= 30
    assert settings["timeout"] == 3.5


def test_a_cookie_of_the_server_is_not_sent_back(caller: Caller) -> None:
    """What a call sends depends on its arguments alone."""
    server = Recorder(answering(200, AUDIENCE, set_cookie="session=1; path=/"))
    with caller.client(server) as client:
        for _ in range(2):
            client.audiences.create("1", make_body())
        assert not client._sender._http.cookies
    assert server.headers("cookie") == [None, None]


def test_proxies_of_the_environment_are_used(
    caller: Caller, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As users of the HTTP library expect."""
    proxy = serve()
    monkeypatch.setenv("HTTP_PROXY", proxy.location)
    monkeypatch.setenv("http_proxy", proxy.location)
    caller.create("http://api.invalid/v5")
    (request,) = proxy.requests
    assert request.target == "http://api.invalid/v5/ad_accounts/1/audiences"


@pytest.mark.slow
def test_many_calls_at_once(serve: Serve) -> None:
    """From tasks of one loop; the pool has a connection for each of them."""
    all_are_there = threading.Barrier(64)

    def together(peer: Peer) -> None:
        peer.read()
        all_are_there.wait(30)
        peer.reply(200, {"id": "1"})

    server = serve(together)

    async def run() -> None:
        async with AsyncPinterest("t", base_url=server.base_url, timeout=60.0) as client:
            await asyncio.gather(*(client.audiences.create("1", make_body()) for _ in range(64)))

    asyncio.run(run())
    assert (server.posts, server.connections) == (64, 64)


@pytest.mark.parametrize(
    ("status", "method", "address"),
    [
        (301, "GET", "https://api.example/b"),
        (302, "GET", "https://api.example/b"),
        (303, "HEAD", "https://api.example/b"),
        (307, "GET", "https://api.example/b"),
        (308, "HEAD", "https://api.example/b"),
        (300, "GET", ""),
        (304, "GET", ""),
        (307, "POST", ""),
    ],
)
def test_what_redirects_may_be_followed(status: int, method: str, address: str) -> None:
    answer = httpx.Response(status, headers={"location": "/b"})
    with httpx.Client(transport=httpx.MockTransport(lambda _: answer)) as client:
        response = client.request(method, "https://api.example/a")
    assert redirect_address(response) == address

"""The HTTP client below: ours, or one that the caller gives."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from pinterest_audiences import AsyncPinterest, Pinterest, errors
from pinterest_audiences._http import httpx
from pinterest_audiences._settings import USER_AGENT
from pinterest_audiences.models import AudienceCreateRequest

if TYPE_CHECKING:
    from tests.client.conftest import Caller
    from tests.support.answers import Peer, Server, Step

    Serve = Callable[..., Server]
    Answered = Callable[..., Step]
    Body = Callable[..., AudienceCreateRequest]
from tests.client.http_clients import MINIMAL, close, create_once, http_client


def test_transport(caller: Caller) -> None:
    """An injected transport sees the requests, and no network is needed."""
    seen: list[Any] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"id": "7"})

    audience = caller.create("https://api.example.com/v5", transport=httpx.MockTransport(handle))

    assert audience.id == "7"
    assert str(seen[0].url) == "https://api.example.com/v5/ad_accounts/1/audiences"
    assert json.loads(seen[0].content)["audience_type"] == "VISITOR"


def test_http_client_stays_open(mode: str, caller: Caller, serve: Serve) -> None:
    """It is the caller's: its headers go out, ours win where they must, and it isn't closed."""
    server = serve()
    http = http_client(mode, headers={"x-own": "1", "user-agent": "mine", "authorization": "no"})

    caller.create(server.base_url, http_client=http)

    assert not http.is_closed
    (request,) = server.requests
    assert request.headers["x-own"] == "1"
    assert request.headers["user-agent"] == USER_AGENT
    assert request.headers["authorization"] == "Bearer pina_s3cr3t-t0ken"
    close(http)


def test_http_client_follows_no_redirect(
    mode: str, caller: Caller, serve: Serve, answered: Answered
) -> None:
    """Even if it would: the token would go with it."""
    other = serve()
    server = serve(answered(307, location=other.base_url))
    http = http_client(mode, follow_redirects=True)
    with pytest.raises(errors.ApiError, match="a redirect, which is not followed"):
        caller.create(server.base_url, http_client=http)
    close(http)
    assert (server.posts, other.connections) == (1, 0)


@pytest.mark.parametrize("location", ["http://[::1", "mailto:x", "http://xn--/", "/x"])
def test_http_client_stumbles_over_a_redirect(
    location: str, mode: str, caller: Caller, serve: Serve, answered: Answered
) -> None:
    """It parses an address that it won't follow; whatever it makes of that, the error is ours."""
    server = serve(answered(302, location=location))
    http = http_client(mode)
    with pytest.raises((errors.ApiError, errors.TransportError)) as caught:
        caller.create(server.base_url, http_client=http)
    close(http)
    assert getattr(caught.value, "may_have_reached_server", True)
    assert server.posts == 1


def test_http_client_hooks_see_request_and_response(
    mode: str, caller: Caller, serve: Serve
) -> None:
    """The HTTP library's own way to look on."""
    seen: list[Any] = []

    async def note_async(thing: Any) -> None:
        seen.append(thing)

    note: Any = note_async if mode == "async" else seen.append
    http = http_client(mode, event_hooks={"request": [note], "response": [note]})
    server = serve()
    caller.create(server.base_url, http_client=http)
    close(http)
    request, response = seen
    assert json.loads(request.content)["name"] == "Recent visitors"
    assert response.status_code == 200


def test_our_own_http_client_is_closed(caller: Caller, serve: Serve) -> None:
    """By ``with``, and by ``close``; the connection is gone then, and no call is possible."""
    gone = threading.Event()

    def step(peer: Peer) -> None:
        peer.answer(200, {"id": "1"})
        peer.hold()
        gone.set()

    server = serve(step)
    client = caller.client(server.base_url)
    caller.run(client, lambda create: create("1", AudienceCreateRequest.model_validate(MINIMAL)))
    assert gone.wait(2)
    assert_closed(client)
    assert server.posts == 1


def assert_closed(client: Any) -> None:
    """A call says that the client is closed; in each event loop, at the first call and later."""
    for _ in range(2):
        with pytest.raises(errors.RequestError, match="the client is closed; nothing was sent"):
            create_once(client)


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
    caller.client("https://api.example.com", timeout=3.5)

    (settings,) = given
    limits = settings["limits"]
    assert limits.max_connections == limits.max_keepalive_connections == 100
    assert 0 < limits.keepalive_expiry <= 30
    assert settings["timeout"] == 3.5


def test_a_cookie_of_the_server_is_not_sent_back(
    caller: Caller, serve: Serve, answered: Answered, body: Body
) -> None:
    """What a call sends depends on its arguments alone."""
    server = serve(answered(set_cookie="session=1; path=/"))
    client = caller.client(server.base_url)

    def work(create: Callable[..., Any]) -> None:
        for _ in range(2):
            create("1", body())
        assert not client._sender.connections._http.cookies

    caller.run(client, work)
    assert ["cookie" in request.headers for request in server.requests] == [False, False]
    assert server.connections == 1


@pytest.mark.parametrize("location", ["https://elsewhere.example/", "http://[::1", "mailto:x"])
def test_a_redirect_shows_its_address(
    location: str, caller: Caller, serve: Serve, answered: Answered
) -> None:
    """Even if it is not a URL."""
    server = serve(answered(307, location=location))
    with pytest.raises(errors.ApiError, match="→ 307: a redirect, which is not followed") as it:
        caller.create(server.base_url)
    assert it.value.headers["location"] == location


def test_a_client_that_was_never_used_is_closed_too(caller: Caller, serve: Serve) -> None:
    server = serve()
    never = httpx.MockTransport(lambda _: httpx.Response(204))
    injected: list[dict[str, Any]] = [{}, {"transport": never}]
    for settings in injected:
        client = caller.client(server.base_url, **settings)
        close_ours(client)
        close_ours(client)
        assert_closed(client)
    assert server.connections == 0


def test_an_http_client_that_its_owner_closed(mode: str, caller: Caller, serve: Serve) -> None:
    """The error is ours, not the HTTP library's RuntimeError."""
    server = serve()
    http = http_client(mode)
    close(http)
    with pytest.raises(errors.RequestError, match="the client is closed"):
        caller.create(server.base_url, http_client=http)
    assert server.connections == 0


def close_ours(client: Any) -> None:
    if isinstance(client, Pinterest):
        client.close()
    else:
        asyncio.run(client.aclose())


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
def test_many_calls_at_once(serve: Serve, body: Body) -> None:
    """From tasks of one loop; the pool has a connection for each of them."""

    def slow(peer: Peer) -> None:
        peer.read()
        time.sleep(0.3)
        peer.reply(200, {"id": "1"})

    server = serve(slow)

    async def run() -> float:
        async with AsyncPinterest("t", base_url=server.base_url) as client:
            began = time.monotonic()
            await asyncio.gather(*(client.audiences.create("1", body()) for _ in range(64)))
            return time.monotonic() - began

    assert asyncio.run(run()) < 2.0
    assert (server.posts, server.connections) == (64, 64)

"""What a caller can tune and see: per client, per call, tokens, retries, logs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from pinterest_audiences import AsyncPinterest, Options, Pinterest, ResponseInfo, errors
from pinterest_audiences._http import httpx
from pinterest_audiences._settings import USER_AGENT
from pinterest_audiences.models import AudienceCreateRequest

if TYPE_CHECKING:
    from tests.client.conftest import Caller
    from tests.support.answers import Peer, Server, Step

    Serve = Callable[..., Server]
    Answered = Callable[..., Step]
    Body = Callable[..., AudienceCreateRequest]
from tests.client.http_clients import OFF, silent


@pytest.mark.slow
def test_timeout_of_one_call(caller: Caller, serve: Serve) -> None:
    """In seconds, or as the HTTP library's own value; the client's is longer."""
    server = serve(silent)
    for timeout in (0.2, httpx.Timeout(5.0, read=0.2)):
        began = time.monotonic()
        with pytest.raises(errors.TransportError, match="ReadTimeout"):
            caller.create(server.base_url, options=Options(timeout=timeout), timeout=5.0)
        assert 0.2 <= time.monotonic() - began < 1.5


@pytest.mark.slow
def test_deadline_of_one_call(caller: Caller, serve: Serve) -> None:
    """It is for the whole attempt, however steadily the answer comes."""

    def drip(peer: Peer) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n")
        peer.drip(b" " * 999, 0.05)

    server = serve(drip)
    began = time.monotonic()
    with pytest.raises(errors.TransportError, match="ReadTimeout"):
        caller.create(server.base_url, options=Options(deadline=0.3))
    assert 0.3 <= time.monotonic() - began < 1.5


@pytest.mark.slow
def test_a_deadline_is_of_an_attempt(caller: Caller, serve: Serve, answered: Answered) -> None:
    """A pause between attempts doesn't use it up."""
    server = serve(answered(429, retry_after="1"), answered())
    caller.create(server.base_url, options=Options(deadline=0.7))
    assert server.posts == 2


def test_headers_of_one_call_win_over_the_clients(caller: Caller, serve: Serve) -> None:
    server = serve()
    caller.create(
        server.base_url,
        headers={"X-One": "client", "X-Two": "client"},
        options=Options(headers={"x-one": "call", "X-Three": "call", "Accept": "text/x"}),
    )
    (request,) = server.requests
    names = ("x-one", "x-two", "x-three", "accept")
    assert [request.headers[name] for name in names] == ["call", "client", "call", "text/x"]
    assert request.headers["authorization"].startswith("Bearer ")


def test_options_of_one_call_are_for_that_call(caller: Caller, serve: Serve, body: Body) -> None:
    server = serve()

    def work(create: Callable[..., Any]) -> None:
        create("1", body(), options=Options(headers={"x-one": "1"}, timeout=1.0, retry=OFF))
        create("1", body())

    caller.run(caller.client(server.base_url), work)
    assert ["x-one" in request.headers for request in server.requests] == [True, False]


@pytest.mark.parametrize("name", ["content-length", "transfer-encoding", "Transfer-Encoding"])
def test_a_caller_can_t_change_where_the_body_ends(name: str, caller: Caller, serve: Serve) -> None:
    """A length of one's own would make two requests of one."""
    server = serve()
    value = "3" if "length" in name else "chunked"
    with pytest.raises(errors.RequestError, match="(?i)" + name):
        caller.create(server.base_url, options=Options(headers={name: value}))
    assert server.connections == 0


def test_a_host_of_ones_own(caller: Caller, serve: Serve) -> None:
    """For a gateway that tells environments apart by name; it replaces ours."""
    server = serve()
    caller.create(server.base_url, options=Options(headers={"Host": "api.example.com"}))
    assert server.requests[0].headers["host"] == "api.example.com"


def test_response_info_of_a_success(caller: Caller, serve: Serve, answered: Answered) -> None:
    """Status, headers and request id, beside the typed result."""
    server = serve(answered(429), answered(x_pinterest_rid="1234", x_ratelimit_remaining="99"))
    info = ResponseInfo()

    audience = caller.create(server.base_url, options=Options(response=info))

    assert audience.id == "2542620333444"
    assert (info.status_code, info.request_id, info.attempts) == (200, "1234", 2)
    assert info.headers["x-ratelimit-remaining"] == "99"
    assert all(name == name.lower() for name in info.headers)
    assert 0 < info.elapsed < 3


def test_response_info_of_an_error(caller: Caller, serve: Serve, answered: Answered) -> None:
    server = serve(answered(403, x_pinterest_rid="1234"))
    info = ResponseInfo()
    with pytest.raises(errors.ApiError):
        caller.create(server.base_url, options=Options(response=info))
    assert (info.status_code, info.request_id, info.attempts) == (403, "1234", 1)


def test_response_info_where_no_answer_came(
    caller: Caller, serve: Serve, answered: Answered
) -> None:
    """Also where an earlier attempt, or an earlier call, was answered."""
    server = serve(answered(429, x_pinterest_rid="1"), lambda peer: (peer.read(), peer.close()))
    info = ResponseInfo()
    with pytest.raises(errors.TransportError):
        caller.create(server.base_url, options=Options(response=info))
    assert (info.status_code, info.request_id, info.attempts, info.body) == (0, None, 2, b"")
    assert not info.headers


def test_base_url(caller: Caller, serve: Serve) -> None:
    """With or without a slash at the end."""
    server = serve()
    for base_url in (f"{server.location}/a/b", f"{server.location}/a/b/", server.location):
        caller.create(base_url)
    assert [request.target for request in server.requests] == [
        "/a/b/ad_accounts/1/audiences",
        "/a/b/ad_accounts/1/audiences",
        "/ad_accounts/1/audiences",
    ]


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "api.example.com",
        "ftp://api.example.com",
        "https://",
        "http://[::1",
        "https://api.example.com/v5?x=1",
        "https://api.example.com/v5#x",
        "https://me:s3cr3t@api.example.com",
        "https://api.example.com:99999",
        "https://api.example.com/\r\nx",
        "https://" + "a" * 64 + ".invalid",
    ],
)
def test_a_base_url_that_can_t_be(base_url: str, mode: str) -> None:
    """Refused when the client is made, not at the first call; a password in it isn't shown."""
    kind = AsyncPinterest if mode == "async" else Pinterest
    with pytest.raises(ValueError, match="base_url") as caught:
        kind("t", base_url=base_url)
    assert "s3cr3t" not in str(caught.value)


def test_user_agent_and_other_headers(caller: Caller, serve: Serve) -> None:
    """Package and version; nothing that the caller didn't ask for."""
    server = serve()
    caller.create(server.base_url)
    (request,) = server.requests
    assert request.headers == {
        "host": f"127.0.0.1:{server.port}",
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "authorization": "Bearer pina_s3cr3t-t0ken",
        "connection": "keep-alive",
        "content-length": str(len(request.body)),
        "content-type": "application/json",
        "user-agent": USER_AGENT,
    }
    package, _, number = USER_AGENT.partition("/")
    assert package == "pinterest_audiences"
    assert number


def test_a_connection_is_kept(caller: Caller, serve: Serve, body: Body) -> None:
    """Calls in a row share one, also after an error that was answered."""
    server = serve(*(step for step in (serve_ok, serve_error) for _ in range(2)))

    def work(create: Callable[..., Any]) -> None:
        for _ in range(2):
            create("1", body())
        for _ in range(2):
            with pytest.raises(errors.ApiError):
                create("1", body())

    caller.run(caller.client(server.base_url), work)
    assert (server.posts, server.connections) == (4, 1)


def serve_ok(peer: Peer) -> None:
    peer.answer(200, {"id": "1"})


def serve_error(peer: Peer) -> None:
    peer.answer(500, b"x" * 100_000)

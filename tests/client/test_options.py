"""What a caller can tune and see: per client, per call, tokens, retries, logs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pinterest_audiences
import pytest
from pinterest_audiences import AsyncPinterest, Options, Pinterest, ResponseInfo, errors
from pinterest_audiences._runtime.http import httpx
from pinterest_audiences.client import API_FACTS

from tests.client.conftest import AUDIENCE, BASE_URL, OFF, TOKEN, Caller, make_body
from tests.support.answers import Recorder, answering
from tests.support.clients import connect
from tests.support.sockets import Server, answered


def test_timeout_of_one_call(caller: Caller) -> None:
    """In seconds, or as the HTTP library's own value."""
    for timeout, read in ((0.2, 0.2), (httpx.Timeout(5.0, read=0.3), 0.3)):
        server = Recorder(AUDIENCE)
        caller.create(server, options=Options(timeout=timeout))
        assert server.request.extensions["timeout"]["read"] == read


def test_options_of_one_call_are_for_that_call(caller: Caller) -> None:
    server = Recorder(AUDIENCE)

    with caller.client(server) as client:
        options = Options(headers={"x-one": "1"}, timeout=1.0, retry=OFF)
        client.audiences.create("1", make_body(), options=options)
        client.audiences.create("1", make_body())
    assert server.headers("x-one") == ["1", None]


@pytest.mark.parametrize("name", ["content-length", "transfer-encoding", "Transfer-Encoding"])
def test_a_caller_can_t_change_where_the_body_ends(name: str, caller: Caller) -> None:
    """A length of one's own would make two requests of one."""
    server = Recorder(AUDIENCE)
    value = "3" if "length" in name else "chunked"
    with pytest.raises(errors.RequestError, match="(?i)" + name):
        caller.create(server, options=Options(headers={name: value}))
    assert server.requests == []


def test_response_info_of_a_success(caller: Caller) -> None:
    """Status, headers and request id, beside the typed result."""
    found = answering(200, AUDIENCE, x_pinterest_rid="1234", x_ratelimit_remaining="99")
    server = Recorder(429, found)
    info = ResponseInfo()

    audience = caller.create(server, options=Options(response=info))

    assert audience.id == "2542620333444"
    assert (info.status_code, info.request_id, info.attempts) == (200, "1234", 2)
    assert info.headers["x-ratelimit-remaining"] == "99"
    assert all(name == name.lower() for name in info.headers)
    assert 0 < info.elapsed < 3


def test_response_info_where_no_answer_came(caller: Caller) -> None:
    """Also where an earlier attempt, or an earlier call, was answered."""
    server = Recorder(answering(429, x_pinterest_rid="1"), httpx.ReadError("gone"))
    info = ResponseInfo()
    with pytest.raises(errors.TransportError):
        caller.create(server, options=Options(response=info))
    assert (info.status_code, info.request_id, info.attempts, info.body) == (0, None, 2, b"")
    assert not info.headers


def test_base_url(caller: Caller) -> None:
    """With or without a slash at the end."""
    server = Recorder(AUDIENCE)
    for base_url in ("https://h.example/a/b", "https://h.example/a/b/", "https://h.example"):
        caller.create(server, base_url=base_url)
    assert server.targets == [
        "POST /a/b/ad_accounts/1/audiences",
        "POST /a/b/ad_accounts/1/audiences",
        "POST /ad_accounts/1/audiences",
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


def test_user_agent_and_other_headers(caller: Caller) -> None:
    """Package and version; nothing that the caller didn't ask for."""
    server = Recorder(AUDIENCE)
    caller.create(server)
    request = server.request
    assert dict(request.headers) == {
        "host": "api.example.com",
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "authorization": "Bearer pina_s3cr3t-t0ken",
        "connection": "keep-alive",
        "content-length": str(len(request.content)),
        "content-type": "application/json",
        "user-agent": f"pinterest_audiences/{API_FACTS.version}",
    }
    assert API_FACTS.version


def test_a_connection_is_kept(caller: Caller, serve: Callable[..., Server]) -> None:
    """Calls in a row share one, also after an error that was answered."""
    fault = answered(500, b"x" * 100_000)
    server = serve(answered(200, AUDIENCE), answered(200, AUDIENCE), fault)
    with caller.client(server) as client:
        for _ in range(2):
            client.audiences.create("1", make_body())
        for _ in range(2):
            with pytest.raises(errors.ApiError):
                client.audiences.create("1", make_body())
    assert (server.posts, server.connections) == (4, 1)


def test_no_timeout_given(mode: str) -> None:
    """Every step has its time, and the whole has too."""
    server = Recorder(AUDIENCE)
    with connect(pinterest_audiences, mode, server, "t") as client:
        client.audiences.create("1", make_body())

    steps = server.request.extensions["timeout"]
    assert steps.keys() == {"connect", "read", "write", "pool"}
    assert all(0 < seconds <= 60 for seconds in steps.values())
    assert 0 < client._sender.settings.deadline <= 600


def test_repr_of_the_client(caller: Caller) -> None:
    client: Any = caller.client(BASE_URL)
    client = getattr(client, "own", client)
    for part in (client, client.audiences, client._sender, client._sender.settings):
        assert TOKEN not in repr(part)
    assert repr(client).endswith("Pinterest(base_url='https://api.example.com/v5')")


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"timeout": None}, TypeError),
        ({"timeout": "5"}, TypeError),
        ({"timeout": True}, TypeError),
        ({"timeout": -1.0}, ValueError),
        ({"timeout": float("nan")}, ValueError),
        ({"deadline": "5"}, TypeError),
        ({"deadline": 0}, ValueError),
        ({"deadline": float("nan")}, ValueError),
        ({"max_size": 0}, TypeError),
        ({"max_size": 1.5}, TypeError),
        ({"retry": None}, TypeError),
        ({"on_deviation": None}, TypeError),
        ({"strict": "yes"}, TypeError),
        ({"follow_redirects": 1}, TypeError),
    ],
    ids=str,
)
def test_arguments_are_checked_when_the_client_is_made(
    settings: dict[str, Any], error: type[Exception], mode: str
) -> None:
    kind: Any = Pinterest if mode == "sync" else AsyncPinterest
    with pytest.raises(error, match=next(iter(settings))):
        kind(TOKEN, **settings)


@pytest.mark.parametrize("options", [{"timeout": -1}, {"deadline": float("nan")}], ids=str)
def test_options_of_a_call_are_checked_too(options: dict[str, Any], caller: Caller) -> None:
    server = Recorder(AUDIENCE)
    with pytest.raises(ValueError, match="must be more than 0 seconds"):
        caller.create(server, options=Options(**options))
    assert server.requests == []

"""What a caller can tune and see: per client, per call, tokens, retries, logs."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import random
import threading
import time
import traceback
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pinterest_audiences import AsyncPinterest, Options, Pinterest, ResponseInfo, Retry, errors
from pinterest_audiences import _options as constants
from pinterest_audiences._http import httpx
from pinterest_audiences._operation import Exchange
from pinterest_audiences.models import AudienceCreateRequest

if TYPE_CHECKING:
    from tests.client.conftest import Caller, Peer, Server, Step

    Serve = Callable[..., Server]
    Answered = Callable[..., Step]
    Body = Callable[..., AudienceCreateRequest]

PACKAGE = Path(constants.__file__).parent
OFF = Retry(attempts=1)


def http_client(mode: str, **settings: Any) -> Any:
    """One that keeps no connection, so that it can be closed from another event loop."""
    kind: Any = httpx.AsyncClient if mode == "async" else httpx.Client
    return kind(limits=httpx.Limits(max_keepalive_connections=0), **settings)


def close(client: Any) -> None:
    """Close an HTTP client of either kind."""
    if isinstance(client, httpx.Client):
        client.close()
    else:
        asyncio.run(client.aclose())


def silent(peer: Peer) -> None:
    peer.read()
    peer.hold()


# Options of one call.


def test_timeout_of_one_call(caller: Caller, serve: Serve) -> None:
    """In seconds, or as the HTTP library's own value; the client's is longer."""
    server = serve(silent)
    for timeout in (0.2, httpx.Timeout(5.0, read=0.2)):
        began = time.monotonic()
        with pytest.raises(errors.TransportError, match="ReadTimeout"):
            caller.create(server.base_url, options=Options(timeout=timeout), timeout=5.0)
        assert 0.2 <= time.monotonic() - began < 1.5


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
    assert (info.status_code, info.request_id, info.attempts) == (0, None, 2)
    assert not info.headers


# Options of the client.


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
        "user-agent": constants.USER_AGENT,
    }
    package, _, number = constants.USER_AGENT.partition("/")
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
    assert request.headers["user-agent"] == constants.USER_AGENT
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


def create_once(client: Any) -> Any:
    """One call; of an asynchronous client, in an event loop of its own."""
    made = client.audiences.create("1", AudienceCreateRequest.model_validate(MINIMAL))
    return made if isinstance(client, Pinterest) else asyncio.run(made)


def assert_closed(client: Any) -> None:
    """A call says that the client is closed; in each event loop, at the first call and later."""
    for _ in range(2):
        with pytest.raises(errors.RequestError, match="the client is closed; nothing was sent"):
            create_once(client)


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


MINIMAL = {"audience_type": "VISITOR", "name": "x", "rule": {}}


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


# An injected client or transport, and the deadline.


def drip_headers(peer: Peer) -> None:
    peer.read()
    peer.drip(b"HTTP/1.1 200 OK\r\nx-filler: " + b"a" * 999, 0.05)


def drip_body(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n")
    peer.drip(b" " * 999, 0.05)


@pytest.mark.parametrize("step", [silent, drip_body])
def test_the_deadline_of_an_injected_client(
    step: Step, mode: str, caller: Caller, serve: Serve
) -> None:
    """Its time-outs are cut to what is left, and the deadline is looked at with each chunk."""
    server = serve(step)
    http = http_client(mode, timeout=None)
    began = time.monotonic()
    with pytest.raises(errors.TransportError, match="ReadTimeout"):
        caller.create(server.base_url, http_client=http, timeout=60.0, deadline=0.3, retry=OFF)
    assert 0.3 <= time.monotonic() - began < 1.5
    close(http)
    assert server.posts == 1


@pytest.mark.parametrize("step", [silent, drip_headers, drip_body])
@pytest.mark.parametrize("what", ["http_client", "transport"])
def test_an_injected_asynchronous_client_is_cancelled_at_the_deadline(
    what: str, step: Step, serve: Serve
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
            body = AudienceCreateRequest.model_validate(MINIMAL)
            began = time.monotonic()
            with pytest.raises(errors.TransportError, match="the deadline for the whole attempt"):
                await client.audiences.create("1", body)
            took = time.monotonic() - began
            assert (await client.audiences.create("1", body)).id == "1"
            return took

    assert 0.3 <= asyncio.run(run()) < 1.5


def answered_late(peer: Peer) -> None:
    peer.answer(200, {"id": "1"})


def test_dripping_headers_hold_an_injected_synchronous_client(serve: Serve) -> None:
    """The one thing that ends no earlier than the server: nothing public of httpx sees it."""
    server = serve(drip_headers, life=1.0)
    with httpx.Client() as http:
        client = Pinterest("t", base_url=server.base_url, http_client=http, deadline=0.2, retry=OFF)
        began = time.monotonic()
        with pytest.raises(errors.TransportError):
            create_once(client)
        assert 0.5 < time.monotonic() - began < 3


# Tokens.


class Tokens:
    """Another token for each request."""

    def __init__(self) -> None:
        self.given = 0

    def __call__(self) -> str:
        self.given += 1
        return f"token-{self.given}"


def test_a_callable_is_asked_for_each_request(
    caller: Caller, serve: Serve, answered: Answered
) -> None:
    """Also for a repetition: the token may have run out in the pause."""
    server = serve(answered(429), answered(429), answered())
    tokens = Tokens()
    caller.create(server.base_url, token=tokens)
    assert tokens.given == 3
    assert [request.headers["authorization"] for request in server.requests] == [
        "Bearer token-1",
        "Bearer token-2",
        "Bearer token-3",
    ]


def test_an_async_callable(serve: Serve, answered: Answered, body: Body) -> None:
    server = serve(answered(429), answered())
    tokens = Tokens()

    async def token() -> str:
        await asyncio.sleep(0)
        return tokens()

    async def run() -> None:
        client = AsyncPinterest(token, base_url=server.base_url, retry=Retry(base=0.01))
        async with client:
            await client.audiences.create("1", body())

    asyncio.run(run())
    assert [request.headers["authorization"] for request in server.requests] == [
        "Bearer token-1",
        "Bearer token-2",
    ]


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_an_async_callable_is_nothing_for_the_sync_client(serve: Serve, body: Body) -> None:
    async def token() -> str:
        return "t"

    server = serve()
    with (
        Pinterest(token, base_url=server.base_url) as client,  # type: ignore[arg-type]
        pytest.raises(errors.RequestError, match="token"),
    ):
        client.audiences.create("1", body())
    assert server.connections == 0


def test_a_callable_that_fails(caller: Caller, serve: Serve) -> None:
    """The caller's own exception comes back, and nothing was sent."""

    def token() -> str:
        raise PermissionError("the vault is locked")

    server = serve()
    with pytest.raises(PermissionError, match="the vault is locked"):
        caller.create(server.base_url, token=token)
    assert server.connections == 0


class Refreshing(httpx.Auth):
    """Tries a token, and another one where the first is refused."""

    requires_response_body = True

    def auth_flow(self, request: Any) -> Generator[Any, Any, None]:
        request.headers["authorization"] = "Bearer old"
        response = yield request
        if response.status_code == 401:
            assert response.json()["code"] == 2
            request.headers["authorization"] = "Bearer new"
            yield request


class Signing(httpx.Auth):
    """Signs the body."""

    requires_request_body = True

    def auth_flow(self, request: Any) -> Generator[Any, Any, None]:
        request.headers["x-signature"] = str(len(request.content))
        yield request


class AsyncOnly(httpx.Auth):
    async def async_auth_flow(self, request: Any) -> AsyncGenerator[Any, Any]:
        await asyncio.sleep(0)
        request.headers["authorization"] = "Bearer async"
        yield request


def test_an_auth_of_ones_own_may_answer_401(
    caller: Caller, serve: Serve, answered: Answered
) -> None:
    """The one case besides 429 in which a second POST goes out: the caller's own doing."""
    server = serve(answered(401, {"code": 2, "message": "Expired."}), answered())
    audience = caller.create(server.base_url, token=Refreshing())
    assert audience.id == "2542620333444"
    assert [request.headers["authorization"] for request in server.requests] == [
        "Bearer old",
        "Bearer new",
    ]
    assert server.requests[0].body == server.requests[1].body


def test_an_auth_of_ones_own_may_give_up(caller: Caller, serve: Serve, answered: Answered) -> None:
    server = serve(answered(401, {"code": 2, "message": "Expired."}))
    with pytest.raises(errors.ApiError, match=r"→ 401: Expired\. \(code 2\)"):
        caller.create(server.base_url, token=Refreshing())
    assert server.posts == 2


def test_an_auth_of_ones_own_may_read_the_body(caller: Caller, serve: Serve) -> None:
    server = serve()
    caller.create(server.base_url, token=Signing())
    (request,) = server.requests
    assert request.headers["x-signature"] == str(len(request.body))
    assert "authorization" not in request.headers


def test_an_async_auth_of_ones_own(serve: Serve, body: Body) -> None:
    server = serve()

    async def run() -> None:
        async with AsyncPinterest(AsyncOnly(), base_url=server.base_url) as client:
            await client.audiences.create("1", body())

    asyncio.run(run())
    assert server.requests[0].headers["authorization"] == "Bearer async"


def test_a_401_without_an_auth_of_ones_own(
    caller: Caller, serve: Serve, answered: Answered
) -> None:
    """Isn't repeated, even if the next token might be a good one."""
    server = serve(answered(401), answered())
    with pytest.raises(errors.ApiError):
        caller.create(server.base_url, token=Tokens())
    assert server.posts == 1


# Secrets and logs.


def told(error: BaseException) -> str:
    """An error as an error tracker sees it: with its cause, and the locals of all our frames."""
    text = [f"{error} {error!r} {error.__dict__}", *traceback.format_exception(error)]
    for one in (error, error.__cause__):
        if one is not None:
            stack = traceback.TracebackException.from_exception(one, capture_locals=True).stack
            text += [f"{f.name}: {f.locals}" for f in stack if PACKAGE in Path(f.filename).parents]
    return "\n".join(text)


def reset(peer: Peer) -> None:
    peer.read()
    peer.reset()


@pytest.mark.parametrize(
    "step",
    [
        lambda peer: peer.answer(500),
        lambda peer: peer.answer(429, retry_after="99"),
        lambda peer: peer.answer(200, b"no JSON"),
        lambda peer: peer.answer(204),
        reset,
        silent,
        lambda peer: (peer.read(), peer.send(b"garbage\r\n\r\n"), peer.finish()),
    ],
    ids=["500", "429", "not JSON", "204", "reset", "silent", "garbage"],
)
@pytest.mark.parametrize("dynamic", [False, True], ids=["text", "callable"])
def test_no_token_in_what_an_error_shows(
    step: Step, dynamic: bool, caller: Caller, serve: Serve, token: str
) -> None:
    """Message, repr, and the traceback with the locals of every frame of the package."""
    server = serve(step)
    with pytest.raises(errors.PinterestError) as caught:
        caller.create(
            server.base_url, token=(lambda: token) if dynamic else token, timeout=0.2, retry=OFF
        )
    assert "create: {" in told(caught.value)
    assert token not in told(caught.value)


@pytest.mark.parametrize("end", ["\n", "\r\nx: y", "\0", " ", "\u2019"], ids=ascii)
def test_no_token_in_what_a_refusal_shows(
    end: str, caller: Caller, serve: Serve, token: str
) -> None:
    """A token that no header can hold is still a secret."""
    server = serve()
    with pytest.raises(errors.PinterestError) as caught:
        caller.create(server.base_url, token=lambda: token + end, retry=OFF)
    assert token not in told(caught.value)


@dataclass
class Records(logging.Handler):
    """Every record of every logger."""

    seen: list[logging.LogRecord] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.NOTSET)

    __hash__ = logging.Handler.__hash__

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(record)

    def of(self, name: str) -> list[logging.LogRecord]:
        return [r for r in self.seen if r.name == name or r.name.startswith(f"{name}.")]


@pytest.fixture
def records() -> Iterator[Records]:
    """Everything that anything logs, at every level."""
    handler = Records()
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


def test_debug_logs(
    records: Records, caller: Caller, serve: Serve, answered: Answered, token: str
) -> None:
    """One logger says what happened; a token, a body or a header's value isn't in it."""
    server = serve(answered(429), answered(x_pinterest_rid="1234", set_cookie="session=s3cr3t"))
    caller.create(server.base_url, headers={"x-note": "pr1vate"})

    mine = records.of("pinterest_audiences")
    assert {record.name for record in mine} == {"pinterest_audiences"}
    text = "\n".join(record.getMessage() for record in mine)
    url = f"POST {server.base_url}/ad_accounts/1/audiences"
    assert f"{url} → 429 in " in text
    assert "attempt 2 follows in" in text
    assert f"{url} → 200 in " in text
    assert "request 1234" in text
    for secret in (token, "Bearer", "pr1vate", "s3cr3t", "Recent visitors"):
        assert secret not in text
    assert all(record.levelno <= logging.INFO for record in mine)
    everyone = "\n".join(f"{r.getMessage()} {r.args} {r.__dict__}" for r in records.seen)
    assert token not in everyone


def test_nothing_is_logged_by_default(
    caller: Caller,
    serve: Serve,
    answered: Answered,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Neither printed nor left to logging's last resort, in good times and in bad."""
    server = serve(answered(429), answered(), answered(500))
    caller.create(server.base_url)
    with pytest.raises(errors.ApiError):
        caller.create(server.base_url)
    assert capfd.readouterr() == ("", "")
    logger = logging.getLogger("pinterest_audiences")
    assert logger.level == logging.NOTSET
    assert [type(handler) for handler in logger.handlers] == [logging.NullHandler]
    assert logger.propagate


def test_logging_can_be_turned_on(caller: Caller, serve: Serve) -> None:
    """In the usual way."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("pinterest_audiences")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        caller.create(serve().base_url)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
    assert stream.getvalue().startswith("POST http://127.0.0.1:")


# Retries.


@pytest.mark.parametrize("where", ["client", "call"])
def test_retries_off(where: str, caller: Caller, serve: Serve, answered: Answered) -> None:
    server = serve(answered(429, retry_after="0"))
    tuned: dict[str, Any] = {"retry": OFF} if where == "client" else {"options": Options(retry=OFF)}
    with pytest.raises(errors.RateLimitError) as caught:
        caller.create(server.base_url, **tuned)
    assert caught.value.retry_after == 0.0
    assert server.posts == 1


def test_retries_tuned(caller: Caller, serve: Serve, answered: Answered) -> None:
    """The call's policy is the one that counts."""
    server = serve(answered(429))
    with pytest.raises(errors.RateLimitError):
        caller.create(
            server.base_url, retry=OFF, options=Options(retry=Retry(attempts=5, base=0.001))
        )
    assert server.posts == 5


class Never(Retry):
    def wait(self, *_: Any, **__: Any) -> None:
        return None


class Busy(Retry):
    """Repeats a 503 too, which its owner knows to be safe."""

    def wait(self, error: Any, *, attempt: int, idempotent: bool) -> float | None:
        if isinstance(error, errors.ApiError) and error.status_code == 503 and attempt < 4:
            return 0.0
        return super().wait(error, attempt=attempt, idempotent=idempotent)


def test_retries_replaced(caller: Caller, serve: Serve, answered: Answered) -> None:
    """A subclass decides; it sees the error, the attempt and whether the method is idempotent."""
    server = serve(answered(503), answered(503), answered())
    assert caller.create(server.base_url, retry=Busy()).id == "2542620333444"
    assert server.posts == 3

    server = serve(answered(429, retry_after="0"))
    with pytest.raises(errors.RateLimitError):
        caller.create(server.base_url, retry=Never())
    assert server.posts == 1


def answer(status: int, wait: float | None = None, **headers: str) -> errors.ApiError:
    """An error as the client makes it."""
    named: Mapping[str, str] = {k.replace("_", "-"): v for k, v in headers.items()}
    exchange = Exchange("GET", "https://x", status, named, b"", wait)
    kind = errors.RateLimitError if status == 429 else errors.ApiError
    return kind(exchange, None, "no", "")


def lost(reached: bool) -> errors.TransportError:
    return errors.TransportError("GET", "https://x", "gone", may_have_reached_server=reached)


def in_seconds(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("error", "idempotent", "repeated"),
    [
        (lost(reached=False), False, True),
        (lost(reached=False), True, True),
        (lost(reached=True), False, False),
        (lost(reached=True), True, True),
        (answer(429), False, True),
        (answer(429), True, True),
        *((answer(status), False, False) for status in (400, 401, 408, 409, 500, 502, 503, 504)),
        *((answer(status), True, True) for status in (502, 503, 504)),
        *((answer(status), True, False) for status in (400, 401, 403, 404, 409, 422, 500, 501)),
        (answer(503, retry_after="0"), False, False),
        (answer(302), True, False),
    ],
)
def test_what_is_repeated(
    error: errors.TransportError | errors.ApiError, idempotent: bool, repeated: bool
) -> None:
    """What surely wasn't processed; for an idempotent method also what may well have been."""
    policy = Retry(attempts=3, base=1.0, longest=30.0)
    wait = policy.wait(error, attempt=1, idempotent=idempotent)
    assert (wait is not None) is repeated
    assert policy.wait(error, attempt=3, idempotent=idempotent) is None
    assert OFF.wait(error, attempt=1, idempotent=idempotent) is None


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        (answer(429, 7.0), 7.0),
        (answer(429, 30.0), 30.0),
        (answer(429, 30.1), None),
        (answer(429, 67150.0), None),
        (answer(503, retry_after="7"), 7.0),
        (answer(503, retry_after="31"), None),
        (answer(503, retry_after=in_seconds(-60)), 0.0),
        (answer(503, retry_after=in_seconds(3600)), None),
    ],
)
def test_the_server_may_say_how_long(error: errors.ApiError, wanted: float | None) -> None:
    """Never longer than the longest pause: then the error is raised at once."""
    assert Retry(longest=30.0).wait(error, attempt=1, idempotent=True) == wanted


def test_the_date_is_counted_from_now() -> None:
    wait = Retry().wait(answer(503, retry_after=in_seconds(10)), attempt=1, idempotent=True)
    assert wait is not None
    assert 8.0 < wait <= 10.0


def test_backoff_is_exponential_with_full_jitter() -> None:
    """Random between nothing and twice as much each time, up to the longest pause."""
    random.seed(7)
    policy = Retry(attempts=10, base=0.5, longest=3.0)
    for attempt, most in ((1, 0.5), (2, 1.0), (3, 2.0), (4, 3.0), (9, 3.0)):
        waits = [
            policy.wait(lost(reached=False), attempt=attempt, idempotent=False) or 0.0
            for _ in range(400)
        ]
        assert 0.0 <= min(waits) < most * 0.05
        assert most * 0.95 < max(waits) <= most
        assert most * 0.4 < sum(waits) / len(waits) < most * 0.6


def test_backoff_of_a_very_patient_policy() -> None:
    """Thousands of attempts don't overflow."""
    wait = Retry(attempts=10_000, longest=5.0).wait(
        lost(reached=False), attempt=5000, idempotent=False
    )
    assert wait is not None
    assert 0.0 <= wait <= 5.0


def test_a_connection_that_comes_up_late(caller: Caller, serve: Serve) -> None:
    """Refused at first: nothing was sent, so it is tried again, and made once."""
    server = serve()
    refused = iter([True, False])

    def handle(request: httpx.Request) -> httpx.Response:
        if next(refused):
            raise httpx.ConnectError("refused")
        with httpx.Client() as client:
            made = client.post(server.base_url, content=request.content)
        return httpx.Response(made.status_code, content=made.content)

    caller.create(server.base_url, transport=httpx.MockTransport(handle))
    assert server.posts == 1


# OpenTelemetry.


def test_opentelemetry_sees_the_calls(caller: Caller, serve: Serve, token: str) -> None:
    """Through the HTTP library's own instrumentation, with nothing of ours."""
    instrumentation = pytest.importorskip("opentelemetry.instrumentation.httpx")
    trace = pytest.importorskip("opentelemetry.sdk.trace")
    export = pytest.importorskip("opentelemetry.sdk.trace.export")
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
    if httpx.__name__ != "httpx":
        pytest.skip(f"the instrumentation doesn't know {httpx.__name__} {version(httpx.__name__)}")
    spans = memory.InMemorySpanExporter()
    provider = trace.TracerProvider()
    provider.add_span_processor(export.SimpleSpanProcessor(spans))
    instrumentor = instrumentation.HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    try:
        server = serve()
        caller.create(server.base_url)
    finally:
        instrumentor.uninstrument()

    (span,) = spans.get_finished_spans()
    assert "POST" in span.name
    assert "traceparent" in server.requests[0].headers
    assert token not in span.to_json()

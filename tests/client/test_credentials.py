"""Tokens from a callable, and an ``httpx.Auth`` of the caller's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from typing import TYPE_CHECKING, Any

import pytest
from pinterest_audiences import AsyncPinterest, Pinterest, Retry, errors
from pinterest_audiences._http import httpx
from pinterest_audiences.models import AudienceCreateRequest

if TYPE_CHECKING:
    from tests.client.conftest import Caller
    from tests.support.answers import Server, Step

    Serve = Callable[..., Server]
    Answered = Callable[..., Step]
    Body = Callable[..., AudienceCreateRequest]


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


def test_user_and_password_instead_of_a_token(caller: Caller, serve: Serve) -> None:
    server = serve()
    caller.create(server.base_url, token=httpx.BasicAuth("user", "password"))
    assert server.requests[0].headers["authorization"] == "Basic dXNlcjpwYXNzd29yZA=="


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

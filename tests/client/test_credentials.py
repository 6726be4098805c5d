"""Tokens from a callable, and an ``httpx.Auth`` of the caller's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator
from typing import Any

import pytest
from pinterest_audiences import errors
from pinterest_audiences._runtime.http import httpx

from tests.client.conftest import AUDIENCE, Caller
from tests.support.answers import Recorder, answering


class Tokens:
    """Another token for each request."""

    def __init__(self) -> None:
        self.given = 0

    def __call__(self) -> str:
        self.given += 1
        return f"token-{self.given}"


def test_a_callable_is_asked_for_each_request(caller: Caller) -> None:
    """Also for a repetition: the token may have run out in the pause."""
    server = Recorder(429, 429, AUDIENCE)
    tokens = Tokens()
    caller.create(server, token=tokens)
    assert tokens.given == 3
    assert server.headers("authorization") == [
        "Bearer token-1",
        "Bearer token-2",
        "Bearer token-3",
    ]


def test_an_async_callable() -> None:
    server = Recorder(429, AUDIENCE)
    tokens = Tokens()

    async def token() -> str:
        await asyncio.sleep(0)
        return tokens()

    Caller("async").create(server, token=token)
    assert server.headers("authorization") == [
        "Bearer token-1",
        "Bearer token-2",
    ]


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_an_async_callable_is_nothing_for_the_sync_client() -> None:
    async def token() -> str:
        return "t"

    server = Recorder(AUDIENCE)
    with pytest.raises(errors.RequestError, match="token"):
        Caller("sync").create(server, token=token)
    assert server.requests == []


def test_a_callable_that_fails(caller: Caller) -> None:
    """The caller's own exception comes back, and nothing was sent."""

    def token() -> str:
        raise PermissionError("the vault is locked")

    server = Recorder(AUDIENCE)
    with pytest.raises(PermissionError, match="the vault is locked"):
        caller.create(server, token=token)
    assert server.requests == []


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


def test_an_auth_of_ones_own_may_answer_401(caller: Caller) -> None:
    """The one case besides 429 in which a second POST goes out: the caller's own doing."""
    server = Recorder(answering(401, {"code": 2, "message": "Expired."}), AUDIENCE)
    audience = caller.create(server, token=Refreshing())
    assert audience.id == "2542620333444"
    assert server.headers("authorization") == [
        "Bearer old",
        "Bearer new",
    ]
    assert server.bodies[0] == server.bodies[1]


def test_an_auth_of_ones_own_may_give_up(caller: Caller) -> None:
    server = Recorder(answering(401, {"code": 2, "message": "Expired."}))
    with pytest.raises(errors.ApiError, match=r"→ 401: Expired\. \(code 2\)"):
        caller.create(server, token=Refreshing())
    assert len(server.requests) == 2


def test_an_auth_of_ones_own_may_read_the_body(caller: Caller) -> None:
    server = Recorder(AUDIENCE)
    caller.create(server, token=Signing())
    (request,) = server.requests
    assert request.headers["x-signature"] == str(len(request.content))
    assert "authorization" not in request.headers


def test_an_async_auth_of_ones_own() -> None:
    server = Recorder(AUDIENCE)

    Caller("async").create(server, token=AsyncOnly())
    assert server.headers("authorization") == ["Bearer async"]


def test_a_401_without_an_auth_of_ones_own(caller: Caller) -> None:
    """Isn't repeated, even if the next token might be a good one."""
    server = Recorder(401, AUDIENCE)
    with pytest.raises(errors.ApiError):
        caller.create(server, token=Tokens())
    assert len(server.requests) == 1

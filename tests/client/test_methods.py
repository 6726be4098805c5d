"""What depends on the method of an operation."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pinterest_audiences import AsyncPinterest, Pinterest, Retry, errors
from pinterest_audiences._http import httpx
from pinterest_audiences._json import Json
from pinterest_audiences._operation import Operation


class Nothing:
    """No body."""

    def read(self, *_: object) -> None:
        return None


def call(mode: str, operation: Operation[Any], answer: Any, body: Any = None) -> None:
    """Call an operation, which is attempted twice at most."""

    settings: dict[str, Any] = {
        "base_url": "https://api.example.com/v5",
        "transport": httpx.MockTransport(answer),
        "retry": Retry(attempts=2, base=0),
    }
    if mode == "sync":
        with Pinterest("t", **settings) as client:
            client._sender.call(operation, (), body, None)
        return

    async def run() -> None:
        async with AsyncPinterest("t", **settings) as client:
            await client._sender.call(operation, (), body, None)

    asyncio.run(run())


def sent(mode: str, operation: Operation[Any], body: Any = None) -> httpx.Request:
    """Return the one request of a call."""
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(204)

    call(mode, operation, answer, body)
    (request,) = requests
    return request


def operation(method: str, **more: Any) -> Operation[None]:
    return Operation("things.call", method, "/things", {"204": Nothing()}, **more)


@pytest.mark.parametrize(
    ("method", "length"),
    [
        *((method, None) for method in ("GET", "HEAD", "OPTIONS", "TRACE", "DELETE", "PURGE")),
        *((method, "0") for method in ("POST", "PUT", "PATCH")),
    ],
)
def test_the_length_of_no_body(method: str, length: str | None, mode: str) -> None:
    """Sent only if a server could expect a body (RFC 9110 §8.6)."""
    request = sent(mode, operation(method))
    assert request.method == method
    assert request.headers.get("content-length") == length


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_the_length_of_a_body(method: str, mode: str) -> None:
    request = sent(mode, operation(method, body=Json(lambda: str)), "abc")
    assert request.headers["content-length"] == "5"
    assert request.headers["content-type"] == "application/json"
    assert request.content == b'"abc"'


@pytest.mark.parametrize(
    ("method", "attempts"),
    [
        *((method, 2) for method in ("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY")),
        *((method, 1) for method in ("POST", "PATCH", "PURGE", "get")),
    ],
)
def test_idempotent_methods_are_repeated(method: str, attempts: int, mode: str) -> None:
    """Others aren't (RFC 9110 §9.2.2): the server may have processed the request."""
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(503)

    with pytest.raises(errors.ApiError, match="503"):
        call(mode, operation(method), answer)
    assert len(requests) == attempts

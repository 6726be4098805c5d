"""What depends on the method of an operation."""

from __future__ import annotations

from typing import Any

import pinterest_audiences
import pytest
from pinterest_audiences import Retry, errors
from pinterest_audiences._runtime.json import Json
from pinterest_audiences._runtime.operation import Operation

from tests.support.answers import Recorder
from tests.support.clients import connect


class Nothing:
    """No body."""

    media_type = ""

    def takes(self, value: object) -> bool:
        return value is None

    def read(self, *_: object) -> None:
        return None


def call(mode: str, operation: Operation[Any], server: Recorder, body: Any = None) -> Any:
    """Call an operation, which is attempted twice at most."""
    retry = Retry(attempts=2, base=0)
    with connect(pinterest_audiences, mode, server, "t", retry=retry) as client:
        client._sender.call(operation, body, None)
    return server.requests[0]


def operation(method: str, **more: Any) -> Operation[None]:
    return Operation("things.call", f"{method} /things", {"204": Nothing()}, **more)


@pytest.mark.parametrize(
    ("method", "length"),
    [
        *((method, None) for method in ("GET", "HEAD", "OPTIONS", "TRACE", "DELETE", "PURGE")),
        *((method, "0") for method in ("POST", "PUT", "PATCH")),
    ],
)
def test_the_length_of_no_body(method: str, length: str | None, mode: str) -> None:
    """Sent only if a server could expect a body (RFC 9110 §8.6)."""
    request = call(mode, operation(method), Recorder())
    assert request.method == method
    assert request.headers.get("content-length") == length


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_the_length_of_a_body(method: str, mode: str) -> None:
    request = call(mode, operation(method, body=Json(lambda: str)), Recorder(), "abc")
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
    server = Recorder(503)
    with pytest.raises(errors.ApiError, match="503"):
        call(mode, operation(method), server)
    assert len(server.requests) == attempts

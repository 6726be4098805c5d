"""Bodies that a server compresses, or says that it does (RFC 9110 §8.4)."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest
from pinterest_audiences import errors
from pinterest_audiences._http import httpx

from tests.client.http_clients import OFF

if TYPE_CHECKING:
    from tests.client.conftest import Caller


def transport(status: int, content: bytes, **headers: str) -> httpx.MockTransport:
    """Return a transport whose response isn't decoded by the HTTP library beforehand."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers=named, stream=httpx.ByteStream(content))

    return httpx.MockTransport(answer)


def failure(caller: Caller, given: httpx.MockTransport) -> Any:
    with pytest.raises((errors.ApiError, errors.ResponseError)) as caught:
        caller.create("https://api.example.com/v5", transport=given, retry=OFF)
    return caught.value


@pytest.mark.parametrize("status", [200, 201, 299])
def test_a_success_with_a_wrong_label_is_unreadable(status: int, caller: Caller) -> None:
    """It did succeed; the body is kept as it was received."""
    error = failure(caller, transport(status, b"plain", content_encoding="gzip"))
    assert type(error) is errors.ResponseError
    assert (error.status_code, error.body) == (status, b"plain")
    assert "unreadable body: not gzip; the body begins" in str(error)


@pytest.mark.parametrize("status", [300, 301, 399, 400, 429, 500])
def test_an_error_with_a_wrong_label_is_that_error(status: int, caller: Caller) -> None:
    error = failure(caller, transport(status, b"plain", content_encoding="gzip"))
    assert isinstance(error, errors.ApiError)
    assert (error.status_code, error.body, error.error) == (status, b"plain", None)


@pytest.mark.parametrize("name", ["content_encoding", "Content_Encoding"])
def test_a_compressed_body_is_read(name: str, caller: Caller) -> None:
    """Of a success and of an error."""
    audience = gzip.compress(b'{"id": "7"}')
    given = transport(200, audience, **{name: "gzip"})
    assert caller.create("https://api.example.com/v5", transport=given).id == "7"

    error = failure(caller, transport(500, gzip.compress(b"<oh no>"), **{name: "gzip"}))
    assert error.body == b"<oh no>"

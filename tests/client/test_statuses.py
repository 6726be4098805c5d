"""Which of the documented responses a status has (OpenAPI 3.1.1 §4.8.16)."""

from __future__ import annotations

from typing import Any

import pytest
from pinterest_audiences import Pinterest, errors
from pinterest_audiences._runtime.errors import Exchange, api_error
from pinterest_audiences._runtime.http import httpx
from pinterest_audiences._runtime.operation import Operation
from pinterest_audiences._runtime.responses import find_reader

from tests.support.answers import answering


class Text:
    """A body of text, which this API doesn't have."""

    media_type = "text/plain"

    def takes(self, value: object) -> bool:
        return isinstance(value, str)

    def read(self, content: bytes, *_: object) -> str:
        return content.decode()


TEXTS = {key: Text() for key in ("200", "2XX", "404", "4XX", "default")}


@pytest.mark.parametrize(
    ("documented", "status", "found"),
    [
        (("200", "2XX", "default"), 200, "200"),
        (("200", "2XX", "default"), 201, "2XX"),
        (("200", "2XX", "default"), 299, "2XX"),
        (("200", "default"), 201, "default"),
        (("200",), 201, None),
        (("200", "4XX", "default"), 300, "default"),
    ],
)
def test_the_reader(documented: tuple[str, ...], status: int, found: str | None) -> None:
    """Of the status itself, then of its range, then the default."""
    reader = find_reader({key: TEXTS[key] for key in documented}, status)
    assert reader is (TEXTS[found] if found else None)


@pytest.mark.parametrize("status", [302, 304, 404, 500])
def test_a_default_is_for_successes_alone(status: int) -> None:
    operation: Operation[Any] = Operation("words.read", "GET /words", {"default": TEXTS["200"]})
    transport = httpx.MockTransport(answering(status))
    with Pinterest("t", transport=transport) as client, pytest.raises(errors.ApiError) as caught:
        client._sender.call(operation, None, None)
    assert ("a redirect" in str(caught.value)) is (status == 302)


@pytest.mark.parametrize(
    ("documented", "status", "is_read"),
    [
        (("404",), 404, True),
        (("4XX",), 404, True),
        (("default",), 404, True),
        (("404", "4XX"), 400, True),
        (("404",), 400, False),
        (("4XX",), 500, False),
        (("default",), 302, True),
    ],
)
def test_errors(documented: tuple[str, ...], status: int, is_read: bool) -> None:
    operation: Operation[Any] = Operation(
        "words.read", "GET /words", {}, {key: TEXTS[key] for key in documented}
    )
    transport = httpx.MockTransport(answering(status, b"why"))
    with (
        Pinterest("t", transport=transport) as client,
        pytest.raises(errors.ApiError) as caught,
    ):
        client._sender.call(operation, None, None)
    error: Any = caught.value.error
    assert error == ("why" if is_read else None)


@pytest.mark.parametrize(("words", "fact"), [("Used up", "Used up"), ("", "Too Many Requests")])
def test_an_error_without_a_body_has_the_documented_words_of_its_status(
    words: str, fact: str
) -> None:
    exchange = Exchange("GET", "https://shop.example/a", 429, {}, b"", None)
    assert f"{fact}, no body" in str(api_error(exchange, None, words))

"""Which of the documented responses a status has (OpenAPI 3.1.1 §4.8.16)."""

from __future__ import annotations

from typing import Any

import pytest
from pinterest_audiences import Pinterest, errors
from pinterest_audiences._http import httpx
from pinterest_audiences._operation import Operation, Text

TEXTS = {key: Text(key) for key in ("200", "2XX", "404", "4XX", "default")}


@pytest.mark.parametrize(
    ("documented", "status", "found"),
    [
        (("200", "2XX", "default"), 200, "200"),
        (("200", "2XX", "default"), 201, "2XX"),
        (("200", "2XX", "default"), 299, "2XX"),
        (("200", "default"), 201, "default"),
        (("200",), 201, None),
        (("200", "2XX", "default"), 199, None),
        (("200", "2XX", "default"), 300, None),
        (("200", "2XX", "default"), 404, None),
    ],
)
def test_successes(documented: tuple[str, ...], status: int, found: str | None) -> None:
    """The status itself, then its range, then the default."""
    operation: Operation[Any] = Operation(
        "words/read", "GET", "/words", {key: TEXTS[key] for key in documented}
    )
    answer = operation.success(status)
    assert answer is (TEXTS[found] if found else None)


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
        "words/read", "GET", "/words", {}, {key: TEXTS[key] for key in documented}
    )
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=b"why"))
    with (
        Pinterest("t", transport=transport) as client,
        pytest.raises(errors.ApiError) as caught,
    ):
        client._sender.call(operation, ())
    error: Any = caught.value.error
    assert error == ("why" if is_read else None)

"""A parameter that is the whole query, as JSON or as text (OpenAPI 3.2.0 §4.12)."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.answers import Recorder
from tests.support.generated_case import Case


@pytest.mark.parametrize(
    ("call", "value", "target"),
    [
        (
            "search",
            {"numbers": [1, 2], "flag": None},  # the example of the standard
            "/finds?%7B%22numbers%22%3A%5B1%2C2%5D%2C%22flag%22%3Anull%7D",
        ),
        (
            "search",
            {"numbers": [], "name": "a+b&c=é/?"},
            "/finds?%7B%22numbers%22%3A%5B%5D%2C%22name%22%3A%22a%2Bb%26c%3D%C3%A9%2F%3F%22%7D",
        ),
        ("numbers", [1, 2.5], "/numbers?%5B1%2C2.5%5D"),
        ("numbers", [], "/numbers?%5B%5D"),
        ("numbers", None, "/numbers"),
        ("path", "$.a.b[1:1]", "/paths?%24.a.b%5B1%3A1%5D"),
        ("path", "100% +", "/paths?100%25%20%2B"),
        ("path", "", "/paths"),
        ("path", 7, "/paths?7"),
    ],
)
def test_the_value_is_the_query(call: str, value: Any, target: str, case: Case) -> None:
    server = Recorder()
    method = "filter" if call == "search" else "selector"
    with case.connect(server, key=case.package.NO_CREDENTIALS) as client:
        getattr(client.finds, call)(**{method: value})
    assert server.requests[0].url.raw_path.decode() == f"/v1{target}"


def test_a_value_is_checked(case: Case) -> None:
    server = Recorder()
    with case.connect(server) as client, pytest.raises(ValidationError, match="less than or equal"):
        client.finds.search({"numbers": [4]})
    assert server.requests == []


def test_a_key_in_the_query_follows(case: Case) -> None:
    server = Recorder()
    with case.connect(server, key="s3") as client:
        client.finds.path(selector="a")
    assert server.requests[0].url.raw_path == b"/v1/paths?a&key=s3"


def test_a_method_of_the_client(case: Case) -> None:
    server = Recorder()
    with case.connect(server) as client:
        client.root(selector="7")
    assert server.requests[0].url.raw_path == b"/v1/root?%227%22"

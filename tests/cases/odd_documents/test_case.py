"""What documents of other generators' test suites have, and few others."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.support.answers import Recorder
from tests.support.generated_case import Case


def test_an_argument_that_is_the_credential_too_is_sent(case: Case) -> None:
    """As a parameter of the same header; without it the credential is."""
    server = Recorder({})
    with case.connect(server, key="secret") as client:
        client.things.report("mine", {})
        with suppress(case.errors.ResponseError):  # it documents 204
            client.drawers.fill({})
    assert server.headers("x-key") == ["mine", "secret"]


def test_a_credential_wins_over_default_headers(case: Case) -> None:
    """Those of the client and those of an injected HTTP client, which may be another API's."""
    server = Recorder({})
    http = httpx.Client(transport=httpx.MockTransport(server), headers={"X-Key": "theirs"})
    given: list[dict[str, Any]] = [{"headers": {"X-Key": "default"}}, {"http_client": http}]
    for settings in given:
        client = case.connect(server, key="secret", **settings)
        with client, suppress(case.errors.ResponseError):
            client.drawers.fill({})
    http.close()
    assert server.headers("x-key") == ["secret", "secret"]


def test_a_constant_beyond_64_bits_is_an_integer(case: Case) -> None:
    """Type checkers take no such literal."""
    annotation = case.models.Thing.__annotations__["code"]
    assert annotation == "Opt[int]"
    assert case.models.Thing(code=18000000000000000000).code == 18000000000000000000


def test_times_of_a_list(case: Case) -> None:
    server = Recorder({})
    with case.connect(server, key="secret") as client:
        client.things.report("mine", {}, seen=[datetime(2016, 1, 27, 10, tzinfo=UTC)])
    assert server.requests[0].url.query == b"seen=2016-01-27T10%3A00%3A00Z"

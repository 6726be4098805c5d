"""Bodies that are forms (application/x-www-form-urlencoded)."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ({"title": "Lost key"}, b"title=Lost%20key"),
        ({"title": "a&b=c", "urgent": True}, b"title=a%26b%3Dc&urgent=true"),
        ({"title": "t", "seat_count": 2}, b"title=t&seat%20count=2"),
        ({"title": "t", "tags": ["a", "b c"]}, b"title=t&tags=a&tags=b%20c"),
    ],
)
def test_fields_are_sent_in_the_order_of_the_schema(
    fields: dict[str, Any], sent: bytes, case: Case
) -> None:
    server = Recorder(answering(201, {"id": "7"}))
    with case.connect(server, token="t") as client:
        assert client.tickets.open(case.models.NewTicket(**fields)).id == "7"
        assert client.tickets.open(fields).id == "7"

    for request in server.requests:
        assert request.content == sent
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"


def test_a_form_is_checked_before_it_is_sent(case: Case) -> None:
    with case.connect(server := Recorder(), token="t") as client:
        for fields in ({}, {"title": "t" * 21}, {"title": None}, {"title": "t", "tile": "x"}):
            with pytest.raises(ValidationError):
                client.tickets.open(fields)
    assert server.requests == []


def test_the_fake_returns_the_model_that_was_sent(case: Case) -> None:
    fake = case.fake()
    body = case.models.NewTicket(title="Lost key", tags=["a"])
    with case.package.Sample("t", transport=fake) as client:
        client.tickets.open(body)
        client.tickets.open({"title": "Lost key", "seat count": 2})
    first, second = (call.body for call in fake.tickets_open.calls)
    assert first == body
    assert (type(second), second.seat_count) == (case.models.NewTicket, 2)

"""Paths, headers, properties and errors that are easy to get wrong."""

from __future__ import annotations

import pytest

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case, sent


def test_a_path_with_a_space_and_a_fragment(case: Case) -> None:
    server = Recorder({"cls": "a", "undescribed": 1})
    models = case.models
    with case.connect(server) as client:
        client.items.get("a/b")
        client.items.put("1", models.Item(cls="a", undescribed=1))
        client.items.close_("1", models.Other(other="b"))
    assert server.targets == [
        "GET /v1/the%20redirect/a%2Fb", "PUT /v1/the%20redirect/1", "PUT /v1/the%20redirect/1",
    ]  # fmt: skip
    assert [r.content for r in server.requests[1:]] == [
        b'{"cls":"a","undescribed":1}', b'{"other":"b"}',
    ]  # fmt: skip


def test_a_header_of_two_lines_is_not_sent(case: Case) -> None:
    server = Recorder({})
    with case.connect(server) as client, pytest.raises(case.errors.RequestError):
        client.items.get("1", x_note="two\r\nlines")
    assert server.requests == []


@pytest.mark.parametrize(
    ("status", "body", "name"),
    [
        (400, {"wrong": "w"}, "Fault"),
        (404, {"other": "o"}, "Other"),
        (400, {"other": "o"}, "Fault"),
    ],
)
def test_each_status_has_its_own_error(
    status: int, body: dict[str, str], name: str | None, case: Case
) -> None:
    with (
        case.connect(answering(status, body)) as client,
        pytest.raises(case.errors.ApiError) as caught,
    ):
        client.items.get("1")
    error = caught.value.error
    assert (error and type(error).__name__) == name


def test_a_read_only_property_is_read_and_not_asked_for(case: Case) -> None:
    with case.connect(answering(200, {"cls": "a", "undescribed": [1], "id": "7"})) as client:
        item = client.items.get("1")
    assert (item.id, item.undescribed, item.secret) == ("7", [1], None)
    assert sent(case.models.Item(cls="a", undescribed=None, none=None)) == {
        "cls": "a", "undescribed": None, "none": None,
    }  # fmt: skip

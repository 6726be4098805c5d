"""Several documented results and errors of one operation."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.answers import answering
from tests.support.generated_case import Case


def test_several_successes(case: Case) -> None:
    results = {200: {"value": 1}, 202: {"ticket": "t"}}
    for status, kind in ((200, case.models.Result), (202, case.models.Ticket)):
        with case.connect(answering(status, results[status])) as client:
            assert type(client.jobs.start()) is kind
    with case.connect(answering(204)) as client:
        assert client.jobs.start() is None
    with case.connect(answering(206, {"value": 3})) as client:
        assert client.jobs.any().value == 3
        assert client.jobs.only_default().value == 3


def test_another_success_than_the_documented_ones(case: Case) -> None:
    """Which of the bodies it has isn't described; an empty one is no value."""
    with case.connect(answering(203, {"value": 1})) as client:
        assert client.jobs.two() == {"value": 1}
    with (
        case.connect(answering(203)) as client,
        pytest.raises(case.errors.ResponseError, match="no body"),
    ):
        client.jobs.two()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (409, {"until": 3}, "Busy"), (404, {"message": "m"}, "Fault"),
        (500, {"message": "m"}, "Fault"), (409, {"message": "m"}, "Busy"),
        (500, ["x"], "list"), (500, b"<html>", None),
    ],
)  # fmt: skip
def test_documented_errors(status: int, body: Any, kind: str | None, case: Case) -> None:
    with (
        case.connect(answering(status, body)) as client,
        pytest.raises(case.errors.ApiError) as caught,
    ):
        client.jobs.start()
    assert (type(caught.value.error).__name__ if caught.value.error is not None else None) == kind
    assert caught.value.status_code == status


def test_not_modified_is_no_success(case: Case) -> None:
    with case.connect(answering(304)) as client, pytest.raises(case.errors.ApiError):
        client.jobs.moved()

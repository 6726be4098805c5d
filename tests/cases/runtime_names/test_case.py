"""A description that uses the names of the client's own modules."""

from __future__ import annotations

import pytest

from tests.support.answers import answering
from tests.support.generated_case import Case


def test_names_of_the_runtime_may_be_used_by_a_description(case: Case) -> None:
    fault = {"message": "no"}
    with (
        case.connect(answering(400, fault)) as client,
        pytest.raises(case.errors.ApiError) as caught,
    ):
        client.json.operation("x", {"path": {"text": {"kind": "a"}}})
    assert caught.value.error.message == "no"
    with case.connect(answering(200, {"sender": "s"})) as client:
        assert client.retry.get_retry().sender == "s"
        assert client.options.get_options() is not None

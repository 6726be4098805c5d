"""Keywords that exclude no value, or have odd values; ``warnings.txt`` has the warnings."""

from __future__ import annotations

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case, sent


def test_branches_without_a_type_are_no_classes(case: Case) -> None:
    assert sent(case.models.Pick(b="x")) == {"b": "x"}
    assert sent(case.models.Pick(c=1)) == {"c": 1}  # required by a branch, without a schema
    assert [name for name in vars(case.models) if name.startswith("Pick")] == ["Pick"]


def test_odd_values_are_read(case: Case) -> None:
    assert sent(case.models.Thing(numbers=1, words="2")) == {"numbers": 1, "words": "2"}


def test_responses_are_read_from_their_target(case: Case) -> None:
    with case.connect(Recorder(answering(200, "made"))) as client:
        assert client.things.add({}) == "made"
        assert client.things.find() == "made"

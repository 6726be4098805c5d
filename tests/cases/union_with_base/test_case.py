"""A union beside ``properties``, whose branches get the fields of the base."""

from __future__ import annotations

import pytest

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case, sent


def test_each_branch_has_the_operation(case: Case) -> None:
    server = Recorder({"operation": "PUT", "amount": 3})
    with case.connect(server) as client:
        bid = client.bids.submit(case.models.BidsSubmitKind.SEALED)
    assert (type(bid), bid.amount) == (case.models.Placed, 3)
    assert server.targets == ["POST /bids/sealed"]
    with case.connect(answering(200, {"operation": "DROP", "reason": "late"})) as client:
        dropped = client.bids.submit("open")
    assert (type(dropped), dropped.reason) == (case.models.BidDropped, "late")


def test_an_operation_of_no_branch_is_read(case: Case) -> None:
    with case.connect(answering(200, {"operation": "OTHER", "why": 1})) as client:
        bid = client.bids.submit("open")
    assert sent(bid) == {"operation": "OTHER", "why": 1}


@pytest.mark.parametrize("note", [["a", "b"], {"a": {"b": None}}])
def test_a_union_of_a_list_and_an_object(note: object, case: Case) -> None:
    with case.connect(answering(200, note)) as client:
        assert client.notes.get() == note

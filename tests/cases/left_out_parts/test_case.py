"""Parts of a description that are wrong: they are left out, and the rest is generated."""

from __future__ import annotations

import pytest

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case, refused, sent


def test_a_default_that_does_not_fit_is_no_default(case: Case) -> None:
    paper = case.models.Paper(name="daily")
    assert (paper.copies, paper.printed) == (None, None)
    assert refused(case.models.Paper) == ["missing"]
    assert refused(case.models.Paper, name="daily", copies=0) == ["greater_than_equal"]


def test_a_header_that_cannot_be_sent_is_no_argument(case: Case) -> None:
    server = Recorder({"name": "daily"})
    with case.connect(server) as client:
        client.papers.order(case.models.Paper(name="daily"), x_colour="red")
        with pytest.raises(TypeError, match="x_paper_size"):
            client.papers.order(case.models.Paper(name="daily"), x_paper_size="A4")
    assert server.requests[0].headers["x-colour"] == "red"


def test_a_property_without_a_name_is_read_and_sent_again(case: Case) -> None:
    with case.connect(answering(200, {"name": "daily", "": "nameless"})) as client:
        read = client.papers.order(case.models.Paper(name="daily"))
    assert read.model_extra == {"": "nameless"}
    assert sent(read) == {"name": "daily", "": "nameless"}


def test_a_part_out_of_reach_costs_its_type_alone(case: Case) -> None:
    answer = {"papers": ["daily"], "size": 1.5, "place": 7, "owner": None, "lost": {"a": 1}}
    with case.connect(answering(200, answer)) as client:
        assert sent(client.kiosks.find("KX1")) == answer


@pytest.mark.parametrize("status", [400, 404, 409, 418])
def test_a_failure_that_cannot_be_read_as_described_is_still_raised(
    status: int, case: Case
) -> None:
    server = answering(status, {"title": "no", "cause": 1})
    with case.connect(server) as client, pytest.raises(case.errors.ApiError) as caught:
        client.kiosks.find("KX1")
    assert caught.value.status_code == status
    assert b'"no"' in caught.value.body

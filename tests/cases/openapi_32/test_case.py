"""OpenAPI 3.2's new members: ``$self``, ``query``, media types and examples by reference."""

from __future__ import annotations

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case

PAPERS = [{"kind": "daily", "title": "Morning"}, {"kind": "weekly", "week": 7}]


def test_a_query_has_a_body_and_a_key(case: Case) -> None:
    server = Recorder(answering(200, PAPERS))
    with case.connect(server, key="k0") as client:
        daily, weekly = client.papers.find(case.models.Wanted(title="M"))
    assert server.targets == ["QUERY /papers"]
    assert server.requests[0].content == b'{"title":"M"}'
    assert server.requests[0].headers["x-key"] == "k0"
    assert (type(daily), daily.title) == (case.models.Daily, "Morning")
    assert (type(weekly), weekly.week) == (case.models.Weekly, 7)


def test_a_path_item_by_its_absolute_reference(case: Case) -> None:
    server = Recorder(answering(200, PAPERS[0]))
    with case.connect(server, key="k0") as client:
        assert client.papers.get("a/b").title == "Morning"
    assert server.targets == ["GET /papers/a%2Fb"]

"""A description in several files, with two schemas of one name."""

from __future__ import annotations

from typing import Any

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case, sent

PAPER: dict[str, Any] = {
    "title": "Morning",
    "owner": {"person": "Ann"},
    "kiosk": {"shop": "Corner"},
    "sequel": {"title": "Evening"},
}


def test_references_from_file_to_file(case: Case) -> None:
    server = Recorder(answering(200, PAPER))
    with case.connect(server) as client:
        paper = client.papers.get("a/b")
    assert (paper.owner.person, paper.kiosk.shop) == ("Ann", "Corner")
    assert paper.sequel.title == "Evening"
    assert sent(paper) == PAPER
    assert server.targets == ["GET /papers/a%2Fb"]
    with case.connect(answering(200, [PAPER])) as client:
        assert client.papers.list() == [paper]


def test_two_schemas_of_one_name_stay_two(case: Case) -> None:
    owners = case.models.Owner, case.models.OwnerPaper
    assert [list(owner.model_fields) for owner in owners] == [["shop"], ["person"]]

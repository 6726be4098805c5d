"""Schemas that contradict themselves have a type that can be used, and a warning."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case, refused, sent


@pytest.mark.parametrize(
    "members",
    [
        {"count": 1}, {"height": 2}, {"colour": "red"}, {"colour": [3]}, {"weight": 1.5},
        {"nothing": None}, {"kinds": "a"}, {"shelf": 2}, {"lent": False}, {"size": 4},
        {"both": 5}, {"place": {"name": "attic"}}, {"listed": {"x": "y"}},
        {"itself": {"any": "value"}}, {"older": {"o": "1", "n": "2"}}, {"chosen": "a"},
        {"unquoted": None}, {"grade": "a"}, {"rank": 1}, {"letter": "a"},
        {"shelves": ["top"]}, {"marks": ["b"]},
    ],
    ids=str,
)  # fmt: skip
def test_a_type_that_can_be_used(case: Case, members: dict[str, Any]) -> None:
    assert sent(case.models.Thing(**members)) == members


def test_unions_that_contain_each_other(case: Case) -> None:
    server = Recorder(answering(200, "seven"))
    with case.connect(server) as client:
        assert client.circles.turn(7) == "seven"
    assert server.requests[0].content == b"7"


def test_what_is_still_checked(case: Case) -> None:
    for members in (
        {"count": "a"},
        {"weight": 1},
        {"shelf": 3},
        {"lent": 2},
        {"place": None},
        {"shelves": ["x"]},
    ):
        assert refused(case.models.Thing, **members) != [], members


@pytest.mark.parametrize(
    ("line", "code"),
    [(28, "type"), (29, "type"), (30, "type"), (33, "enum"), (34, "enum"), (35, "enum"),
     (36, "default"), (37, "allof-contradiction"), (38, "ref-siblings"), (39, "enum"),
     (43, "type"), (47, "enum"), (48, "enum")],
)  # fmt: skip
def test_each_has_a_warning(case: Case, line: int, code: str) -> None:
    manifest = Path(str(case.package.__file__)).with_name("speclock.json")
    assumed = json.loads(manifest.read_text(encoding="utf-8"))["assumed"]
    assert (line, code) in {(one["line"], one["code"]) for one in assumed}

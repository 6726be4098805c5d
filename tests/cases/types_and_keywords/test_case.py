"""``type`` decides where it excludes other keywords; an object among several types has a class."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.answers import answering
from tests.support.generated_case import Case, refused, sent


def test_the_type_wins(case: Case) -> None:
    with case.connect(answering(200, ["fragile"])) as client:
        assert client.parcels.add(case.models.Parcel()) == ["fragile"]
    with case.connect(answering(200, "left at the door")) as client:
        assert client.notes.get() == "left at the door"


@pytest.mark.parametrize(
    "members",
    [
        {"fault": "broken"}, {"fault": {"code": 5}},
        {"sizes": [1, 2]}, {"sizes": {"width": 3}},
        {"sender": {"name": "Ada"}}, {"sender": None},
        {"weight": 4}, {"weight": {"net": 3}}, {"weight": None},
        {"status": "sent"}, {"status": {"since": "2024-05-06"}},
        {"labels": ["a"]}, {"others": ["a"]},
        {"opened": {"by": "Ada"}}, {"closed": {"by": "Ada", "at": "2024-05-06"}},
        {"owner": {"name": "Ada"}},
    ],
    ids=str,
)  # fmt: skip
def test_one_of_several_types(case: Case, members: dict[str, Any]) -> None:
    assert sent(case.models.Parcel(**members)) == members
    assert sent(case.models.Parcel.model_validate(members)) == members


def test_each_type_has_its_own_keywords(case: Case) -> None:
    assert refused(case.models.Parcel, weight=0) != []
    assert refused(case.models.Parcel, status={}) != []
    assert refused(case.models.Parcel, fault=5) != []
    assert refused(case.models.Parcel, others=["a", "b", "c"]) != []
    assert refused(case.models.Parcel, closed={"by": "Ada"}) != []
    assert type(case.models.Parcel(opened={}).opened) is case.models.Opened
    assert type(case.models.Parcel(fault={"code": 5}).fault) is case.models.ParcelFault

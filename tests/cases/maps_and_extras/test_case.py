"""``additionalProperties``: maps, and members beside the described ones."""

from __future__ import annotations

from typing import Any

from tests.support.answers import answering
from tests.support.generated_case import Case, refused, sent


def test_maps_and_further_members(case: Case) -> None:
    stock = case.models.Stock
    good: tuple[dict[str, Any], ...] = (
        {"jars": {"jam": 2}}, {"shelves": {"top": {"depth": 3}}},
        {"loose": {"x": [1, {"y": None}]}},
        {"closed": {"a": "1"}}, {"open": {"a": "1", "b": {"c": 2}}},
        {"priced": {"unit": "kg", "rye": 2.5}}, {"nested": {"a": {"b": True}}},
    )  # fmt: skip
    for values in good:
        assert sent(stock(**values)) == values
        assert sent(stock.model_validate(values)) == values
    bad: tuple[dict[str, Any], ...] = (
        {"jars": {"jam": -1}}, {"jars": {"jam": "many"}}, {"shelves": {"top": {"width": 3}}},
        {"closed": {"b": "1"}}, {"priced": {"rye": "dear"}}, {"nested": {"a": True}}, {"jugs": {}},
    )  # fmt: skip
    for values in bad:
        assert refused(stock, **values) != []
    with case.connect(answering(200, {"top": [{"depth": 3, "new": 1}]})) as client:
        labels = client.labels.list()
    assert labels["top"][0].depth == 3
    assert labels["top"][0].model_extra == {"new": 1}

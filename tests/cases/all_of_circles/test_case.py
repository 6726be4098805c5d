"""Schemas that lead back to themselves: ``allOf`` through a property, unions without one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.support.answers import answering
from tests.support.generated_case import Case, refused, sent


def test_a_grafted_tree_has_the_fields_of_both(case: Case) -> None:
    models = case.models
    value: dict[str, Any] = {
        "name": "a",
        "graft": {"name": "b", "day": "2026-03-01", "graft": {"name": "c", "day": "2026-03-02"}},
    }
    tree = models.Tree(**value)
    assert tree.graft.graft.day == date(2026, 3, 2)
    assert sent(tree) == value
    assert refused(models.Tree, name="a", graft={"name": "b"}) == ["missing"]


@pytest.mark.parametrize(
    "field", ["null_or_itself", "null_or_itself_and_more", "null_or_each_other"]
)
def test_a_schema_of_itself_and_null_is_read_as_any_value(field: str, case: Case) -> None:
    for value in (None, {"day": "2026-03-01"}):
        assert sent(case.models.Tree(name="a", **{field: value})) == {"name": "a", field: value}


def test_required_beside_a_reference_is_kept(case: Case) -> None:
    twig = {"length": 1, "parent": {"name": "a", "twig": {"length": 2}}}
    assert sent(case.models.Tree(name="b", twig=twig)) == {"name": "b", "twig": twig}
    assert refused(case.models.Tree, name="b", twig={"parent": {"name": "a"}}) == ["missing"]


@pytest.mark.parametrize(("field", "value"), [("amount", 3), ("quote", "dear")])
def test_each_branch_has_the_fields_beside_the_union(field: str, value: object, case: Case) -> None:
    with case.connect(answering(200, {field: value, "day": "2026-03-01"})) as client:
        price = client.prices.get()
    assert (getattr(price, field), price.day) == (value, date(2026, 3, 1))

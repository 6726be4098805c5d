"""Schemas that contain themselves."""

from __future__ import annotations

from typing import Any

from tests.support.answers import answering
from tests.support.generated_case import Case, refused, sent


def test_a_type_may_contain_itself(case: Case) -> None:
    models = case.models
    value: dict[str, Any] = {
        "name": "a", "children": [{"name": "b", "parent": {"name": "c"}}],
        "index": {"x": {"name": "d"}},
        "filter": {"all": [{"field": "x"}, {"all": []}]}, "nested": [1, [2, [3]]],
        "owner": {"trees": [{"name": "e"}],},
    }  # fmt: skip
    tree = models.Tree(**value)
    assert sent(tree) == value
    assert isinstance(tree.children[0].parent, models.Tree)
    assert isinstance(tree.filter.all[1], models.All)
    assert sent(models.Owner(rows=[[], [[]]])) == {"rows": [[], [[]]]}
    assert refused(models.Tree, name="a", children=[{"nam": "b"}]) != []
    assert refused(models.Tree, name="a", nested=[1, ["two"]]) != []


def test_other_names_of_a_class_that_contains_them(case: Case) -> None:
    models = case.models
    assert models.MaybeFolder is models.AnyFolder is models.Folder
    value = {"entry": {"folder": {"entry": {"folder": None}}}}
    with case.connect(answering(200, value)) as client:
        assert client.trees.move(value) == models.Folder(**value)
        assert client.trees.move(None) is not None

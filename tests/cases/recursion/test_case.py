"""Schemas that contain themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.qa.fuzz.cost import Cost, cost_of
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


REFERENCES: dict[str, Callable[[int, Any], Any]] = {
    "not and tuples": lambda n, r: (
        {"type": "array", "prefixItems": [r, r]} if n % 2 else {"not": r}
    ),
    "contains": lambda _, r: {"type": "array", "contains": r, "items": r},
    "then": lambda _, r: {"if": r, "then": {"type": "array", "prefixItems": [r, r]}},
    "lists of lists": lambda _, r: {"type": "array", "items": r},
    "not in tuples": lambda _, r: {
        "type": "array",
        "prefixItems": [{"not": {"type": "array", "prefixItems": [r, r]}}, r],
    },
    "parts": lambda _, r: {"allOf": [{"type": "array", "prefixItems": [r, r]}, {"items": {}}]},
    "unions": lambda _, r: {"anyOf": [{"type": "array", "items": r}, {"not": r}]},
    "a large last schema": lambda _, r: {
        "type": "object",
        "properties": {"a": {"$ref": "#/components/schemas/S400"}, "b": r},
    },
}
INLINE: dict[str, Callable[[Any], Any]] = {
    "items": lambda inner: {"type": "array", "items": inner},
    "tuple": lambda inner: {"type": "array", "prefixItems": [inner]},
    "union": lambda inner: {"anyOf": [{"type": "array", "items": inner}, {"type": "string"}]},
}


def described(schemas: dict[str, Any], folder: Path) -> Cost:
    """Return the cost of a client whose one operation sends and returns ``S0``."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}
    operation = {
        "operationId": "call",
        "requestBody": {"content": content},
        "responses": {"200": {"description": "", "content": content}},
    }
    description = {
        "openapi": "3.1.0",
        "info": {"title": "Chain", "version": "1"},
        "servers": [{"url": "https://chain.example"}],
        "paths": {"/a": {"post": operation}},
        "components": {"schemas": schemas},
    }
    (folder / "a.json").write_text(json.dumps(description), encoding="utf-8")
    arguments = ("--spec", "a.json", "--package", "chain", "--output", "out", "--quiet")
    return cost_of(folder, "generate", *arguments)


@pytest.mark.slow
@pytest.mark.parametrize("name", REFERENCES)
def test_a_chain_of_references_costs_what_it_weighs(name: str, tmp_path: Path) -> None:
    """Each of 400 schemas refers to the next one; the last has 400 items."""
    make = REFERENCES[name]
    schemas = {f"S{n}": make(n, {"$ref": f"#/components/schemas/S{n + 1}"}) for n in range(400)}
    schemas["S400"] = {"type": "array", "prefixItems": [{"type": "integer"}] * 400}
    cost = described(schemas, tmp_path)

    assert cost.code == 0, cost.said
    assert cost.seconds < 15
    assert cost.mebibytes < 200


@pytest.mark.slow
@pytest.mark.parametrize("name", INLINE)
def test_deeply_nested_types_have_names_in_between(name: str, tmp_path: Path) -> None:
    """Python has a limit for brackets in brackets, and for calls in calls."""
    schema: Any = {"type": "integer"}
    for _ in range(100):
        schema = INLINE[name](schema)
    cost = described({"S0": {"type": "object", "properties": {"a": schema}}}, tmp_path)

    assert cost.code == 0, cost.said

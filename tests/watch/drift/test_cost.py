"""The cost of a comparison: it grows in a line with the descriptions, and has a limit."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from generator.watch.drift.schemas import schemas, severity
from generator.watch.drift.schemas.schemas import SchemaComparer
from tests.qa.bench.shapes import SHAPES, Members, changed
from tests.watch.drift.plain_data import compared

pytestmark = pytest.mark.slow

INCOMPLETE = "api/schema/comparison/incomplete"
Schema = dict[str, Any]


def _nested(wrap: Callable[[Schema, int], Schema]) -> Callable[[int], Any]:
    """Descriptions whose one schema has another in it, in which there is another, and so on."""

    def make(depth: int) -> Any:
        schema: Schema = {"type": "object", "properties": {"name": {"type": "string"}}}
        for level in range(depth):
            schema = wrap(schema, level)
        document: Any = copy.deepcopy(SHAPES["oneOf"].make(1))
        leaf = {"type": "object", "properties": {"value": schema}}
        document["components"] = {"schemas": {"Order": leaf}}
        return document

    return make


NESTED: dict[str, Callable[[int], Any]] = {
    "nullable unions": _nested(lambda s, _: {"anyOf": [s, {"type": "integer"}, {"type": "null"}]}),
    "unions of arrays": _nested(
        lambda s, i: {
            "oneOf": [
                {"type": "array", "items": s},
                {"type": "array", "items": {"type": "integer", "minimum": i}},
            ]
        }
    ),
    "several types": _nested(lambda s, _: {"type": ["array", "string", "null"], "items": s}),
    "if, then and else": _nested(
        lambda s, i: {"if": {"required": [f"a{i}"]}, "then": {"minProperties": 1}, "else": s}
    ),
    "not": _nested(lambda s, _: {"not": s}),
    "contains": _nested(lambda s, _: {"type": "array", "contains": s}),
    "items": _nested(lambda s, _: {"type": "array", "items": s}),
    "additionalProperties": _nested(lambda s, _: {"type": "object", "additionalProperties": s}),
    "propertyNames": _nested(lambda s, _: {"type": "object", "propertyNames": s}),
    "prefixItems": _nested(lambda s, _: {"type": "array", "prefixItems": [s, {"type": "string"}]}),
}  # fmt: skip


@pytest.fixture
def comparers(monkeypatch: pytest.MonkeyPatch) -> list[SchemaComparer]:
    made: list[SchemaComparer] = []

    class Kept(SchemaComparer):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            made.append(self)

    monkeypatch.setattr("generator.watch.drift.comparison.SchemaComparer", Kept)
    return made


def _rules(old: Members, new: Members) -> set[str]:
    return {verdict.rule for one in compared(old, new).changes for verdict in one.verdicts}


@pytest.mark.parametrize("name", SHAPES)
def test_a_description_against_itself_is_not_compared(
    name: str, comparers: list[SchemaComparer]
) -> None:
    document = SHAPES[name].make(4)
    assert not _rules(document, document)
    assert comparers[0].work.spent == 0


def _deep(name: str, depth: int) -> tuple[Any, Any]:
    """Return descriptions that differ in the innermost of nested schemas."""
    old = NESTED[name](depth)
    new = copy.deepcopy(old)
    leaf = new["components"]["schemas"]["Order"]["properties"]["value"]
    while "properties" not in leaf:
        leaf = _inner(leaf)
    leaf["properties"]["name"]["type"] = "integer"
    return old, new


def _inner(schema: Any) -> Any:
    """Return the schema in one of :data:`NESTED` that leads further in."""
    for key in ("else", "not", "contains", "items", "additionalProperties", "propertyNames"):
        if key in schema:
            return schema[key]
    return next(schema[key] for key in ("anyOf", "oneOf", "prefixItems") if key in schema)[0]


def _more_components(size: int) -> tuple[Any, Any]:
    document = SHAPES["unions in unions"].make(size)
    return document, changed(document)


@pytest.mark.parametrize(
    "make", [_more_components, *(partial(_deep, name) for name in NESTED)], ids=["many", *NESTED]
)
def test_twice_the_size_is_twice_the_work(
    make: Callable[[int], tuple[Any, Any]], comparers: list[SchemaComparer]
) -> None:
    for size in (10, 20):
        rules = _rules(*make(size))
        assert rules
        assert INCOMPLETE not in rules
    few, many = (comparer.work.spent for comparer in comparers)
    assert 0 < many < 2.6 * few


@pytest.mark.nightly
def test_unions_whose_branches_may_all_be_another_have_a_limit(
    comparers: list[SchemaComparer],
) -> None:
    document = SHAPES["unions of arrays"].make(60)
    assert INCOMPLETE in _rules(document, changed(document))
    assert comparers[0].work.spent < 1.1 * comparers[0].work.limit


def test_past_the_limit_of_work_the_rest_is_a_risk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "_LEAST_WORK", 10)
    monkeypatch.setattr(schemas, "_WORK", 0)
    document, new = _more_components(30)
    found = {change.id: change for change in compared(document, new).changes}
    assert found[INCOMPLETE].wire == "risk"
    assert "too different to compare in detail" in found[INCOMPLETE].message
    assert not _rules(document, document)


def test_unions_without_a_branch_in_common_are_a_risk() -> None:
    def union(first: int) -> Any:
        document: Any = SHAPES["oneOf"].make(0)
        branches: Any = [{"type": "array", "minItems": first + n} for n in range(60)]
        order: Any = {"type": "object", "properties": {"value": {"anyOf": branches}}}
        document["components"] = {"schemas": {"Order": order}}
        return document

    assert _rules(union(1), union(100)) == {INCOMPLETE}


def test_rings_of_two_lengths_end_at_a_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(severity, "_MAX_OPEN", 40)
    assert INCOMPLETE in _rules(SHAPES["a ring"].make(10), SHAPES["a ring"].make(11))


def test_every_schema_of_a_chain_may_differ(comparers: list[SchemaComparer]) -> None:
    """The changes of each schema reach the operation without a set of them for each schema."""
    old: Any = SHAPES["a ring"].make(100)
    new = copy.deepcopy(old)
    for schema in new["components"]["schemas"].values():
        schema["properties"]["added"] = {"type": "string"}
    assert len(compared(old, new).changes) == 100
    assert len(comparers) == 1

"""The cost of a comparison: it grows in a line with the descriptions, and has a limit."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.drift.compare import schemas, severity
from generator.drift.compare.schemas import SchemaComparer
from tests.drift.pairs import report
from tests.qa.bench.shapes import SHAPES, Members, changed

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
def comparers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[SchemaComparer]:
    """The comparers of the reports that a test makes, in order."""
    made: list[SchemaComparer] = []

    class Kept(SchemaComparer):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            made.append(self)

    monkeypatch.setattr("generator.drift.compare.documents.SchemaComparer", Kept)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return made


def _rules(old: Members, new: Members, folder: Path) -> set[str]:
    changes = report(old, new, folder)["changes"]
    return {verdict["rule"] for change in changes for verdict in change["verdicts"]}


@pytest.mark.parametrize("name", SHAPES)
def test_a_description_against_itself_is_not_compared(
    name: str, tmp_path: Path, comparers: list[SchemaComparer]
) -> None:
    document = SHAPES[name].make(12)
    assert not _rules(document, document, tmp_path)
    assert comparers[0].work.spent == 0


@pytest.mark.parametrize("name", NESTED)
def test_twice_the_depth_is_twice_the_work(
    name: str, tmp_path: Path, comparers: list[SchemaComparer]
) -> None:
    for depth in (20, 40):
        document = NESTED[name](depth)
        new: Any = copy.deepcopy(document)
        leaf = new["components"]["schemas"]["Order"]["properties"]["value"]
        while "properties" not in leaf:
            leaf = _inner(leaf)
        leaf["properties"]["name"]["type"] = "integer"
        rules = _rules(document, new, tmp_path)
        assert rules
        assert INCOMPLETE not in rules
    few, many = (comparer.work.spent for comparer in comparers)
    assert 0 < many < 2.6 * few


def _inner(schema: Any) -> Any:
    """The schema in one of :data:`NESTED` that leads further in."""
    for key in ("else", "not", "contains", "items", "additionalProperties", "propertyNames"):
        if key in schema:
            return schema[key]
    return next(schema[key] for key in ("anyOf", "oneOf", "prefixItems") if key in schema)[0]


def test_twice_the_components_are_twice_the_work(
    tmp_path: Path, comparers: list[SchemaComparer]
) -> None:
    for size in (20, 40):
        document = SHAPES["unions in unions"].make(size)
        assert _rules(document, changed(document), tmp_path)
    few, many = (comparer.work.spent for comparer in comparers)
    assert many <= 2.6 * few


@pytest.mark.slow
def test_unions_whose_branches_may_all_be_another_have_a_limit(
    tmp_path: Path, comparers: list[SchemaComparer]
) -> None:
    document = SHAPES["unions of arrays"].make(60)
    assert INCOMPLETE in _rules(document, changed(document), tmp_path)
    assert comparers[0].work.spent < 1.1 * comparers[0].work.limit


def test_past_the_limit_of_work_the_rest_is_a_risk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(schemas, "_LEAST_WORK", 10)
    monkeypatch.setattr(schemas, "_WORK", 0)
    document = SHAPES["unions in unions"].make(30)
    changes = report(document, changed(document), tmp_path)["changes"]
    found = {change["id"]: change for change in changes}
    assert found[INCOMPLETE]["wire"] == "risk"
    assert "too different to compare in detail" in found[INCOMPLETE]["message"]
    assert not report(document, document, tmp_path)["changes"]


def test_unions_without_a_branch_in_common_are_a_risk(tmp_path: Path) -> None:
    def union(first: int) -> Any:
        document: Any = SHAPES["oneOf"].make(0)
        branches: Any = [{"type": "array", "minItems": first + n} for n in range(60)]
        order: Any = {"type": "object", "properties": {"value": {"anyOf": branches}}}
        document["components"] = {"schemas": {"Order": order}}
        return document

    assert _rules(union(1), union(100), tmp_path) == {INCOMPLETE}


def test_rings_of_two_lengths_end_at_a_depth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(severity, "_MAX_OPEN", 40)
    assert INCOMPLETE in _rules(SHAPES["a ring"].make(10), SHAPES["a ring"].make(11), tmp_path)


def test_every_schema_of_a_chain_may_differ(
    tmp_path: Path, comparers: list[SchemaComparer]
) -> None:
    """The changes of each schema reach the operation without a set of them for each schema."""
    old: Any = SHAPES["a ring"].make(200)
    new = copy.deepcopy(old)
    for schema in new["components"]["schemas"].values():
        schema["properties"]["added"] = {"type": "string"}
    assert len(report(old, new, tmp_path)["changes"]) == 200
    assert len(comparers) == 1

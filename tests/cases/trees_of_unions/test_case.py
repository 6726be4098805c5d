"""Unions that contain themselves: what reading costs grows in a line with the response."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.answers import answering
from tests.support.generated_case import Case

Json = Any
LEAVES: dict[str, dict[str, Json]] = {
    "filters": {"valid": {"field": "a"}, "deviating": {"field": 1, "new": 2}, "other": {"x": [1]}},
    "shapes": {
        "valid": {"kind": "Dot"},
        "deviating": {"kind": "Dot", "new": 2},
        "other": {"x": [1]},
    },
    "values": {"valid": "a", "deviating": 7, "other": {"x": [1]}},
}
JOINS: dict[str, Callable[[Json, Json], Json]] = {
    "filters": lambda left, right: {"left": left, "right": right},
    "shapes": lambda left, right: {"kind": "Frame", "left": left, "right": right},
    "values": lambda left, right: [[left], right],
}


def tree(kind: str, leaf: Json, nodes: int) -> Json:
    """Return a tree of about so many nodes, which is at most 60 levels deep."""
    level = [leaf] * ((nodes + 1) // 2)
    while len(level) > 1:
        joined = [JOINS[kind](*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
        level = joined + level[len(level) - len(level) % 2 :]
    return level[0]


def chain(kind: str, leaf: Json, nodes: int) -> Json:
    """Return a tree with all its nodes below one another."""
    value = leaf
    for _ in range(nodes):
        value = JOINS[kind](leaf, value)
    return value


def calls_of(case: Case, mode: str, kind: str, data: Json) -> int:
    """Return how many functions reading a response calls."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    with case.connect(answering(200, data), mode) as client:
        sys.setprofile(count)
        try:
            getattr(client, kind).read()
        finally:
            sys.setprofile(None)
    return calls


@pytest.mark.slow
@pytest.mark.parametrize("leaf", ["valid", "deviating", "other"])
@pytest.mark.parametrize("kind", LEAVES)
def test_reading_costs_a_line(case: Case, mode: str, kind: str, leaf: str) -> None:
    value = LEAVES[kind][leaf]
    _, small, middle, large = (
        calls_of(case, mode, kind, tree(kind, value, nodes)) for nodes in (20, 20, 200, 2000)
    )
    assert large - middle <= 12 * max(middle - small, 100)
    calls_of(case, mode, kind, chain(kind, value, 50))


@pytest.mark.parametrize("kind", LEAVES)
def test_a_tree_is_read_as_described(case: Case, kind: str) -> None:
    found: list[Any] = []
    data = tree(kind, LEAVES[kind]["valid"], 20)
    with case.connect(answering(200, data), on_deviation=found.append) as client:
        value = getattr(client, kind).read()
    assert found == []
    names = {"filters": "And", "shapes": "Frame", "values": "list"}
    assert type(value).__name__ == names[kind]


def test_each_branch_is_the_one_with_the_fewest_deviations(case: Case) -> None:
    found: list[Any] = []
    data = {"left": {"field": "a", "x": 1}, "right": {"field": "b"}, "note": "n"}
    with case.connect(answering(200, data), on_deviation=found.append) as client:
        value = client.filters.read()
    assert (type(value).__name__, value.note) == ("Or", "n")
    assert [(one.rule, one.pointer) for one in found] == [
        ("response/schema/property/added", "/left/x")
    ]


def test_too_many_levels_are_an_error(case: Case, mode: str) -> None:
    deep = chain("filters", {"field": "a"}, 300)
    with (
        case.connect(answering(200, deep), mode) as client,
        pytest.raises(case.errors.ResponseError, match=r"recursion limit|too many levels"),
    ):
        client.filters.read()

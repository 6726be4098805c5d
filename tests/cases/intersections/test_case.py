"""Parts of an ``allOf`` are merged branch by branch, and branches that are empty are dropped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.generated_case import Case, refused, sent

ADMITTED: list[tuple[str, list[Any], list[Any]]] = [
    ("scopes", [["books:read", "loans:read"]], [["books:write"], ["sales"]]),
    ("scope", ["books:read"], ["books:write", "loans:read"]),
    ("other", ["sales", "anything"], [1]),
    ("flag", [True, 1, "any value"], []),
    ("mixed", ["a"], [1, "b"]),
    ("beside", ["a"], [1, True]),
    ("unset", [None], ["a", {}]),
    ("cleared", [None], ["a", ["a"]]),
    ("removed", [None], ["a", {}]),
    ("either", [None], ["a", 1]),
    ("only", [None], ["a"]),
    ("optional", ["a", ["a"], None], [1]),
    ("payment", [{"kind": "card", "number": "1"}, {"kind": "cash"}], [{"kind": "cheque"}]),
    ("paid", [{"kind": "cash", "coins": 2}], [{"kind": "card", "number": "1"}]),
]
"""Property, values of it, and others."""
CIRCLES: list[tuple[str, list[Any], list[Any]]] = [
    ("number", [1, "a"], [True, {}]),
    ("text", [1, "a"], [True, {}]),
    ("named", [True], ["a", {}]),
    ("nothing", [1, {"any": "value"}], []),
]


@pytest.mark.parametrize(
    ("model", "name", "values", "others"),
    [*(("Key", *row) for row in ADMITTED), *(("Circles", *row) for row in CIRCLES)],
)
def test_what_each_admits(
    case: Case, model: str, name: str, values: list[Any], others: list[Any]
) -> None:
    make = getattr(case.models, model)
    for value in values:
        assert sent(make(**{name: value})) == {name: value}
        assert sent(make.model_validate({name: value})) == {name: value}
    for value in others:
        assert refused(make, **{name: value}) != [], value


def test_only_what_is_empty_in_all_branches_has_a_warning(case: Case) -> None:
    manifest = Path(str(case.package.__file__)).with_name("speclock.json")
    assumed = json.loads(manifest.read_text(encoding="utf-8"))["assumed"]
    assert sorted((one["line"], one["code"]) for one in assumed) == [
        (42, "allof-contradiction"), (43, "allof-contradiction"), (69, "ref-cycle"),
        (70, "ref-cycle"), (72, "ref-cycle"),
    ]  # fmt: skip


def test_no_class_has_a_name_of_a_hash(case: Case) -> None:
    names = [name for name in vars(case.models) if name.startswith(("Key", "Circles"))]
    assert sorted(names) == ["Circles", "Key", "KeyPayment"]

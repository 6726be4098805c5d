"""Values through a client: a changed one isn't missed, and those that are made are valid."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from tests.qa.corpus import trial
from tests.qa.corpus.descriptions import Description
from tests.qa.corpus.source import Source
from tests.qa.runner import command
from tests.qa.runner.children import Failed, in_child
from tests.qa.values import run
from tests.qa.values.bodies import Bodies
from tests.qa.values.differences import differences
from tests.qa.values.mutations import mutations
from tests.qa.values.validity import Validators
from tests.qa.values.values import Values, check_values
from tests.qa.values.wire import fault

pytestmark = pytest.mark.slow

CORPUS = Path(__file__).parent / "corpus" / "sample" / "parts"
LOANS = Path(__file__).parent / "corpus" / "indexed" / "library" / "loans.yaml"


def test_children_have_limits(tmp_path: Path) -> None:
    """Results, exceptions, exits and endless loops."""
    assert in_child(lambda: [1], tmp_path) == [1]
    with pytest.raises(Failed, match="ZeroDivisionError at test_values"):
        in_child(lambda: 1 / 0, tmp_path)
    with pytest.raises(Failed, match="took more than 1 s"):
        in_child(_endless, tmp_path, 1)


def _endless() -> None:
    while True:
        pass


@pytest.mark.nightly
def test_wrong_values_are_noticed(tmp_path: Path) -> None:
    """Of a description that allows other values than the client was made for."""
    loans = Description("loans", LOANS, LOANS.parent, "library")
    assert not trial.generated(loans, tmp_path)["failures"]

    def values(description: Path) -> Values:
        def check() -> Any:
            sys.path.insert(0, str(tmp_path))
            return vars(check_values(description, tmp_path, loans.package, "seed"))

        return Values(**in_child(check, tmp_path))

    found = values(LOANS)
    assert found.causes == {}
    assert min(found.counts[one] for one in ("request", "response", "parameter")) > 5

    text = LOANS.read_text(encoding="utf-8")
    changed = tmp_path / "changed.yaml"
    for old, new, noticed in (
        ("minutes: {type: integer}", "minutes: {type: string}", {"refused"}),
        ("enum: [north, south]", "enum: [north, east]", {"refused"}),
        ("in: query, explode: false", "in: query, explode: true", {"altered"}),
        ("format: date}", "format: date-time}", {"refused"}),
        ("minimum: 1", "maximum: 9", {"accepted", "refused"}),
        ("properties: {fault", "additionalProperties: false, properties: {fault", set()),
    ):
        changed.write_text(text.replace(old, new), encoding="utf-8")
        causes = values(changed).causes
        assert noticed <= {cause.partition(":")[0] for cause in causes}, (new, causes)


def test_a_program_over_folders(capsys: pytest.CaptureFixture[str]) -> None:
    folder = LOANS.parents[1]
    assert run.main([str(folder), "--with", str(CORPUS), "--count", "9"]) == command.GOOD
    out = capsys.readouterr().out
    assert re.search(r"^library/loans.yaml +1 +\d{2,}( +0){5}$", out, re.MULTILINE)


def test_one_change() -> None:
    value = {"a": 1, "b": ["x", {"c": None}], "d": True}
    made = list(mutations(value, Random(1), 200))
    assert value == {"a": 1, "b": ["x", {"c": None}], "d": True}
    assert value not in made
    for one in ({"b": value["b"], "d": True}, {**value, "a": 2}, {**value, "a": 987_654_321}):
        assert one in made


def test_values_are_valid_and_use_the_discriminator() -> None:
    """Most of what is made is valid by the schema, and a branch has its own name."""
    source = Source(LOANS)
    (call,) = source.calls()
    body = source.resolve(call.operation.member("requestBody"))
    ((_, schema),) = source.json_bodies(body)
    validator = Validators(source, "readOnly").of(schema)
    bodies = Bodies(source, "readOnly", Random(1))
    made = [bodies.body(schema).value for _ in range(40)]
    assert sum(map(validator.is_valid, made)) > 35
    assert {one["item"]["kind"] for one in made} == {"Book", "Film"}
    assert not any("id" in one for one in made)
    assert any("id" in Bodies(source, "writeOnly", Random(n)).body(schema).value for n in range(9))


@pytest.mark.parametrize(
    ("sent", "got", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {}, [("/a", "lost 1")]),
        ({}, {"a": 1}, [("/a", "added 1")]),
        ([1, 2], [1], [("", "2 items became 1")]),
        ([True], [1], [("/0", "True became 1")]),
        (1, "1", [("", "1 became '1'")]),
        (7, 7.0, [("", "7 became 7.0")]),
        ("2020-01-01T00:00:00Z", "2020-01-01T01:00:00+01:00", []),
        ("P1D", "PT24H", []),
        ("P1", "P2", [("", "'P1' became 'P2'")]),
    ],
)
def test_differences(sent: Any, got: Any, found: list[tuple[str, str]]) -> None:
    """As the bytes of a request show them."""
    assert list(differences(sent, got, is_text=True)) == found


@pytest.mark.parametrize(
    ("parameter", "value", "url"),
    [
        ({"in": "query", "name": "q"}, [1, True], "?q=1&q=true"),
        ({"in": "query", "name": "q", "explode": False}, ["a", "b c"], "?q=a,b%20c"),
        ({"in": "query", "name": "q", "style": "deepObject"}, {"a": 1}, "?q%5Ba%5D=1"),
        ({"in": "query", "name": "q"}, {"a": 1.0}, "?a=1"),
        ({"in": "query", "name": "q", "content": {}}, {"a": [1]}, "?q=%7B%22a%22%3A%5B1%5D%7D"),
        ({"in": "path", "name": "p"}, "a/b", "/a%2Fb/end"),
        ({"in": "path", "name": "p", "style": "label"}, [1, 2], "/.1,2/end"),
        ({"in": "path", "name": "p", "style": "matrix", "explode": True}, [1, 2], "/;p=1;p=2/end"),
    ],
)
def test_parameters_on_the_wire(parameter: dict[str, Any], value: Any, url: str) -> None:
    """The right text, and another one."""
    for changed, is_right in ((url, True), (url.replace("a", "z").replace("1", "3"), False)):
        request = httpx.Request("GET", f"https://x.example{changed}")
        assert (fault(parameter, value, "/{p}/end", request) == "") is is_right, changed

"""`make suites` itself: each stage notices a fault, and a changed value isn't missed."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from generator.config import Client, Settings
from generator.services.generate import generate
from tests.qa.runner.children import Failed, in_child
from tests.qa.runner.command import GOOD
from tests.qa.suites import run
from tests.qa.suites.bodies import Bodies
from tests.qa.suites.differences import differences
from tests.qa.suites.documents import Document
from tests.qa.suites.source import Source
from tests.qa.suites.trial import Trial
from tests.qa.suites.validity import Validators
from tests.qa.suites.values import check_values
from tests.qa.suites.wire import fault

pytestmark = pytest.mark.slow

SAMPLE = Path(__file__).parent / "suites" / "sample"
LOANS = SAMPLE / "library" / "loans.yaml"


@pytest.mark.nightly
def test_the_sample_is_within_the_thresholds(capsys: pytest.CaptureFixture[str]) -> None:
    """A document without operations doesn't count, and neither does one that others refuse."""
    assert run.main([str(SAMPLE), "--stages", "tests,values"]) == GOOD
    out = capsys.readouterr().out
    assert "exit 0: 1 of 1" in out
    assert "tests: 1 of 1" in out
    assert "library/impossible.yaml (negative): generate: " in out


@pytest.mark.parametrize(
    ("changes", "short"),
    [
        ({"passed": []}, "exit 0"),
        ({"emitted": 0}, "operations emitted"),
        ({"failed": {"import": "SyntaxError"}}, "imports"),
        ({"failed": {"tests": "AssertionError"}}, "tests"),
        ({"failed": {"mypy": "error"}}, "mypy"),
        ({"is_bug": True}, "no bug"),
    ],
)
def test_each_threshold_is_checked(changes: dict[str, Any], short: str) -> None:
    """One document of one is more than any threshold allows to fail."""
    trial = Trial(Document("a", SAMPLE, LOANS, "a"), 1, passed=["generate"])
    for name, value in changes.items():
        setattr(trial, name, value)
    failing = [
        one.name
        for one in run.THRESHOLDS
        if one.whole([trial]) and 100 * one.part([trial]) / one.whole([trial]) < one.least
    ]
    assert failing == [short]


def test_children_have_limits(tmp_path: Path) -> None:
    """Results, exceptions, exits and endless loops."""
    assert in_child(lambda: [1], tmp_path) == [1]
    with pytest.raises(Failed, match="ZeroDivisionError at test_suites"):
        in_child(lambda: 1 / 0, tmp_path)
    with pytest.raises(Failed, match="took more than 1 s"):
        in_child(_endless, tmp_path, 1)


def _endless() -> None:
    while True:
        pass


def _counts(description: Path, folder: Path) -> tuple[Counter[str], list[tuple[str, str, str]]]:
    """Return the outcome for a client of LOANS, judged by another description."""

    def check() -> Any:
        sys.path.insert(0, str(folder))
        values = check_values(description, folder, "loans_client", "seed", of=LOANS)
        return [values.counts, values.faults]

    counts, faults = in_child(check, folder)
    return Counter(counts), [(direction, where, fact) for direction, where, fact in faults]


@pytest.mark.nightly
def test_wrong_values_are_noticed(tmp_path: Path) -> None:
    """Of a description that allows other values than the client was made for."""
    client = Client(spec=str(LOANS), package="loans_client", output=str(tmp_path))
    generate(Settings(tmp_path, (client,)))
    counts, faults = _counts(LOANS, tmp_path)
    assert faults == []
    assert min(counts["request"], counts["response"], counts["parameter"]) > 5

    text = LOANS.read_text(encoding="utf-8")
    changed = tmp_path / "changed.yaml"
    for old, new, noticed in (
        ("minutes: {type: integer}", "minutes: {type: string}", {"request", "response"}),
        ("enum: [north, south]", "enum: [north, east]", {"parameter"}),
        ("in: query, explode: false", "in: query, explode: true", {"parameter"}),
        ("format: date}", "format: date-time}", {"request", "response"}),
    ):
        changed.write_text(text.replace(old, new), encoding="utf-8")
        _, faults = _counts(changed, tmp_path)
        assert {direction for direction, _, _ in faults} == noticed, new


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

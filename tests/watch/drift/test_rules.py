"""The rules of ``drift``: their symmetry, their words, and ``speclock explain``."""

from __future__ import annotations

import json
import re

import pytest

from generator.project.cli import main
from generator.watch.changes.change import WIRE
from generator.watch.changes.rules import API, REQUEST, RESPONSE, RULES

ONE_DIRECTION = {
    "link": "only responses have links, and those of a caller's answer are for nobody",
}
"""Area, or area and subject, of rules for one direction only, with the reason."""
ADDITIONS = ("added", "added-required", "added-known", "added-overlapping")
ID = re.compile(r"(request|response|api)/[a-zA-Z]+/[a-zA-Z-]+/[a-z-]+\Z")


def test_each_rule_is_symmetric_and_explained() -> None:
    for name in RULES:
        _check(name)


def _check(name: str) -> None:
    rule = RULES[name]
    assert ID.match(name)
    assert rule.wire in WIRE
    other = RULES[rule.opposite]
    assert other.opposite == name
    *head, action = name.split("/")
    assert other.id.split("/")[:2] == head[:2], "one direction, one area"
    if action in ADDITIONS:
        assert other.id == "/".join([*head, action.replace("added", "removed", 1)])
    for phrase in (rule.what, rule.why):
        assert len(phrase.split()) >= 2
        assert not phrase.endswith("."), "explain ends it"
        assert phrase == phrase.strip()
    assert "{" not in rule.what, "the last sentence needs no value"
    assert re.fullmatch(r"[A-Z][^\n]*\.", rule.do)


def test_a_rule_is_for_both_directions_or_for_one_with_a_reason_or_for_none() -> None:
    for name in {name.partition("/")[2] for name in RULES}:
        directions = [d for d in (REQUEST, RESPONSE, API) if f"{d}/{name}" in RULES]
        if any(f"{name}/".startswith(f"{area}/") for area in ONE_DIRECTION):
            assert directions in ([REQUEST], [RESPONSE])
        else:
            assert directions in ([REQUEST, RESPONSE], [API]), name
        assert len({RULES[f"{d}/{name}"].sentences for d in directions}) == 1


def test_a_sentence_is_the_first_whose_values_are_given() -> None:
    rule = RULES["request/schema/maxLength/narrowed"]
    assert rule.message({"old": "20", "new": "10"}) == "maxLength decreased from 20 to 10"
    assert rule.message({"old": "", "new": "10"}) == "maxLength 10 was added"
    assert rule.message({}) == rule.what == "maxLength decreased or was added"


def test_values_in_a_sentence_are_text() -> None:
    rule = RULES["request/schema/pattern/changed"]
    assert rule.message({"old": "{new}", "new": r"\1"}) == r"pattern changed from {new} to \1"


def test_what_breaks_asks_for_more_than_what_is_safe() -> None:
    deeds: dict[bool, set[str]] = {True: set(), False: set()}
    for rule in RULES.values():
        deeds[rule.wire in ("risk", "breaking")].add(rule.do)
    assert not deeds[True] & deeds[False]


def test_explain_tells_of_one_or_lists_all(capsys: pytest.CaptureFixture[str]) -> None:
    rule = RULES["request/schema/enum/value-removed"]
    assert main(["explain", rule.id]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == f"{rule.id}: {rule.wire}"
    for text in (f"What: {rule.what}.", f"Why:  {rule.why}.", f"Do:   {rule.do}", rule.opposite):
        assert text in out
    assert not err
    assert main(["explain"]) == 0
    lines = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    assert lines == [[rule.id, rule.wire] for rule in RULES.values()]


def test_explain_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    names = ["request/schema/enum/value-removed", "api/security/scope/added"]
    assert main(["explain", "--format", "json", *names]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in told] == names
    assert told[0]["wire"] == "breaking"
    assert told[0]["opposite"] == "request/schema/enum/value-added"
    assert main(["explain", "--format", "json"]) == 0
    assert [one["id"] for one in json.loads(capsys.readouterr().out)] == list(RULES)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("request/schema/enum/value-remove", "request/schema/enum/value-removed"),
        ("schema/pattern/added", "request/schema/pattern/added"),
        ("zzz", "`speclock explain` lists all."),
    ],
)
def test_an_unknown_rule_is_refused_with_near_ones(
    name: str, near: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", name]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert f"no rule is called {name!r}" in err
    assert near in err

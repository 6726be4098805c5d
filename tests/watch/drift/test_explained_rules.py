"""``drift --verbose``: what ``explain`` prints about each rule in the report, once, after it."""

from __future__ import annotations

import re

import pytest

from generator.watch.changes.rules import RULES
from tests.support.project import Project
from tests.watch.drift.orchard import GONE, MORE, PROSE, SPEC, drift_json

pytestmark = pytest.mark.usefixtures("surroundings")

_RULE = re.compile(r"^([\w/-]+): (?:breaking|risk|safe|none)$", re.MULTILINE)


def explained(project: Project, *words: str) -> tuple[str, list[str]]:
    """Return the report, and the rules that are explained after it."""
    found = project.run("drift", "--verbose", *words).out
    rules = _RULE.findall(found)
    start = found.index(f"\n{rules[0]}: ") if rules else len(found)
    return found[:start], rules


@pytest.mark.parametrize("text", [GONE, MORE, PROSE, SPEC], ids=["gone", "more", "prose", "same"])
def test_each_rule_is_explained_once_after_the_report(project: Project, text: str) -> None:
    project.write("upstream.yaml", text)
    rules = {
        verdict["rule"]
        for change in drift_json(project)["changes"]
        for verdict in change["verdicts"]
    }
    report, listed = explained(project)
    assert sorted(listed) == sorted(rules)
    assert bool(rules) == (text != SPEC)
    printed = project.run("drift", "--verbose").out
    assert all(project.does("explain", rule).out in printed for rule in rules)
    assert "What: " not in report and "Next:" not in printed[len(report) :]


def test_without_the_option_and_in_other_formats_there_are_none(project: Project) -> None:
    project.write("upstream.yaml", GONE)
    whats = [f"What: {rule.what}." for rule in RULES.values()]
    for words in ([], ["--quiet"]):
        printed = project.run("drift", *words).out
        assert not any(what in printed for what in whats)
    for name in ("json", "markdown", "github", "sarif"):
        plain, verbose = (
            project.run("drift", "--format", name, *more).out for more in ((), ("--verbose",))
        )
        assert plain == verbose
    project.run("drift", "--verbose", "--output", "report.txt", code=1)
    assert not any(what in project.read("report.txt") for what in whats)


def test_the_rules_of_changes_below_the_level_are_left_out(project: Project) -> None:
    project.write("upstream.yaml", MORE)
    _, every = explained(project)
    _, gravest = explained(project, "--level", "breaking")
    assert {*gravest} < {*every}

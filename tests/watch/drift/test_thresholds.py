"""``Report.fails`` at each threshold: a level on the wire, with and without a break in Python."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator.base.errors import Place, Problem
from generator.watch.changes.change import Report, Side, Signature, Verdict
from tests.support.project import Project
from tests.watch.drift.orchard import SPEC, drift_json
from tests.watch.drift.reports import COMPANY, OBJECTIVES

THRESHOLDS = ("never", "none", "safe", "risk", "breaking", "python")
FAILS: dict[tuple[str, bool], set[str]] = {
    ("none", False): set(),
    ("none", True): {"python"},
    ("safe", False): {"safe"},
    ("safe", True): {"safe", "python"},
    ("risk", False): {"safe", "risk"},
    ("risk", True): {"safe", "risk", "python"},
    ("breaking", False): {"safe", "risk", "breaking", "python"},
    ("breaking", True): {"safe", "risk", "breaking", "python"},
}
SIGNATURES = {
    True: OBJECTIVES.signatures,
    False: (Signature("Audience.name", "", "name: str | None = None", breaks=False),),
}


def report(wire: str, *, python: bool) -> Report:
    verdicts = (Verdict("response/schema/property/added", "response", wire),)
    change = replace(COMPANY, verdicts=verdicts, signatures=SIGNATURES[python])
    side = Side("a.yaml", "Audiences", "1", "")
    return Report("client", side, side, ("audiences/create",), (change,))


@pytest.mark.parametrize(("wire", "python"), FAILS)
def test_a_change_reaches_these_thresholds(wire: str, python: bool) -> None:
    made = report(wire, python=python)
    assert (made.wire, made.python) == (wire, python)
    assert {level for level in THRESHOLDS if made.fails(level)} == FAILS[wire, python]
    fault = Problem("allowed", "it expired", "Remove it.", Place("a.toml", 1))
    faulty = replace(made, faults=(fault,))
    assert {level for level in THRESHOLDS if faulty.fails(level)} == {*THRESHOLDS[2:]}


@pytest.mark.usefixtures("surroundings")
def test_a_break_on_the_wire_that_no_signature_shows(project: Project) -> None:
    """A narrower limit is refused by the server; the client's Python is the same."""
    text = SPEC.replace("age: {type: integer}", "age: {type: integer, maximum: 500}")
    assert text != SPEC
    project.write("upstream.yaml", text)
    made = drift_json(project)
    assert (made["wire"], made["python"]) == ("breaking", False)
    project.run("drift", "--fail-on", "python", code=1)

"""``speclock drift`` where ``speclock.lock`` records the document of upstream."""

from __future__ import annotations

import textwrap

import pytest

from tests.support.project import Project
from tests.watch.drift.orchard import (
    SPEC,
    allow_entry,
    drift_json,
    write_allow_list,
)

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("surroundings")]


class _ComparisonError(BaseException):
    """An error that no code catches."""


def _no_comparison(*_: object, **__: object) -> None:
    raise _ComparisonError


@pytest.fixture
def pulled(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose description was pulled; a comparison is an error."""
    project.write("upstream.yaml", "# Theirs.\n" + SPEC)
    assert project.run("update", "--replace", "--yes").code == 0
    monkeypatch.setattr("generator.watch.drift.comparison.compare", _no_comparison)
    return project


def test_the_document_in_the_lock_is_not_compared(pulled: Project) -> None:
    said = "nothing changed for trees/list and trees/plant; upstream is the document recorded in"
    outcome = pulled.run("drift", "--fail-on", "safe")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"none: {said} speclock.lock\n")
    assert "orchard: spec/orchard.yaml (1.0) → upstream.yaml (1.0)" in outcome.out
    told = drift_json(pulled)
    assert (told["wire"], told["changes"], told["faults"]) == ("none", [], [])
    assert told["operations"] == ["trees/list", "trees/plant"]
    assert told["base"]["sha256"] != told["revision"]["sha256"]


def test_the_report_is_as_if_it_had_been_compared(project: Project) -> None:
    project.write("upstream.yaml", "# Theirs.\n" + SPEC)
    assert project.run("update", "--replace", "--yes").code == 0
    quick = drift_json(project)
    (project.root / "spec" / "speclock.lock").unlink()
    slow = drift_json(project)
    sentence = slow["summary"]["sentence"]
    slow["summary"]["sentence"] += "; upstream is the document recorded in speclock.lock"
    assert quick == slow
    assert sentence == "none: nothing changed for trees/list and trees/plant"


@pytest.mark.parametrize("expires", ["2020-01-31", "2999-01-01"])
def test_an_allow_list_is_read_all_the_same(pulled: Project, expires: str) -> None:
    write_allow_list(pulled, allow_entry("0123456789ab", expires))
    outcome = pulled.run("drift")
    assert outcome.code == 1
    assert "no change has the fingerprint 0123456789ab any more" in outcome.out


def test_selectors_and_overlays_are_still_checked(pulled: Project) -> None:
    error = pulled.refuses("drift", "--operation", "trees/cut")
    assert "no operation 'trees/cut' in spec/orchard.yaml." in error
    pulled.write(
        "spec/fix.yaml",
        "overlay: 1.0.0\ninfo: {title: T, version: '1'}\n"
        "actions: [{target: $.nowhere, update: {a: 1}}]\n",
    )
    pulled.configure('overlays = ["spec/fix.yaml"]\n')
    error = pulled.refuses("drift")
    assert "spec/fix.yaml:3:" in error


def test_what_changed_since_the_pull_is_compared(pulled: Project) -> None:
    """Layout and comments of the description are no change."""
    for side in ("spec/orchard.yaml", "upstream.yaml"):
        text = pulled.read(side)
        pulled.write(side, text.replace("The trees.", "All trees."))
        with pytest.raises(_ComparisonError):
            pulled.run("drift")
        pulled.write(side, ("# Ours.\n" if "spec" in side else "") + text)
        assert pulled.run("drift").code == 0


def test_a_lock_without_the_document_is_ignored(pulled: Project) -> None:
    for text in ("{}", '{"format": 2}', '{"format": 2, "descriptions": {}}'):
        pulled.write("spec/speclock.lock", text)
        with pytest.raises(_ComparisonError):
            pulled.run("drift")


def test_another_base_is_compared(pulled: Project) -> None:
    pulled.write("older.yaml", SPEC)
    with pytest.raises(_ComparisonError):
        pulled.run("drift", "--base", "older.yaml")


def test_an_upstream_of_several_files_is_compared_each_time(project: Project) -> None:
    """The lock's hash is of the first file."""
    project.write(
        "upstream.yaml", SPEC.replace('"#/components/schemas/Tree"', '"parts.yaml#/Tree"')
    )
    tree = textwrap.dedent(SPEC[SPEC.index("    Tree:") :])
    project.write("parts.yaml", tree)
    assert project.run("update", "--replace", "--yes").code == 0
    assert project.run("drift").code == 0
    project.write("parts.yaml", tree.replace("pear, ", ""))
    assert project.run("drift").code == 1

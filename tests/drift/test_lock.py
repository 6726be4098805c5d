"""``speclock drift`` where ``speclock.lock`` records the document of upstream."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from tests.drift.orchard import (
    CONFIG,
    GONE,
    SPEC,
    allow_entry,
    drift_json,
    fingerprint_of,
    write_allow_list,
    write_upstream,
)
from tests.support.command import speclock

pytestmark = pytest.mark.usefixtures("surroundings")


class _ComparisonError(BaseException):
    """An error that no code catches."""


def _no_comparison(*_: object) -> None:
    raise _ComparisonError


@pytest.fixture
def pulled(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose description was pulled; a comparison is an error."""
    write_upstream(project, "# Theirs.\n" + SPEC)
    assert speclock(project, "update", "--replace", "--yes").code == 0
    monkeypatch.setattr("generator.drift.compare.documents.compare", _no_comparison)
    return project


def test_the_document_in_the_lock_is_not_compared(pulled: Path) -> None:
    said = "nothing changed for trees/list and trees/plant; upstream is the document recorded in"
    outcome = speclock(pulled, "drift", "--fail-on", "safe")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"none: {said} speclock.lock\n")
    assert "orchard: spec/orchard.yaml (1.0) → upstream.yaml (1.0)" in outcome.out
    told = drift_json(pulled)
    assert (told["wire"], told["changes"], told["faults"]) == ("none", [], [])
    assert told["operations"] == ["trees/list", "trees/plant"]
    assert told["base"]["sha256"] != told["revision"]["sha256"]


def test_the_report_is_as_if_it_had_been_compared(project: Path) -> None:
    write_upstream(project, "# Theirs.\n" + SPEC)
    assert speclock(project, "update", "--replace", "--yes").code == 0
    quick = drift_json(project)
    (project / "spec" / "speclock.lock").unlink()
    slow = drift_json(project)
    sentence = slow["summary"]["sentence"]
    slow["summary"]["sentence"] += "; upstream is the document recorded in speclock.lock"
    assert quick == slow
    assert sentence == "none: nothing changed for trees/list and trees/plant"


@pytest.mark.parametrize("expires", ["2020-01-31", "2999-01-01"])
def test_an_allow_list_is_read_all_the_same(pulled: Path, expires: str) -> None:
    write_allow_list(pulled, allow_entry("0123456789ab", expires))
    outcome = speclock(pulled, "drift")
    assert outcome.code == 1
    assert "no change has the fingerprint 0123456789ab any more" in outcome.out


def test_an_allowed_change_that_expires_is_told_of_the_same_upstream(project: Path) -> None:
    """Upstream is as it was at the last run, but not as it was pulled."""
    assert speclock(project, "update", "--replace", "--yes").code == 0
    write_upstream(project, GONE)
    fingerprint = fingerprint_of(project)
    write_allow_list(project, allow_entry(fingerprint))
    assert speclock(project, "drift").code == 0
    write_allow_list(project, allow_entry(fingerprint, "2020-01-31"))
    outcome = speclock(project, "drift")
    assert outcome.code == 1
    assert "expired on 2020-01-31" in outcome.out


def test_selectors_and_overlays_are_still_checked(pulled: Path) -> None:
    outcome = speclock(pulled, "drift", "--operation", "trees/cut")
    assert outcome.code == 2
    assert "no operation 'trees/cut' in spec/orchard.yaml." in outcome.err
    (pulled / "spec" / "fix.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: T, version: '1'}\n"
        "actions: [{target: $.nowhere, update: {a: 1}}]\n",
        encoding="utf-8",
    )
    config = CONFIG + 'overlays = ["spec/fix.yaml"]\n'
    (pulled / "pyproject.toml").write_text(config, encoding="utf-8")
    outcome = speclock(pulled, "drift")
    assert outcome.code == 2
    assert "spec/fix.yaml:3:" in outcome.err


@pytest.mark.parametrize("side", ["spec/orchard.yaml", "upstream.yaml"])
def test_what_changed_since_the_pull_is_compared(pulled: Path, side: str) -> None:
    text = (pulled / side).read_text(encoding="utf-8")
    (pulled / side).write_text(text.replace("The trees.", "All trees."), encoding="utf-8")
    with pytest.raises(_ComparisonError):
        speclock(pulled, "drift")


def test_layout_and_comments_of_the_description_are_no_change(pulled: Path) -> None:
    path = pulled / "spec" / "orchard.yaml"
    path.write_text("# Ours.\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert speclock(pulled, "drift").code == 0


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"orchard.yaml": {}}'])
def test_a_lock_that_says_nothing_is_ignored(pulled: Path, text: str) -> None:
    (pulled / "spec" / "speclock.lock").write_text(text, encoding="utf-8")
    with pytest.raises(_ComparisonError):
        speclock(pulled, "drift")


def test_another_base_is_compared(pulled: Path) -> None:
    (pulled / "older.yaml").write_text(SPEC, encoding="utf-8")
    with pytest.raises(_ComparisonError):
        speclock(pulled, "drift", "--base", "older.yaml")


def test_an_upstream_of_several_files_is_compared_each_time(project: Path) -> None:
    """The lock's hash is of the first file."""
    write_upstream(project, SPEC.replace('"#/components/schemas/Tree"', '"parts.yaml#/Tree"'))
    tree = textwrap.dedent(SPEC[SPEC.index("    Tree:") :])
    (project / "parts.yaml").write_text(tree, encoding="utf-8")
    assert speclock(project, "update", "--replace", "--yes").code == 0
    assert speclock(project, "drift").code == 0
    (project / "parts.yaml").write_text(tree.replace("pear, ", ""), encoding="utf-8")
    assert speclock(project, "drift").code == 1

"""The allow-list of ``speclock drift``: what it allows, and its faults."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.drift.orchard import (
    GONE,
    allow_entry,
    drift_json,
    fingerprint_of,
    write_allow_list,
)
from tests.support.project import Project

pytestmark = pytest.mark.usefixtures("surroundings")


def test_an_allowed_change_is_shown_and_not_counted(project: Project) -> None:
    project.write("upstream.yaml", GONE)
    write_allow_list(project, allow_entry(fingerprint_of(project)))
    outcome = project.run("drift", "--fail-on", "safe")
    assert outcome.code == 0
    assert outcome.out.startswith(
        "none: nothing changed for trees/list and trees/plant except what"
    )
    assert "because we send none (Mo, until 2999-01-01)" in outcome.out
    told = drift_json(project)
    assert told["changes"][0]["allowed"]["owner"] == "Mo"
    assert (told["wire"], told["python"], told["bump"]) == ("none", False, "none")


def test_an_allow_list_elsewhere(project: Project) -> None:
    project.write("upstream.yaml", GONE)
    write_allow_list(project, allow_entry(fingerprint_of(project)), name="allowed.toml")
    assert project.run("drift").code == 1
    project.configure('allowed = "allowed.toml"\n')
    assert project.run("drift").code == 0


def test_what_nobody_allowed_still_fails(project: Project) -> None:
    project.write("upstream.yaml", GONE)
    write_allow_list(project, allow_entry(fingerprint_of(project)))
    project.write("upstream.yaml", GONE.replace("required: [kind]", "required: [kind, age]"))
    outcome = project.run("drift")
    assert outcome.code == 1
    assert outcome.out.startswith("breaking: the only change can break trees/plant\n")


def test_an_expired_entry_fails(project: Project) -> None:
    project.write("upstream.yaml", GONE)
    fingerprint = fingerprint_of(project)
    write_allow_list(project, allow_entry(fingerprint, f"{dt.datetime.now(dt.UTC):%Y-%m-%d}"))
    assert project.run("drift").code == 0, "it holds until the end of its day"
    write_allow_list(project, allow_entry(fingerprint, "2020-01-31"))
    outcome = project.run("drift", "--fail-on", "breaking")
    assert outcome.code == 1
    assert "at spec/orchard.allowed.toml:3:1: the entry for" in outcome.out
    assert "expired on 2020-01-31" in outcome.out
    assert "Ask Mo whether it still applies" in outcome.out
    assert drift_json(project)["changes"][0]["allowed"] is None, "it counts again"


def test_an_entry_that_matches_nothing_fails(project: Project) -> None:
    write_allow_list(project, allow_entry("0123456789ab"))
    outcome = project.run("drift")
    assert outcome.code == 1
    assert "no change has the fingerprint 0123456789ab any more" in outcome.out
    assert "Fix the allow-list." in outcome.out
    (fault,) = drift_json(project)["faults"]
    assert (fault["place"]["file"], fault["place"]["line"]) == ("spec/orchard.allowed.toml", 3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("allowed = [", "spec/orchard.allowed.toml: not well-formed TOML"),
        ("allowed = 1", "spec/orchard.allowed.toml:1: allowed must be tables, [[allowed]], not 1."),
        ("x = 1", "spec/orchard.allowed.toml:1: has no setting 'x'. Known: allowed."),
        (
            "\n[[allowed]]\nreason = 1",
            "spec/orchard.allowed.toml:2: allowed lacks 'fingerprint'. Add it",
        ),
        (
            "[[allowed]]\nfingerprint = 'a'",
            "spec/orchard.allowed.toml:1: allowed lacks 'change'. Add it: the change, for readers.",
        ),
        (
            allow_entry("a") + "more = 1\n",
            "allowed.toml:1: allowed has no setting 'more'. Known: fingerprint, change,",
        ),
        (allow_entry("a", '"2020-13-01"'), "expires must be a date, such as 2027-06-30, not '2020"),
        (
            allow_entry("a").replace("Mo", ""),
            "spec/orchard.allowed.toml:5: allowed.owner is empty. Give it a value.",
        ),
        (
            allow_entry("a") + "\n" + allow_entry("a"),
            "spec/orchard.allowed.toml:8: a is listed twice.",
        ),
    ],
)
def test_an_allow_list_that_is_none_is_refused(project: Project, text: str, words: str) -> None:
    project.write("spec/orchard.allowed.toml", text)
    error = project.refuses("drift")
    assert words in error

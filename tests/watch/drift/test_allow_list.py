"""The allow-list of ``speclock drift``: what it allows, and its faults."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.support.project import Project
from tests.watch.drift.orchard import (
    GONE,
    allow_entry,
    drift_json,
    fingerprint_of,
    write_allow_list,
)

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


def version_entry(number: int = 2, expires: dt.date | None = None) -> str:
    day = expires or dt.datetime.now(dt.UTC).date() + dt.timedelta(days=90)
    return (
        f'[[allowed_version]]\nfrom = {number}\nreason = "we move in May"\n'
        f'owner = "Mo"\nexpires = {day}\n'
    )


SECOND = GONE.replace('version: "1.0"', 'version: "2.0.1"')


def test_a_new_version_may_change_everything_for_a_while(project: Project) -> None:
    project.write("upstream.yaml", SECOND)
    assert project.run("drift").code == 1
    write_allow_list(project, version_entry())
    outcome = project.run("drift", "--fail-on", "safe")
    assert outcome.code == 0
    assert "Accepted, and not counted" in outcome.out
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=90)
    assert f"because we move in May (Mo, until {day})" in outcome.out
    told = drift_json(project)
    assert told["changes"]
    assert {change["allowed"]["owner"] for change in told["changes"]} == {"Mo"}
    assert (told["wire"], told["python"], told["bump"]) == ("none", False, "none")


def test_an_entry_of_a_version_waits_for_it_alone(project: Project) -> None:
    """Changes of the version in use count, and those of the version after it."""
    write_allow_list(project, version_entry())
    assert project.run("drift").code == 0, "nothing changed yet"
    project.write("upstream.yaml", GONE)
    assert project.run("drift").code == 1
    project.write("upstream.yaml", SECOND.replace("2.0.1", "3.0"))
    assert project.run("drift").code == 1


def test_an_entry_of_one_change_wins(project: Project) -> None:
    project.write("upstream.yaml", SECOND)
    write_allow_list(project, allow_entry(fingerprint_of(project)), version_entry())
    assert "because we send none (Mo, until 2999-01-01)" in project.run("drift").out


@pytest.mark.parametrize(
    ("versions", "entry", "words"),
    [
        (("2.0", "2.1"), version_entry(), "spec/orchard.yaml is of version 2.0 already"),
        (("1.0", "latest"), version_entry(), "has the version 'latest', which begins with no"),
        (("v1", "2.0"), version_entry(), "spec/orchard.yaml has the version 'v1', which begins"),
        (
            ("1.0", "2.0"),
            version_entry(expires=dt.datetime.now(dt.UTC).date() + dt.timedelta(days=190)),
            "Set a day until",
        ),
        (
            ("1.0", "2.0"),
            version_entry(expires=dt.date(2020, 1, 31)),
            "the entry for version 2 expired on 2020-01-31",
        ),
    ],
)
def test_faults_of_an_entry_of_a_version(
    project: Project, versions: tuple[str, str], entry: str, words: str
) -> None:
    path = project.root / "spec/orchard.yaml"
    path.write_text(path.read_text().replace('version: "1.0"', f'version: "{versions[0]}"'))
    project.write("upstream.yaml", GONE.replace('version: "1.0"', f'version: "{versions[1]}"'))
    write_allow_list(project, entry)
    outcome = project.run("drift")
    assert outcome.code == 1
    assert words in outcome.out
    assert {change["allowed"] for change in drift_json(project)["changes"]} == {None}


def test_an_update_drops_no_operation_by_an_entry_of_a_version(project: Project) -> None:
    start, end = SECOND.index("    post:"), SECOND.index("components:")
    project.write("upstream.yaml", SECOND[:start] + SECOND[end:])
    write_allow_list(project, version_entry())
    assert project.run("drift").code == 0
    project.run("update", "--yes", code=0)
    assert "trees/plant" in (project.root / "spec/orchard.yaml").read_text()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("allowed = [", "spec/orchard.allowed.toml: not well-formed TOML"),
        ("allowed = 1", "spec/orchard.allowed.toml:1: allowed must be tables, [[allowed]], not 1."),
        ("x = 1", "allowed.toml:1: has no setting 'x'. Known: allowed, allowed_version."),
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
        (
            version_entry() + version_entry(),
            "spec/orchard.allowed.toml:6: version 2 is listed twice.",
        ),
        (
            version_entry().replace("= 2", '= "2.x"', 1),
            "allowed_version.from must be a whole number from 0 to",
        ),
    ],
)
def test_an_allow_list_that_is_none_is_refused(project: Project, text: str, words: str) -> None:
    project.write("spec/orchard.allowed.toml", text)
    error = project.refuses("drift")
    assert words in error

"""The forms, dependabot's settings, and the workflow that shows what a new version generates."""

from __future__ import annotations

import re
import sys
import tomllib

import pytest

from tests.house.daily_run import git
from tests.house.github_runner import ROOT, Runner, bash_only, read, step
from tests.house.test_action import schema_errors

pytestmark = pytest.mark.slow

GITHUB = ROOT / ".github"
FORMS = sorted(
    set((GITHUB / "ISSUE_TEMPLATE").glob("*.yml")) - {GITHUB / "ISSUE_TEMPLATE/config.yml"}
)
DEPENDABOT = GITHUB / "dependabot.yml"
WORKFLOW = GITHUB / "workflows" / "dependencies.yml"


def test_the_forms_fit_the_schema() -> None:
    assert len(FORMS) == 3
    assert schema_errors("vendor.github-issue-forms", *FORMS) == ""
    config = GITHUB / "ISSUE_TEMPLATE" / "config.yml"
    assert schema_errors("vendor.github-issue-config", config) == ""
    (contact,) = read(config)["contact_links"]
    assert "security" in contact["url"]


@pytest.mark.parametrize("name", ["bug", "drift"])
def test_a_report_has_what_is_needed_to_repeat_it(name: str) -> None:
    fields = {one.get("id"): one for one in read(GITHUB / "ISSUE_TEMPLATE" / f"{name}.yml")["body"]}
    assert "`speclock --version`" in fields["version"]["attributes"]["description"]
    assert {"command", "output"} <= fields.keys()
    slices = fields["description" if name == "bug" else "before"]["attributes"]["description"]
    assert "`speclock slice FILE --operation OPERATION`" in slices
    for field in fields.values():
        assert field["type"] == "markdown" or field["validations"] == {"required": True}


def test_dependabot_fits_the_schema() -> None:
    assert schema_errors("vendor.dependabot", DEPENDABOT) == ""


def test_dependabot_waits_and_groups() -> None:
    updates = {one["package-ecosystem"]: one for one in read(DEPENDABOT)["updates"]}
    assert updates.keys() == {"github-actions", "pip"}
    for update in updates.values():
        assert update["cooldown"]["default-days"] >= 7
        assert update["groups"]


def test_what_shapes_the_output_is_a_group_of_its_own() -> None:
    """The packages with exact pins, whose bump is a change of generated code."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    exact = [one.partition("==")[0] for one in project["dependencies"] if "==" in one]
    (packages,) = (one for one in read(DEPENDABOT)["updates"] if one["package-ecosystem"] == "pip")
    assert packages["groups"]["generated-code"]["patterns"] == exact
    assert packages["groups"]["packages"]["exclude-patterns"] == exact


@bash_only
def test_the_pins_of_pyproject_are_installed(runner: Runner) -> None:
    runner.stub("make", "")
    program = (
        f'if [ "$1" = -c ]; then exec "{sys.executable}" "$@"; fi; cat "$5" 2>/dev/null || true'
    )
    runner.stub("../.venv/bin/python", program)
    (runner.folder / "pyproject.toml").write_text(
        '[project]\ndependencies = ["a>=1", "datamodel-code-generator==9.9", "ruff==8.8"]\n',
        encoding="utf-8",
    )
    one = step(WORKFLOW, "Install the lock, then the pins of pyproject.toml")
    done = runner.run(one, {}, runner.folder)
    assert done.returncode == 0, done.stderr
    assert (runner.temp / "pins.txt").read_text(
        "utf-8"
    ) == "datamodel-code-generator==9.9\nruff==8.8\n"
    assert ["make", ".venv/.stamp"] in runner.called()
    assert runner.called()[-1][-2:] == ["--requirement", f"{runner.temp}/pins.txt"]


@bash_only
def test_the_summary_has_the_diff(runner: Runner) -> None:
    repository = runner.folder / "repository"
    (repository / "generated").mkdir(parents=True)
    git(runner.folder, "init", "--quiet", str(repository))
    (repository / "generated" / "a.py").write_text("old\n", encoding="utf-8")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "Start")
    one = step(WORKFLOW, "Write the diff into the summary")

    def summary() -> str:
        runner.summary.unlink(missing_ok=True)
        done = runner.run(one, {}, repository)
        assert done.returncode == 0, done.stderr
        return runner.summary.read_text(encoding="utf-8")

    assert summary().endswith("\nNone.\n")
    (repository / "generated" / "a.py").write_text("```\n", encoding="utf-8")
    (repository / "generated" / "b.py").write_text("new\n", encoding="utf-8")
    (repository / "other.py").write_text("other\n", encoding="utf-8")
    text = summary()
    assert re.search(r"^     generated/a.py \| 2 \+-$", text, re.MULTILINE)
    assert "\n    +```\n" in text and "\n    +new\n" in text
    assert "other" not in text
    (repository / "generated" / "a.py").write_text("long line\n" * 100_000, encoding="utf-8")
    assert len(summary()) < 100_000


def test_only_dependabots_pull_requests_are_shown_and_nothing_is_written() -> None:
    whole = read(WORKFLOW)
    assert whole["permissions"] == {"contents": "read"}
    (job,) = whole["jobs"].values()
    assert job["if"] == "github.event.pull_request.user.login == 'dependabot[bot]'"
    assert "secrets" not in str(whole)

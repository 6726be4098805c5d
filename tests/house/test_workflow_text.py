"""The text of the workflow that takes upstream in: this repository's, and that of ``init``."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from generator.services import ci_workflow
from tests.house.daily_run import CLIENT
from tests.house.github_runner import ROOT, Runner, bash_only, read, step, steps

OURS = ROOT / ".github" / "workflows" / "drift.yml"


def jobs(text: str) -> list[str]:
    """The lines of the jobs that take upstream in."""
    return text[text.index("  # This job reads text from the network.") :].splitlines()


def test_the_workflow_of_this_repository_is_that_of_init(tmp_path: Path) -> None:
    """They differ in how speclock is installed and called."""
    (tmp_path / ".git").mkdir()
    path = tmp_path / "workflow.yml"
    path.write_text(ci_workflow.workflow(tmp_path, CLIENT, "speclock==1.0"), encoding="utf-8")
    init = jobs(path.read_text(encoding="utf-8"))
    ours = jobs(
        OURS.read_text(encoding="utf-8").replace(".venv/bin/python -m generator", "speclock")
    )
    installation, _ = (one for one in steps(path) if one["name"] == "Install speclock")
    differences = [line for line in difflib.ndiff(init, ours) if line[0] in "+-"]
    assert [re.sub(" +", " ", line) for line in differences] == [
        '- python-version: "3.x"',
        '+ python-version: "3.13"',
        "+ cache: pip",
        "+ cache-dependency-path: requirements.lock",
        "+ run: make .venv/.stamp",
        "- run: |",
        *(f"- {line.strip()}" for line in installation["run"].splitlines()),
    ]


@pytest.mark.parametrize("job", ["update", "pull-request"])
def test_only_the_job_that_runs_nothing_may_write(job: str) -> None:
    found = read(OURS)["jobs"][job]
    text = str(found)
    writes = [name for name, level in found["permissions"].items() if level == "write"]
    if job == "update":
        assert found["permissions"] == {"contents": "read"}
        assert not re.search(r"secrets|github\.token|GH_TOKEN", text)
    else:
        assert sorted(writes) == ["contents", "issues", "pull-requests"]
        assert not re.search(r"python|make |pip |generator", text.replace("pyproject", ""))
    assert not re.search(r"GITHUB_ENV|GITHUB_PATH", text)
    assert re.findall(r'echo "([^"]*)" >> "\$GITHUB_OUTPUT"', OURS.read_text("utf-8")) == [
        "found=yes"
    ]


@pytest.mark.parametrize(
    ("below", "output", "paths"),
    [
        ("", "generated", ["spec", "generated", "pyproject.toml"]),
        ("", "my src/", ["spec", "my src", "pyproject.toml"]),
        ("", ".", ["spec", "orchard", "tests/orchard", "pyproject.toml"]),
        ("a/it's", "../lib", ["a/it's/spec", "a/lib", "a/it's/pyproject.toml"]),
    ],
)
def test_the_paths_that_an_update_may_change(
    tmp_path: Path, below: str, output: str, paths: list[str]
) -> None:
    (tmp_path / ".git").mkdir()
    path = tmp_path / "workflow.yml"
    text = ci_workflow.workflow(tmp_path / below, replace(CLIENT, output=output), "speclock==1.0")
    path.write_text(text, encoding="utf-8")
    assert step(path, "Commit the changes")["env"]["PATHS"].split("\n") == paths
    update = read(path)["jobs"]["update"]
    folder = update.get("defaults", {}).get("run", {}).get("working-directory", "")
    assert os.path.normpath(folder) == os.path.normpath(below)


@bash_only
@pytest.mark.slow
@pytest.mark.parametrize(
    "requirement", ["", "git+https://host.example/o/speclock@c0ffee", "speclock==1.0"]
)
def test_the_requirement_is_what_pip_installs(runner: Runner, requirement: str) -> None:
    (runner.folder / ".git").mkdir()
    path = runner.folder / "workflow.yml"
    path.write_text(ci_workflow.workflow(runner.folder, CLIENT, requirement), encoding="utf-8")
    assert read(path)["env"] == {"SPECLOCK": requirement}
    assert ("Fill it in: " in path.read_text(encoding="utf-8")) == (requirement == "")
    first, second = (one for one in steps(path) if one["name"] == "Install speclock")
    assert first == second
    runner.stub("python", "")
    done = runner.run({**first, "env": read(path)["env"]}, {"SPECLOCK": requirement}, runner.folder)
    installed = [["python", "-m", "pip", "install", requirement]]
    assert runner.called() == (installed if requirement else [])
    assert done.returncode == (0 if requirement else 1)
    assert done.stdout.startswith("::error::Fill in SPECLOCK ") == (requirement == "")

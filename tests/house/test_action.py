"""The GitHub Action and the workflows: their form by GitHub's schemas, their scripts by running."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from generator.config import Client
from generator.services import ci_workflow as recipe
from tests.house.github_runner import ROOT, Runner, bash_only, read, step, steps

pytestmark = pytest.mark.slow

ACTION = ROOT / "action.yml"

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))

EVERY = [ACTION, *WORKFLOWS]

OURS = {
    "actions/checkout",
    "actions/setup-python",
    "actions/upload-artifact",
    "actions/download-artifact",
    "pypa/gh-action-pypi-publish",
}


def schema_errors(schema: str, *paths: Path) -> str:
    """What check-jsonschema, with the schemas that it carries, says of files."""
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, paths)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_action_fits_the_schema() -> None:
    assert schema_errors("vendor.github-actions", ACTION) == ""


def test_the_action_names_the_values_of_fail_on() -> None:
    values = read(ACTION)["inputs"]["fail-on"]["description"]
    assert "breaking, risk, safe, python or never" in values


def test_the_workflows_fit_the_schema(tmp_path: Path) -> None:
    written = [tmp_path / "alone.yml", tmp_path / "below.yml"]
    (tmp_path / "below" / "it's").mkdir(parents=True)
    client = Client(spec="spec/api.yaml", package="api", output="generated", upstream="api.yaml")
    written[0].write_text(recipe.workflow(tmp_path, client, ""), encoding="utf-8")
    (tmp_path / ".git").mkdir()
    client = replace(client, upstream="https://api.example/openapi.yaml")
    below = recipe.workflow(tmp_path / "below" / "it's", client, "speclock==1.0")
    written[1].write_text(below, encoding="utf-8")
    assert schema_errors("vendor.github-workflows", *WORKFLOWS, *written) == ""


def test_the_schema_would_notice(tmp_path: Path) -> None:
    path = tmp_path / "action.yml"
    path.write_text(ACTION.read_text(encoding="utf-8").replace("shell: bash", "shel: bash", 1))
    assert "shel" in schema_errors("vendor.github-actions", path)


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.name)
def test_no_expression_stands_in_a_script(path: Path) -> None:
    scripts = [one["run"] for one in steps(path) if "run" in one]
    assert scripts
    assert not [script for script in scripts if "${{" in script]


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.name)
def test_only_actions_of_github_and_the_index_are_used(path: Path) -> None:
    used = [one["uses"] for one in steps(path) if "uses" in one]
    assert {name.partition("@")[0] for name in used} <= OURS


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_say_what_they_may_do(path: Path) -> None:
    whole = read(path)
    assert whole["permissions"] in ({}, {"contents": "read"})
    for one in steps(path):
        if one.get("uses", "").startswith("actions/checkout@"):
            assert one["with"]["persist-credentials"] is False


def test_the_workflow_runs_every_stage_that_needs_nothing_else() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    known = re.search(r"^STAGES=\((.+)\)$", script, re.MULTILINE)
    assert known
    needing = {"drift", "slices", "corpus", "hostile", "suites"}
    assert needing == {name for name in known[1].split() if f"{name}() {{ if shared" in script} | {
        name for name in known[1].split() if f"{name}() {{\n    shared {name} ||" in script
    }
    workflow = read(ROOT / ".github" / "workflows" / "ci.yml")
    groups = workflow["jobs"]["ci"]["strategy"]["matrix"]["stages"]
    run = [stage for group in groups for stage in group.split()]
    assert sorted(run) == sorted(set(known[1].split()) - needing - {"environment"})


def test_every_input_is_used_and_explained() -> None:
    text = ACTION.read_text(encoding="utf-8")
    for name, about in read(ACTION)["inputs"].items():
        assert about["description"]
        assert "default" in about
        assert f"${{{{ inputs.{name} }}}}" in text


RUN = {"COMMAND": "check", "ARGUMENTS": "", "FAIL_ON": "", "FORMAT": "github"}


def run(runner: Runner, given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the step with the stand-in for the command, which is not on the PATH."""
    variables = {**RUN, "SPECLOCK": str(runner.folder / "else where" / "speclock"), **given}
    return runner.run(step(ACTION, "Run speclock"), variables, runner.folder)


@bash_only
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, ["check"]),
        ({"ARGUMENTS": "--full\n\nmy client\n"}, ["check", "--full", "my client"]),
        ({"COMMAND": "verify", "ARGUMENTS": "src/api"}, ["verify", "src/api"]),
        ({"COMMAND": "drift"}, ["drift", "--format", "github"]),
        (
            {"COMMAND": "drift", "FAIL_ON": "risk", "FORMAT": "sarif"},
            ["drift", "--format", "sarif", "--fail-on", "risk"],
        ),
    ],
)
def test_the_command_gets_its_words(
    runner: Runner, given: dict[str, str], words: list[str]
) -> None:
    runner.stub("../else where/speclock", "exit 0")
    done = run(runner, given)
    assert (done.returncode, done.stderr) == (0, "")
    assert runner.called() == [["speclock", *words]]
    assert runner.outputs() == {"exit-code": "0"}


@bash_only
@pytest.mark.parametrize("code", [1, 2, 3])
def test_the_commands_exit_code_is_the_steps(runner: Runner, code: int) -> None:
    runner.stub("../else where/speclock", f"exit {code}")
    done = run(runner, {})
    assert done.returncode == code
    assert runner.outputs() == {"exit-code": str(code)}


@bash_only
@pytest.mark.parametrize("name", sorted(RUN))
def test_inputs_are_never_run(runner: Runner, name: str) -> None:
    runner.stub("../else where/speclock", "exit 0")
    evil = '$(touch pwned); `touch pwned`; "; touch pwned #'
    run(runner, {"COMMAND": "drift", name: evil})
    assert not (runner.folder / "pwned").exists()
    assert name == "COMMAND" or evil in runner.called()[0]


@bash_only
def test_an_unknown_command_is_refused(runner: Runner) -> None:
    runner.stub("../else where/speclock", "exit 0")
    done = run(runner, {"COMMAND": "rm"})
    assert done.returncode == 2
    assert "::error::" in done.stdout
    assert runner.called() == []


@bash_only
@pytest.mark.parametrize("programs", ["bin", "Scripts"])
def test_what_is_installed(runner: Runner, programs: str) -> None:
    """The action's own checkout, with what is locked, and nothing by its name alone."""
    runner.stub(
        "python", f'[ "$2" = pip ] || {{ mkdir -p "$3/{programs}" && cp "$0" "$3/{programs}"; }}'
    )
    given = {"PYTHON": str(runner.bin / "python"), "SOURCE": "/the action"}
    done = runner.run(step(ACTION, "Install speclock"), given, runner.folder)
    assert done.returncode == 0, done.stderr
    pip = ["python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    assert runner.called() == [
        ["python", "-m", "venv", f"{runner.temp}/speclock"],
        [*pip, "--require-hashes", "--requirement", "/the action/.github/action-requirements.lock"],
        [*pip, "--no-deps", "--no-build-isolation", "/the action"],
    ]
    assert runner.outputs() == {"command": f"{runner.temp}/speclock/{programs}/speclock"}


@bash_only
@pytest.mark.parametrize("failing", ["venv", "--require-hashes", "--no-deps"])
def test_a_failing_installation_fails_the_step(runner: Runner, failing: str) -> None:
    runner.stub(
        "python",
        f'[[ "$*" != *{failing}* ]]; code=$?; mkdir -p "$3/bin"; cp "$0" "$3/bin"; exit $code',
    )
    given = {"PYTHON": str(runner.bin / "python"), "SOURCE": "/the action"}
    done = runner.run(step(ACTION, "Install speclock"), given, runner.folder)
    assert done.returncode != 0
    assert runner.outputs() == {}


def test_later_steps_have_the_path_that_they_had() -> None:
    assert not re.search("GITHUB_PATH|GITHUB_ENV", ACTION.read_text(encoding="utf-8"))
    (python,) = (one for one in steps(ACTION) if "uses" in one)
    assert python["with"]["update-environment"] is False


@bash_only
def test_the_action_checks_a_project(runner: Runner) -> None:
    """Both steps in a row; the environment is made without an index, so it sees our packages."""
    project = runner.folder / "project"
    (project / "spec").mkdir(parents=True)
    spec = ROOT / "tests" / "cases" / "text_and_bytes" / "spec.yaml"
    shutil.copy(spec, project / "spec" / "notes.yaml")
    (project / "pyproject.toml").write_text(
        '[tool.speclock.clients.notes]\nspec = "spec/notes.yaml"\n', encoding="utf-8"
    )
    # A stand-in for pip, which can't install from an index here: the local tree, run from source.
    runner.stub(
        "python",
        f"""
if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; exit; fi
[[ "$*" != *--require-hashes* ]] || exit 0
[ "${{@: -1}}" = "{ROOT}" ] || exit 9
printf '#!/bin/sh\\nPYTHONPATH="%s" exec "%s" -m generator "$@"\\n' "{ROOT}" "{sys.executable}" \\
    > "$(dirname "$0")/speclock"
chmod +x "$(dirname "$0")/speclock"
""",
    )
    given = {"PYTHON": str(runner.bin / "python"), "SOURCE": str(ROOT)}
    assert runner.run(step(ACTION, "Install speclock"), given, project).returncode == 0
    given = {**RUN, "SPECLOCK": runner.outputs()["command"]}
    found = runner.run(step(ACTION, "Run speclock"), given, project)
    assert found.returncode == 1
    assert "missing: generated/notes/__init__.py" in found.stderr
    subprocess.run([given["SPECLOCK"], "generate"], cwd=project, check=True, capture_output=True)
    found = runner.run(step(ACTION, "Run speclock"), {**given, "ARGUMENTS": "--full"}, project)
    assert (found.returncode, found.stdout) == (0, "notes: up to date (regenerated).\n")

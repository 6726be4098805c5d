"""The scripts of the action and of the workflow *dependencies*, run as GitHub runs them."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.house.workflow_files import ROOT, steps

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("bash") is None, reason="bash isn't here"),
]

ACTION = ROOT / "action.yml"
DEPENDENCIES = ROOT / ".github" / "workflows" / "dependencies.yml"
RUN = {"COMMAND": "check", "ARGUMENTS": "", "FAIL_ON": "", "FORMAT": "github", "GITHUB_TOKEN": ""}


class Runner:
    """Runs steps as GitHub does: each a script, with files for the outputs and the summary."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.temp = folder / "temp"
        self.temp.mkdir()
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.output = folder / "output"
        self.summary = folder / "summary"
        self.calls = folder / "calls"

    def stub(self, name: str, script: str) -> None:
        """Put a program on the PATH that records its arguments, and then runs ``script``."""
        path = self.bin / name
        path.parent.mkdir(parents=True, exist_ok=True)
        note = f'printf "%s\\n" "{path.name}" "$@" >> "{self.calls}"; echo "--" >> "{self.calls}"'
        path.write_text(f"#!/usr/bin/env bash\n{note}\n{script}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def called(self) -> list[list[str]]:
        text = self.calls.read_text(encoding="utf-8") if self.calls.exists() else ""
        return [call.strip("\n").split("\n") for call in text.split("--\n") if call]

    def outputs(self) -> dict[str, str]:
        lines = self.output.read_text(encoding="utf-8").splitlines() if self.output.exists() else []
        return dict(line.split("=", 1) for line in lines)

    def run(
        self, one: dict[str, Any], variables: Mapping[str, str], cwd: Path
    ) -> subprocess.CompletedProcess[str]:
        assert variables.keys() == one.get("env", {}).keys()
        script = self.temp / "script.sh"
        script.write_text(one["run"], encoding="utf-8")
        environment = {
            "PATH": os.pathsep.join([str(self.bin), os.environ["PATH"]]),
            "HOME": str(self.folder), "RUNNER_TEMP": str(self.temp), "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(self.output), "GITHUB_STEP_SUMMARY": str(self.summary),
        }  # fmt: skip
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=cwd, env={**environment, **variables}, capture_output=True, text=True, check=False,
        )  # fmt: skip


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def step(path: Path, name: str) -> dict[str, Any]:
    (found,) = (one for one in steps(path) if one.get("name") == name)
    return found


def run(runner: Runner, given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the step with the stand-in for the command, which is not on the PATH."""
    variables = {**RUN, "SPECLOCK": str(runner.folder / "else where" / "speclock"), **given}
    return runner.run(step(ACTION, "Run speclock"), variables, runner.folder)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, ["check"]),
        ({"COMMAND": "propose", "ARGUMENTS": "update\n/t"}, ["propose", "update", "/t"]),
        ({"ARGUMENTS": "--full\n\nmy client\n"}, ["check", "--full", "my client"]),
        ({"COMMAND": "verify", "ARGUMENTS": "src/api"}, ["verify", "src/api"]),
        ({"COMMAND": "drift"}, ["drift", "--format", "github"]),
        (
            {"COMMAND": "drift", "FAIL_ON": "risk", "FORMAT": "sarif"},
            ["drift", "--format", "sarif", "--fail-on", "risk"],
        ),
    ],
)
@pytest.mark.parametrize("code", [0, 3])
def test_the_command_gets_its_words(
    runner: Runner, given: dict[str, str], words: list[str], code: int
) -> None:
    runner.stub("../else where/speclock", f"exit {code}")
    done = run(runner, given)
    assert (done.returncode, done.stderr) == (code, "")
    assert runner.called() == [["speclock", *words]]
    assert runner.outputs() == {"exit-code": str(code)}


@pytest.mark.parametrize("name", sorted(RUN))
def test_inputs_are_never_run(runner: Runner, name: str) -> None:
    runner.stub("../else where/speclock", "exit 0")
    evil = '$(touch pwned); `touch pwned`; "; touch pwned #'
    run(runner, {"COMMAND": "drift", name: evil})
    assert not (runner.folder / "pwned").exists()
    assert name in ("COMMAND", "GITHUB_TOKEN") or evil in runner.called()[0]


def test_an_unknown_command_is_refused(runner: Runner) -> None:
    runner.stub("../else where/speclock", "exit 0")
    done = run(runner, {"COMMAND": "rm"})
    assert done.returncode == 2
    assert "::error::" in done.stdout
    assert runner.called() == []


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
    one = step(DEPENDENCIES, "Install the lock, then the pins of pyproject.toml")
    done = runner.run(one, {}, runner.folder)
    assert done.returncode == 0, done.stderr
    pins = (runner.temp / "pins.txt").read_text(encoding="utf-8")
    assert pins == "datamodel-code-generator==9.9\nruff==8.8\n"
    assert ["make", ".venv/.stamp"] in runner.called()
    assert runner.called()[-1][-2:] == ["--requirement", f"{runner.temp}/pins.txt"]


def test_the_summary_has_the_diff(runner: Runner) -> None:
    repository = runner.folder / "repository"
    (repository / "generated").mkdir(parents=True)
    (repository / "generated" / "a.py").write_text("old\n", encoding="utf-8")
    for words in (["init"], ["add", "--all"], ["commit", "--message", "Start"]):
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *words]
        subprocess.run(command, cwd=repository, check=True, capture_output=True)
    one = step(DEPENDENCIES, "Write the diff into the summary")

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

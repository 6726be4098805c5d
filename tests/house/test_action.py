"""The scripts of the action, run as GitHub runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.workflow_files import ROOT, steps
from tests.support.project import ORCHARD, make_project

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("bash") is None, reason="bash isn't here"),
]
ACTION = ROOT / "action.yml"
RUN = {
    "COMMAND": "check", "ARGUMENTS": "", "FAIL_ON": "", "FORMAT": "github", "COMMENT": "false",
    "ACTION_TOKEN": "",
}  # fmt: skip


def program(path: Path, script: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/usr/bin/env bash\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def run(name: str, folder: Path, **variables: str) -> tuple[int, str, str]:
    """Run a step; return its exit code, its output and the outputs that it sets."""
    (step,) = (one for one in steps(ACTION) if one.get("name") == name)
    assert variables.keys() == step["env"].keys()
    output = folder / "output"
    output.unlink(missing_ok=True)
    runner = {"GITHUB_OUTPUT": str(output), "RUNNER_TEMP": str(folder)}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder, env={"PATH": os.environ["PATH"], **runner, **variables}, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    outputs = output.read_text(encoding="utf-8") if output.exists() else ""
    return done.returncode, done.stdout + done.stderr, outputs


EVIL = '$(touch pwned); `touch pwned`; "; touch pwned #'


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, ["check"]),
        ({"COMMAND": "propose", "ARGUMENTS": "update\n/t"}, ["propose", "update", "/t"]),
        ({"ARGUMENTS": "--full\n\nmy client\n"}, ["check", "--full", "my client"]),
        ({"COMMAND": "verify", "ARGUMENTS": EVIL}, ["verify", EVIL]),
        ({"COMMAND": "drift"}, ["drift", "--format", "github"]),
        ({"COMMAND": "probe", "COMMENT": "true"}, ["probe", "--format", "github", "--comment"]),
        (
            {"COMMAND": "drift", "FAIL_ON": EVIL, "FORMAT": EVIL},
            ["drift", "--format", EVIL, "--fail-on", EVIL],
        ),
    ],
)
@pytest.mark.parametrize("code", [0, 3])
def test_the_command_gets_its_words(
    given: dict[str, str], words: list[str], code: int, tmp_path: Path
) -> None:
    command = program(tmp_path / "else where" / "speclock", f'printf "%s\\n" "$@"; exit {code}')
    found = run("Run speclock", tmp_path, **{**RUN, "SPECLOCK": command, **given})
    assert found == (code, "".join(f"{word}\n" for word in words), f"exit-code={code}\n")
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("name", ["rm", EVIL])
def test_an_unknown_command_is_refused(name: str, tmp_path: Path) -> None:
    command = program(tmp_path / "speclock", "touch pwned")
    code, log, _ = run("Run speclock", tmp_path, **{**RUN, "SPECLOCK": command, "COMMAND": name})
    assert (code, log[:9]) == (2, "::error::")
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("folder", ["bin", "Scripts"])
def test_the_action_checks_a_project(folder: str, tmp_path: Path) -> None:
    """It installs its own checkout, with what is locked; here a stand-in for pip links it."""
    project = make_project(tmp_path, ORCHARD)
    home = tmp_path / "speclock" / folder
    python = program(
        tmp_path / "python",
        f"""printf '%s ' "$@" >> "{tmp_path}/calls"; echo >> "{tmp_path}/calls"
if [ "$2" = venv ]; then mkdir -p "$3/{folder}"; cp "$0" "$3/{folder}/python"; fi
printf '#!/bin/sh\\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m generator "$@"\\n' \\
    > "{home}/speclock"
chmod +x "{home}/speclock\"""",
    )
    code, log, outputs = run("Install speclock", tmp_path, PYTHON=python, SOURCE=str(ROOT))
    assert (code, outputs) == (0, f"command={home}/speclock\n"), log
    pip = "-m pip install --quiet --disable-pip-version-check"
    assert (tmp_path / "calls").read_text(encoding="utf-8").split(" \n") == [
        f"-m venv {tmp_path}/speclock",
        f"{pip} --require-hashes --requirement {ROOT}/.github/action-requirements.lock",
        f"{pip} --no-deps --no-build-isolation {ROOT}",
        "",
    ]
    given = {**RUN, "SPECLOCK": f"{home}/speclock"}
    code, log, _ = run("Run speclock", tmp_path, **given)
    assert code == 1 and "missing: generated/orchard/__init__.py" in log
    project.run("generate", code=0, layout=True)
    found = run("Run speclock", tmp_path, **{**given, "ARGUMENTS": "--full"})
    assert found[:2] == (
        0,
        "orchard: up to date (regenerated).\nruntime: speclock 0.2.0, unchanged, 29 files\n",
    )

"""The pre-commit hooks: through pre-commit itself, from a throw-away repository of this tree."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.cli.parser import make_parser
from tests.support.project import commit, git, make_project

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
HOOKS: list[dict[str, Any]] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
OFFLINE = (
    "No matching distribution found", "Failed to establish a new connection",
    "Temporary failure in name resolution", "Could not find a version", "Read timed out",
)  # fmt: skip


def test_the_manifest_is_valid() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
    assert [hook["id"] for hook in HOOKS] == ["speclock-check", "speclock-verify", "speclock-drift"]


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_runs_the_command_of_its_name(hook: dict[str, Any]) -> None:
    program, command = shlex.split(hook["entry"])
    assert (program, f"speclock-{command}") == ("speclock", hook["id"])
    assert hook["language"] == "python"
    assert hook["pass_filenames"] is False  # the commands take clients and folders, not files
    arguments = {"verify": ["some/folder"]}.get(command, [])
    assert isinstance(make_parser().parse_args([command, *arguments]), argparse.Namespace)


def test_only_drift_waits_for_a_push() -> None:
    assert {hook["id"]: hook.get("stages") for hook in HOOKS} == {
        "speclock-check": None, "speclock-verify": None, "speclock-drift": ["pre-push", "manual"],
    }  # fmt: skip


def throw_away_repository(folder: Path) -> str:
    """What a package is built from, and the hooks, as they are here, in a repository; its hash."""
    folder.mkdir()
    for name in ("generator", "templates"):
        left = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=left)
    for name in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", MANIFEST.name):
        shutil.copy(ROOT / name, folder / name)
    commit(folder)
    return git(folder, "rev-parse", "HEAD").strip()


@pytest.mark.nightly
def test_check_through_pre_commit(tmp_path: Path) -> None:
    revision = throw_away_repository(tmp_path / "speclock")
    made = make_project(tmp_path / "project")
    made.write(
        ".pre-commit-config.yaml",
        "repos:\n"
        f"- repo: {(tmp_path / 'speclock').as_uri()}\n"
        f"  rev: {revision}\n"
        "  hooks: [{id: speclock-check, args: [--full]}]\n",
    )
    made.run("generate", code=0, layout=True)
    project = made.root
    commit(project)

    code, said = hooks_run(project, tmp_path / "home")
    if code == 3 and any(word in said for word in OFFLINE):
        pytest.skip("no package index can be reached: pre-commit can't build its environment")
    assert (code, "Passed" in said) == (0, True), said
    name = "generated/orchard/models.py"
    made.write(name, made.read(name) + "edited = True\n")
    git(project, "add", "--all")
    code, said = hooks_run(project, tmp_path / "home")
    assert (code, "Failed" in said) == (1, True), said
    assert "-edited = True" in said
    assert "To fix: speclock generate" in said


def hooks_run(project: Path, home: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--color", "never", "--all-files"],
        cwd=project, env={**os.environ, "PRE_COMMIT_HOME": str(home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    log = home / "pre-commit.log"
    return done.returncode, done.stdout + done.stderr + (
        log.read_text("utf-8") if log.exists() else ""
    )

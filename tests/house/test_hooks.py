"""The pre-commit hooks: through pre-commit itself, from a throw-away repository of this tree."""

from __future__ import annotations

import argparse
import shlex
from typing import Any

import pytest
import yaml

from generator.project.cli.parser import make_parser
from tests.support.command import ROOT, python

pytestmark = pytest.mark.slow

MANIFEST = ROOT / ".pre-commit-hooks.yaml"
HOOKS: list[dict[str, Any]] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))


def test_the_manifest_is_valid() -> None:
    assert python(ROOT, "-m", "pre_commit", "validate-manifest", MANIFEST).out == ""
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

"""A machine that runs the steps of a workflow."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]

bash_only = pytest.mark.skipif(shutil.which("bash") is None, reason="bash isn't here")


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def steps(path: Path) -> list[dict[str, Any]]:
    """Every step of an action or a workflow."""
    whole = read(path)
    jobs = [whole["runs"]] if "runs" in whole else list(whole["jobs"].values())
    return [step for job in jobs for step in job["steps"]]


def step(path: Path, name: str) -> dict[str, Any]:
    (found,) = (one for one in steps(path) if one.get("name") == name)
    return found


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
        """A program on the PATH that notes its arguments, one a line, and then does ``script``."""
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
            "HOME": str(self.folder), "RUNNER_TEMP": str(self.temp),
            "GITHUB_OUTPUT": str(self.output), "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": "orchards/client", "GITHUB_REPOSITORY_OWNER": "orchards",
            "GITHUB_REF_NAME": "main",
        }  # fmt: skip
        proxies = (
            "PIP_INDEX_URL",
            "PIP_CONFIG_FILE",
            "HTTPS_PROXY",
            "https_proxy",
            "SSL_CERT_FILE",
        )
        environment |= {key: os.environ[key] for key in proxies if key in os.environ}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=cwd, env={**environment, **variables}, capture_output=True, text=True, check=False,
        )  # fmt: skip

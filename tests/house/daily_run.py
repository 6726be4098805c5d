"""A repository with a client, its upstream and GitHub, where the daily workflow is run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.config import Client
from generator.services import ci_workflow
from tests.house import fake_gh
from tests.house.github_runner import ROOT, Runner, read

UPSTREAM = """\
openapi: 3.0.3
info: {title: Orchard, version: "1"}
paths:
  /trees:
    get:
      operationId: trees/list
      parameters:
        - {name: kind, in: query, schema: {type: string}}
      responses:
        "200":
          description: The trees.
          content:
            application/json:
              schema: {type: array, items: {type: string}}
  /bees:
    get:
      operationId: bees/list
      responses: {"204": {description: None yet.}}
"""
SAFE = UPSTREAM.replace(
    "      parameters:\n",
    "      parameters:\n        - {name: height, in: query, schema: {type: integer}}\n",
)
"""With a new optional parameter."""
MAJOR = UPSTREAM.replace("name: kind, in", "name: kind, required: true, in")
GONE = UPSTREAM.replace("  /trees:", "  /forest:").replace("trees/list", "forest/list")
"""Without the operation in use."""
CLIENT = Client(
    spec="spec/orchard.yaml",
    package="orchard",
    output="generated",
    upstream="https://orchard.example/openapi.yaml",
)


@dataclass(frozen=True, slots=True)
class Run:
    """The result of one run of the workflow."""

    jobs: tuple[str, ...]
    """The jobs that ran."""
    is_green: bool
    log: str
    """What the steps printed."""


def git(folder: Path, *arguments: str) -> str:
    """Run git and return its output."""
    return subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments],
        cwd=folder, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip


def new_origin(folder: Path) -> Path:
    """Return a bare repository with a client that ``speclock init`` made in it."""
    origin, clone = folder / "origin.git", folder / "clone"
    (folder / "upstream.yaml").write_text(UPSTREAM, encoding="utf-8")
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(origin))
    git(folder, "clone", "--quiet", str(origin), str(clone))
    (clone / "other.txt").write_text("old\n", encoding="utf-8")
    subprocess.run(
        [
            *(sys.executable, "-m", "generator", "init", "../upstream.yaml", "--no-ci"),
            *("--operation", "trees/list", "--package", "orchard"),
        ],
        cwd=clone, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    push(clone, "HEAD:main")
    return origin


def push(folder: Path, to: str) -> None:
    """Commit everything, and push it."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Work")
    git(folder, "push", "--quiet", "origin", to)


class Project:
    """A project on GitHub, with the real speclock and a stand-in for ``gh``."""

    name = "update"
    """The name of the first job, of the artifact, and of the branch below ``speclock/``."""

    def __init__(self, runner: Runner, origin: Path) -> None:
        self.runner = runner
        self.origin = runner.folder / "origin.git"
        self._state = runner.folder / "github.json"
        self.state = json.loads(json.dumps(fake_gh.EMPTY))
        python = f'PYTHONPATH="{ROOT}" exec "{sys.executable}"'
        runner.stub("gh", f'{python} -m tests.house.fake_gh "{self._state}" "$@"')
        runner.stub("speclock", f'{python} -m generator "$@"')
        shutil.copytree(origin, self.origin)
        self.workflow = self.prepare()

    def prepare(self) -> Path:
        """Write what the workflow reads beside the repository, and return the workflow."""
        self.upstream = self.runner.folder / "upstream.yaml"
        self.upstream.write_text(UPSTREAM, encoding="utf-8")
        workflow = self.runner.folder / "speclock.yml"
        workflow.write_text(
            ci_workflow.workflow(self.clone("work"), CLIENT, "speclock==1.0"), encoding="utf-8"
        )
        return workflow

    def variables(self, step: dict[str, Any]) -> dict[str, str]:
        """Return the variables of a step."""
        found: dict[str, str] = step.get("env", {})
        return found

    @property
    def state(self) -> dict[str, Any]:
        """What is on GitHub; see :mod:`.fake_gh`."""
        found: dict[str, Any] = json.loads(self._state.read_text(encoding="utf-8"))
        return found

    @state.setter
    def state(self, state: dict[str, Any]) -> None:
        self._state.write_text(json.dumps(state), encoding="utf-8")

    def clone(self, name: str, *arguments: str) -> Path:
        """Return a fresh clone, beside ``upstream.yaml``."""
        folder = self.runner.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        url = f"file://{self.origin}"
        git(self.runner.folder, "clone", "--quiet", *arguments, url, str(folder))
        return folder

    def branch(self) -> str:
        """Return the commit of the branch of updates; empty if there is none."""
        return git(self.origin, "for-each-ref", "--format=%(objectname)", "refs/heads/speclock")

    def show(self, path: str) -> str:
        """Return a file on that branch."""
        return git(self.origin, "show", f"speclock/{self.name}:{path}")

    def merge(self) -> None:
        """Merge the pull request, and delete its branch."""
        git(self.origin, "update-ref", "refs/heads/main", self.branch().strip())
        git(self.origin, "update-ref", "-d", f"refs/heads/speclock/{self.name}")
        state = self.state
        state["issues"] = [{**one, "state": "closed"} for one in state["issues"]]
        self.state = state

    def run(self, upstream: str = "") -> Run:
        """Run both jobs on main, as GitHub does once a day; ``upstream`` is new."""
        if upstream:
            self.upstream.write_text(upstream, encoding="utf-8")
        return self.run_both()

    def run_both(self) -> Run:
        """Run the first job, and the one that writes if it found something."""
        first = self.run_job(self.name)
        if not first.is_green or self.runner.outputs() != {"found": "yes"}:
            assert first.is_green is False or self.runner.outputs() == {}
            return first
        artifact = {one.name: one.read_bytes() for one in (self.runner.temp / self.name).iterdir()}
        second = self.run_second(artifact)
        return Run((self.name, "pull-request"), second.is_green, first.log + second.log)

    def run_second(self, artifact: dict[str, bytes]) -> Run:
        """Run the job that writes, with what it downloads."""
        return self.run_job("pull-request", artifact)

    def run_job(self, name: str, artifact: dict[str, bytes] | None = None) -> Run:
        """Run the steps that are scripts, except for the installation, until one fails."""
        runner = self.runner
        shutil.rmtree(runner.temp)
        runner.temp.mkdir()
        runner.output.unlink(missing_ok=True)
        if artifact is not None:
            (runner.temp / self.name).mkdir()
            for file, data in artifact.items():
                (runner.temp / self.name / file).write_bytes(data)
        steps = read(self.workflow)["jobs"][name]["steps"]
        is_whole = steps[0].get("with", {}).get("fetch-depth") == 0
        folder = self.clone("work", *([] if is_whole else ["--depth=1"]))
        log = ""
        for step in steps:
            if "run" not in step or step["name"] == "Install speclock":
                continue
            done = runner.run(step, self.variables(step), folder)
            log += done.stdout + done.stderr
            if done.returncode:
                return Run((name,), False, log)
        return Run((name,), True, log)

"""The GitHub Action and the workflows: their form by GitHub's schemas, their scripts by running."""

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
import yaml

from generator.services import ci_workflow as recipe

ROOT = Path(__file__).parents[2]
ACTION = ROOT / "action.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
EVERY = [ACTION, *WORKFLOWS]
OURS = {"actions/checkout", "actions/setup-python"}
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


def schema_errors(schema: str, *paths: Path) -> str:
    """What check-jsonschema, with the schemas that it carries, says of files."""
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, paths)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stdout + done.stderr


# ── form ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_action_fits_the_schema() -> None:
    assert schema_errors("vendor.github-actions", ACTION) == ""


def test_the_workflows_fit_the_schema(tmp_path: Path) -> None:
    written = [tmp_path / "alone.yml", tmp_path / "below.yml"]
    (tmp_path / "below" / "it's").mkdir(parents=True)
    written[0].write_text(recipe.workflow(tmp_path, has_upstream=False), encoding="utf-8")
    (tmp_path / ".git").mkdir()
    below = recipe.workflow(tmp_path / "below" / "it's", has_upstream=True)
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
def test_only_githubs_own_actions_are_used(path: Path) -> None:
    used = [one["uses"] for one in steps(path) if "uses" in one]
    assert {name.partition("@")[0] for name in used} <= OURS
    assert all(re.fullmatch(r".+@(v\d+|[0-9a-f]{40})", name) for name in used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_say_what_they_may_do(path: Path) -> None:
    whole = read(path)
    assert whole["permissions"] in ({}, {"contents": "read"})
    for one in steps(path):
        if one.get("uses", "").startswith("actions/checkout@"):
            assert one["with"]["persist-credentials"] is False


def test_every_input_is_used_and_explained() -> None:
    text = ACTION.read_text(encoding="utf-8")
    for name, about in read(ACTION)["inputs"].items():
        assert about["description"]
        assert "default" in about
        assert f"${{{{ inputs.{name} }}}}" in text


# ── scripts ──────────────────────────────────────────────────────────────────────────────────────


class Runner:
    """Runs steps as GitHub does: each a script of its own, with files for outputs and the PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.temp = folder / "temp"
        self.temp.mkdir()
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.output = folder / "output"
        self.path = folder / "path"
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
        more = self.path.read_text(encoding="utf-8").split("\n")[:-1] if self.path.exists() else []
        environment = {
            "PATH": os.pathsep.join([str(self.bin), *reversed(more), os.environ["PATH"]]),
            "HOME": str(self.folder), "RUNNER_TEMP": str(self.temp),
            "GITHUB_OUTPUT": str(self.output), "GITHUB_PATH": str(self.path),
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


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


RUN = {"COMMAND": "check", "ARGUMENTS": "", "FAIL_ON": "", "FORMAT": "github"}


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
    runner.stub("speclock", "exit 0")
    done = runner.run(step(ACTION, "Run speclock"), {**RUN, **given}, runner.folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert runner.called() == [["speclock", *words]]
    assert runner.outputs() == {"exit-code": "0"}


@bash_only
@pytest.mark.parametrize("code", [1, 2, 3])
def test_the_commands_exit_code_is_the_steps(runner: Runner, code: int) -> None:
    runner.stub("speclock", f"exit {code}")
    done = runner.run(step(ACTION, "Run speclock"), RUN, runner.folder)
    assert done.returncode == code
    assert runner.outputs() == {"exit-code": str(code)}


@bash_only
@pytest.mark.parametrize("name", sorted(RUN))
def test_inputs_are_never_run(runner: Runner, name: str) -> None:
    runner.stub("speclock", "exit 0")
    evil = '$(touch pwned); `touch pwned`; "; touch pwned #'
    given = {**RUN, "COMMAND": "drift", name: evil}
    runner.run(step(ACTION, "Run speclock"), given, runner.folder)
    assert not (runner.folder / "pwned").exists()
    assert name == "COMMAND" or evil in runner.called()[0]


@bash_only
def test_an_unknown_command_is_refused(runner: Runner) -> None:
    runner.stub("speclock", "exit 0")
    done = runner.run(step(ACTION, "Run speclock"), {**RUN, "COMMAND": "rm"}, runner.folder)
    assert done.returncode == 2
    assert "::error::" in done.stdout
    assert runner.called() == []


@bash_only
@pytest.mark.parametrize(
    ("version", "wanted"),
    [("", "/the action"), ("1.2", "speclock==1.2"), (".", "."), ("./x", "./x")],
)
def test_what_is_installed(runner: Runner, version: str, wanted: str) -> None:
    runner.stub("python", 'mkdir -p "$3/bin" && cp "$0" "$3/bin/python"')
    given = {"PYTHON": str(runner.bin / "python"), "SOURCE": "/the action", "VERSION": version}
    done = runner.run(step(ACTION, "Install speclock"), given, runner.folder)
    assert done.returncode == 0, done.stderr
    made, installed = runner.called()
    assert made == ["python", "-m", "venv", str(runner.temp / "speclock")]
    assert installed[-1] == wanted
    assert runner.path.read_text(encoding="utf-8") == f"{runner.temp}/speclock/bin\n"


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
[ "${{@: -1}}" = "{ROOT}" ] || exit 9
printf '#!/bin/sh\\nPYTHONPATH="%s" exec "%s" -m generator "$@"\\n' "{ROOT}" "{sys.executable}" \\
    > "$(dirname "$0")/speclock"
chmod +x "$(dirname "$0")/speclock"
""",
    )
    given = {"PYTHON": str(runner.bin / "python"), "SOURCE": str(ROOT), "VERSION": ""}
    assert runner.run(step(ACTION, "Install speclock"), given, project).returncode == 0
    found = runner.run(step(ACTION, "Run speclock"), RUN, project)
    assert found.returncode == 1
    assert "missing: generated/notes/__init__.py" in found.stderr
    speclock = runner.temp / "speclock" / "bin" / "speclock"
    subprocess.run([speclock, "generate"], cwd=project, check=True, capture_output=True)
    found = runner.run(step(ACTION, "Run speclock"), {**RUN, "ARGUMENTS": "--full"}, project)
    assert (found.returncode, found.stdout) == (0, "notes: up to date (regenerated).\n")


# ── the daily run ────────────────────────────────────────────────────────────────────────────────

DRIFT = ROOT / ".github" / "workflows" / "drift.yml"
TELL = {"GH_TOKEN": "x", "MADE": "yes", "BASE": "main", "RUN": "https://github.example/run/1"}


@pytest.fixture
def clone(runner: Runner) -> Path:
    """A clone of a repository with a description and a client, where drift was just written."""
    origin, folder = runner.folder / "origin.git", runner.folder / "clone"
    git(runner.folder, "init", "--quiet", "--bare", "--initial-branch=main", str(origin))
    git(runner.folder, "clone", "--quiet", str(origin), str(folder))
    for name in ("spec/api.yaml", "generated/api.py", "other.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("old\n", encoding="utf-8")
    git(folder, "add", ".")
    git(folder, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "Start")
    git(folder, "push", "--quiet", "origin", "HEAD:main")
    for name in ("spec/api.yaml", "generated/api.py", "other.txt"):
        (folder / name).write_text("new\n", encoding="utf-8")
    (runner.temp / "drift.md").write_text("# A field is gone\n", encoding="utf-8")
    (runner.temp / "regenerate.txt").write_text("api.yaml:1: error: no\n", encoding="utf-8")
    return folder


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
    ).stdout


def spoken(runner: Runner) -> list[list[str]]:
    return [call[1:3] for call in runner.called() if call[0] == "gh"]


@bash_only
def test_drift_becomes_a_pull_request(runner: Runner, clone: Path) -> None:
    runner.stub("gh", 'if [ "$2" = create ]; then cat "${@: -1}" > told; fi')
    done = runner.run(step(DRIFT, "Tell"), TELL, clone)
    assert done.returncode == 0, done.stderr
    assert spoken(runner) == [["auth", "setup-git"], ["pr", "list"], ["pr", "create"]]
    told = (clone / "told").read_text(encoding="utf-8")
    assert told == "# A field is gone\n\nFound by https://github.example/run/1\n"
    changed = git(runner.folder / "origin.git", "diff", "--name-only", "main", "speclock/drift")
    assert changed.split() == ["generated/api.py", "spec/api.yaml"]


@bash_only
def test_an_open_pull_request_is_brought_up_to_date(runner: Runner, clone: Path) -> None:
    runner.stub("gh", 'if [ "$2" = list ]; then echo 7; fi')
    assert runner.run(step(DRIFT, "Tell"), TELL, clone).returncode == 0
    assert spoken(runner)[-1] == ["pr", "edit"]
    assert runner.called()[-1][3] == "7"


@bash_only
def test_an_issue_where_pull_requests_are_forbidden(runner: Runner, clone: Path) -> None:
    runner.stub("gh", 'if [ "$1 $2" = "pr create" ]; then exit 1; fi; cp "${@: -1}" told || true')
    assert runner.run(step(DRIFT, "Tell"), TELL, clone).returncode == 0
    assert spoken(runner)[-1] == ["issue", "create"]
    assert "on the branch `speclock/drift`" in (clone / "told").read_text(encoding="utf-8")


@bash_only
def test_an_issue_where_the_client_stays_as_it_is(runner: Runner, clone: Path) -> None:
    git(clone, "checkout", "--quiet", "--", "spec", "generated")
    runner.stub("gh", 'if [ "$2" = create ]; then cp "${@: -1}" told; fi')
    done = runner.run(step(DRIFT, "Tell"), TELL, clone)
    assert done.returncode == 0, done.stderr
    assert spoken(runner) == [["issue", "list"], ["issue", "create"]]
    assert "The client stays as it is." in (clone / "told").read_text(encoding="utf-8")


@bash_only
@pytest.mark.parametrize(("open_issue", "verb"), [("", "create"), ("9", "edit")])
def test_an_issue_where_no_client_could_be_made(
    runner: Runner, clone: Path, open_issue: str, verb: str
) -> None:
    runner.stub("gh", f'if [ "$2" = list ]; then echo {open_issue}; else cp "${{@: -1}}" told; fi')
    assert runner.run(step(DRIFT, "Tell"), {**TELL, "MADE": "no"}, clone).returncode == 0
    assert spoken(runner) == [["issue", "list"], ["issue", verb]]
    assert "    api.yaml:1: error: no\n" in (clone / "told").read_text(encoding="utf-8")
    assert "speclock/drift" not in git(runner.folder / "origin.git", "branch")


@bash_only
@pytest.mark.parametrize(("code", "fails"), [(0, False), (1, False), (2, True), (3, True)])
def test_only_drift_goes_on(runner: Runner, code: int, fails: bool) -> None:
    runner.bin = runner.folder / ".venv" / "bin"
    runner.stub("python", f"exit {code}")
    done = runner.run(step(DRIFT, "Compare"), {}, runner.folder)
    assert done.returncode == (code if fails else 0)
    assert runner.outputs() == {"code": str(code)}
    assert runner.called()[0][1:4] == ["-m", "generator", "drift"]


@bash_only
@pytest.mark.parametrize(
    ("word", "made"), [("nothing", "yes"), ("drift", "no"), ("generate", "no")]
)
def test_what_fails_while_regenerating_is_kept(runner: Runner, word: str, made: str) -> None:
    runner.bin = runner.folder / ".venv" / "bin"
    runner.stub("python", f'echo "$3 says"; [ "$3" != {word} ]')
    assert runner.run(step(DRIFT, "Regenerate"), {}, runner.folder).returncode == 0
    assert runner.outputs() == {"made": made}
    assert "drift says" in (runner.temp / "regenerate.txt").read_text(encoding="utf-8")


ORCHARD = """\
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
"""


@bash_only
def test_the_daily_run_from_drift_to_a_new_client(runner: Runner) -> None:
    """The two steps with the real commands: upstream has a new optional parameter."""
    project = runner.folder / "project"
    (project / "spec").mkdir(parents=True)
    (project / "pyproject.toml").write_text(
        '[tool.speclock.clients.orchard]\nspec = "spec/orchard.yaml"\nupstream = "new.yaml"\n',
        encoding="utf-8",
    )
    (project / "spec" / "orchard.yaml").write_text(ORCHARD, encoding="utf-8")
    more = "        - {name: height, in: query, schema: {type: integer}}\n      responses:"
    (project / "new.yaml").write_text(ORCHARD.replace("      responses:", more), encoding="utf-8")
    runner.bin = project / ".venv" / "bin"
    runner.stub("python", f'PYTHONPATH="{ROOT}" exec "{sys.executable}" "$@"')
    speclock = [str(runner.bin / "python"), "-m", "generator"]
    subprocess.run([*speclock, "generate"], cwd=project, check=True, capture_output=True)

    done = runner.run(step(DRIFT, "Compare"), {}, project)
    assert (done.returncode, runner.outputs()) == (0, {"code": "1"}), done.stderr
    assert "height" in (runner.temp / "drift.md").read_text(encoding="utf-8")
    done = runner.run(step(DRIFT, "Regenerate"), {}, project)
    assert runner.outputs()["made"] == "yes", done.stdout
    client = (project / "generated" / "orchard" / "resources" / "trees.py").read_text("utf-8")
    assert "height: int | None = None" in client
    subprocess.run([*speclock, "check", "--full"], cwd=project, check=True, capture_output=True)
    runner.output.unlink()
    assert runner.run(step(DRIFT, "Compare"), {}, project).returncode == 0
    assert runner.outputs() == {"code": "0"}

"""The daily drift workflow: its script, run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.github_runner import ROOT, Runner, bash_only, step

pytestmark = pytest.mark.slow

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

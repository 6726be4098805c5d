"""``speclock completion``: what a shell is told, and bash with it for real."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from generator.project.cli.parser import COMMANDS
from tests.support.command import ROOT, Outcome, python, speclock
from tests.support.project import make_project, settings

pytestmark = pytest.mark.slow

WELL = """\
openapi: 3.0.3
info: {title: Well, version: "1"}
paths:
  /water:
    get:
      operationId: water/draw
      description: |
        Not the place: operationId is a word.
      responses: {"204": {description: Fine.}}
    post: {"operationId": "water/fill", responses: {"204": {description: Fine.}}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    clients = {"well": {"spec": "spec/well.yaml"}, "west_well": {"spec": "spec/missing.yaml"}}
    made = make_project(tmp_path, WELL, "well")
    made.write("pyproject.toml", settings(clients))
    return tmp_path


def asked(folder: Path, line: str, *flags: str) -> Outcome:
    """Ask as a shell does how ``speclock LINE`` can go on; the answer is in answer.txt."""
    line = f"speclock {line}"
    environment = {
        "_ARGCOMPLETE": "1", "_ARGCOMPLETE_IFS": "\n", "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(folder / "answer.txt"), "COMP_LINE": line,
        "COMP_POINT": str(len(line)), "COMP_TYPE": "9",
    }  # fmt: skip
    command = ("-W", "error", *flags, "-m", "generator")
    return python(folder, *command, code=None, path=[ROOT], **environment)


def offered(folder: Path, line: str) -> list[str]:
    """The words with which ``speclock LINE`` can go on."""
    assert asked(folder, line) == Outcome(0, "", "")
    answer = folder / "answer.txt"
    found = sorted(word.strip() for word in answer.read_text(encoding="utf-8").split("\n"))
    answer.unlink()
    return [word for word in found if word and word != "answer.txt"]


def test_commands(project: Path) -> None:
    assert offered(project, "") == sorted(COMMANDS)
    assert offered(project, "ch") == ["check"]
    assert offered(project, "--quiet gen") == ["generate"]


def test_options(project: Path) -> None:
    assert offered(project, "check --fu") == ["--full"]
    assert {"--help", "--quiet", "--verbose", "--operation"} <= {*offered(project, "generate --")}
    assert offered(project, "--vers") == ["--version"]


def test_values_of_options(project: Path) -> None:
    assert offered(project, "generate --http ") == ["httpx", "httpx2"]
    assert offered(project, "ls --format j") == ["json"]
    assert offered(project, "completion ") == ["bash", "fish", "zsh"]
    assert offered(project, "init x.yaml --package ") == []


def test_clients(project: Path) -> None:
    assert offered(project, "update ") == ["well", "west_well"]
    assert offered(project, "check ") == ["spec/", "well", "west_well"]
    assert offered(project / "spec", "ls we") == ["well", "well.yaml", "west_well"]


def test_operations(project: Path) -> None:
    ids = ["water/draw", "water/fill"]
    assert offered(project, "generate --operation wat") == ids
    assert offered(project / "spec", "show water/d") == ["water/draw"]


def test_operations_of_a_file_named_before(project: Path) -> None:
    text = '{"paths": {"/x": {"get": {"operationId": "only/this"}}}}'
    (project / "other.json").write_text(text, encoding="utf-8")
    assert offered(project, "init other.json --operation ") == ["only/this"]
    assert offered(project, "generate --spec other.json --operation on") == ["only/this"]


def test_files(project: Path) -> None:
    assert offered(project, "ls spec/") == ["spec/well.yaml"]
    assert offered(project, "generate --spec s") == ["spec/"]


@pytest.mark.parametrize("line", ["ge", "ls spec/well.yaml --operation "])
def test_nothing_slow_is_imported(project: Path, line: str) -> None:
    done = asked(project, line, "-X", "importtime")
    imported = {row.rpartition("|")[2].strip() for row in done.err.splitlines()}
    assert {"argcomplete", "generator.project.cli.parser"} <= imported
    slow = {
        "tomllib",
        "pathlib",
        "dataclasses",
        "inspect",
        "shutil",
        "generator.base.config",
        "httpx",
    }
    assert not imported & slow


@pytest.mark.parametrize(
    "text",
    [
        "[ tool.speclock.clients.well ]\nspec='spec/well.yaml'",
        "[tool.speclock.clients.'well'] # one\n  spec = \"spec/well.yaml\" # the description",
        "[tool.speclock.clients.well]\r\nspec = 'spec/well.yaml'\r\n[tool.x]\r\nspec = 'other'",
        "[tool.speclock.clients.well]\nspec = 'spec/well.yaml'\n[tool.speclock.clients.a.b]\nspec=",
        "[project]\nspec = 'other'\n[tool.speclock.clients.well]\nspec = 'spec/well.yaml'",
    ],
)
def test_a_client_is_found_as_people_write_it(project: Path, text: str) -> None:
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    assert offered(project, "generate --operation water/d") == ["water/draw"]


@pytest.mark.parametrize("text", ["[tool.speclock", "[tool.speclock]\nodd = 1\n", ""])
def test_wrong_settings_are_no_error_here(project: Path, text: str) -> None:
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    assert offered(project, "update ") == []


@pytest.mark.parametrize("shell", ["bash", "fish", "zsh"])
def test_the_scripts(project: Path, shell: str) -> None:
    found = speclock(project, "completion", shell)
    assert (found.code, found.err) == (0, "")
    assert "speclock" in found.out
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} isn't here: its script isn't parsed")
    subprocess.run([shell, "-n"], input=found.out, text=True, check=True)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash isn't here")
def test_bash_offers_it(project: Path) -> None:
    program = project / "speclock"
    run = (
        f'PYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} -m generator "$@"'
    )
    program.write_text(f"#!/bin/sh\n{run}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    # As readline does it: the function that `complete` names, with the line in COMP_….
    script = r"""
eval "$(./speclock completion bash)"
COMP_LINE="speclock show water/" COMP_POINT=20 COMP_TYPE=9
COMP_WORDS=(speclock show water/) COMP_CWORD=2
spec="$(complete -p speclock)"
name="${spec##*-F }"
"${name% speclock}" speclock water/ show
printf '%s\n' "${COMPREPLY[@]}"
"""
    path = f"{project}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script], cwd=project, env={**os.environ, "PATH": path},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [word.strip() for word in done.stdout.splitlines()] == ["water/draw", "water/fill"]

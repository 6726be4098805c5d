"""``speclock completion``: what a shell is told to offer, and bash with it for real."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from generator.cli import COMMANDS
from generator.cli.completion import HIDDEN, SCRIPTS
from tests.update_goldens import speclock

ROOT = Path(__file__).parents[1]
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
CONFIG = """\
[tool.speclock.clients.well]
spec = "spec/well.yaml"

[tool.speclock.clients.west_well]
spec = "spec/missing.yaml"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "spec").mkdir()
    (tmp_path / "spec" / "well.yaml").write_text(WELL, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def offered(folder: Path, *words: str) -> list[str]:
    found = speclock(folder, HIDDEN, *words)
    assert (found.code, found.err) == (0, "")
    return [line for line in found.out.lstrip("\t").splitlines() if line]


def test_commands(project: Path) -> None:
    assert offered(project, "") == sorted(command.name for command in COMMANDS)
    assert offered(project, "ch") == ["check"]
    assert offered(project, "--quiet", "ge") == ["generate"]
    assert HIDDEN not in offered(project, "")


def test_options(project: Path) -> None:
    assert offered(project, "check", "--fu") == ["--full"]
    assert {"--help", "--quiet", "--verbose", "--operation"} <= {
        *offered(project, "generate", "--")
    }
    assert offered(project, "--vers") == ["--version"]


def test_values_of_options(project: Path) -> None:
    assert offered(project, "generate", "--http", "") == ["httpx", "httpx2"]
    assert offered(project, "ls", "--format", "j") == ["json"]
    assert offered(project, "completion", "") == ["bash", "fish", "zsh"]


def test_clients(project: Path) -> None:
    assert offered(project, "check", "") == ["well", "west_well"]
    assert offered(project / "spec", "ls", "we") == ["well", "west_well"]


def test_operations(project: Path) -> None:
    ids = ["water/draw", "water/fill"]
    assert offered(project, "generate", "--operation", "wat") == ids
    assert offered(project / "spec", "show", "water/d") == ["water/draw"]


def test_operations_of_a_file_named_before(project: Path) -> None:
    text = '{"paths": {"/x": {"get": {"operationId": "only/this"}}}}'
    (project / "other.json").write_text(text, encoding="utf-8")
    assert offered(project, "init", "other.json", "--operation", "") == ["only/this"]


def test_files_are_the_shells_business(project: Path) -> None:
    assert speclock(project, HIDDEN, "ls", "").out.startswith("\t")
    assert speclock(project, HIDDEN, "generate", "--spec", "").out.startswith("\t")
    assert not speclock(project, HIDDEN, "check", "").out.startswith("\t")
    assert not speclock(project, HIDDEN, "ls", "--").out.startswith("\t")


@pytest.mark.parametrize("text", ["[tool.speclock", "[tool.speclock]\nodd = 1\n", ""])
def test_wrong_settings_are_no_error_here(project: Path, text: str) -> None:
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    assert offered(project, "check", "") == []
    assert offered(project, "show", "") == []


@pytest.mark.parametrize("shell", sorted(SCRIPTS))
def test_the_scripts(project: Path, shell: str) -> None:
    found = speclock(project, "completion", shell)
    assert (found.code, found.err) == (0, "")
    assert HIDDEN in found.out
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} isn't here: its script isn't parsed")
    subprocess.run([shell, "-n"], input=found.out, text=True, check=True)


def bash(project: Path, line: str) -> list[str]:
    """What bash would offer at the end of a line."""
    program = project / "bin" / "speclock"
    program.parent.mkdir(exist_ok=True)
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {sys.executable} -m generator "$@"\n',
        encoding="utf-8",
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    # As readline does it: words are cut at the characters of COMP_WORDBREAKS too.
    script = r"""
eval "$(speclock completion bash)"
COMP_LINE=$1 COMP_POINT=${#1}
read -ra COMP_WORDS <<< "$1"
[[ "$1" == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
_speclock
printf '%s\n' "${COMPREPLY[@]}"
"""
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script, "bash", line],
        cwd=project, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return [word for word in done.stdout.splitlines() if word]


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash isn't here")
def test_bash_offers_it(project: Path) -> None:
    assert bash(project, "speclock chec") == ["check"]
    assert bash(project, "speclock show water/") == ["water/draw", "water/fill"]
    assert bash(project, "speclock check ") == ["well", "west_well"]
    assert sorted(bash(project, "speclock ls ")) == [
        "bin",
        "pyproject.toml",
        "spec",
        "well",
        "west_well",
    ]
    assert bash(project, "speclock ls spec/w") == ["spec/well.yaml"]

"""The skill for coding agents that the wheel contains, and the file for those that work here.

https://agentskills.io/specification: the front matter, its limits, and the name of the folder.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from generator.project.cli.parser import COMMANDS, parse
from generator.watch.changes.rules import RULES
from tests.house.workflow_files import ROOT

SKILL = ROOT / "generator" / ".agents" / "skills" / "speclock" / "SKILL.md"
TEXT = SKILL.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
LINES = [line for block in BLOCKS for line in block.splitlines()]
INLINE = re.findall(r"`speclock ([^`]+)`", TEXT)


def test_the_front_matter() -> None:
    _, front, body = TEXT.split("---\n", 2)
    facts = yaml.safe_load(front)
    assert facts.keys() == {"name", "description"}
    assert facts["name"] == SKILL.parent.name
    assert 100 < len(facts["description"]) <= 1024
    assert body.startswith("\n# speclock\n")
    assert TEXT.count("\n") <= 80


@pytest.mark.parametrize("line", LINES)
def test_a_command_is_one_that_can_be_typed(line: str) -> None:
    words = shlex.split(line, comments=True)
    options = vars(parse(words[1:]))
    assert options["command"] == words[1]


def test_the_commands_that_it_explains() -> None:
    names = {shlex.split(line)[1] for line in LINES}
    assert {"ls", "init", "add", "remove", "generate", "check", "drift", "update"} <= names
    for text in INLINE:
        name, *more = text.split()
        assert name in {*COMMANDS, "COMMAND"}, text
        if name in COMMANDS:
            assert vars(parse([name, *more]))["command"] == name


def test_each_option_exists(capsys: pytest.CaptureFixture[str]) -> None:
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", TEXT))
    assert len(options) >= 8
    helps: list[str] = []
    for name in COMMANDS:
        with pytest.raises(SystemExit):
            parse([name, "--help"])
        helps.append(capsys.readouterr().out)
    known = set(re.findall(r"--[a-z][a-z-]+", "\n".join(helps)))
    assert options <= known


def test_the_rule_that_it_explains_exists() -> None:
    named = re.findall(r"speclock explain (\S+)", TEXT)
    assert named
    assert {*named} <= {*RULES}


@pytest.mark.parametrize("path", [SKILL, ROOT / "AGENTS.md"], ids=lambda path: path.name)
def test_links_and_files_are_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)", text):
        assert (path.parent / link).exists(), link
    for name in re.findall(r"\.venv/bin/python (\S+\.py)", text):
        assert (ROOT / name).is_file(), name


def test_the_targets_of_make_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"\bmake ([a-z]+)", (ROOT / "AGENTS.md").read_text(encoding="utf-8"))
    assert {"quick", "lint", "generate"} <= {*targets}
    for target in targets:
        if target != "a":
            assert f"\n{target}:" in makefile, target

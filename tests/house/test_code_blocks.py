"""Every code block of every page can be parsed, and names commands, options and names that exist.

Blocks that are also run: tests/house/test_docs.py, tests/project/services/test_python_api.py.
"""

from __future__ import annotations

import ast
import importlib
import json
import re
import shlex
import shutil
import subprocess
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml

from docs.tools.commands import commands_of
from generator.project.cli.parser import COMMANDS, make_parser

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "AGENTS.md",
    ROOT / "CHANGELOG.md",
    ROOT / "generator" / ".agents" / "skills" / "speclock" / "SKILL.md",
    ROOT / "spec" / "README.md",
    ROOT / "tests" / "qa" / "README.md",
    *sorted((ROOT / ".github").glob("*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
OUTPUT = {
    "README.md": 2,
    "docs/add-a-schema-keyword.md": 2,
    "docs/api.md": 1,
    "docs/architecture.md": 1,
    "docs/calls-by-hand.md": 1,
    "docs/commands.md": len(COMMANDS) + 1,
    "docs/drift.md": 1,
    "docs/index.md": 2,
    "docs/vendoring.md": 3,
}
"""The number of blocks that are no code, but output or a drawing: without a language, or `text`."""
MARKUP = {"docs/api.md": 7}
"""The number of blocks that Sphinx reads."""

OPTIONS = {
    "build-tools/bin/pip install": ("--require-hashes", "--requirement"),
    "cd": (), "cp": (), "echo": (), "eval": (), "export": (), "gh pr create": ("--fill",),
    "git add": ("--all",), "git checkout": (), "git clone": (),
    "git commit": ("--file", "--message", "--quiet"),
    "git init": ("--quiet",), "git switch": ("--create", "--quiet"), "mkdir": ("-p",),
    "pip install": (), "pre-commit install": ("--hook-type",),
    "python": (), "python -m hatchling build": ("--directory",),
    "python -m pinterest_audiences.testing": ("--port",), "python -m venv": (),
    "python3 -m venv": (), "python -m pytest": ("--quiet", "-k", "-m", "-n"),
    "python -m spotify.testing": ("--port",),
    "sha256sum": (), "source": (), "st run": ("--mode", "--report", "--url"),
    "uv pip install": (), "uv run": ("--no-project", "--with"), "uv tool install": (),
    "uv venv": (),
}  # fmt: skip
"""The programs of shell blocks, besides speclock and make, with the options that they are given."""
PACKAGES = {"speclock": "generator", "pinterest_audiences": "pinterest_audiences"}
"""The packages whose names are looked up, with the names that they are imported by here."""


@dataclass(frozen=True)
class CodeBlock:
    line: int
    language: str
    text: str


def blocks(text: str) -> Iterator[CodeBlock]:
    opened, lines = None, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("```"):
            lines.append(line)
        elif opened is None:
            opened, lines = (number, line[3:].strip()), []
        else:
            assert line == "```", f"line {number}: a block in a block"
            yield CodeBlock(*opened, "\n".join(lines) + "\n")
            opened = None
    assert opened is None, f"the block in line {opened} isn't closed"


def saved_files(page: Path) -> dict[str, str]:
    """Return the texts of the files that a reader of the page saves, by their names."""
    text = page.read_text(encoding="utf-8")
    lines, files = text.splitlines(), dict[str, str]()
    for block in blocks(text):
        paragraph = "\n".join(lines[: block.line - 1]).rstrip().rpartition("\n\n")[2]
        named = re.search(r"(?i)save this (?:one )?as `([^`]+)`", paragraph)
        if named:
            files[named[1]] = block.text
    return files


# ── languages ────────────────────────────────────────────────────────────────────────────────────


def check_python(text: str) -> None:
    """Raise an error for code that isn't Python, or for an import of a name that isn't there."""
    for node in ast.walk(ast.parse(text)):
        package, _, rest = (getattr(node, "module", None) or "").partition(".")
        if isinstance(node, ast.ImportFrom) and package in PACKAGES:
            module = importlib.import_module(".".join(filter(None, [PACKAGES[package], rest])))
            for name in node.names:
                assert hasattr(module, name.name), f"{node.module} has no {name.name}"


def check_js(text: str) -> None:
    """Raise an error for what isn't a module of JavaScript, where there is Node."""
    if node := shutil.which("node"):
        words = [node, "--input-type=module", "--check"]
        subprocess.run(words, input=text, text=True, check=True, capture_output=True)


def check_yaml(text: str) -> None:
    assert list(yaml.safe_load_all(text))


def simple_commands(text: str) -> Iterator[list[str]]:
    """Yield the words of each simple command, without assignments and redirections."""
    for line in text.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
        lexer.whitespace_split = True
        words = list[str]()
        for word in [*lexer, ";"]:
            if word.strip("|&;"):
                words.append(word)
                continue
            if ">" in words:
                del words[words.index(">") :]
            while words and re.match(r"[A-Z]+=", words[0]):
                del words[0]
            if words:
                yield words
            words = []


def check_shell(text: str) -> None:
    """Raise an error for a program, an option, a target or a path that isn't known."""
    for words in simple_commands(text):
        for word in words:
            if word.startswith("$("):
                check_shell(word[2:-1])
        if words[0].endswith("/python"):
            words[0] = "python"
            for path in words[1:]:
                assert not path.endswith(".py") or (ROOT / path).is_file(), path
        if words[0] == "uvx":
            words = words[3:] if words[1] == "--from" else words[1:]
        words[0] = words[0].removeprefix(".speclock/bin/")
        if words[0] == "speclock" or words[:3] == ["python", "-m", "generator"]:
            check_command(words[1:] if words[0] == "speclock" else words[3:])
        elif words[0] == "make":
            check_targets(words[1:])
        else:
            check_options(words)


def check_command(arguments: list[str]) -> None:
    """Raise an error for arguments that the command line doesn't take, or that are abbreviated."""
    said = StringIO()
    parser = make_parser()
    try:
        with redirect_stderr(said), redirect_stdout(said):
            parser.parse_args(arguments)
    except SystemExit as end:
        if end.code:
            raise ValueError(said.getvalue()) from None
    command = commands_of(parser).get(arguments[0], parser)
    options = {word.partition("=")[0] for word in arguments if word.startswith("--")}
    assert options <= command._option_string_actions.keys(), arguments


def check_targets(words: list[str]) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for word in words:
        assert "=" in word or re.search(rf"^{word}:.*##", makefile, re.MULTILINE), word


def check_options(words: list[str]) -> None:
    """Raise an error for a program or an option that :data:`OPTIONS` doesn't have."""
    if words[:2] == ["git", "-C"]:
        words = ["git", *words[3:]]
    name = next((" ".join(words[:n]) for n in (4, 3, 2, 1) if " ".join(words[:n]) in OPTIONS), "")
    assert name, f"an unknown program: {' '.join(words)}"
    for word in words[len(name.split()) :]:
        assert not word.startswith("-") or word in OPTIONS[name], f"{name} with {word}"


PARSERS: Mapping[str, Callable[[str], Any]] = {
    "js": check_js,
    "json": json.loads,
    "python": check_python,
    "sh": check_shell,
    "toml": tomllib.loads,
    "yaml": check_yaml,
}


# ── pages ────────────────────────────────────────────────────────────────────────────────────────


def shown(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_block_is_read(page: Path) -> None:
    name, kinds = shown(page), Counter[str]()
    for block in blocks(page.read_text(encoding="utf-8")):
        if block.language in PARSERS:
            try:
                PARSERS[block.language](block.text)
            except Exception as error:  # noqa: BLE001 - what a parser raises
                pytest.fail(f"{name}:{block.line}: {error}")
        elif block.language in ("", "text"):
            kinds["output"] += 1
        else:
            assert block.language == "{eval-rst}", f"{name}:{block.line}: {block.language}"
            kinds["markup"] += 1
    assert kinds["output"] == OUTPUT.get(name, 0), "a block without a language, or of text"
    assert kinds["markup"] == MARKUP.get(name, 0)

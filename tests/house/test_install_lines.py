"""The lines that install speclock: no page leads to a package that is not this project."""

from __future__ import annotations

import re

import pytest

from docs.tools.install_lines import LINES, PATHS, written
from docs.tools.pages import ROOT
from generator.version import RELEASED

SHOWN = [
    *PATHS,
    *(ROOT / name for name in ("action.yml", ".pre-commit-hooks.yaml", "Makefile")),
    *(
        path
        for folder in (".github", ".ci", "templates", "generator")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ),
]
INSTALL = r"\b(?:uvx|uv run|(?:pip3?|pipx|uv|poetry|pdm|conda)(?: tool| pip)? (?:install|add|run))"
NAMED = re.compile(
    rf"{INSTALL}\s(?:[^\n|;&`#]*\s)?[\"']?speclock(?:\[[\w,]*\])?(?:[=<>~!@][^\n]*)?[\"'`]?(?=\s|$)"
)
"""A command that gets ``speclock`` by its name."""
ELSEWHERE = re.compile(r"uvx --from \S*/\S+ speclock\b")
"""The same words for a package from elsewhere."""


def by_name(text: str) -> list[str]:
    return NAMED.findall(ELSEWHERE.sub("", text))


def test_each_line_is_on_a_page_and_changes_with_a_release() -> None:
    texts = [path.read_text(encoding="utf-8") for path in PATHS]
    lines = {line for text in texts for line in text.splitlines()}
    assert {*(LINES.values() if RELEASED else LINES)} <= lines
    assert [written(written(text, released=not RELEASED)) for text in texts] == texts


@pytest.mark.parametrize("name", ["README.md", "docs/index.md", "docs/getting-started.md"])
def test_the_first_pages_install_it(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert any(
        line.startswith("pip install ") and line in {*LINES, *LINES.values()} for line in lines
    )


@pytest.mark.skipif(RELEASED, reason="the name is ours")
def test_nothing_installs_the_name_from_an_index() -> None:
    assert {path: c for path in SHOWN if (c := by_name(path.read_text(encoding="utf-8")))} == {}

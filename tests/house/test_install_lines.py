"""The lines that install speclock: no page leads to a package that is not this project."""

from __future__ import annotations

import re
from pathlib import Path

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
    """Return the commands of a text that install what the index has under our name."""
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
@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_installs_the_name_from_an_index(path: Path) -> None:
    assert by_name(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pip install speclock", True),
        ("python -m pip install --quiet 'speclock==1.0'", True),
        ('run: python -m pip install "speclock==$VERSION"', True),
        ("`pip install httpx speclock`", True),
        ("uvx speclock ls", True),
        ("uv tool install speclock", True),
        ("pip install speclock[all] httpx", True),
        ("pip install path/to/speclock httpx", False),
        ("pip install ./speclock", False),
        ("pip install git+https://github.com/OWNER/speclock@COMMIT", False),
        ('python -m pip install "$SPECLOCK"', False),
        ("uvx --from path/to/speclock speclock ls", False),
        ("uvx --from speclock speclock ls", True),
        ("pip install httpx; speclock ls", False),
        ("pip install httpx  # speclock needs it", False),
        ("what pip installs as speclock", False),
        ("speclock update", False),
    ],
)
def test_commands_by_name_are_found(text: str, found: bool) -> None:
    assert bool(by_name(text)) == found

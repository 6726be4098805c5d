"""The size of the documentation: pages and words, counted as `wc -w` does.

The guide is what every user needs; the aims are 16,000 words in it and 65,000 in all pages. The
ceilings are the counts of today. Lower them when you shorten a page; never raise them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DEVELOPMENT = "Developing speclock"
CEILINGS = {"guide": 13_396, "tasks": 17_841, "all pages": 63_509}
"""The most words of the guide, of it with the further tasks, and of all pages with the README."""
FOR_DEVELOPERS = re.compile(r"add-a-|architecture|changelog|contributing|decisions|releasing")


def navigation() -> dict[str, list[str]]:
    """Return the names of the pages by the sections of the navigation, in its order."""
    pages: dict[str, list[str]] = {}
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    for part in re.split(r"^## ", index, flags=re.MULTILINE)[1:]:
        caption = part.partition("\n")[0]
        names = re.findall(r"^- \[[^\]]+\]\(([\w-]+)\.md\): ", part, re.MULTILINE)
        if names:
            pages[caption] = names
    return pages


def words(paths: list[Path]) -> int:
    return sum(len(path.read_text(encoding="utf-8").split()) for path in paths)


def test_users_have_few_pages() -> None:
    guide, *others, development = navigation()
    assert (guide, development) == ("Guide", DEVELOPMENT)
    pages = navigation()
    assert len(pages[guide]) <= 14
    assert sum(len(pages[caption]) for caption in (guide, *others)) <= 20


def test_pages_for_developers_are_in_the_last_section() -> None:
    pages = navigation()
    inside = [name for name in pages[DEVELOPMENT] if FOR_DEVELOPERS.match(name)]
    everywhere = [path.stem for path in DOCS.glob("*.md") if FOR_DEVELOPERS.match(path.stem)]
    assert sorted(inside) == sorted(everywhere)


@pytest.mark.parametrize("part", CEILINGS)
def test_pages_grow_no_longer(part: str) -> None:
    pages = navigation()
    guide = [DOCS / f"{name}.md" for name in pages["Guide"]]
    further = [DOCS / f"{name}.md" for name in pages["Further tasks"]]
    everything = [ROOT / "README.md", *DOCS.glob("*.md")]
    paths = {"guide": guide, "tasks": [*guide, *further], "all pages": everything}
    assert words(paths[part]) <= CEILINGS[part]


def test_the_pages_about_a_client_stay_short() -> None:
    """Each has less than a third of the page that they replaced, which had 5,468 words."""
    for name in ("calls", "errors", "testing"):
        assert words([DOCS / f"{name}.md"]) <= 5_468 // 3, name

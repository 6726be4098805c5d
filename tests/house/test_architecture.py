"""The pages for contributors: the table of rooms is the layer test's, and the files exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.test_layers import ANY, FORBIDDEN, MAY_IMPORT

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [
    ROOT / ".github" / "CONTRIBUTING.md",
    *(DOCS / f"{name}.md" for name in ("architecture", "add-a-schema-keyword", "add-a-drift-rule")),
]


def listed(names: set[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def may_import(room: str) -> str:
    """Return the cell of the table for a room."""
    if ANY not in MAY_IMPORT[room]:
        return listed(MAY_IMPORT[room]) or "–"
    forbidden = FORBIDDEN.get(room)
    return f"all rooms except {listed(forbidden)}" if forbidden else "all rooms"


def test_the_table_of_rooms_is_the_one_of_the_layer_test() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    section = text.partition("## Rooms")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| `([\w.]+)` \| .+ \| (.+) \|$", section, re.MULTILINE))
    assert rows == {room: may_import(room) for room in MAY_IMPORT}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_files_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:[\w.-]+/)+(?:[\w.-]+\.\w+)?)`", text)
    assert named
    missing = [
        name
        for name in named
        if not any((base / name).exists() for base in (ROOT, ROOT / "generator", page.parent))
    ]
    assert missing == []

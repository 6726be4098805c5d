"""The pages for contributors: the table of rooms is the layer test's, and the files exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house import write_rooms_table

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [
    ROOT / ".github" / "CONTRIBUTING.md",
    *(DOCS / f"{name}.md" for name in ("architecture", "add-a-schema-keyword", "add-a-drift-rule")),
]


def test_the_table_of_rooms_is_the_one_of_the_layer_test() -> None:
    text = write_rooms_table.PAGE.read_text(encoding="utf-8")
    assert text == write_rooms_table.page(text), f"To fix: {write_rooms_table.COMMAND}"
    assert "| … |" not in text, "describe the contents of the new room"


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

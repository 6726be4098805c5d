"""The pictures of the pages: small, used, and as the program's output is now."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from docs.tools import pictures

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PICTURES = sorted((ROOT / "docs" / "pictures").iterdir())
LIMIT = 150_000
"""The bytes of a picture."""


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.name)
def test_a_picture_is_small_and_used(picture: Path) -> None:
    assert picture.stat().st_size < LIMIT
    pages = [page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md")]
    assert any(f"](pictures/{picture.name})" in page for page in pages)


@pytest.mark.parametrize("picture", [one for one in PICTURES if one.suffix == ".svg"], ids=str)
def test_a_drawing_is_xml_and_runs_nothing(picture: Path) -> None:
    names = {element.tag.rpartition("}")[2] for element in ET.parse(picture).iter()}
    assert names <= {"defs", "marker", "path", "rect", "style", "svg", "text"}


def test_the_report_has_the_changes_that_its_picture_shows(tmp_path: Path) -> None:
    text = re.sub(r"<[^>]+>", "", pictures.report(tmp_path).read_text(encoding="utf-8"))
    assert "1 of 2 changes can break audiences/create." in text
    assert "AudienceType: enum lost ACTALIKE and gained ACTALIKE_V2" in text
    assert "ObjectiveType: enum gained LEADS" in text

"""The pictures of the pages: small, used, and as the program's output is now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.tools import pictures

pytestmark = pytest.mark.slow


def test_the_report_has_the_changes_that_its_picture_shows(tmp_path: Path) -> None:
    text = re.sub(r"<[^>]+>", "", pictures.report(tmp_path).read_text(encoding="utf-8"))
    assert "1 of 2 changes can break audiences/create." in text
    assert "AudienceType: enum lost ACTALIKE and gained ACTALIKE_V2" in text
    assert "ObjectiveType: enum gained LEADS" in text

"""A description to slice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.slicing import PETS


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    path = tmp_path / "pets.yaml"
    path.write_text(PETS)
    return path

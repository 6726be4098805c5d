"""The orchard's project and a copy of its client, generated once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.project import Farm, Project, new_farm


@pytest.fixture
def farm(shared_folder: Path, tmp_path: Path) -> Farm:
    return new_farm(shared_folder, tmp_path / "both")


@pytest.fixture
def maker(farm: Farm) -> Project:
    return farm.maker


@pytest.fixture
def copy(farm: Farm) -> Path:
    return farm.copy

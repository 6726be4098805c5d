"""The orchard's project and a copy of its client, generated once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.project import Farm, Project, new_farm


@pytest.fixture
def farm(shared_folder: Path, tmp_path: Path) -> Farm:
    """Return a project with a copy; both projects are there to spoil."""
    return new_farm(shared_folder, tmp_path / "both")


@pytest.fixture
def maker(farm: Farm) -> Project:
    """Return the project that the client is generated in."""
    return farm.maker


@pytest.fixture
def copy(farm: Farm) -> Path:
    """Return the copied package, whose tests are in ``tests/fruit`` beside it."""
    return farm.copy

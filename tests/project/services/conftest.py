"""The orchard's project, generated once, and both ways to check it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.project import Project, new_orchard


@pytest.fixture
def project(shared_folder: Path, tmp_path: Path) -> Project:
    return new_orchard(shared_folder, tmp_path / "project")


@pytest.fixture(params=["check", "check --full"])
def mode(request: pytest.FixtureRequest) -> list[str]:
    """Return the words of a check: by recorded hashes, and by generating again."""
    return str(request.param).split()

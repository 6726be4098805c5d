"""Fixtures of the tests of ``speclock drift`` as a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.project import Project, make_project
from tests.watch.drift.orchard import SPEC


@pytest.fixture
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the tests an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def project(tmp_path: Path, surroundings: None) -> Project:  # noqa: ARG001 - it sets the environment
    """A project with one client whose upstream is as its description."""
    project = make_project(tmp_path / "project", SPEC, upstream="upstream.yaml")
    project.write("upstream.yaml", SPEC)
    return project

"""A project with a generated client, generated once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.checked_project import CONFIG, SPEC, Project
from tests.support.command import speclock


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project, generated once."""
    root = tmp_path_factory.mktemp("project")
    (root / "spec").mkdir()
    (root / "spec" / "orchard.yaml").write_text(SPEC, encoding="utf-8", newline="\n")
    (root / "pyproject.toml").write_text(CONFIG, encoding="utf-8")
    found = speclock(root, "generate")
    assert found.code == 0, found.err
    return root


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Project:
    """A copy of that project, to spoil."""
    return Project(Path(shutil.copytree(template, tmp_path / "project")))

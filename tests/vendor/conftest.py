"""A project with a client to copy, generated once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.orchard_project import Maker, make


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    """The maker's project, generated once."""
    return make(tmp_path_factory.mktemp("maker") / "maker")


@pytest.fixture
def maker(template: Maker, tmp_path: Path) -> Maker:
    """A copy of it, to spoil."""
    return Maker(Path(shutil.copytree(template.root, tmp_path / "maker")))

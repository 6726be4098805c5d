"""A project and a copy of its client, in git or not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.orchard_project import Maker, make
from tests.vendor.keep_edits.projects import (
    Both,
    commit,
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("both")
    maker = make(root / "maker")
    maker.does("vendor", root / "farm" / "fruit", "--tests", root / "farm" / "tests" / "fruit")
    return root


@pytest.fixture
def plain(template: Path, tmp_path: Path) -> Both:
    """Both, neither in git."""
    root = Path(shutil.copytree(template, tmp_path / "both"))
    return Both(Maker(root / "maker"), root / "farm")


@pytest.fixture
def both(plain: Both) -> Both:
    """Both, committed as they were generated."""
    commit(plain.maker.root)
    commit(plain.farm)
    return plain

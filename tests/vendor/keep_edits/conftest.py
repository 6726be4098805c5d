"""Both projects, in git or not."""

from __future__ import annotations

import pytest

from tests.support.project import Farm, commit
from tests.vendor.keep_edits.projects import Both


@pytest.fixture
def plain(farm: Farm) -> Both:
    """Both, neither in git."""
    return Both(farm.root)


@pytest.fixture
def both(plain: Both) -> Both:
    """Both, committed as they were generated."""
    commit(plain.maker.root)
    commit(plain.root)
    return plain

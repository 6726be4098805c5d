"""The package whose tokens the client can fetch."""

from __future__ import annotations

from types import ModuleType

import pytest

from tests.support.generated_case import Case


@pytest.fixture
def mill(case: Case) -> ModuleType:
    """The package whose tokens the client can fetch."""
    return case.package

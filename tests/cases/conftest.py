"""The package of the case in whose folder a test is."""

from __future__ import annotations

import pytest

from tests.support.generated_case import Case, GeneratedCases


@pytest.fixture(scope="module")
def case(request: pytest.FixtureRequest, cases: GeneratedCases) -> Case:
    """Return the package of the case in whose folder the test is."""
    return cases.load(request.path.parent.name)

"""Fixtures that generate and import the package of a case, once in a session."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.cases import READY
from tests.support.generated_case import Case, GeneratedCases

# A busy machine is no failure.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GeneratedCases]:
    """Return the folder of generated cases, which packages can be imported from."""
    folder = Path(os.environ.get(READY) or tmp_path_factory.mktemp("cases"))
    sys.path.insert(0, str(folder))
    yield GeneratedCases(folder)
    sys.path.remove(str(folder))


@pytest.fixture(scope="session")
def load_case(cases: GeneratedCases) -> Callable[[str], Case]:
    """Return the function that generates and imports the package of a topic."""
    return cases.load

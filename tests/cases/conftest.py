"""Fixtures that generate and import the package of a case, once in a session."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest

from tests.support.generated_case import Case, GeneratedCases


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GeneratedCases]:
    """Return the folder of generated cases, which packages can be imported from."""
    folder = tmp_path_factory.mktemp("cases")
    sys.path.insert(0, str(folder))
    yield GeneratedCases(folder)
    sys.path.remove(str(folder))


@pytest.fixture(scope="session")
def load_case(cases: GeneratedCases) -> Callable[[str], Case]:
    """Return the function that generates and imports the package of a topic."""
    return cases.load


@pytest.fixture(scope="module")
def case(request: pytest.FixtureRequest, cases: GeneratedCases) -> Case:
    """Return the package of the case in whose folder the test is."""
    return cases.load(request.path.parent.name)


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    """Return which of both clients makes the calls."""
    return str(request.param)

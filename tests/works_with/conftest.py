"""What the tests of other tools share: a user's project, and a server on this machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.client.conftest import (  # noqa: F401 - fixtures
    _certificates_read_once,
    _no_name_server,
    _no_proxy,
    caller,
    serve,
)
from tests.support.generated_case import Case, GeneratedCases, load_over
from tests.support.sockets import Server, answered
from tests.works_with.page import UserProject

SPEC = Path(__file__).parents[2] / "spec" / "pinterest-audiences.yaml"


@pytest.fixture
def project(tmp_path: Path) -> UserProject:
    """A project of a user."""
    return UserProject(tmp_path)


@pytest.fixture
def case(load_case: Callable[[str], Case]) -> Case:
    """The client with uploads and streams."""
    return load_case("bodies")


@pytest.fixture
def staging(serve: Callable[..., Server]) -> Server:  # noqa: F811
    """A server that creates something for each request, for as long as a program runs."""
    return serve(answered(200, {"id": "7"}), life=120.0)


@pytest.fixture(scope="session")
def over(cases: GeneratedCases) -> Callable[[str], ModuleType]:
    """Return this repository's client by its HTTP library."""
    return lambda library: load_over(cases, library).package

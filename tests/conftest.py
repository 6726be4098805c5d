"""Fixtures that generate and import the package of a case, once in a run of all workers."""

from __future__ import annotations

import gc
import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.cases import READY
from tests.support.generated_case import Case, GeneratedCases
from tests.support.sockets import Server

# A busy machine is no failure.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
# Thousands of collected tests stay in memory; a walk over them all frees nothing.
gc.set_threshold(50_000)
# Reports are printed as on a person's machine.
for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "NO_COLOR", "COLUMNS"):
    os.environ.pop(name, None)

SHARE = "SPECLOCK_SHARE"
"""The variable that names N: of the nightly tests one in N runs, chosen by a hash of its name."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out the nightly tests that aren't in the share."""
    share = int(os.environ.get(SHARE, "1"))
    items[:] = [item for item in items if share == 1 or _is_in_share(item, share)]


def _is_in_share(item: pytest.Item, share: int) -> bool:
    is_nightly = item.get_closest_marker("nightly") is not None
    return not is_nightly or hashlib.sha256(item.nodeid.encode()).digest()[0] % share == 0


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of this run share.

    What is made for it is made elsewhere and renamed into it, since two workers may do so at once.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def cases(shared_folder: Path) -> Iterator[GeneratedCases]:
    """Return the folder of generated cases, which packages can be imported from."""
    folder = Path(os.environ.get(READY) or shared_folder / "cases")
    folder.mkdir(exist_ok=True)
    sys.path.insert(0, str(folder))
    yield GeneratedCases(folder)
    sys.path.remove(str(folder))


@pytest.fixture(scope="session")
def load_case(cases: GeneratedCases) -> Callable[[str], Case]:
    """Return the function that generates and imports the package of a topic."""
    return cases.load


@pytest.fixture(params=["sync", pytest.param("async", marks=pytest.mark.slow)])
def mode(request: pytest.FixtureRequest) -> str:
    """Return which of both clients makes the calls: they are the same code (test_sync_async.py)."""
    return str(request.param)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Return a server on this machine; commands reach it by no proxy, and cache in a new folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with Server() as server:
        yield server

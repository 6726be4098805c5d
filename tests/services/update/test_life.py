"""A client lives through the releases of an API."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.services.update.life import Release, live_through

pytestmark = pytest.mark.slow

RELEASES = Path(__file__).parent / "releases"
"""Of an orchard: a field is new (1.1.0), values are gone and a text changes (1.2.0), types change
(2.0.0), a schema becomes a component (2.1.0), another operation changes (2.2.0)."""
REAL = os.environ.get("SPECLOCK_RELEASES", "")
REAL_OPERATIONS = ["audiences/create", "audiences/list", "audiences/get", "audiences/update"]
OPERATIONS, MORE = ["trees/plant"], ["harvests/list", "trees/get", "DELETE /trees/{id}"]


def releases() -> list[Release]:
    return [Release(path.stem, path.read_bytes()) for path in sorted(RELEASES.glob("*.yaml"))]


def test_releases(tmp_path: Path) -> None:
    every = releases()
    live_through(tmp_path / "life", [every[0], every[2], every[-1]], OPERATIONS, MORE)


@pytest.mark.skipif(not REAL, reason="SPECLOCK_RELEASES names no folder")
def test_real_releases(tmp_path: Path) -> None:
    """Those of a large API, in a folder of files ``v1.2.3.yaml``."""
    every = [Release(path.stem[1:], path.read_bytes()) for path in sorted(Path(REAL).glob("v*"))]
    first, *more = REAL_OPERATIONS
    live_through(tmp_path / "life", every, [first], more)

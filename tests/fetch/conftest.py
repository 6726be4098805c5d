"""The cache of a fetch from a server on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.sockets import Server


@pytest.fixture
def cache(server: Server, tmp_path: Path) -> Path:  # noqa: ARG001 - it takes proxies away
    return tmp_path / "cache"

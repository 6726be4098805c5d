"""Fixtures of the tests of ``speclock update``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.update.project import Shop
from tests.support.sockets import Server


@pytest.fixture
def project(server: Server, tmp_path: Path) -> Shop:
    return Shop(server, tmp_path / "project")

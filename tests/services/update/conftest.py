"""Fixtures of the tests of ``speclock update``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.update.project import Shop
from tests.support.sockets import Server


@pytest.fixture(autouse=True)
def _no_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def project(server: Server, tmp_path: Path) -> Shop:
    return Shop(server, tmp_path / "project")

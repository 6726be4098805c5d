"""A machine that runs the steps of a workflow."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.github_runner import Runner


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)

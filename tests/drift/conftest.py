"""Fixtures of the tests of ``speclock drift`` as a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drift.orchard import CONFIG, SPEC


@pytest.fixture
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty cache, outside of GitHub Actions."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def project(tmp_path: Path, surroundings: None) -> Path:  # noqa: ARG001 - it sets the environment
    """A project with one client whose upstream is as its description."""
    root = tmp_path / "project"
    (root / "spec").mkdir(parents=True)
    (root / "pyproject.toml").write_text(CONFIG, encoding="utf-8")
    (root / "spec" / "orchard.yaml").write_text(SPEC, encoding="utf-8")
    (root / "upstream.yaml").write_text(SPEC, encoding="utf-8")
    return root

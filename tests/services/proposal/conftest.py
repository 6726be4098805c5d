"""The jobs of both workflows, each with a copy of a repository that is made once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.proposal.jobs import UPSTREAM, Jobs, new_origin, push
from tests.support.command_line import speclock
from tests.support.github_api import REPOSITORY, TOKEN, GitHubAPI, github_api
from tests.support.orchard_project import Maker, make
from tests.support.skip_formatting import without_layout


@pytest.fixture(scope="session", autouse=True)
def _without_layout() -> Iterator[None]:
    with without_layout():
        yield


@pytest.fixture(scope="session")
def client_origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a client that ``speclock init`` made in it."""
    folder = tmp_path_factory.mktemp("client")
    clone = new_origin(folder)
    (folder / "upstream.yaml").write_text(UPSTREAM, encoding="utf-8")
    words = ("--no-ci", "--operation", "trees/list", "--package", "orchard")
    assert speclock(clone, "init", "../upstream.yaml", *words).code == 0
    push(clone)
    return folder


@pytest.fixture(scope="session")
def copy_origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with two copies of a client, and the client's project."""
    folder = tmp_path_factory.mktemp("copies")
    clone, maker = new_origin(folder), make(folder / "source")
    maker.does("vendor", clone / "src" / "fruit", "--tests", clone / "tests" / "fruit")
    maker.does("vendor", clone / "src" / "pear")
    push(clone)
    return folder


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHubAPI]:
    with github_api() as api:
        for name, value in {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": api.url,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_REF_NAME": "main",
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
            "NO_PROXY": "127.0.0.1",
        }.items():
            monkeypatch.setenv(name, value)
        yield api


@pytest.fixture
def update(tmp_path: Path, client_origin: Path, github: GitHubAPI) -> Jobs:
    """The jobs that take upstream's changes in."""
    shutil.copytree(client_origin, tmp_path, dirs_exist_ok=True)
    return Jobs(tmp_path, github, "update", ("spec", "generated", "pyproject.toml"))


@pytest.fixture
def upgrade(tmp_path: Path, copy_origin: Path, github: GitHubAPI) -> Jobs:
    """The jobs that upgrade a copy."""
    shutil.copytree(copy_origin, tmp_path, dirs_exist_ok=True)
    options = ("--config", "../source/pyproject.toml")
    return Jobs(tmp_path, github, "upgrade", ("src/fruit", "tests/fruit"), options, ["src/fruit"])


@pytest.fixture
def maker(upgrade: Jobs) -> Maker:
    """The project of the client that was copied."""
    return Maker(upgrade.folder / "source")

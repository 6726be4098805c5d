"""The jobs of both workflows, each with a copy of repositories that are made once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.services.proposal.jobs import UPSTREAM, Jobs, new_origin, push
from tests.support.command import speclock
from tests.support.github_api import REPOSITORY, TOKEN, GitHubAPI, github_api
from tests.support.project import Project, made_once, new_orchard


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
def update(tmp_path: Path, shared_folder: Path, github: GitHubAPI) -> Jobs:
    """Return the jobs that take upstream's changes in, with a client made by ``init``."""

    def make(folder: Path) -> None:
        clone = new_origin(folder)
        (folder / "upstream.yaml").write_text(UPSTREAM, encoding="utf-8")
        words = ("--no-ci", "--operation", "trees/list", "--package", "orchard")
        done = speclock(clone, "init", "../upstream.yaml", *words, layout=False)
        assert done.code == 0, done.err
        push(clone)

    made = made_once(shared_folder, "proposal-update", make)
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return Jobs(tmp_path, github, "update", ("spec", "generated", "pyproject.toml"))


@pytest.fixture
def upgrade(tmp_path: Path, shared_folder: Path, github: GitHubAPI) -> Jobs:
    """Return the jobs that upgrade one of two copies of the orchard's client."""

    def make(folder: Path) -> None:
        clone, maker = new_origin(folder), new_orchard(shared_folder, folder / "source")
        maker.does("vendor", clone / "src" / "fruit", "--tests", clone / "tests" / "fruit")
        maker.does("vendor", clone / "src" / "pear")
        push(clone)

    made = made_once(shared_folder, "proposal-upgrade", make)
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    options = ("--config", "../source/pyproject.toml")
    return Jobs(tmp_path, github, "upgrade", ("src/fruit", "tests/fruit"), options, ["src/fruit"])


@pytest.fixture
def maker(upgrade: Jobs) -> Project:
    return Project(upgrade.folder / "source")

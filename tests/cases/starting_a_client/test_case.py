"""``speclock init``: interrupted runs, and a project's second client."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.cli.interrupt import INTERRUPTED
from tests.support.project import Project

KITES = """\
openapi: 3.0.3
info: {title: Kites, version: "1"}
paths:
  /kites:
    get:
      operationId: kites/list
      responses: {"204": {description: None yet.}}
"""


def new_project(root: Path) -> Project:
    project = Project(root, "kites")
    project.write(".git/HEAD", "")
    project.write("kites.yaml", KITES)
    return project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return new_project(tmp_path / "project")


@pytest.mark.parametrize("number", [0, 1, 9, -4, -3, -2, -1])
def test_an_interrupted_run_is_finished_by_the_next(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """``number`` is that of the file which the first run doesn't write to its end."""
    whole = new_project(tmp_path / "whole")
    written: list[Path] = []
    replace, end = Path.replace, -1

    def interrupted(temporary: Path, path: Path) -> Path:
        if len(written) == end:
            temporary.with_name(f".speclock-{'0' * 16}.tmp").write_bytes(b"half of i")
            raise KeyboardInterrupt
        written.append(path)
        return replace(temporary, path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", interrupted)
        whole.does("init", "kites.yaml")
        end = range(len(written))[number]
        written.clear()
        project.run("init", "kites.yaml", code=INTERRUPTED)
    assert any(name.endswith(".tmp") for name in project.files())
    project.does("init", "kites.yaml")
    assert project.files() == whole.files()
    project.does("check", "--full")


def test_a_file_of_somebody_else_is_in_the_way(project: Project) -> None:
    project.write("generated/kites/__init__.py", "mine")
    assert "generated/kites exists" in project.refuses("init", "kites.yaml")

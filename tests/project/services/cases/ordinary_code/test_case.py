"""The lines that use what changed, in code as programs have it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.labelled_program import LabelledProgram
from tests.support.project import Project, made_once

PROGRAM = LabelledProgram(Path(__file__).parent, ["app"])


@pytest.fixture(scope="module")
def program(shared_folder: Path) -> Project:
    return Project(made_once(shared_folder, "ordinary_code", PROGRAM.make))


def test_lines_by_source(program: Project) -> None:
    lines, listed = set(PROGRAM.expected(program.root)), set(PROGRAM.listed(program))
    assert (sorted(lines - listed), sorted(listed - lines)) == ([], [])


GENERIC = """\
from typing import Generic, TypeVar

from clinic import Clinic

T = TypeVar("T")


class Box(Generic[T]):
    def __init__(self, content: T) -> None:
        self.content = content

    def open(self) -> T:
        return self.content


def show(clinic: Clinic) -> None:
    print(Box(clinic.patients.get("1")).open().nickname)
    print(sum(Box(clinic.invoices.get("1")).open().total for _ in range(3)))
"""


@pytest.mark.slow
@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
def test_an_error_belongs_to_the_change_that_it_names(
    program: Project, tmp_path: Path, checker: str
) -> None:
    """The source doesn't tell what is in a generic class of the program; the error does."""
    project = Project(Path(shutil.copytree(program.root, tmp_path / "project")))
    shutil.rmtree(project.root / "app")
    project.write("app/generic.py", GENERIC)
    listed = [*PROGRAM.listed(project, checker)]
    assert listed.count(("nickname", "app/generic.py", 17)) == 1
    assert {line for change, _, line in listed if not change} == {18}  # no name is in that error

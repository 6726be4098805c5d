"""``speclock init --example bookshop``: a client of the tutorial's description."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.project import Project

OTHER = """\
openapi: 3.0.3
info: {title: Kites, version: "1"}
paths:
  /kites:
    get:
      operationId: orders/place
      responses: {"204": {description: None yet.}}
"""

EXAMPLE = ("init", "--example", "bookshop", "--operation", "orders/place")


def test_the_example_needs_no_file(tmp_path: Path) -> None:
    project = Project(tmp_path, "bookshop")
    printed = project.does(*EXAMPLE).out
    assert printed.startswith("bookshop.yaml: the description of the tutorial\n")
    assert "operationId: books/list" in project.read("bookshop.yaml")
    assert "operationId: books/list" not in project.read("spec/bookshop.yaml")
    project.write("bookshop.yaml", project.read("bookshop.yaml").replace('"1.4"', '"1.5"'))
    assert "1.4 → 1.5" in project.does("update", "--yes").out


def test_another_description_stays(tmp_path: Path) -> None:
    project = Project(tmp_path, "bookshop")
    project.write("bookshop.yaml", OTHER)
    refused = project.refuses(*EXAMPLE)
    assert "bookshop.yaml exists, and is another description" in refused
    assert project.read("bookshop.yaml") == OTHER
    project.does(*refused.partition("speclock ")[2].split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("init",), "speclock init --example bookshop"),
        (("init", "kites.yaml", "--example", "bookshop"), "takes the place of kites.yaml"),
        (("init", "--example", "kites"), "invalid choice: 'kites'"),
    ],
)
def test_an_example_or_a_description(tmp_path: Path, words: list[str], message: str) -> None:
    project = Project(tmp_path, "kites")
    assert message in project.refuses(*words)
    assert not (project.root / "pyproject.toml").exists()

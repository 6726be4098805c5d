"""References to files outside of the description's folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.project import Project, make_project

SPEC = """\
openapi: 3.1.0
info: {title: Quarry, version: "1"}
servers: [{url: "https://quarry.example"}]
paths:
  /stones:
    get:
      operationId: list_stones
      responses:
        "200":
          description: Fine.
          content: {application/json: {schema: {$ref: "../common/stone.yaml#/Stone"}}}
"""
STONE = "Stone: {type: object, properties: {weight: {type: integer}}}\n"
WHERE = "spec/api/quarry.yaml"


def quarry(folder: Path, more: str = "") -> Project:
    project = make_project(folder, SPEC, "quarry")
    project.configure(more)
    project.replace("spec/quarry.yaml", WHERE, "pyproject.toml")
    project.write(WHERE, SPEC)
    project.write("spec/common/stone.yaml", STONE)
    return project


@pytest.mark.parametrize("more", ["", 'root = "spec/api"\n'])
def test_outside_of_the_folder(more: str, tmp_path: Path) -> None:
    said = quarry(tmp_path, more).refuses("generate")
    assert f"{WHERE}:11:" in said
    assert "[ref-outside]" in said
    assert "`root` in the client's settings to a folder that contains both files" in said


def test_within_the_root(tmp_path: Path) -> None:
    project = quarry(tmp_path, 'root = "spec"\n')
    project.generate()
    assert "weight: Opt[int]" in project.read("generated/quarry/models.py")
    assert '"common/stone.yaml"' in project.read("generated/quarry/speclock.json")
    assert "by recorded hashes" in project.run("check").out
    project.replace("weight", "mass", "spec/common/stone.yaml")
    project.run("check", code=1)
    where = ("--spec", WHERE, "--package", "quarry", "--output", "new", "--root", "spec")
    project.generate(*where)

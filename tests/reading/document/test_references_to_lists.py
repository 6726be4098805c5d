"""References to files that are lists, and in place of a schema's properties."""

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
      parameters: {$ref: parts/parameters.yaml}
      tags: {$ref: parts/tags.json}
      responses:
        "200":
          description: Fine.
          content:
            application/json:
              schema: {type: array, items: {type: string}}
  /stones/first:
    parameters:
      - $ref: parts/parameters.yaml#/1
    get: {operationId: first_stone, responses: {"204": {description: None.}}}
"""
PARAMETERS = """\
- {name: most, in: query, schema: {type: integer}}
- {name: color, in: query, schema: {type: string}}
"""


def quarry(folder: Path, spec: str = SPEC, parameters: str = PARAMETERS) -> Project:
    project = make_project(folder, spec, "quarry")
    project.write("spec/parts/parameters.yaml", parameters)
    project.write("spec/parts/tags.json", '["rocks"]')
    return project


def test_files_that_are_lists(tmp_path: Path) -> None:
    project = quarry(tmp_path)
    project.generate()
    rocks = project.read("generated/quarry/resources/rocks.py")
    assert "most: int | None = None, color: str | None = None" in rocks
    said = project.run("drift", "--revision", "spec/quarry.yaml")
    assert "nothing changed" in said.out
    operations = ("--operation", "list_stones", "--operation", "first_stone")
    project.does("slice", "spec/quarry.yaml", *operations, "-o", "slice.yaml")
    assert "parts/" not in project.read("slice.yaml")
    assert "name: most" in project.read("slice.yaml")


def test_the_place_of_a_fault_in_a_list(tmp_path: Path) -> None:
    project = quarry(tmp_path, parameters=PARAMETERS.replace("type: string", "type: text"))
    said = project.run("generate").err
    assert "spec/parts/parameters.yaml:2:" in said, said
    assert "(#/1/schema/type)" in said


def test_a_description_is_no_list(tmp_path: Path) -> None:
    project = quarry(tmp_path, "[]\n")
    assert "its root isn't a mapping" in project.refuses("generate")


@pytest.mark.parametrize("keyword", ["properties", "patternProperties"])
def test_a_reference_in_place_of_properties(keyword: str, tmp_path: Path) -> None:
    schema = f"schema: {{type: object, {keyword}: {{$ref: parts/members.yaml}}}}"
    spec = SPEC.replace("schema: {type: array, items: {type: string}}", schema)
    project = quarry(tmp_path, spec)
    project.write("spec/parts/members.yaml", "weight: {type: integer}\n")
    said = project.run("generate").err
    assert f"$ref isn't a reference in {keyword!r}" in said, said

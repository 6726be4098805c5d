"""Operations in files of their own, in each command: ``get: {$ref: resources/list.yaml}``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml

from tests.support.project import Project, settings
from tests.watch.traffic.exchanges import Exchange, ndjson

Json: TypeAlias = Any

INLINE: Json = {
    "/crates": {
        "get": {
            "operationId": "crates/list",
            "tags": ["crates"],
            "summary": "List the crates.",
            "responses": {
                "200": {
                    "description": "The crates.",
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "array",
                                "items": {"$ref": "#/components/schemas/Crate"},
                            }
                        }
                    },
                }
            },
        },
        "post": {
            "operationId": "crates/store",
            "tags": ["crates"],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Crate"}}},
            },
            "responses": {"204": {"description": "Done."}},
        },
    }
}
CRATE = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
OVERLAY = """\
overlay: 1.1.0
info: {title: Ours, version: "1"}
actions:
  - {target: "$.paths['/crates'].get", update: {summary: Ours.}}
  - {target: "$.paths['/crates'].*.tags", update: boxes}
  - target: $.paths['/crates'].post.requestBody.content['application/json'].schema
    remove: true
  - target: $.paths['/crates'].post.requestBody.content['application/json']
    update: {schema: {$ref: "#/components/schemas/Box"}}
  - target: $.components.schemas
    update: {Box: {type: object, properties: {size: {type: integer}}}}
"""
FORMS = ("inline", "local", "file", "path item")


def write(folder: Path, form: str) -> Path:
    """Write the description, whose operations are written in some form, to ``api.yaml``."""
    root: Json = {
        "openapi": "3.0.3",
        "info": {"title": "Depot", "version": "1"},
        "servers": [{"url": "https://depot.example"}],
        "paths": INLINE,
        "components": {"schemas": {"Crate": CRATE}},
    }
    operations = {"list": INLINE["/crates"]["get"], "store": INLINE["/crates"]["post"]}
    files: dict[str, Json] = {"api.yaml": root}
    if form == "local":
        root["x-operations"] = operations
        root["paths"] = {"/crates": references("#/x-operations/{}")}
    elif form != "inline":
        for name, operation in operations.items():
            text = json.dumps(operation).replace('"#/', '"../../api.yaml#/')
            files[f"resources/crates/{name}.yaml"] = json.loads(text)
        root["paths"] = {"/crates": references("resources/crates/{}.yaml")}
    if form == "path item":
        root["paths"] = {"/crates": {"$ref": "resources/crates.yaml"}}
        files["resources/crates.yaml"] = references("crates/{}.yaml")
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return folder / "api.yaml"


def references(target: str) -> dict[str, dict[str, str]]:
    names = {"get": "list", "post": "store"}
    return {method: {"$ref": target.format(name)} for method, name in names.items()}


def remove_body(folder: Path, form: str) -> None:
    """Remove the request body, wherever the operation is written."""
    name = "api.yaml" if form in ("inline", "local") else "resources/crates/store.yaml"
    tree = yaml.safe_load((folder / name).read_text(encoding="utf-8"))
    operation = tree
    if form == "local":
        operation = tree["x-operations"]["store"]
    elif form == "inline":
        operation = tree["paths"]["/crates"]["post"]
    del operation["requestBody"]
    (folder / name).write_text(yaml.safe_dump(tree, sort_keys=False), encoding="utf-8")


def make_project(folder: Path, form: str, **keys: object) -> Project:
    """Return a project with one client of a description in some form."""
    folder.mkdir(exist_ok=True)
    project = Project(folder, "depot")
    project.spec = write(folder, form)
    keys = {"spec": "api.yaml", "tests": False, **keys}
    project.write("pyproject.toml", settings({"depot": keys}))
    return project


def modules(project: Project) -> dict[str, bytes]:
    files = project.files("generated")
    return {name: data for name, data in files.items() if name.endswith(".py")}


@pytest.mark.parametrize("form", FORMS[1:])
def test_the_client_is_that_of_the_operations_in_place(tmp_path: Path, form: str) -> None:
    projects = [make_project(tmp_path / name[:4], name) for name in ("inline", form)]
    outputs = [project.generate().err for project in projects]
    assert modules(projects[0]) == modules(projects[1])
    assert outputs == ["", ""]
    lists = [project.does("ls").out for project in projects]
    assert lists[0] == lists[1]
    assert "List the crates." in lists[0]


@pytest.mark.parametrize("form", FORMS)
def test_a_slice_has_the_operation_itself(tmp_path: Path, form: str) -> None:
    write(tmp_path, form)
    project = Project(tmp_path)
    project.does("slice", "api.yaml", "--operation", "crates/store", "-o", "slice.yaml")
    cut = yaml.safe_load(project.read("slice.yaml"))
    assert cut["paths"] == {"/crates": {"post": INLINE["/crates"]["post"]}}
    assert cut["components"] == {"schemas": {"Crate": CRATE}}
    assert "x-operations" not in cut
    words = ("--base", "slice.yaml", "--revision", "api.yaml", "--operation", "crates/store")
    assert project.does("drift", *words).out.startswith("none: ")


@pytest.mark.parametrize("form", FORMS)
def test_a_change_of_an_operation_is_a_change(tmp_path: Path, form: str) -> None:
    write(tmp_path / "old", form)
    write(tmp_path / "new", form)
    remove_body(tmp_path / "new", form)
    project = Project(tmp_path)
    words = ("drift", "--base", "old/api.yaml", "--revision", "new/api.yaml")
    report = project.run(*words, code=1).out
    assert report.startswith("breaking: ")
    assert "request/body" in report
    same = project.does("drift", "--base", "old/api.yaml", "--revision", "old/api.yaml")
    assert same.out.startswith("none: ")


@pytest.mark.parametrize("form", FORMS)
def test_an_update_takes_a_change_of_an_operation(tmp_path: Path, form: str) -> None:
    keys = {"spec": "spec/depot.yaml", "upstream": "upstream/api.yaml", "operations": ["*"]}
    project = make_project(tmp_path, "inline", **keys)
    write(tmp_path / "upstream", form)
    project.run("update", "--yes", code=0)
    assert yaml.safe_load(project.read("spec/depot.yaml"))["paths"] == INLINE
    assert project.run("drift", code=0).out.startswith("none: ")
    remove_body(tmp_path / "upstream", form)
    assert project.run("drift", code=1).out.startswith("breaking: ")
    project.run("update", "--yes", code=0)
    paths = yaml.safe_load(project.read("spec/depot.yaml"))["paths"]
    assert "requestBody" not in paths["/crates"]["post"]
    assert "requestBody" in INLINE["/crates"]["post"]


@pytest.mark.parametrize("form", FORMS)
def test_an_overlay_changes_an_operation(tmp_path: Path, form: str) -> None:
    project = make_project(tmp_path, form, overlays=["ours.yaml"])
    project.write("ours.yaml", OVERLAY)
    project.generate()
    assert "size" in project.read("generated/depot/models.py")
    row = next(row for row in project.does("ls").out.splitlines() if "crates/list" in row)
    assert "Ours." in row
    assert "boxes" in row
    project.does("check")


@pytest.mark.parametrize("form", FORMS)
def test_recordings_are_judged_by_the_operation(tmp_path: Path, form: str) -> None:
    project = make_project(tmp_path, form)
    headers = {"content-type": "application/json"}
    exchanges = [
        Exchange("GET", "https://depot.example/crates", 200, body, headers)
        for body in (b'[{"id": 1}]', b'[{"id": "one"}]')
    ]
    (tmp_path / "good.ndjson").write_bytes(ndjson(exchanges[:1]))
    (tmp_path / "odd.ndjson").write_bytes(ndjson(exchanges[1:]))
    assert project.run("drift", "--traffic", "good.ndjson", code=0).out.startswith("none: ")
    assert "crates/list" in project.run("drift", "--traffic", "odd.ndjson").out.splitlines()[0]


def test_an_operation_whose_file_is_missing_is_reported(tmp_path: Path) -> None:
    project = make_project(tmp_path, "file")
    (tmp_path / "resources/crates/store.yaml").unlink()
    error = project.generate().err
    assert "POST /crates" in error
    assert "$ref 'resources/crates/store.yaml' cannot be read" in error
    assert "def list" in project.read("generated/depot/resources/crates.py")
    project.write(
        "pyproject.toml", settings({"depot": {"spec": "api.yaml", "operations": ["POST /crates"]}})
    )
    assert "$ref 'resources/crates/store.yaml' cannot be read" in project.refuses("generate")

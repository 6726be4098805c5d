"""Every command on a package of models alone (``models = true``)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.project import Project, manifest, replace, settings

SCHEMAS = """\
components:
  schemas:
    Kite:
      type: object
      required: [name]
      properties:
        name: {type: string, maxLength: 20}
        form: {$ref: '#/components/schemas/Form'}
        knot: {$ref: '#/components/responses/Knot/content/text~1knot/schema'}
    Form: {type: string, enum: [delta, box]}
    Kites: {type: array, items: {$ref: '#/components/schemas/Kite'}}
  responses:
    Knot: {description: A knot., content: {text/knot: {schema: {type: integer}}}}
    Other: {description: What no schema refers to.}
"""
KITES = 'openapi: 3.1.0\ninfo: {title: Kites, version: "1"}\n' + SCHEMAS
WITH_OPERATIONS = (
    """\
openapi: 3.0.3
info: {title: Kites, version: "1"}
servers: [{url: https://kites.example}]
tags: [{name: kites}]
paths:
  /kites:
    get:
      operationId: kites/list
      tags: [kites]
      responses: {"204": {description: None yet.}}
"""
    + SCHEMAS
)
MODELS = {"spec": "spec/kites.yaml", "upstream": "kites.yaml", "models": True}
CLIENT = {"spec": "spec/kites.yaml", "upstream": "kites.yaml", "operations": ["kites/list"]}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / ".git").mkdir()
    project = Project(tmp_path, "kites")
    project.write("kites.yaml", KITES)
    return project


@pytest.fixture
def kites(project: Project) -> Project:
    """The same, with the models generated."""
    assert project.does("init", "kites.yaml", "--no-ci").err == ""
    return project


def change(project: Project, *edits: tuple[str, str], name: str = "kites.yaml") -> None:
    replace(project.root / name, *edits)


def report(project: Project) -> Any:
    return json.loads(project.run("drift", "--format", "json").out)


def schemas(project: Project) -> tuple[list[str], list[str]]:
    found = yaml.safe_load(project.read("spec/kites.yaml"))
    return list(found.get("paths", ())), list(found["components"]["schemas"])


def test_init(project: Project) -> None:
    done = project.does("init", "kites.yaml")
    assert project.read("pyproject.toml") == (
        "[tool.speclock.clients.kites]\n"
        'spec = "spec/kites.yaml"\nmodels = true\nupstream = "kites.yaml"\n'
    )
    assert "generated/kites/: the models of 3 schemas; there are no operations\n" in done.out
    assert "  pip install pydantic  " in done.out
    assert "httpx" not in done.out and "speclock add" not in done.out
    found = yaml.safe_load(project.read("spec/kites.yaml"))
    assert list(found) == ["openapi", "info", "components"]
    assert list(found["components"]["responses"]) == ["Knot"]
    assert (
        project.does("check").out
        == "kites: up to date (by recorded hashes).\nruntime: speclock 0.2.0, unchanged, 9 files\n"
    )
    assert (
        project.does("check", "--full").out
        == "kites: up to date (regenerated).\nruntime: speclock 0.2.0, unchanged, 9 files\n"
    )
    assert "models of 3 schemas, 14 files; already up to date" in project.does("generate").out


def test_init_of_a_description_with_operations_makes_a_client(project: Project) -> None:
    project.write("kites.yaml", WITH_OPERATIONS)
    project.does("init", "kites.yaml", "--no-ci")
    assert "models" not in project.read("pyproject.toml")


def test_without_the_setting_the_remedy_names_it(project: Project) -> None:
    arguments = ("generate", "--spec", "kites.yaml", "--package", "kites", "--output", ".")
    error = project.refuses(*arguments)
    assert "kites.yaml has neither operations nor webhooks" in error
    assert "set `models = true` in [tool.speclock.clients.kites]" in error


@pytest.mark.parametrize(
    ("setting", "fact"),
    [
        ("", "kites.yaml has neither operations nor webhooks nor schemas"),
        ("models = true\n", "kites.yaml has no schemas under components/schemas"),
    ],
)
def test_a_description_of_nothing(project: Project, setting: str, fact: str) -> None:
    project.write("kites.yaml", KITES.partition("components:")[0])
    project.write("pyproject.toml", settings({"kites": {"spec": "kites.yaml"}}) + setting)
    assert fact in project.refuses("generate")


@pytest.mark.parametrize(
    ("arguments", "end"),
    [
        (["add", "kites/list"], "Remove `models = true` to have operations."),
        (["remove", "kites/list"], "Remove `models = true` to have operations."),
        (["drift", "--operation", "kites/list"], "Leave out --operation."),
        (["drift", "--traffic", "."], "Recordings are compared with operations."),
    ],
)
def test_commands_that_need_operations(kites: Project, arguments: list[str], end: str) -> None:
    assert kites.refuses(*arguments) == (
        "error: kites has models alone, of all schemas, and no operations: `models = true` in "
        f"[tool.speclock.clients.kites]. {end}\n"
    )


def test_the_operations_of_such_a_description_can_be_looked_at(project: Project) -> None:
    project.write("spec/kites.yaml", WITH_OPERATIONS)
    project.write("pyproject.toml", settings({"kites": MODELS}))
    listed = project.does("ls").out
    assert listed.endswith("1 operation; the client has the models of 3 schemas alone\n")
    assert "*" not in listed
    (found,) = json.loads(project.does("ls", "--format", "json").out)
    assert [row["selected"] for row in found["operations"]] == [None]
    assert "kites.list()" in project.does("show", "kites/list").out
    project.run("show", "kites/fly", code=2)


def test_a_schema_that_cannot_be_made_is_left_out(kites: Project) -> None:
    bad = "    Bad: {type: 'no {}'}\n"
    change(kites, ("    Form:", f"{bad}    Form:"), name="spec/kites.yaml")
    done = kites.run("generate", code=1)
    assert "schema Bad: 'no {}' isn't a type" in done.err
    assert "To accept that it is left out, remove it with an overlay." in done.err
    (kites.package / "speclock.json").unlink()
    done = kites.run("generate")
    assert "models of 3 schemas, 14 files, 1 left out" in done.out, done.err
    left_out = manifest(kites.package)["left_out"]
    assert [part["operation"] for part in left_out] == ["schema Bad"]
    kites.refuses("generate", "--strict")


def test_drift_and_update(kites: Project) -> None:
    assert report(kites)["changes"] == []
    change(
        kites,
        ("maxLength: 20", "maxLength: 10"),
        ("    Form: {type: string, enum: [delta, box]}\n", "    Line: {type: integer}\n"),
        ("        form: {$ref: '#/components/schemas/Form'}\n", ""),
    )
    found = report(kites)
    assert found["operations"] == ["schema Kite", "schema Form", "schema Kites"]
    assert {(one["id"], *one["operations"]) for one in found["changes"]} == {
        ("request/schema/maxLength/narrowed", "schema Kite", "schema Kites"),
        ("request/schema/property/removed", "schema Kite", "schema Kites"),
        ("api/schema/presence/removed", "schema Form"),
        ("api/schema/presence/added", "schema Line"),
    }
    done = kites.does("update", "--yes")
    assert "spec/kites.yaml: 2 lines added, 3 removed" in done.out
    assert "the slice of kites.yaml, version 1; all 3 schemas\n" in done.out
    text = kites.read("spec/kites.yaml")
    assert "Line: {type: integer}" in text and "Other" not in text
    assert report(kites)["changes"] == []
    assert (
        kites.does("check").out
        == "kites: up to date (by recorded hashes).\nruntime: speclock 0.2.0, unchanged, 9 files\n"
    )
    assert "up to date with kites.yaml" in kites.does("update").out


def test_an_update_of_ones_own_description(kites: Project) -> None:
    (kites.root / "spec" / "speclock.lock").unlink()
    mine = "# mine\n" + kites.read("spec/kites.yaml")
    kites.write("spec/kites.yaml", mine)
    line = "    Line of it: {properties: {kite: {$ref: '#/components/schemas/Kite'}}}\n"
    change(kites, ("    Kites:", f"{line}    Kites:"), ("maxLength: 20", "maxLength: 10"))
    done = kites.does("update", "--yes").out
    assert "your own description, with the changes of kites.yaml, version 1; all 4 sch" in done
    text = kites.read("spec/kites.yaml")
    assert text.startswith("# mine\n")
    found = yaml.safe_load(text)["components"]["schemas"]
    assert found["Kite"]["properties"]["name"]["maxLength"] == 10
    assert list(found) == ["Kite", "Form", "Kites", "Line of it"]
    assert report(kites)["changes"] == []


def test_a_slice_of_30_keeps_its_paths_empty(project: Project) -> None:
    project.write("kites.yaml", WITH_OPERATIONS)
    project.write("pyproject.toml", settings({"kites": MODELS}))
    project.does("update", "--yes")
    assert "\npaths: {}\n" in project.read("spec/kites.yaml")


@pytest.mark.slow
def test_a_client_and_models_of_one_description(project: Project) -> None:
    project.write("kites.yaml", WITH_OPERATIONS)
    project.write("pyproject.toml", settings({"shop": CLIENT, "kites": MODELS}))
    done = project.does("update", "--yes")
    assert "; 1 operation, all 3 schemas\n" in done.out
    assert schemas(project) == (["/kites"], ["Kite", "Form", "Kites"])
    assert (project.output / "shop" / "client.py").is_file()
    assert not (project.package / "client.py").exists()
    assert "Kite" not in project.read("generated/shop/models.py")
    operation = 'operationId: knots/list, responses: {"204": {description: None.}}'
    change(project, ("paths:\n", f"paths:\n  /knots:\n    get: {{{operation}}}\n"))
    added = project.does("add", "knots/list", "--client", "shop", "--yes").out
    assert "added to shop: knots/list" in added
    project.does("remove", "knots/list", "--client", "shop", "--yes")
    assert schemas(project) == (["/kites"], ["Kite", "Form", "Kites"])
    (project.root / "recordings").mkdir()
    told = project.run("drift", "--traffic", "recordings")
    assert "kites" not in told.err, "models aren't compared with recordings"


def test_a_copy(kites: Project) -> None:
    kites.configure('tests = "all"\n')
    kites.generate()
    kites.does("vendor", "app/kites", "--tests", "app/tests")
    assert "app/kites: untouched" in kites.does("verify", "app/kites").out
    change(kites, ("name: {type: string, maxLength: 20}", "name: {type: integer}"))
    kites.does("update", "--yes")
    kites.run("verify", "app/kites", code=1)
    done = kites.run("upgrade", "app/kites", "--yes")
    assert "Suggested version bump: major." in done.out
    assert "Kite.name: " in done.out
    assert "app/kites: untouched" in kites.does("verify", "app/kites").out

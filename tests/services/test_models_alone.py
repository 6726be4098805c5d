"""Every command on a package of models alone (``models = true``)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.command import Outcome, speclock

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
SETTINGS = """\
[tool.speclock.clients.kites]
spec = "spec/kites.yaml"
upstream = "kites.yaml"
models = true
"""
CLIENT = """\
[tool.speclock.clients.shop]
spec = "spec/kites.yaml"
upstream = "kites.yaml"
operations = ["kites/list"]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("COLUMNS", raising=False)
    (tmp_path / ".git").mkdir()
    (tmp_path / "kites.yaml").write_text(KITES, encoding="utf-8")
    return tmp_path


@pytest.fixture
def kites(folder: Path) -> Path:
    done = speclock(folder, "init", "kites.yaml", "--no-ci")
    assert (done.code, done.err) == (0, ""), done.err
    return folder


def written(folder: Path, *arguments: str) -> Outcome:
    done = speclock(folder, *arguments)
    assert done.code == 0, done
    return done


def change(folder: Path, *edits: tuple[str, str], name: str = "kites.yaml") -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def report(folder: Path, *arguments: str) -> Any:
    return json.loads(speclock(folder, "drift", "--format", "json", *arguments).out)


def test_init(folder: Path) -> None:
    done = written(folder, "init", "kites.yaml")
    assert (folder / "pyproject.toml").read_text(encoding="utf-8") == (
        '[tool.speclock]\noutput = "generated"\n\n[tool.speclock.clients.kites]\n'
        'spec = "spec/kites.yaml"\nmodels = true\nupstream = "kites.yaml"\n'
    )
    assert "generated/kites/: the models of 3 schemas; there are no operations\n" in done.out
    assert "  pip install pydantic  " in done.out
    assert "httpx" not in done.out and "speclock add" not in done.out
    found = yaml.safe_load((folder / "spec" / "kites.yaml").read_text(encoding="utf-8"))
    assert list(found) == ["openapi", "info", "components"]
    assert list(found["components"]["responses"]) == ["Knot"]
    assert written(folder, "check").out == "kites: up to date (by recorded hashes).\n"
    assert written(folder, "check", "--full").out == "kites: up to date (regenerated).\n"
    assert "models of 3 schemas, 10 files; already up to date" in written(folder, "generate").out


def test_init_of_a_description_in_its_place(folder: Path) -> None:
    (folder / "spec").mkdir()
    (folder / "kites.yaml").rename(folder / "spec" / "kites.yaml")
    written(folder, "init", "spec/kites.yaml", "--no-ci")
    assert "models = true\n" in (folder / "pyproject.toml").read_text(encoding="utf-8")


def test_init_of_a_description_with_operations_makes_a_client(folder: Path) -> None:
    (folder / "kites.yaml").write_text(WITH_OPERATIONS, encoding="utf-8")
    written(folder, "init", "kites.yaml", "--no-ci")
    assert "models" not in (folder / "pyproject.toml").read_text(encoding="utf-8")


def test_without_the_setting_the_remedy_names_it(folder: Path) -> None:
    arguments = ("generate", "--spec", "kites.yaml", "--package", "kites", "--output", ".")
    done = speclock(folder, *arguments)
    assert done.code == 2
    assert "kites.yaml has neither operations nor webhooks" in done.err
    assert "set `models = true` in [tool.speclock.clients.<package>]" in done.err


@pytest.mark.parametrize(
    ("setting", "fact"),
    [
        ("", "kites.yaml has neither operations nor webhooks nor schemas"),
        ("models = true\n", "kites.yaml has no schemas under components/schemas"),
    ],
)
def test_a_description_of_nothing(folder: Path, setting: str, fact: str) -> None:
    (folder / "kites.yaml").write_text(KITES.partition("components:")[0], encoding="utf-8")
    settings = f'[tool.speclock.clients.kites]\nspec = "kites.yaml"\n{setting}'
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")
    done = speclock(folder, "generate")
    assert done.code == 2
    assert fact in done.err


@pytest.mark.parametrize(
    "setting", ['operations = ["a"]', 'calls.a = "b"', "pagination.style = 'link'"]
)
def test_settings_about_operations(kites: Path, setting: str) -> None:
    change(kites, ("models = true\n", f"models = true\n{setting}\n"), name="pyproject.toml")
    done = speclock(kites, "check")
    assert done.code == 2
    assert f"{setting.partition(' ')[0].partition('.')[0]} is about operations" in done.err


@pytest.mark.parametrize(
    ("arguments", "end"),
    [
        (["add", "kites/list"], "Remove `models = true` to have operations."),
        (["remove", "kites/list"], "Remove `models = true` to have operations."),
        (["drift", "--operation", "kites/list"], "Leave out --operation."),
        (["drift", "--traffic", "."], "Recordings are compared with operations."),
    ],
)
def test_commands_that_need_operations(kites: Path, arguments: list[str], end: str) -> None:
    done = speclock(kites, *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "error: kites has models alone, of all schemas, and no operations: `models = true` in "
        f"[tool.speclock.clients.kites]. {end}\n"
    )


def test_an_operation_of_the_command_line(kites: Path) -> None:
    done = speclock(kites, "generate", "--operation", "kites/list")
    assert done.code == 2
    assert "operations is about operations" in done.err


def test_the_operations_of_such_a_description_can_be_looked_at(folder: Path) -> None:
    (folder / "spec").mkdir()
    (folder / "spec" / "kites.yaml").write_text(WITH_OPERATIONS, encoding="utf-8")
    (folder / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    listed = written(folder, "ls").out
    assert listed.endswith("1 operation; the client has the models of 3 schemas alone\n")
    assert "*" not in listed
    (found,) = json.loads(written(folder, "ls", "--format", "json").out)
    assert [row["selected"] for row in found["operations"]] == [None]
    assert "kites.list()" in written(folder, "show", "kites/list").out
    assert speclock(folder, "show", "kites/fly").code == 2


def test_a_schema_that_cannot_be_made_is_left_out(kites: Path) -> None:
    bad = "    Bad: {type: object, required: [''], properties: {'': {type: string}}}\n"
    change(kites, ("    Form:", f"{bad}    Form:"), name="spec/kites.yaml")
    done = speclock(kites, "generate")
    assert done.code == 1
    assert "schema Bad: a property has an empty name" in done.err
    assert "To accept that it is left out, remove it with an overlay." in done.err
    (kites / "generated" / "kites" / "speclock.json").unlink()
    done = speclock(kites, "generate")
    assert "models of 3 schemas, 10 files, 1 left out" in done.out, done.err
    recorded = json.loads((kites / "generated" / "kites" / "speclock.json").read_bytes())
    assert [part["operation"] for part in recorded["left_out"]] == ["schema Bad"]
    assert speclock(kites, "generate", "--strict").code == 2


def test_drift_and_update(kites: Path) -> None:
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
    done = written(kites, "update", "--yes")
    assert "spec/kites.yaml: 2 lines added, 3 removed" in done.out
    assert "the slice of kites.yaml, version 1; all 3 schemas\n" in done.out
    text = (kites / "spec" / "kites.yaml").read_text(encoding="utf-8")
    assert "Line: {type: integer}" in text and "Other" not in text
    assert report(kites)["changes"] == []
    assert written(kites, "check").out == "kites: up to date (by recorded hashes).\n"
    assert "up to date with kites.yaml" in written(kites, "update").out


def test_an_update_of_ones_own_description(kites: Path) -> None:
    (kites / "spec" / "speclock.lock").unlink()
    mine = "# mine\n" + (kites / "spec" / "kites.yaml").read_text(encoding="utf-8")
    (kites / "spec" / "kites.yaml").write_text(mine, encoding="utf-8")
    line = (
        "    Line of it: {type: object, properties: {kite: {$ref: '#/components/schemas/Kite'}}}\n"
    )
    change(kites, ("    Kites:", f"{line}    Kites:"), ("maxLength: 20", "maxLength: 10"))
    done = written(kites, "update", "--yes")
    assert (
        "your own description, with the changes of kites.yaml, version 1; all 4 schemas" in done.out
    )
    text = (kites / "spec" / "kites.yaml").read_text(encoding="utf-8")
    assert text.startswith("# mine\n")
    schemas = yaml.safe_load(text)["components"]["schemas"]
    assert schemas["Kite"]["properties"]["name"]["maxLength"] == 10
    assert list(schemas) == ["Kite", "Form", "Kites", "Line of it"]
    assert report(kites)["changes"] == []


def test_a_slice_of_30_keeps_its_paths_empty(folder: Path) -> None:
    (folder / "kites.yaml").write_text(WITH_OPERATIONS, encoding="utf-8")
    (folder / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    written(folder, "update", "--yes")
    found = yaml.safe_load((folder / "spec" / "kites.yaml").read_text(encoding="utf-8"))
    assert list(found) == ["openapi", "info", "paths", "components"]
    assert found["paths"] == {}


def test_a_client_and_models_of_one_description(folder: Path) -> None:
    (folder / "kites.yaml").write_text(WITH_OPERATIONS, encoding="utf-8")
    (folder / "pyproject.toml").write_text(CLIENT + SETTINGS, encoding="utf-8")
    done = written(folder, "update", "--yes")
    assert "; 1 operation, all 3 schemas\n" in done.out
    found = yaml.safe_load((folder / "spec" / "kites.yaml").read_text(encoding="utf-8"))
    assert list(found["paths"]) == ["/kites"]
    assert list(found["components"]["schemas"]) == ["Kite", "Form", "Kites"]
    generated = folder / "generated"
    assert (generated / "shop" / "_client.py").is_file()
    assert not (generated / "kites" / "_client.py").exists()
    assert "Kite" not in (generated / "shop" / "models.py").read_text(encoding="utf-8")
    other = (
        '  /knots:\n    get: {operationId: knots/list, responses: {"204": {description: None.}}}\n'
    )
    change(folder, ("paths:\n", f"paths:\n{other}"))
    assert (
        "added to shop: knots/list"
        in written(folder, "add", "knots/list", "--client", "shop", "--yes").out
    )
    written(folder, "remove", "knots/list", "--client", "shop", "--yes")
    found = yaml.safe_load((folder / "spec" / "kites.yaml").read_text(encoding="utf-8"))
    assert list(found["paths"]) == ["/kites"]
    assert list(found["components"]["schemas"]) == ["Kite", "Form", "Kites"]
    (folder / "recordings").mkdir()
    told = speclock(folder, "drift", "--traffic", "recordings")
    assert "kites" not in told.err, "models aren't compared with recordings"


def test_a_copy(kites: Path) -> None:
    written(kites, "vendor", "app/kites", "--tests", "app/tests")
    assert "app/kites: untouched" in written(kites, "verify", "app/kites").out
    change(kites, ("name: {type: string, maxLength: 20}", "name: {type: integer}"))
    written(kites, "update", "--yes")
    assert speclock(kites, "verify", "app/kites").code == 1
    done = speclock(kites, "upgrade", "app/kites", "--yes")
    assert "Suggested version bump: major." in done.out
    assert "Kite.name: " in done.out
    assert "app/kites: untouched" in written(kites, "verify", "app/kites").out


def test_a_client_becomes_models(folder: Path) -> None:
    (folder / "kites.yaml").write_text(WITH_OPERATIONS, encoding="utf-8")
    written(folder, "init", "kites.yaml", "--no-ci")
    change(folder, ('upstream = "', 'models = true\nupstream = "'), name="pyproject.toml")
    written(folder, "update", "--yes")
    package = folder / "generated" / "kites"
    assert sorted(path.name for path in package.iterdir()) == [
        "AGENTS.md", "__init__.py", "_enums.py", "_model.py", "models.py", "py.typed",
        "speclock.json",
    ]  # fmt: skip

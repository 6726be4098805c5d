"""Invisible controls of a description: no file of a package has one, and no text is lost."""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from generator.base.config import Client
from generator.base.errors import InternalError
from generator.project.output.fileset import FileSet
from generator.project.output.manifest import Manifest
from generator.project.services.generation.generate import RenderedClient, render_client
from tests.support.project import Project, make_project

Data: TypeAlias = dict[str, Any]

CONTROLS = [
    *map(chr, (*range(9), *range(11, 32), *range(127, 160))),  # but tab and line feed
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",  # UAX #9 §2
    *"\u2028\u2029",
]
KEPT = "\u3000\u00a0\u200c\u200d\u200b"
"""Spaces and joiners, which languages need."""
INSIDE = "".join(CONTROLS).translate(
    dict.fromkeys(map(ord, "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"))
)
"""The controls that break no line: a docstring has them."""
EVIL = f"a {''.join(CONTROLS)} {KEPT} z"
LINE = f"a {INSIDE} {KEPT} z"
FEATURES = ("readme", "testing", "response_headers", "text")


def schemas(prefix: str) -> Data:
    """Return schemas with text in each place that reaches a docstring, a name or a value."""
    words = {"type": "string", "description": LINE, "title": EVIL}
    kinds = {**words, "enum": [EVIL, "other"]}
    thing = {
        "type": "object",
        "description": LINE,
        "title": EVIL,
        "required": [f"{EVIL}needed"],
        "properties": {
            "plain": {**words, "default": EVIL, "example": EVIL},
            "kind": kinds,
            "constant": {**words, "enum": [EVIL]},
            "pattern": {**words, "pattern": f"^{EVIL}"},
            "items": {"type": "array", "items": kinds, "description": LINE},
            "map": {"type": "object", "additionalProperties": words, "description": LINE},
            f"{EVIL}needed": words,
            "alias": {"$ref": f"{prefix}Alias"},
            "key": {"$ref": f"{prefix}{EVIL}Key"},
        },
    }
    alias = {"type": "array", "items": {"type": "string"}, "description": LINE}
    return {"Thing": thing, "Alias": alias, f"{EVIL}Key": kinds}


def openapi_3() -> Data:
    words = {"type": "string", "description": LINE}
    schema = {"$ref": "#/components/schemas/Thing"}
    union = {
        "oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}],
        "discriminator": {
            "propertyName": f"{EVIL}kind",
            "mapping": {f"{EVIL}A": "#/components/schemas/A", f"{EVIL}B": "#/components/schemas/B"},
        },
        "description": LINE,
    }
    branch = {"type": "object", "required": [f"{EVIL}kind"], "properties": {f"{EVIL}kind": words}}
    value = {"plain": EVIL, f"{EVIL}needed": EVIL}
    content = {
        "description": LINE,
        "content": {
            "application/json": {"schema": schema, "examples": {EVIL: {"value": value}}},
            "text/plain": {"schema": words, "example": EVIL},
        },
        "headers": {"X-Header": {"description": LINE, "schema": words}},
    }
    operation: Data = {
        "operationId": f"things/{EVIL}",
        "tags": [EVIL],
        "summary": LINE,
        "description": EVIL,
        "deprecated": True,
        "parameters": [
            {"name": f"{EVIL}p", "in": "query", "description": LINE, "schema": words},
            {"name": "id", "in": "path", "required": True, "schema": words, "example": EVIL},
        ],
        "requestBody": {**content, "required": True},
        "responses": {"200": content, "404": content},
    }
    operation["callbacks"] = {EVIL: {"{$request.body#/plain}": {"post": {"requestBody": content}}}}
    operation["externalDocs"] = {"url": "https://docs.example/\u202e", "description": LINE}
    hook = {"description": LINE, "requestBody": content, "responses": {"200": {"description": "-"}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": EVIL, "version": EVIL, "description": EVIL},
        "servers": [
            {
                "url": "https://{region}.example",
                "variables": {"region": {"default": "a", "enum": ["a", EVIL], "description": EVIL}},
            }
        ],
        "tags": [{"name": EVIL, "description": EVIL}],
        "security": [{f"{EVIL}scheme": []}],
        "paths": {"/th\u202ei\x9bngs/{id}": {"post": operation}},
        "webhooks": {f"{EVIL}hook": {"post": hook}},
        "components": {
            "schemas": {
                **schemas("#/components/schemas/"),
                "Union": union,
                "A": branch,
                "B": branch,
            },
            "securitySchemes": {
                f"{EVIL}scheme": {
                    "type": "apiKey",
                    "in": "query",
                    "name": EVIL,
                    "description": EVIL,
                }
            },
        },
    }


def swagger_2() -> Data:
    text = {"type": "string", "description": LINE}
    operation: Data = {
        "operationId": f"things/{EVIL}",
        "tags": [EVIL],
        "summary": LINE,
        "description": EVIL,
        "parameters": [
            {"name": "id", "in": "path", "required": True, **text},
            {"name": EVIL, "in": "query", "enum": [EVIL, "a"], **text},
            {"name": "body", "in": "body", "schema": {"$ref": "#/definitions/Thing"}},
        ],
        "responses": {
            "200": {
                "description": LINE,
                "schema": {"$ref": "#/definitions/Thing"},
                "examples": {"application/json": {"plain": EVIL, f"{EVIL}needed": EVIL}},
            }
        },
    }
    return {
        "swagger": "2.0",
        "info": {"title": EVIL, "version": EVIL, "description": EVIL},
        "host": "things.example",
        "schemes": ["https"],
        "produces": ["application/json"],
        "consumes": ["application/json"],
        "paths": {"/things/{id}": {"post": operation}},
        "definitions": schemas("#/definitions/"),
    }


DESCRIPTIONS = {"3.1": openapi_3, "2.0": swagger_2}


def rendered(folder: Path, description: Data, **settings: Any) -> RenderedClient:
    (folder / "spec.json").write_text(json.dumps(description), encoding="utf-8")
    client = Client(spec="spec.json", package="things", output="out", **settings)
    return render_client(client, folder, lambda _: None)


def texts(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for name, data in files.items():
        yield name, data.decode()


@pytest.mark.slow
@pytest.mark.parametrize("settings", [{"tests": "all", "features": FEATURES}, {"models": True}])
@pytest.mark.parametrize("version", DESCRIPTIONS)
def test_no_file_has_a_control(version: str, settings: dict[str, Any], tmp_path: Path) -> None:
    client = rendered(tmp_path, DESCRIPTIONS[version](), **settings)
    assert not client.left_out
    assert len(client.files.files) > 8
    for name, text in texts(client.files.files):
        assert not {*text} & {*CONTROLS}, name
        if name.endswith(".py"):
            assert all(char == "\n" or char.isprintable() for char in text), name


@pytest.mark.slow
@pytest.mark.parametrize("version", DESCRIPTIONS)
def test_docstrings_of_models_have_the_text(version: str, tmp_path: Path) -> None:
    """Of a class, an alias and a member, as the description has it."""
    files = rendered(tmp_path, DESCRIPTIONS[version](), models=True).files.of_package
    body = ast.parse(files["models.py"]).body
    (thing,) = (node for node in body if isinstance(node, ast.ClassDef) and node.name == "Thing")
    assert ast.get_docstring(thing, clean=False) == LINE
    members = [node.value for node in thing.body if isinstance(node, ast.Expr)]
    documented = [member.value for member in members[1:] if isinstance(member, ast.Constant)]
    assert documented == [LINE] * 9
    (place,) = (
        index
        for index, node in enumerate(body)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "Alias"
    )
    after = body[place + 1]
    assert isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
    assert after.value.value == LINE


@pytest.mark.slow
@pytest.mark.parametrize("version", DESCRIPTIONS)
def test_files_in_json_have_the_values(version: str, tmp_path: Path) -> None:
    settings: Data = {"tests": "all", "features": FEATURES}
    files = rendered(tmp_path, DESCRIPTIONS[version](), **settings).files.files
    parsed = {name: json.loads(data) for name, data in files.items() if name.endswith(".json")}
    assert parsed["things/speclock.json"]["spec"]["info.version"] == EVIL
    assert parsed["tests/things/openapi.json"]["info"]["version"] == EVIL
    assert parsed["things/_values.json"]["Thing"]["plain"] == EVIL
    replies = parsed["things/_examples.json"].values()
    assert EVIL in [reply["body"]["plain"] for reply in replies if "plain" in reply["body"]]
    for name in parsed:
        assert all(char in files[name].decode() for char in KEPT), name


MANIFEST = Manifest(
    package="things", spec_file="a", spec_sha256="", info_version="1", openapi="3.1.0",
    selection=(), config="", tool={}, operations=(), unused_examples=(), left_out=(), files={},
    tests={},
)  # fmt: skip
PLACES = ["things/models.py", "things/_values.json", "things/AGENTS.md", "tests/things/test_a.py"]


@pytest.mark.parametrize("name", PLACES)
def test_the_check_of_generated_files(name: str) -> None:
    """It is the last one, whatever wrote the file."""
    for char in CONTROLS:
        fault = rf"{name}:2 has the invisible character U\+{ord(char):04X}"
        with pytest.raises(InternalError, match=fault):
            FileSet.of(MANIFEST, {name: f"one\n{char} two\n"})
    FileSet.of(MANIFEST, {name: f"one\r\n\ttwo {KEPT}\n"})


@pytest.mark.slow
def test_a_control_of_a_template_is_blamed_on_it(tmp_path: Path) -> None:
    project = make_project(tmp_path, templates="mine")
    project.write("mine/client/AGENTS.md.jinja", "Read this.\n\u202eNot that.\n")
    error = project.refuses("generate")
    assert "orchard/AGENTS.md:3 has the invisible character U+202E; nothing was written" in error
    assert "A template of yours made it: mine/client/AGENTS.md.jinja" in error


@pytest.mark.slow
def test_names_in_settings_and_lock_have_escapes(tmp_path: Path) -> None:
    """They are of the description, too: `init` writes them for a person to read."""
    project = Project(tmp_path)
    project.write("api.json", json.dumps(openapi_3()))
    project.does("init", "api.json", "--package", "things", "--operation", f"things/{EVIL}")
    (settings, lock) = (project.read("pyproject.toml"), project.read("spec/speclock.lock"))
    assert not {*settings, *lock} & {*CONTROLS}
    table = tomllib.loads(settings)["tool"]["speclock"]["clients"]["things"]
    assert table["operations"] == [f"things/{EVIL}"]

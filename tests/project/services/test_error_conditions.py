"""The setting ``error_when``: what ``init`` proposes, and what ``generate`` says about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import Project

FLAG = {"ok": {"type": "boolean"}, "error": {"type": "string"}}
PLAIN = {"id": {"type": "string"}}


def response(properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties}
    return {"description": "An answer.", "content": {"application/json": {"schema": schema}}}


def description(*operations: dict[str, Any]) -> str:
    """Return a description of operations ``a``, ``b`` … with these responses by status."""
    paths = {
        f"/{name}": {
            "get": {
                "operationId": name,
                "responses": {status: response(found) for status, found in responses.items()},
            }
        }
        for name, responses in zip("abc", operations, strict=False)
    }
    return json.dumps({"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": paths})


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "project", "chat")
    made.write(".git/HEAD", "")
    return made


OK = {"ok": {"const": True}, "id": {"type": "string"}}
FAILED: dict[str, Any] = {"ok": {"const": False}, "errors": {"type": "array", "items": {}}}
SUCCESS = {"success": {"type": "boolean"}, "errorMessage": {"type": "string"}}


@pytest.mark.parametrize(
    ("operations", "setting"),
    [
        ([{"200": FLAG}, {"200": PLAIN}], 'error_when = "ok == false"'),
        ([{"200": SUCCESS}], 'error_when = "success == false"'),
        ([{"200": OK, "default": FAILED}], 'error_when = "ok == false"'),
        ([{"default": FLAG}], 'error_when = "ok == false"'),
        ([{"200": FLAG}, {"200": OK}], 'error_when = { "a" = "ok == false" }'),
        (
            [{"200": FLAG}, {"200": SUCCESS}],
            'error_when = { "a" = "ok == false", "b" = "success == false" }',
        ),
        ([{"200": OK}], ""),
        ([{"200": PLAIN, "400": FLAG}, {"200": PLAIN, "default": FLAG}], ""),
        ([{"200": {"ok": {"type": "string"}, "error": {}}}], ""),
    ],
)
def test_init_proposes_it(operations: Any, setting: str, project: Project) -> None:
    project.write("chat.json", description(*operations))
    said = project.does("init", "chat.json", "--no-ci").out
    assert [
        line for line in project.read("pyproject.toml").splitlines() if "error_when" in line
    ] == ([setting] if setting else [])
    assert ("is an ApiError; for you to review" in said) == bool(setting)
    assert setting in said
    project.does("check", "--full")


def generated(project: Project, setting: str, *operations: dict[str, Any]) -> str:
    """Return what generating a client with a setting says."""
    project.write("chat.json", description(*operations))
    lines = ["[tool.speclock]", "[tool.speclock.clients.chat]", 'spec = "chat.json"', setting, ""]
    project.write("pyproject.toml", "\n".join(lines))
    return project.does("generate").err


def test_a_member_that_no_success_describes(project: Project) -> None:
    said = generated(project, 'error_when = "okay == false"', {"200": FLAG})
    assert "pyproject.toml:4:1: warning: `error_when` names the member 'okay'" in said
    said = generated(project, 'error_when = { b = "ok == false" }', {"200": FLAG}, {"200": PLAIN})
    assert "names the member 'ok', which no success describes" in said
    assert not generated(project, 'error_when = "ok == false"', {"200": FLAG}, {"200": PLAIN})


def test_an_operation_that_is_not_there(project: Project) -> None:
    said = generated(project, 'error_when = { nope = "ok == false" }', {"200": FLAG})
    assert "pyproject.toml:4:1: warning: the entry 'nope' of `error_when` has no effect" in said


def test_an_example_that_is_an_error_is_no_success(project: Project) -> None:
    made = {"ok": {"type": "boolean", "examples": [False]}, "error": {"type": "string"}}
    said = generated(project, 'error_when = "ok == false"', {"200": made})
    assert "no example could be generated: `error_when` makes the one of 'a' an error" in said
    tests = [data for name, data in project.files().items() if "tests/chat/" in name]
    assert tests and not [data for data in tests if b'"ok": False' in data]

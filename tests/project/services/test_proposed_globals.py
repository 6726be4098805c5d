"""The setting ``globals`` that ``init`` proposes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import Project

TENANT = {"name": "X-Tenant", "in": "header", "required": True, "schema": {"type": "string"}}
QUERY = {**TENANT, "in": "query"}
VERSION = {**QUERY, "name": "api_version"}
KEY = {**TENANT, "name": "X-Key"}
NULLABLE = {**QUERY, "name": "since", "schema": {"type": ["string", "null"]}}


def description(*operations: list[dict[str, Any]]) -> str:
    """Return a description of operations with these parameters."""
    paths: dict[str, Any] = {}
    for number, parameters in enumerate(operations):
        response = {"204": {"description": "Done."}}
        operation = {"operationId": f"get_{number}", "parameters": parameters}
        paths[f"/{number}"] = {"get": {**operation, "responses": response, "security": [{"k": []}]}}
    scheme = {"type": "apiKey", "in": "header", "name": "X-Key"}
    return json.dumps(
        {
            "openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": paths,
            "servers": [{"url": "https://a.example"}],
            "components": {"securitySchemes": {"k": scheme}},
        }
    )  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "project", "chat")
    made.write(".git/HEAD", "")
    return made


@pytest.mark.parametrize(
    ("operations", "setting"),
    [
        ([[TENANT]] * 3, 'globals = ["header X-Tenant"]'),
        ([[TENANT]] * 2, ""),
        ([*[[TENANT]] * 4, []], 'globals = ["header X-Tenant"]'),
        ([*[[TENANT]] * 3, []], ""),
        ([[VERSION, TENANT]] * 3, 'globals = ["header X-Tenant", "query api_version"]'),
        ([[{**TENANT, "required": False}]] * 3, ""),
        ([*[[TENANT]] * 4, [{**TENANT, "name": "x-tenant"}]], 'globals = ["header X-Tenant"]'),
        ([[TENANT, QUERY]] * 3, 'globals = ["header X-Tenant"]'),
        ([[KEY, {**QUERY, "name": "timeout"}, {**QUERY, "name": "k"}]] * 3, ""),
        ([[NULLABLE]] * 3, ""),
    ],
)
def test_init_proposes_it(operations: Any, setting: str, project: Project) -> None:
    project.write("chat.json", description(*operations))
    told = project.does("init", "chat.json", "--no-ci").out
    settings = project.read("pyproject.toml")
    assert "globals" not in settings
    assert ("most operations require these parameters" in told) == bool(setting)
    assert setting in told
    if setting:
        project.write("pyproject.toml", f"{settings.rstrip()}\n{setting}\n")
        project.does("generate")

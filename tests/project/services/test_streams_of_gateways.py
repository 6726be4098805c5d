"""Streams of JSON objects that a description calls one object: the overlay that ``init`` writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import Project

RESULT = {
    "type": "object",
    "title": "Stream result of v1Reading",
    "properties": {
        "result": {"type": "object", "properties": {"level": {"type": "integer"}}},
        "error": {"type": "object"},
    },
}
MARK = "A successful response.(streaming responses)"


def in_swagger(response: Any, **operation: Any) -> dict[str, Any]:
    """Return a description in Swagger 2.0 of a stream beside an ordinary operation."""
    error = {"description": "An error.", "schema": {"type": "object", "title": "Status"}}
    return {
        "swagger": "2.0",
        "info": {"title": "Gauges", "version": "1"},
        "host": "gauges.example",
        "schemes": ["https"],
        "produces": ["application/json"],
        "x-stream-definitions": {"v1Reading": RESULT},
        "paths": {
            "/v1/readings:watch": {
                "post": {
                    "operationId": "Gauges_Watch",
                    "responses": {"200": response, "default": error},
                    **operation,
                }
            },
            "/v1/readings": {
                "get": {
                    "operationId": "Gauges_List",
                    "responses": {"200": {"description": "Ok.", "schema": {"type": "object"}}},
                }
            },
        },
    }


def in_openapi(response: Any) -> dict[str, Any]:
    operation = {"operationId": "Gauges_Watch", "responses": {"200": response}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Gauges", "version": "1"},
        "servers": [{"url": "https://gauges.example"}],
        "paths": {"/v1/readings:watch": {"get": operation}},
    }


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "project", "gauges")
    made.write(".git/HEAD", "")
    return made


@pytest.mark.parametrize(
    "described",
    [
        in_swagger({"description": MARK, "schema": RESULT}),
        in_swagger({"description": MARK, "schema": {"$ref": "#/x-stream-definitions/v1Reading"}}),
        in_swagger({"description": "Readings.", "schema": RESULT}),
        in_swagger({"description": MARK, "schema": RESULT}, produces=["application/json"]),
        in_openapi(
            {"description": MARK, "content": {"application/json": {"schema": {"type": "object"}}}}
        ),
        in_openapi({"description": "Ok.", "content": {"application/json": {"schema": RESULT}}}),
    ],
)
def test_init_writes_an_overlay(described: Any, project: Project) -> None:
    project.write("gauges.json", json.dumps(described))
    said = project.does("init", "gauges.json", "--no-ci").out
    assert "spec/gauges-streams.overlay.yaml: an overlay for responses of JSON objects" in said
    assert 'overlays = ["spec/gauges-streams.overlay.yaml"]' in project.read("pyproject.toml")
    overlay = project.read("spec/gauges-streams.overlay.yaml")
    assert overlay.count("application/x-ndjson") == 1 and "/v1/readings:watch" in overlay
    source = b"".join(data for name, data in project.files().items() if name.endswith(".py"))
    assert b"Lines(lambda: " in source
    project.does("check", "--full")


@pytest.mark.parametrize(
    "described",
    [
        in_swagger({"description": "Ok.", "schema": {"type": "object", "title": "Stream result"}}),
        in_swagger({"description": MARK, "schema": RESULT}, produces=["application/x-ndjson"]),
        in_openapi({"description": MARK, "content": {"application/x-ndjson": {}}}),
        in_openapi({"description": MARK}),
    ],
)
def test_there_is_none_where_nothing_is_wrong(described: Any, project: Project) -> None:
    project.write("gauges.json", json.dumps(described))
    project.does("init", "gauges.json", "--no-ci")
    assert not [name for name in project.files() if "overlay" in name]
    assert "overlays" not in project.read("pyproject.toml")


def test_a_description_in_spec(project: Project) -> None:
    described = in_swagger({"description": MARK, "schema": RESULT})
    project.write("spec/gauges.json", json.dumps(described))
    project.does("init", "spec/gauges.json", "--no-ci")
    project.does("check", "--full")
    assert "application/x-ndjson" in project.read("spec/gauges-streams.overlay.yaml")


def test_a_file_of_somebody_else_is_in_the_way(project: Project) -> None:
    project.write("gauges.json", json.dumps(in_swagger({"description": MARK, "schema": RESULT})))
    project.write("spec/gauges-streams.overlay.yaml", "mine")
    error = project.refuses("init", "gauges.json", "--no-ci")
    assert "spec/gauges-streams.overlay.yaml exists. Name another --package." in error
    assert not (project.root / "pyproject.toml").exists()

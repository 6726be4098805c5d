"""The modules of the runtime that a client has: only what its operations need."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.generated_case import GeneratedCases, load_spec

SPEC = """
openapi: 3.1.0
info: {title: Bell, version: "1"}
servers: [{url: https://bell.example}]
paths:
  /ring:
    get:
      operationId: ring
      responses: {"204": {description: Done}}
"""
OF_JSON = {"composed", "json", "model", "notes", "path", "readers", "reading", "scalars"}
"""What only a client with models, JSON or parameters has."""


def test_a_client_without_json_has_no_reader(cases: GeneratedCases, mode: str) -> None:
    case = load_spec(cases, "ring_alone", SPEC)
    assert case.sent(mode, "ring").url.raw_path == b"/ring"
    modules = {path.stem for path in Path(str(case.package.__file__)).parent.rglob("*.py")}
    assert {"call", "operation", "fake"} <= modules
    assert modules.isdisjoint(OF_JSON)


@pytest.mark.parametrize("name", sorted(OF_JSON))
def test_the_modules_are_those_of_a_client_with_json(name: str) -> None:
    """No name above is that of a module that was renamed or left."""
    templates = Path(__file__).parents[2] / "templates/client/_runtime"
    assert (templates / f"{name}.py").is_file()

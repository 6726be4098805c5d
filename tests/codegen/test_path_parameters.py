"""Parameters of paths whose names have braces, as some frameworks write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import speclock
from tests.support.generated_case import GeneratedCases, load_spec

OPENAPI = """
openapi: 3.0.3
info: {title: Snapshots, version: "1"}
servers: [{url: https://api.example}]
"""
SWAGGER = """
swagger: "2.0"
info: {title: Snapshots, version: "1"}
host: api.example
schemes: [https]
"""
PATH = """
paths:
  /shelves/{shelf}@{time}:
    parameters: [{name: "shelf}@{time", in: path, required: true, TEXT}]
    get:
      operationId: snapshot
      parameters:
        - {name: shelf, in: path, required: true, TEXT}
        - {name: time, in: path, required: true, TEXT}
      responses: {"204": {description: Done}}
"""
SPECS = {
    "openapi": OPENAPI + PATH.replace("TEXT", "schema: {type: string}"),
    "swagger": SWAGGER + PATH.replace("TEXT", "type: string"),
}


@pytest.mark.parametrize("name", SPECS)
def test_a_name_with_braces_is_left_out(name: str, cases: GeneratedCases, mode: str) -> None:
    case = load_spec(cases, f"braces_{name}", SPECS[name])
    request = case.sent(mode, "snapshot", "a", "3")
    assert request.url.raw_path == b"/shelves/a@3"


@pytest.mark.parametrize("name", SPECS)
def test_a_name_with_braces_is_warned_of(name: str, tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(SPECS[name], encoding="utf-8")
    arguments = ("--spec", "spec.yaml", "--package", "p", "--output", "o", "--verbose")
    outcome = speclock(tmp_path, "generate", *arguments, layout=False)
    assert "has no {shelf}@{time}; the parameter is left out" in outcome.err

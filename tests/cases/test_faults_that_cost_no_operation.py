"""Faults of a description that are a warning: right bytes can be sent, so the operation stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.answers import Recorder
from tests.support.clients import method_of
from tests.support.command import run_tests
from tests.support.generated_case import Case, GeneratedCases, load_spec
from tests.support.project import make_project

SPEC = """\
openapi: 3.2.0
info: {title: Shed, version: "1"}
servers: [{url: https://shed.example/api}]
security: [{odd: []}]
paths:
  tools:
    get: {operationId: tools, responses: {"204": {description: OK}}}
  "tools/{id}":
    get:
      operationId: tool
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"204": {description: OK}}
  twins:
    get: {operationId: lost, responses: {"204": {description: OK}}}
  /twins:
    get: {operationId: twins, responses: {"204": {description: OK}}}
  https://other.example/x:
    get: {operationId: url, responses: {"204": {description: OK}}}
  /either:
    get: {operationId: either, security: [{odd: []}, {key: []}], responses: {"204": {description: OK}}}
  /both:
    get: {operationId: both, security: [{odd: [], key: []}], responses: {"204": {description: OK}}}
  /text:
    get: {operationId: text, security: bearer, responses: {"204": {description: OK}}}
  /papers:
    get:
      operationId: papers
      parameters:
        - {name: whole, in: querystring, content: {application/json: {schema: {type: object, additionalProperties: true}}}}
        - {name: page, in: query, schema: {type: integer}}
      responses: {"204": {description: OK}}
  /books:
    get:
      operationId: books
      parameters: [{name: whole, in: querystring, schema: {type: object}}]
      responses: {"204": {description: OK}}
  /maps:
    get:
      operationId: maps
      parameters:
        - name: whole
          in: querystring
          required: true
          content: {application/xml: {schema: {type: object, properties: {a: {type: string}}}, example: {a: b}}}
      responses: {"204": {description: OK}}
  /several:
    get:
      operationId: several
      parameters:
        - name: whole
          in: querystring
          content:
            application/json: {schema: {type: object}}
            application/x-www-form-urlencoded: {schema: {type: object, additionalProperties: {type: integer}}}
      responses: {"204": {description: OK}}
components:
  securitySchemes:
    odd: {type: what}
    key: {type: apiKey, in: header, name: X-Key}
"""  # noqa: E501


@pytest.fixture(scope="module")
def shed(cases: GeneratedCases) -> Case:
    return load_spec(cases, "faults_that_cost_no_operation", SPEC)


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize(
    ("call", "arguments", "named", "target"),
    [
        ("tools", (), {}, "/api/tools"),
        ("tool", ("a/b",), {}, "/api/tools/a%2Fb"),
        ("twins", (), {}, "/api/twins"),
        ("papers", (), {"whole": {"a": 1}, "page": 2}, "/api/papers?%7B%22a%22%3A1%7D&page=2"),
        ("papers", (), {"page": 2}, "/api/papers?page=2"),
        ("books", (), {"whole": "a b"}, "/api/books?a%20b"),
        ("maps", ("<a>b</a>",), {}, "/api/maps?%3Ca%3Eb%3C%2Fa%3E"),
        ("several", (), {"whole": {"a": 1, "b": 2}}, "/api/several?a=1&b=2"),
    ],
)
def test_what_is_sent(
    mode: str, call: str, arguments: tuple[Any, ...], named: dict[str, Any], target: str, shed: Case
) -> None:
    server = Recorder(204)
    with shed.connect(server, mode, key="k") as client:
        method_of(client, call)(*arguments, **named)
    assert server.request.url.raw_path.decode() == target


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize(
    ("call", "key"), [("tools", None), ("either", "k"), ("both", "k"), ("text", None)]
)
def test_no_credential_is_sent_for_an_unknown_scheme(
    mode: str, call: str, key: str | None, shed: Case
) -> None:
    """The caller can send one; a known scheme beside it counts."""
    server = Recorder(204)
    options = shed.package.Options(headers={"x-odd": "o"})
    with shed.connect(server, mode, key="k") as client:
        method_of(client, call)(options=options)
    assert server.request.headers.get("x-key") == key
    assert server.request.headers["x-odd"] == "o"


def test_each_fault_is_told_and_the_generated_tests_pass(tmp_path: Path) -> None:
    """Two paths alone are left out: one is a URL, the other one is described twice."""
    project = make_project(tmp_path, SPEC, "shed")
    told = project.generate("--verbose").err
    for fact in (
        "'tools' doesn't begin with '/'; read as '/tools'",
        "'twins' doesn't begin with '/', and '/twins' is another one; it is left out",
        "'https://other.example/x' doesn't begin with '/'; it is a URL; it is left out",
        "has an unknown type (type 'what', in ''); the client sends no credential for it",
        "security must be a list; the client sends no credential for it",
        "so no other can be in it; they are joined by '&'",
        "needs 'content' with one media type; read as text/plain",
        "needs 'content' with one media type; read as application/x-www-form-urlencoded",
        "its schema isn't of one text; callers write it as a text",
    ):
        assert fact in told, fact
    assert "lost" not in project.calls()
    run_tests(project.root, "generated/tests")
    assert project.run("generate", "--strict", code=2).err.count("doesn't begin with") >= 2


def test_a_slice_has_a_path_without_a_slash(tmp_path: Path) -> None:
    project = make_project(tmp_path, SPEC, "shed")
    project.does("slice", project.spec, "--operation", "GET /tools/{id}", "--output", "cut.yaml")
    text = project.read("cut.yaml")
    assert "tools/{id}" in text
    assert "twins" not in text

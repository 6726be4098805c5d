"""Faults of a description that cost a part of an operation, and not the operation."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.answers import Recorder
from tests.support.clients import method_of
from tests.support.generated_case import Case, GeneratedCases, generate_spec, load_spec

SPEC = """
openapi: 3.0.3
info: {title: Shelf, version: "1"}
servers: [{url: https://shelf.example}]
paths:
  /books:
    get:
      operationId: list_books
      parameters:
        - {in: query, schema: {type: string}}
        - {name: odd, in: body, schema: {type: string}}
        - {name: q, in: query, schema: {type: string}}
      responses:
        "200":
          description: Books
          content:
            application/json:
              schema:
                type: object
                required: ["", title]
                properties: {"": {type: string}, title: {type: string}}
    post:
      operationId: add_book
      requestBody: {required: true, content: {}}
      responses: {"204": {description: Done}}
    put:
      operationId: replace_book
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: ["", title]
              properties: {"": {type: string}, title: {type: string}}
      responses: {"204": {description: Done}}
"""
REQUIRED = SPEC.replace("{in: query, schema", "{in: query, required: true, schema")


@pytest.fixture(scope="module")
def shelf(cases: GeneratedCases) -> Case:
    return load_spec(cases, "faults_that_cost_a_part", SPEC)


def test_a_response_with_a_member_without_a_name(mode: str, shelf: Case) -> None:
    server = Recorder({"": "x", "title": "a"}, {"title": "a"})
    for extra in ({"": "x"}, {}):
        with shelf.connect(server, mode) as client:
            read = client.list_books(q="a")
        assert (read.title, read.model_extra) == ("a", extra)
    assert server.targets == ["GET /books?q=a"] * 2


@pytest.mark.parametrize(
    ("call", "arguments", "options", "content"),
    [
        ("add_book", (), {"timeout": 5}, b""),
        ("add_book", (), {"body": {"a": 1}}, b'{"a":1}'),
        ("add_book", (), {"body": b"a", "content_type": "text/plain"}, b"a"),
        ("replace_book", ({"title": "a"},), {"timeout": 5}, b'{"title":"a"}'),
        ("replace_book", (None,), {"body": {"": "x", "title": "a"}}, b'{"":"x","title":"a"}'),
    ],
)
def test_a_body(
    call: str,
    arguments: tuple[Any, ...],
    options: dict[str, Any],
    content: bytes,
    mode: str,
    shelf: Case,
) -> None:
    server = Recorder()
    with shelf.connect(server, mode) as client:
        method_of(client, call)(*arguments, options=shelf.package.Options(**options))
    assert server.request.content == content


def test_each_is_told_with_its_remedy(tmp_path_factory: pytest.TempPathFactory) -> None:
    outcome = generate_spec(tmp_path_factory.mktemp("shelf"), "shelf", SPEC)
    assert "the request body has no media type; the method has no body" in outcome.err
    assert "Callers can pass Options(body=…, content_type=…)." in outcome.err
    assert "To send it, pass the body as Options(body=…)." in outcome.err
    assert "a parameter needs a name, and 'in' as one of" in outcome.err
    assert "3 operations" in outcome.out
    assert "3 left out" in outcome.out


def test_a_required_parameter_leaves_the_operation_out(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    outcome = generate_spec(tmp_path_factory.mktemp("shelf"), "shelf", REQUIRED)
    assert "2 operations" in outcome.out

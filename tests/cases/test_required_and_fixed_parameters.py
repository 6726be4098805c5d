"""Parameters that are required, and those that the query of a path has, too."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from tests.support.answers import Recorder
from tests.support.clients import method_of
from tests.support.generated_case import Case, GeneratedCases, generate_spec, load_spec

REQUIRED = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
servers: [{url: https://shop.example}]
paths:
  /orders:
    get:
      operationId: listed
      parameters:
        - {name: size, in: query, required: true, schema: {type: integer}}
        - {name: tags, in: query, schema: {type: array, items: {type: string}}, required: true}
        - {name: X-Shop, in: header, required: true, schema: {type: string}}
        - {name: visit, in: cookie, required: true, schema: {type: string, format: uuid}}
        - name: filter
          in: query
          required: true
          content: {application/json: {schema: {type: object, additionalProperties: true}}}
        - {name: page, in: query, schema: {type: integer}}
      responses: {"204": {description: Done}}
  /free:
    get:
      operationId: free
      parameters:
        - {name: after, in: query, required: true, schema: {type: [string, "null"]}}
        - {name: X-Any, in: header, required: true, schema: {}}
        - name: where
          in: query
          required: true
          content:
            application/json:
              schema: {type: [object, "null"], additionalProperties: true}
      responses: {"204": {description: Done}}
"""
WHOLE = """
openapi: 3.2.0
info: {title: Shop, version: "1"}
servers: [{url: https://shop.example}]
paths:
  /search:
    get:
      operationId: search
      parameters:
        - name: q
          in: querystring
          required: true
          content: {application/json: {schema: {type: object, additionalProperties: true}}}
      responses: {"204": {description: Done}}
"""
FIXED = """
openapi: 3.0.3
info: {title: Store, version: "1"}
servers: [{url: https://store.example}]
paths:
  /blob?comp=list&restype=container:
    get:
      operationId: blobs
      parameters:
        - {name: comp, in: query, required: true, schema: {type: string, enum: [list]}}
        - {name: restype, in: query, schema: {type: string}}
        - {name: $top, in: query, schema: {type: integer}}
      responses: {"204": {description: Done}}
  /blob?comp=acl:
    get:
      operationId: acl
      parameters: [{name: comp, in: query, required: true, schema: {type: string, enum: [acl]}}]
      responses: {"204": {description: Done}}
  /top?$top=5&kinds=a:
    get:
      operationId: top
      parameters:
        - {name: $top, in: query, schema: {type: integer}}
        - {name: kinds, in: query, schema: {type: array, items: {type: string}}}
      responses: {"204": {description: Done}}
  /filled?filter={filter}&kind=x:
    get:
      operationId: filled
      parameters: [{name: filter, in: query, schema: {type: string}}]
      responses: {"204": {description: Done}}
  /template{?one,two*}:
    get:
      operationId: template
      parameters: [{name: one, in: query, schema: {type: string}}]
      responses: {"204": {description: Done}}
"""
ID = "6f1c3f9e-0b51-4b8a-9d52-0c1f6f5a7e21"
VALUES: dict[str, Any] = {
    "size": 1, "tags": ["a"], "x_shop": "s", "visit": ID, "filter": {"a": 1},
}  # fmt: skip


@pytest.fixture(scope="module")
def fixed(cases: GeneratedCases) -> Case:
    return load_spec(cases, "fixed_query", FIXED)


@pytest.mark.parametrize("name", VALUES)
def test_none_for_a_required_parameter_is_refused(
    name: str, mode: str, cases: GeneratedCases
) -> None:
    case = load_spec(cases, "required_arguments", REQUIRED)
    server = Recorder()
    with case.connect(server, mode) as client:
        with pytest.raises(ValidationError) as caught:
            client.listed(**{**VALUES, name: None})
        assert [error["loc"] for error in caught.value.errors()] == [(name,)]
        assert server.requests == []
        client.listed(**VALUES)
    assert server.request.url.query == b"size=1&tags=a&filter=%7B%22a%22%3A1%7D"


def test_null_that_is_described_is_allowed(mode: str, cases: GeneratedCases) -> None:
    """It is left out, as what is undefined (RFC 6570 §2.3); JSON has null."""
    case = load_spec(cases, "required_arguments", REQUIRED)
    request = case.sent(mode, "free", None, None, None)
    assert request.url.query == b"where=null"
    assert "x-any" not in request.headers


def test_none_for_a_required_whole_query_is_refused(mode: str, cases: GeneratedCases) -> None:
    case = load_spec(cases, "required_query", WHOLE)
    server = Recorder()
    with case.connect(server, mode) as client, pytest.raises(ValidationError):
        client.search(None)
    assert server.requests == []


@pytest.mark.parametrize(
    ("call", "arguments", "target"),
    [
        ("blobs", {"comp": "list"}, "/blob?restype=container&comp=list"),
        ("blobs", {"comp": "list", "restype": "a"}, "/blob?comp=list&restype=a"),
        ("acl", {"comp": "acl"}, "/blob?comp=acl"),
        ("top", {}, "/top?$top=5&kinds=a"),
        ("top", {"top": 7}, "/top?kinds=a&%24top=7"),
        ("top", {"kinds": ["b", "c"]}, "/top?$top=5&kinds=b&kinds=c"),
        ("filled", {}, "/filled?kind=x"),
        ("filled", {"filter": "a"}, "/filled?kind=x&filter=a"),
        ("template", {}, "/template"),
        ("template", {"one": "a"}, "/template?one=a"),
    ],
)  # fmt: skip
def test_a_parameter_replaces_the_part_of_its_name(
    call: str, arguments: dict[str, Any], target: str, mode: str, fixed: Case
) -> None:
    server = Recorder()
    with fixed.connect(server, mode) as client:
        method_of(client, call)(**arguments)
    assert server.targets == [f"GET {target}"]


def test_the_fake_tells_them_apart(mode: str, fixed: Case) -> None:
    fake = fixed.fake()
    with fixed.connect(None, mode, transport=fake) as client:
        client.acl("acl")
        client.top(top=7)
        client.filled(filter="a")
        client.template(one="b")
    assert fake.acl.calls[0].query == {"comp": "acl"}
    assert fake.filled.calls[0].query == {"kind": "x", "filter": "a"}
    assert fake.template.calls[0].query == {"one": "b"}
    assert fake.top.calls[0].query == {"kinds": "a", "$top": "7"}
    assert not fake.blobs.calls
    with httpx.Client(base_url="https://store.example", transport=fake) as client:
        client.get("/blob?comp=acl")
        client.get("/top?kinds=b&$top=1")
    assert (len(fake.acl.calls), len(fake.top.calls)) == (2, 2)


def test_a_name_without_a_parameter_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    outcome = generate_spec(tmp_path_factory.mktemp("fixed"), "fixed", FIXED)
    assert "the path's query template names 'two', which isn't a parameter in query" in outcome.err
    assert "'filter'" not in outcome.err

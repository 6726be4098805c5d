"""Every mapping that the annotation of a body admits is a body."""

from __future__ import annotations

from collections import ChainMap, OrderedDict, UserDict
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.answers import Recorder
from tests.support.clients import method_of
from tests.support.generated_case import Case, GeneratedCases, load_spec

SPEC = """
openapi: 3.1.0
info: {title: Maps, version: "1"}
servers: [{url: https://maps.example}]
paths:
  /one:
    post:
      operationId: one
      requestBody: &body
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/One"}}}
      responses: {"204": {description: Done}}
  /many:
    post:
      operationId: many
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: array, items: {$ref: "#/components/schemas/One"}}
      responses: {"204": {description: Done}}
  /union:
    post:
      operationId: union
      requestBody:
        required: true
        content:
          application/json:
            schema:
              oneOf: [{$ref: "#/components/schemas/One"}, {$ref: "#/components/schemas/Two"}]
      responses: {"204": {description: Done}}
  /map:
    post:
      operationId: map
      requestBody:
        required: true
        content:
          application/json: {schema: {type: object, additionalProperties: {type: integer}}}
      responses: {"204": {description: Done}}
  /form:
    post:
      operationId: form
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded: {schema: {$ref: "#/components/schemas/Two"}}
      responses: {"204": {description: Done}}
components:
  schemas:
    One:
      type: object
      required: [a]
      properties:
        id: {type: string, readOnly: true}
        a: {type: integer}
        one: {$ref: "#/components/schemas/One"}
        any: {}
        map: {type: object, additionalProperties: {type: integer}}
        list: {type: array, items: {$ref: "#/components/schemas/One"}}
    Two: {type: object, required: [b], properties: {b: {type: string}}}
"""


class Plain(Mapping[str, Any]):
    """A mapping of a user's own."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data

    def __getitem__(self, key: str) -> Any:
        return self.data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)


Kind = Callable[[Any], Any]
KINDS: list[Kind] = [
    MappingProxyType, ChainMap, UserDict, OrderedDict, Plain, dict,
]  # fmt: skip


def root(kind: Kind) -> Any:
    return kind({"a": 1})


def inside(kind: Kind) -> Any:
    members = {
        "one": kind({"a": 1}),
        "any": [kind({"x": kind({"y": 1})})],
        "list": (kind({"a": 4}),),
    }
    return {"a": 1, **members}


def items(kind: Kind) -> Any:
    return [kind({"a": 1}), {"a": 2}]


def text(kind: Kind) -> Any:
    return kind({"b": "x"})


def numbers(kind: Kind) -> Any:
    return kind({"k": 3})


@pytest.fixture(scope="module")
def maps(cases: GeneratedCases) -> Case:
    return load_spec(cases, "mappings_as_bodies", SPEC)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("call", "make", "body"),
    [
        ("one", root, {"a": 1}),
        ("one", inside, {"a": 1, "one": {"a": 1}, "any": [{"x": {"y": 1}}], "list": [{"a": 4}]}),
        ("many", items, [{"a": 1}, {"a": 2}]),
        ("union", text, {"b": "x"}),
        ("map", numbers, {"k": 3}),
    ],
)
def test_a_mapping_is_a_body(
    kind: Kind,
    call: str,
    make: Callable[[Kind], Any],
    body: Any,
    mode: str,
    maps: Case,
) -> None:
    server = Recorder()
    with maps.connect(server, mode) as client:
        method_of(client, call)(make(kind))
    assert server.bodies == [body]


@pytest.mark.parametrize("kind", KINDS)
def test_a_form(kind: Kind, mode: str, maps: Case) -> None:
    assert maps.sent(mode, "form", kind({"b": "x"})).content == b"b=x"


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_checked(kind: Kind, mode: str, maps: Case) -> None:
    server = Recorder()
    with maps.connect(server, mode) as client, pytest.raises(ValidationError) as caught:
        client.one({"a": 1, "one": kind({"a": 2, "b": 1})})
    assert [error["loc"] for error in caught.value.errors()] == [("body", "one", "b")]
    assert server.requests == []


def test_what_was_read_in_a_mapping(mode: str, maps: Case) -> None:
    read = maps.models.One.model_validate({"id": "x", "a": 1})
    server = Recorder()
    with maps.connect(server, mode) as client:
        client.one(MappingProxyType({"a": 2, "one": read}))
    assert server.bodies == [{"a": 2, "one": {"a": 1}}]


def test_a_circle_ends(maps: Case) -> None:
    circle: dict[str, Any] = {"a": "x"}
    circle["one"] = circle
    with maps.connect(Recorder()) as client, pytest.raises(ValidationError):
        client.one(UserDict(circle))

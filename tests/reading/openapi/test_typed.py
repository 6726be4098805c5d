"""The typed document: null, locations, and what can't be seen in a client (tests/cases)."""

from __future__ import annotations

from typing import cast

import pytest

from generator.reading.openapi.json_schema import json_schema
from generator.reading.openapi.model.schemas import Json
from tests.reading.openapi.typed import read, read_property

PET: Json = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}


REF: Json = {"$ref": "#/components/schemas/Pet"}


def test_server_checked_keywords() -> None:
    rules: dict[str, Json] = {
        "patternProperties": {"^x-": {"type": "string"}},
        "dependentSchemas": {"a": {"required": ["b"]}},
        "unevaluatedProperties": {"type": "integer"},
    }
    schema, _ = read_property({"type": "object", **rules})
    assert schema.server_checked == rules
    assert json_schema(schema) == {"type": "object"}


@pytest.mark.parametrize(
    ("version", "value", "types"),
    [
        ("3.0.3", {"type": "string", "nullable": True}, ("string",)),
        ("3.1.0", {"type": ["string", "null"]}, ("string",)),
        ("3.1.0", {"type": ["null", "string", "integer"]}, ("string", "integer")),
        ("3.1.0", {"anyOf": [{"type": "string"}, {"type": "null"}]}, ("string",)),
        ("3.1.0", {"oneOf": [{"type": "null"}, {"type": "string"}]}, ("string",)),
        ("3.1.0", {"type": ["string", "null"], "enum": ["a", None]}, ("string",)),
        ("3.0.3", {"nullable": True, "allOf": [REF]}, ()),
        ("3.1.0", {"anyOf": [REF, {"type": "null"}]}, ()),
        ("3.0.3", {"oneOf": [REF, {"nullable": True}]}, ()),
        ("3.1.0", {"$ref": "#/components/schemas/Missing"}, ()),
    ],
)
def test_null_is_a_value_in_every_spelling(
    version: str, value: Json, types: tuple[str, ...]
) -> None:
    missing: Json = {"type": ["object", "null"], "properties": {"name": {"type": "string"}}}
    if version == "3.0.3":
        missing = PET
    schema, document = read_property(value, version, {"Pet": PET, "Missing": missing})
    assert schema.nullable
    assert schema.types == types
    assert not schema.is_null
    assert schema.union is None
    assert schema.enum == (("a",) if "enum" in cast("dict[str, Json]", value) else None)
    assert schema.ref == ("" if types else next(k for k in document.schemas if k != "Thing"))


def test_annotations_beside_null_count_before_those_of_the_branch() -> None:
    branch: Json = {"type": "object", "additionalProperties": True, "description": "inner"}
    union: Json = [{"enum": [1, 2.5], "description": "inner", "deprecated": True}, {"type": "null"}]
    schema, _ = read_property({"anyOf": union, "description": "outer"})
    assert schema.nullable
    assert (schema.enum, schema.description, schema.deprecated) == ((1, 2.5), "outer", True)
    plain, _ = read_property({"anyOf": [branch, {"type": "null"}]})
    assert (plain.types, plain.description) == (("object",), "inner")


DESCRIPTION = """\
openapi: 3.1.0
info: {title: Codes, version: "2"}
paths:
  /codes/{id}:
    parameters:
      - name: id
        in: path
        required: true
        schema:
          type: string
          maxLength: 12
    get:
      operationId: get_code
      responses:
        "200":
          description: Done.
          content: {application/json: {schema: {$ref: "#/components/schemas/Code"}}}
components:
  schemas:
    Code:
      type: object
      properties:
        text:
          type: [string, "null"]
          minLength: 2
          pattern: ^[a-z]+$
        kind:
          anyOf:
            - type: string
            - type: integer
              minimum: 3
"""


def line(text: str) -> int:
    return next(i for i, row in enumerate(DESCRIPTION.splitlines(), 1) if text in row)


def test_locations_are_those_of_the_text() -> None:
    document = read(DESCRIPTION)
    (operation,) = document.operations
    (parameter,) = operation.parameters
    assert parameter.schema is not None
    properties = document.schemas["Code"].properties
    assert properties is not None
    text, kind = properties["text"], properties["kind"]
    assert kind.union is not None
    places = {
        "maxLength: 12": parameter.schema.at("maxLength"),
        "operationId": operation.at("operationId"),
        "required: true": parameter.at("required"),
        "minLength": text.at("minLength"),
        "pattern": text.at("pattern"),
        'type: [string, "null"]': text.at("type"),
        "minimum: 3": kind.union.branches[1].at("minimum"),
    }
    assert {name: at.place.line for name, at in places.items()} == {
        name: line(name) for name in places
    }
    assert text.at("pattern").place.pointer == "/components/schemas/Code/properties/text/pattern"
    assert text.at("pattern").place.column == 11


def test_a_condition_that_the_server_alone_checks_adds_no_component() -> None:
    """Of two values of ``if`` in an ``allOf`` the last one is kept."""
    first: Json = {"type": "object", "properties": {"a": {"type": "string"}}}
    last: Json = {"type": "object", "properties": {"b": {"type": "string"}}}
    schema, document = read_property({"allOf": [{"if": first}, {"if": last}]})
    assert schema.if_ is not None
    properties = document.resolve(schema.if_).properties
    assert properties is not None
    assert list(properties) == ["b"]
    assert list(schema.server_checked) == ["allOf"]
    assert len(document.schemas) == 2


def test_boolean_bounds_of_3_0_become_exclusive_ones() -> None:
    bounds: Json = {
        "type": "integer", "maximum": 9, "exclusiveMaximum": True,
        "minimum": 1, "exclusiveMinimum": True,
    }  # fmt: skip
    schema, _ = read_property(bounds, "3.0.3")
    assert (schema.exclusive_minimum, schema.exclusive_maximum) == (1, 9)
    assert (schema.minimum, schema.maximum) == (None, None)

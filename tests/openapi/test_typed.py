"""The typed document: structure, null, unions, and the locations of what it was read from."""

from __future__ import annotations

import dataclasses
import json
from typing import cast

import pytest

from generator.openapi import model
from generator.openapi.json_schema import json_schema
from generator.openapi.model import MISSING, Json, Schema
from generator.openapi.normalize import typed
from tests.openapi.typed import read, read_property

PET: Json = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
CAT: Json = {"type": "object", "properties": {"kind": {"type": "string"}, "lives": {}}}
DOG: Json = {"type": "object", "properties": {"kind": {"type": "string"}, "tricks": {}}}
REF: Json = {"$ref": "#/components/schemas/Pet"}


def test_structure() -> None:
    schema, document = read_property(
        {
            "type": "object",
            "properties": {"a": {"type": ["string", "integer"]}, "b": REF},
            "required": ["b", "c"],
            "additionalProperties": False,
        },
        components={"Pet": PET},
    )
    assert (schema.ref, schema.types, schema.properties) == ("Thing.value", (), None)
    assert document.declared == {"Thing", "Pet"}
    inner = document.resolve(schema)
    assert inner.types == ("object",)
    assert inner.required == ("b", "c")
    assert inner.additional_properties is False
    assert inner.properties is not None
    assert list(inner.properties) == ["a", "b", "c"]
    assert inner.properties["a"].types == ("string", "integer")
    assert inner.properties["b"].ref == "Pet"
    assert document.reachable(schema) == {"Thing.value", "Pet"}
    assert document.resolve(inner.properties["b"]) is document.schemas["Pet"]


def test_lists_and_maps() -> None:
    schema, _ = read_property(
        {"prefixItems": [{"type": "string"}, {"type": "null"}], "items": {"enum": [1, 2.5]}}
    )
    assert schema.types == ("array",)
    assert schema.prefix_items is not None
    assert [item.types for item in schema.prefix_items] == [("string",), ("null",)]
    assert schema.items is not None
    assert schema.items.enum == (1, 2.5)
    values, _ = read_property({"additionalProperties": {"type": "number"}})
    assert isinstance(values.additional_properties, Schema)
    assert values.additional_properties.types == ("number",)
    assert [inner.types for inner in schema.subschemas()] == [("string",), ("null",), ()]
    assert [inner.types for inner in values.subschemas()] == [("number",)]


def test_annotations_of_values() -> None:
    schema, _ = read_property(
        {"type": "array", "default": [{"a": None}], "examples": [[1], ["b"]], "minItems": 1}
    )
    assert schema.default == [{"a": None}]
    assert schema.examples == ([1], ["b"])
    null, _ = read_property({"type": ["string", "null"], "default": None})
    assert null.default is None
    assert read_property({"type": "string"})[0].default is MISSING


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


def test_null_alone_and_no_null() -> None:
    for value in ({"type": "null"}, {"const": None}, {"enum": [None]}):
        schema, _ = read_property(cast("Json", value))
        assert schema.is_null
        assert not schema.nullable
    anything, _ = read_property({})
    assert (anything.types, anything.nullable, anything.is_null) == ((), False, False)


def test_annotations_beside_null_count_before_those_of_the_branch() -> None:
    branch: Json = {"type": "object", "additionalProperties": True, "description": "inner"}
    union: Json = [{"enum": [1, 2.5], "description": "inner", "deprecated": True}, {"type": "null"}]
    schema, _ = read_property({"anyOf": union, "description": "outer"})
    assert schema.nullable
    assert (schema.enum, schema.description, schema.deprecated) == ((1, 2.5), "outer", True)
    plain, _ = read_property({"anyOf": [branch, {"type": "null"}]})
    assert (plain.types, plain.description) == (("object",), "inner")


def test_union_with_null_and_a_discriminator() -> None:
    refs: list[Json] = [{"$ref": f"#/components/schemas/{name}"} for name in ("Cat", "Dog")]
    schema, document = read_property(
        {
            "oneOf": [*refs, {"type": "null"}],
            "discriminator": {
                "propertyName": "kind",
                "mapping": {"c": "Cat", "d": "#/components/schemas/Dog"},
            },
        },
        components={"Cat": CAT, "Dog": DOG},
    )
    assert schema.nullable
    whole = document.resolve(schema)
    assert whole.union is not None
    assert whole.union.keyword == "oneOf"
    assert [branch.ref for branch in whole.union.branches] == ["Cat", "Dog"]
    found = whole.union.discriminator
    assert found is not None
    assert (found.property_name, dict(found.mapping)) == ("kind", {"c": "Cat", "d": "Dog"})
    assert found.default_mapping == ""
    cat = document.schemas["Cat"].properties
    assert cat is not None
    assert cat["kind"].enum == ("c",)


def test_any_of_two_types_is_a_union() -> None:
    schema, _ = read_property(
        {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}
    )
    assert schema.nullable
    assert schema.union is not None
    assert schema.union.keyword == "anyOf"
    assert [branch.types for branch in schema.union.branches] == [("string",), ("integer",)]
    assert schema.union.discriminator is None


DESCRIPTION = """\
openapi: 3.1.0
info: {title: Codes, version: "2"}
servers:
  - url: https://{region}.example.com
    variables: {region: {default: eu, enum: [eu, us]}}
paths:
  /codes/{id}:
    parameters:
      - name: id
        in: path
        required: true
        schema:
          type: string
          maxLength: 12
    post:
      operationId: put_code
      tags: [codes]
      security: [{key: []}]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              $ref: "#/components/schemas/Code"
      responses:
        "200":
          description: Done.
          headers:
            X-Left:
              schema: {type: integer}
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
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
"""


def line(text: str) -> int:
    """Return the number of the first line that contains a text."""
    return next(i for i, row in enumerate(DESCRIPTION.splitlines(), 1) if text in row)


def test_parts_of_an_operation() -> None:
    document = read(DESCRIPTION)
    (operation,) = document.operations
    assert (document.title, document.version, document.openapi) == ("Codes", "2", "3.1.0")
    assert (operation.label, operation.method, operation.path) == (
        "put_code", "post", "/codes/{id}",
    )  # fmt: skip
    (parameter,) = operation.parameters
    assert (parameter.name, parameter.in_, parameter.required) == ("id", "path", True)
    assert operation.request_body is not None
    assert operation.request_body.required
    media = operation.request_body.content.media_types["application/json"]
    assert media.schema is not None
    assert media.schema.ref == "Code"
    header = operation.responses["200"].headers["X-Left"].schema
    assert header is not None
    assert header.types == ("integer",)
    (server,) = document.servers
    assert server.variables["region"].enum == ("eu", "us")
    assert [dict(one.schemes) for one in operation.security] == [{"key": ()}]
    scheme = document.security_schemes["key"]
    assert (scheme.type, scheme.in_, scheme.name) == ("apiKey", "header", "X-Key")
    assert json.loads(document.to_json())["paths"]["/codes/{id}"]["post"]["tags"] == ["codes"]


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


def test_boolean_bounds_of_3_0_become_exclusive_ones_the_lower_first() -> None:
    bounds: Json = {
        "type": "integer", "maximum": 9, "exclusiveMaximum": True,
        "minimum": 1, "exclusiveMinimum": True,
    }  # fmt: skip
    schema, document = read_property(bounds, "3.0.3")
    assert (schema.exclusive_minimum, schema.exclusive_maximum) == (1, 9)
    assert (schema.minimum, schema.maximum) == (None, None)
    text = document.to_json()
    assert text.index("exclusiveMinimum") < text.index("exclusiveMaximum")


def test_every_attribute_is_read_by_its_type_or_by_code_of_its_own() -> None:
    parts: list[type[model.Part]] = [model.Part, *model.Part.__subclasses__()]
    unread = {
        f"{kind.__name__}.{field.name}"
        for kind in parts
        if kind.__name__ != "Document"
        for field in dataclasses.fields(kind)
        if field.type not in typed._READERS and field.name not in ("location", "positions")
    }
    assert unread == {
        "Content.media_types",
        "Operation.callbacks",
        "Operation.responses_location",
        "Operation.security_location",
        "Schema.property_names_at",
        "Schema.types",
        "Schema.union",
        "SecurityRequirement.schemes",
    }

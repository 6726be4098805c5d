"""Typed schemas as JSON Schema, for validators (JSON Schema 2020-12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from .model import Document, Json, Schema

BASE: Final = "urn:speclock:canonical"
"""The URI of the document that :func:`components` returns, to which references lead."""


def components(document: Document) -> dict[str, Json]:
    """Return the schema components of a document as one JSON Schema document."""
    schemas = {key: json_schema(schema) for key, schema in document.schemas.items()}
    return {"components": {"schemas": {**schemas}}}


def json_schema(schema: Schema) -> dict[str, Json]:
    """Return a schema as JSON Schema; annotations are left out."""
    out = _assertions(schema)
    if not schema.nullable or not out:
        return out
    kind = out.get("type")
    if isinstance(kind, list):
        return {**out, "type": [*kind, "null"]}
    if isinstance(kind, str) and "enum" not in out:
        return {**out, "type": [kind, "null"]}
    null: dict[str, Json] = {"type": "null"}
    branches = out.get("anyOf")
    if isinstance(branches, list):
        return {**out, "anyOf": [*branches, null]}
    return {"anyOf": [out, null]}


def _assertions(schema: Schema) -> dict[str, Json]:
    """Return the keywords that restrict values, null aside."""
    if schema.ref:
        # A URI holds no other characters (RFC 3986 §2.1).
        return {"$ref": f"{BASE}#/components/schemas/{quote(schema.ref, safe='~')}"}
    kinds: list[Json] = [*schema.types]
    extra = schema.additional_properties
    found: dict[str, Json] = {
        "type": kinds[0] if len(kinds) == 1 else kinds or None,
        "enum": None if schema.enum is None else [*schema.enum],
        "format": schema.format or None,
        "minimum": schema.minimum,
        "maximum": schema.maximum,
        "exclusiveMinimum": schema.exclusive_minimum,
        "exclusiveMaximum": schema.exclusive_maximum,
        "multipleOf": schema.multiple_of,
        "minLength": schema.min_length,
        "maxLength": schema.max_length,
        "pattern": schema.pattern,
        "contentEncoding": schema.content_encoding,
        "contentMediaType": schema.content_media_type,
        "minItems": schema.min_items,
        "maxItems": schema.max_items,
        "uniqueItems": True if schema.unique_items else None,
        "minContains": schema.min_contains,
        "maxContains": schema.max_contains,
        "required": [*schema.required] if schema.required else None,
        "properties": None if schema.properties is None else _members(schema.properties),
        "additionalProperties": extra if isinstance(extra, bool) else None,
        "minProperties": schema.min_properties,
        "maxProperties": schema.max_properties,
        "dependentRequired": None
        if schema.dependent_required is None
        else {name: [*needed] for name, needed in schema.dependent_required.items()},
        "prefixItems": None
        if schema.prefix_items is None
        else [json_schema(item) for item in schema.prefix_items],
    }
    if schema.union is not None:
        found[schema.union.keyword] = [json_schema(branch) for branch in schema.union.branches]
    inner = {
        "items": schema.items,
        "additionalProperties": extra if isinstance(extra, Schema) else None,
        "contains": schema.contains,
        "unevaluatedItems": schema.unevaluated_items,
        "propertyNames": schema.property_names,
        "contentSchema": schema.content_schema,
        "not": schema.not_,
        "if": schema.if_,
        "then": schema.then,
        "else": schema.else_,
    }
    out: dict[str, Json] = {key: value for key, value in found.items() if value is not None}
    return out | {key: json_schema(one) for key, one in inner.items() if one is not None}


def _members(properties: Mapping[str, Schema]) -> dict[str, Json]:
    return {name: json_schema(schema) for name, schema in properties.items()}

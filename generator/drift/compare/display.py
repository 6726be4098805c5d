"""Values and schemas of a description as short text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from ...openapi.model import MISSING, Json, Schema
from .resolved_schema import ResolvedSchema

_KEYWORDS: tuple[tuple[str, Callable[[Schema], Json]], ...] = (
    ("format", lambda s: s.format or None),
    ("multipleOf", lambda s: s.multiple_of),
    ("maximum", lambda s: s.maximum),
    ("minimum", lambda s: s.minimum),
    ("exclusiveMaximum", lambda s: s.exclusive_maximum),
    ("exclusiveMinimum", lambda s: s.exclusive_minimum),
    ("maxLength", lambda s: s.max_length),
    ("minLength", lambda s: s.min_length),
    ("maxItems", lambda s: s.max_items),
    ("minItems", lambda s: s.min_items),
    ("uniqueItems", lambda s: s.unique_items or None),
    ("maxProperties", lambda s: s.max_properties),
    ("minProperties", lambda s: s.min_properties),
    ("contentEncoding", lambda s: s.content_encoding),
    ("contentMediaType", lambda s: s.content_media_type),
    ("dependentRequired", lambda s: dependent_required(s)),
    ("minContains", lambda s: s.min_contains),
    ("maxContains", lambda s: s.max_contains),
    ("pattern", lambda s: s.pattern),
    ("required", lambda s: [*s.required] or None),
    ("properties", lambda s: _named(s.properties)),
    ("additionalProperties", lambda s: additional_properties(s)),
    ("prefixItems", lambda s: _listed(s.prefix_items)),
    ("items", lambda s: _optional(s.items)),
    ("not", lambda s: _optional(s.not_)),
    ("if", lambda s: _optional(s.if_)),
    ("then", lambda s: _optional(s.then)),
    ("else", lambda s: _optional(s.else_)),
    ("contains", lambda s: _optional(s.contains)),
    ("propertyNames", lambda s: _optional(s.property_names)),
    ("unevaluatedItems", lambda s: _optional(s.unevaluated_items)),
    ("contentSchema", lambda s: _optional(s.content_schema)),
    ("enum", lambda s: None if s.enum is None else [*s.enum]),
)
"""Keyword to its value as JSON data, None where it is absent."""


def schema_json(schema: Schema) -> dict[str, Json]:
    """Return what a schema requires of values as JSON Schema, annotations left out.

    A reference is to the key of a component.
    """
    if schema.ref:
        target: dict[str, Json] = {"$ref": schema.ref}
        return {"anyOf": [target, {"type": "null"}]} if schema.nullable else target
    found: dict[str, Json] = {}
    types: list[Json] = [*schema.types]
    if types and schema.nullable:
        types.append("null")
    if types:
        found["type"] = types[0] if len(types) == 1 else types
    for keyword, read in _KEYWORDS:
        if (value := read(schema)) is not None:
            found[keyword] = value
    if schema.union is not None:
        null: list[Json] = [{"type": "null"}] if schema.nullable and not schema.types else []
        found[schema.union.keyword] = [*map(schema_json, schema.union.branches), *null]
    if schema.default is not MISSING:
        found["default"] = schema.default
    return found


def is_empty(schema: Schema) -> bool:
    """Return whether a schema neither restricts nor documents anything."""
    documents = schema.description or schema.examples or schema.deprecated or schema.sunset
    return not (schema_json(schema) or schema.server_checked or documents or schema.nullable)


def additional_properties(schema: Schema) -> Json:
    """Return ``additionalProperties`` as JSON data, None where it is absent."""
    extra = schema.additional_properties
    return schema_json(extra) if isinstance(extra, Schema) else extra


def dependent_required(schema: Schema) -> Json:
    """Return ``dependentRequired`` as JSON data, None where it is absent."""
    found = schema.dependent_required
    return None if found is None else {name: [*sorted(needed)] for name, needed in found.items()}


def shown(value: Json) -> str:
    """Return a value as text on one line; a string without quotes."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(text.split())


def shown_or_none(value: Json) -> str | None:
    """Return a value as text, None where it is None."""
    return None if value is None else shown(value)


def described(schema: ResolvedSchema) -> str:
    """Return a schema in a few words: its type, its component, its format."""
    core = schema.core
    if schema.types == {"null"}:
        words = "null"
    elif schema.branches:
        words = "one of " + ", ".join(map(_branch, schema.branches))
    else:
        words = " or ".join(sorted(schema.types)) or "any"
        if words == "object" and schema.key:
            words = f"object {schema.key}"
        if core.format:
            words += f" ({core.format})"
        if core.enum is not None:
            words += f" of {shown([*core.enum])}"
    return f"{words} or null" if schema.nullable else words


def _branch(branch: Schema) -> str:
    return branch.ref or " or ".join(branch.types) or "any"


def _optional(schema: Schema | None) -> Json:
    return None if schema is None else schema_json(schema)


def _listed(schemas: Sequence[Schema] | None) -> Json:
    return None if schemas is None else [*map(schema_json, schemas)]


def _named(schemas: Mapping[str, Schema] | None) -> Json:
    return None if schemas is None else {name: schema_json(s) for name, s in schemas.items()}

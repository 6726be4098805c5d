"""Values and schemas of a description as short text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from ...openapi.keywords import (
    ASSERTIONS,
    FlagKeyword,
    NamesKeyword,
    NumberKeyword,
    Row,
    SchemaKeyword,
    TextKeyword,
)
from ...openapi.model import MISSING, Json, Schema
from .resolved_schema import ResolvedSchema


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
    values: list[tuple[str, Json]] = [(row.name, keyword_value(row, schema)) for row in ASSERTIONS]
    values += [
        ("required", [*schema.required] or None),
        ("properties", _named(schema.properties)),
        ("additionalProperties", additional_properties(schema)),
        ("prefixItems", _listed(schema.prefix_items)),
        ("enum", None if schema.enum is None else [*schema.enum]),
    ]
    found |= {name: value for name, value in values if value is not None}
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


def keyword_value(row: Row, schema: Schema) -> Json:
    """Return the value of a keyword as JSON data, None where it is absent."""
    match row:
        case SchemaKeyword():
            inner = row.get(schema)
            return None if inner is None else schema_json(inner)
        case NamesKeyword():
            found = row.get(schema)
            return None if found is None else {k: [*sorted(v)] for k, v in found.items()}
        case FlagKeyword() | TextKeyword():
            return row.get(schema) or None
        case NumberKeyword():
            return row.get(schema)


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


def _listed(schemas: Sequence[Schema] | None) -> Json:
    return None if schemas is None else [*map(schema_json, schemas)]


def _named(schemas: Mapping[str, Schema] | None) -> Json:
    return None if schemas is None else {name: schema_json(s) for name, s in schemas.items()}

"""Typed schemas as JSON Schema, for validators (JSON Schema 2020-12)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

from ...base.printable import escaped_json
from ..document.component_keys import PREFIX
from .keywords import ASSERTIONS
from .model.document import Document
from .model.schemas import Json, Missing, Schema

BASE: Final = "urn:speclock:canonical"
"""The URI of the document to which references lead."""


def json_schema(
    schema: Schema, convert: Callable[[Schema], dict[str, Json]] | None = None, base: str = BASE
) -> dict[str, Json]:
    """Return a schema as JSON Schema; annotations are left out.

    ``convert`` returns each schema inside it; by default they are converted the same way. ``base``
    is the URI of the document that has the components.
    """
    # A URI holds no other characters (RFC 3986 §2.1).
    out = assertions(schema, convert or json_schema, lambda key: f"{base}{PREFIX}{quote(key)}")
    return with_null(out) if schema.nullable and out else out


def restricts(schema: Schema) -> bool:
    """Return whether a schema may exclude a value."""
    return bool(json_schema(schema, lambda _: {}))


def description_of(document: Document) -> str:
    """Return the components of a document as the JSON text that generated tests read.

    It is a description without operations; of annotations it has defaults, and what is about a
    direction, which models alone have not.
    """
    schemas = {key: _component(schema) for key, schema in document.schemas.items()}
    if document.models:
        for schema in schemas.values():
            schema.pop("x-one-way", None)
    info = {"title": document.title, "version": document.version}
    whole = {"openapi": "3.1.0", "info": info, "components": {"schemas": schemas}}
    return escaped_json(json.dumps(whole, indent=1, ensure_ascii=False)) + "\n"


def _component(schema: Schema) -> dict[str, Json]:
    out = json_schema(schema, _component, "")
    if not isinstance(schema.default, Missing):
        out["default"] = schema.default
    if schema.write_only:
        out["writeOnly"] = True
    if schema.one_way:
        out["x-one-way"] = [*schema.one_way]
    return out


def with_null(out: dict[str, Json]) -> dict[str, Json]:
    """Return a JSON Schema that admits null as well."""
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


def assertions(
    schema: Schema, convert: Callable[[Schema], dict[str, Json]], reference: Callable[[str], str]
) -> dict[str, Json]:
    """Return the keywords that restrict values, null aside."""
    if schema.ref:
        return {"$ref": reference(schema.ref)}
    out: dict[str, Json] = {}
    if schema.types:
        out["type"] = schema.types[0] if len(schema.types) == 1 else [*schema.types]
    for row in ASSERTIONS:
        match row.get(schema):
            case None | False:
                pass
            case Schema() as inner:
                out[row.name] = convert(inner)
            case Mapping() as names:
                out[row.name] = {key: [*each] for key, each in names.items()}
            case value:
                out[row.name] = value
    if schema.required:
        out["required"] = [*schema.required]
    if schema.properties is not None:
        out["properties"] = {name: convert(one) for name, one in schema.properties.items()}
    extra = schema.additional_properties
    if extra is not None:
        out["additionalProperties"] = convert(extra) if isinstance(extra, Schema) else extra
    if schema.prefix_items is not None:
        out["prefixItems"] = [convert(item) for item in schema.prefix_items]
    if schema.enum is not None:
        out["enum"] = [*schema.enum]
    if schema.union is not None:
        out[schema.union.keyword] = [convert(branch) for branch in schema.union.branches]
    return out

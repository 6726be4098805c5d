"""Descriptions of one schema, read as typed documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from generator.document.load import parse
from generator.document.operations import iter_operations
from generator.document.references import References
from generator.errors import Findings
from generator.openapi.model import Document, Json, Schema
from generator.openapi.normalize.document import canonicalise

HERE = Path(__file__).resolve().parent


def read(text: str, name: str = "api.yaml") -> Document:
    """Return a description as a typed document; nothing in it may be refused."""
    source, findings = parse(text.encode(), path=HERE / name, name=name), Findings()
    refs = References(source, findings)
    document = canonicalise(source, refs, [*iter_operations(source, refs)], findings)
    findings.raise_refusals()
    return document


def read_property(
    schema: Json, version: str = "3.1.0", components: Mapping[str, Json] | None = None
) -> tuple[Schema, Document]:
    """Return the typed form of a property's schema, and the document."""
    thing: Json = {"type": "object", "properties": {"value": schema}}
    content: Json = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    description: Json = {
        "openapi": version,
        "info": {"title": "Things", "version": "1"},
        "paths": {
            "/things": {"get": {"responses": {"200": {"description": "", "content": content}}}}
        },
        "components": {"schemas": {"Thing": thing, **(components or {})}},
    }
    document = read(json.dumps(description), "api.json")
    properties = document.schemas["Thing"].properties
    assert properties is not None
    return properties["value"], document

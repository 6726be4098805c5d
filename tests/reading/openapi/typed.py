"""Descriptions of one schema, read as typed documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from generator.base.errors import Findings
from generator.reading.document.load import parse
from generator.reading.document.operations import iter_operations, webhooks
from generator.reading.document.references import References
from generator.reading.openapi.model.document import Document
from generator.reading.openapi.model.schemas import Json, Schema
from generator.reading.openapi.normalize.document import canonicalise

HERE = Path(__file__).resolve().parent


def canonical(
    tree: str | Json, path: Path = HERE / "api.yaml", *, incoming: bool = False
) -> tuple[Document, Findings, References]:
    text = tree if isinstance(tree, str) else json.dumps(tree)
    source = parse(text.encode(), path=path, name=f"api/{path.name}")
    findings = Findings(required=()) if incoming else Findings()
    refs = References(source, findings)
    nodes = [*iter_operations(refs), *(webhooks(refs) if incoming else ())]
    document = canonicalise(source, refs, nodes, findings, callbacks=incoming)
    return document, findings, refs


def read(tree: str | Json) -> Document:
    document, findings, _ = canonical(tree)
    findings.raise_refusals()
    return document


def read_property(
    schema: Json, version: str = "3.1.0", components: Mapping[str, Json] | None = None
) -> tuple[Schema, Document]:
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
    document = read(description)
    properties = document.schemas["Thing"].properties
    assert properties is not None
    return properties["value"], document

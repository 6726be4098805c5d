"""Small descriptions as plain data, and the names of what is made of them."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import yaml

from generator.base.config import Client
from generator.codegen.build.naming import call_paths
from generator.codegen.description.description import Description
from generator.project.services.project.descriptions import no_progress
from generator.reading.document.load import parse
from generator.reading.document.tree import SourceFile
from generator.reading.openapi.model.document import Document

Names = dict[str, str]


def document(operations: dict[str, Any], **components: Any) -> dict[str, Any]:
    """Return a document with operations by ``METHOD /path``."""
    paths: dict[str, Any] = {}
    for place, operation in operations.items():
        method, path = place.split()
        responses = {"204": {"description": "Done."}}
        paths.setdefault(path, {})[method.lower()] = {"responses": responses, **operation}
    info = {"title": "Kiosk", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": components}


def content(schema: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def success(schema: Any) -> dict[str, Any]:
    return {"responses": {"200": {"description": "It.", **content(schema)}}}


def source(document: Any) -> SourceFile:
    return parse(yaml.safe_dump(document, sort_keys=False).encode(), path=Path("s.yaml"), name="s")


def shuffled(value: Any, rnd: random.Random) -> Any:
    """Return a document whose mappings have another order, but for the properties of schemas."""
    if isinstance(value, dict):
        entries = [(key, shuffled(item, rnd)) for key, item in value.items()]
        rnd.shuffle(entries)
        whole = dict(entries)
        if isinstance(whole.get("properties"), dict):
            whole["properties"] = {key: whole["properties"][key] for key in value["properties"]}
        return whole
    return [shuffled(item, rnd) for item in value] if isinstance(value, list) else value


def read(
    source: SourceFile, client: Client, operations: tuple[str, ...] = ()
) -> tuple[Document, Client]:
    """Return the canonical document, of all operations by default, and the settings for it."""
    description = Description(source, no_progress)
    chosen = description.read(description.select(operations), client)
    return chosen.canonical, chosen.fitting_settings()


def calls_of(canonical: Document, settings: Client) -> Names:
    """Return the calls by ``METHOD /path``."""
    paths, _ = call_paths(canonical, settings)
    return {op.spellings[1]: paths[op.spellings[1]].call for op in canonical.operations}

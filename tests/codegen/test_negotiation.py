"""The default media types of a call: by their names alone, or as the settings pin them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.base.config import Client
from generator.base.errors import Findings, UsageError
from generator.codegen.build.api import build
from generator.codegen.description.description import Description
from generator.codegen.ir.operations import ClientOperation
from generator.project.services.project.descriptions import no_progress
from generator.reading.document.load import parse

TYPES = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/*",
    "multipart/form-data",
    "application/json;stream=watch",
    "application/vnd.scan+json",
    "application/json",
]
BLOB = {"type": "string", "format": "binary"}


def _operation(
    schema: Any,
    types: Sequence[str] = TYPES,
    pins: Mapping[str, Any] | None = None,
    findings: Findings | None = None,
) -> ClientOperation:
    """Return an operation that sends and receives a schema in media types."""
    content = {name: {"schema": schema} for name in types}
    operation = {
        "operationId": "scans/add",
        "requestBody": {"required": True, "content": content},
        "responses": {"200": {"description": "A scan.", "content": content}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Scans", "version": "1"},
        "paths": {"/scans": {"post": operation}},
    }
    source = parse(yaml.safe_dump(document, sort_keys=False).encode(), path=Path("s"), name="s")
    client = Client(spec="s", package="scans", **(pins or {}))
    compared = Description(source, no_progress)
    canonical = compared.read(compared.select(()), Client(spec="s", package="scans")).canonical
    (made,) = build(canonical, client, findings or Findings()).operations
    return made


def _defaults(operation: ClientOperation) -> tuple[str, str]:
    return operation.bodies[0].key, operation.answers[0].media_type


@pytest.mark.parametrize(
    ("types", "default"),
    [
        (TYPES, "application/vnd.scan+json"),
        (TYPES[:4], "application/*"),
        (TYPES[:2] + TYPES[3:4], "multipart/form-data"),
        (TYPES[:2], "application/x-www-form-urlencoded"),
        (["image/png", "text/csv"], "text/csv"),
    ],
)
def test_a_correction_of_the_schema_keeps_the_default(types: list[str], default: str) -> None:
    file = {"type": "object", "properties": {"file": {"type": "string"}}}
    corrected = {"type": "object", "properties": {"file": BLOB}}
    for schema in (file, corrected, BLOB, {"type": "string"}, {}):
        assert _defaults(_operation(schema, types)) == (default, default)


@pytest.mark.parametrize("key", ["scans/add", "POST /scans"])
def test_a_pin_selects_another_one(key: str) -> None:
    pins = {"content_type": {key: "multipart/form-data"}, "accept": {key: "text/plain"}}
    operation = _operation({"type": "string"}, pins=pins)
    assert _defaults(operation) == ("multipart/form-data", "text/plain")
    assert operation.accept == "text/plain, */*;q=0.1"
    assert "application/json" in [one.media_type for one in operation.answers[0].options]
    assert (operation.result, operation.signatures[0].accepts[0]) == ("str", "text/plain")


def test_a_pin_of_json_accepts_it_alone() -> None:
    for name in ("application/json", "application/vnd.scan+json"):
        pins = {"accept": {"scans/add": name}}
        assert _operation({"type": "string"}, pins=pins).accept == name


@pytest.mark.parametrize("setting", ["content_type", "accept"])
def test_an_impossible_pin(setting: str) -> None:
    message = f"{setting} 'scans/add': 'image/png' isn't offered. Choose one of these, or remove it"
    with pytest.raises(UsageError, match=message):
        _operation({"type": "string"}, pins={setting: {"scans/add": "image/png"}})


@pytest.mark.parametrize("setting", ["content_type", "accept"])
def test_a_pin_of_no_operation_is_a_warning(setting: str) -> None:
    findings, pins = Findings(), {setting: {"scans/list": "image/png"}}
    made = _operation({"type": "string"}, pins=pins, findings=findings)
    assert _defaults(made) == _defaults(_operation({"type": "string"}))
    (warning,) = (one for one in findings.warnings if one.code == "stray-pin")
    assert f"the entry 'scans/list' of `{setting}` has no effect" in str(warning)

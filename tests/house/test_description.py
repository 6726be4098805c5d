"""Pinterest's description is valid by public validators, and has texts and examples of everything.

Its contents are compared with Pinterest's own in
tests/reading/document/test_overlay_of_pinterest.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT4

PATH = Path(__file__).parents[2] / "spec" / "pinterest-audiences.yaml"
SPEC: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
SCHEMAS: dict[str, Any] = SPEC["components"]["schemas"]
OPERATION: dict[str, Any] = SPEC["paths"]["/ad_accounts/{ad_account_id}/audiences"]["post"]
HOLDERS = {"request": OPERATION["requestBody"], **OPERATION["responses"]}
URI = "urn:pinterest-audiences"
REGISTRY: Registry[Any] = Registry().with_resource(URI, DRAFT4.create_resource(SPEC))


def faults(schema: str, instance: object) -> list[str]:
    validator = OAS30Validator({"$ref": f"{URI}#/components/schemas/{schema}"}, registry=REGISTRY)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]


def examples(holder: str) -> dict[str, Any]:
    found: dict[str, Any] = HOLDERS[holder]["content"]["application/json"]["examples"]
    return found


def walk(node: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from walk(value, (*path, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, (*path, str(index)))


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    target: Any = SPEC if "$ref" in node else node
    for part in node.get("$ref", "").removeprefix("#/").split("/"):
        target = target[part] if part else target
    found: dict[str, Any] = target
    return found


def property_paths(node: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """Yield the paths of the properties that a value may have, whichever alternative it takes."""
    node = resolve(node)
    for alternative in (*node.get("oneOf", ()), *([node["items"]] if "items" in node else [])):
        yield from property_paths(alternative, prefix)
    for key, below in node.get("properties", {}).items():
        yield f"{prefix}{key}"
        yield from property_paths(below, f"{prefix}{key}.")


def value_paths(value: object, prefix: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield f"{prefix}{key}"
            yield from value_paths(below, f"{prefix}{key}.")


def test_the_document() -> None:
    validate(SPEC)


def test_everything_is_described_without_markup() -> None:
    for name, schema in SCHEMAS.items():
        assert schema["description"].strip()
        for key, node in schema.get("properties", {}).items():
            assert "$ref" not in node or list(node) == ["$ref"], (name, key)
            assert resolve(node)["description"].strip(), (name, key)
    for path, node in walk(SPEC):
        for key in ("description", "summary"):
            text = node.get(key)
            assert not isinstance(text, str) or ("<" not in text and "](" not in text), path


def test_examples() -> None:
    for holder, node in HOLDERS.items():
        schema = node["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
        for example in examples(holder).values():
            assert example["summary"].strip()
            assert faults(schema, example["value"]) == []
    for audience_type in SCHEMAS["AudienceType"]["enum"]:
        example = examples("request")[audience_type.lower()]
        assert example["value"]["audience_type"] == audience_type


@pytest.mark.parametrize(
    ("schema", "holder", "extra"),
    [
        ("AudienceCreateRequest", "request", {"rule.event_source", "rule.ingestion_source"}),
        ("Audience", "200", set()),
    ],
)
def test_the_full_examples_have_every_property(schema: str, holder: str, extra: set[str]) -> None:
    described, shown = (
        {*property_paths(SCHEMAS[schema])},
        {*value_paths(examples(holder)["full"]["value"])},
    )
    assert {path for path in described - shown if "url." not in path} == extra
    assert len(described) >= 41

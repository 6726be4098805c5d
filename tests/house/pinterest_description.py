"""Pinterest's description, read."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from referencing import Registry
from referencing.jsonschema import DRAFT4

SPEC_PATH = Path(__file__).parents[2] / "spec" / "pinterest-audiences.yaml"

SPEC: dict[str, Any] = yaml.safe_load(SPEC_PATH.read_text(encoding="utf-8"))

SCHEMAS: dict[str, Any] = SPEC["components"]["schemas"]

OPERATION: dict[str, Any] = SPEC["paths"]["/ad_accounts/{ad_account_id}/audiences"]["post"]

URI = "urn:pinterest-audiences"

REGISTRY: Registry[Any] = Registry().with_resource(URI, DRAFT4.create_resource(SPEC))


def media(holder: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = holder["content"]["application/json"]
    return found


def request_example(name: str) -> dict[str, Any]:
    """A copy of a request example, safe to change."""
    value: dict[str, Any] = media(OPERATION["requestBody"])["examples"][name]["value"]
    return copy.deepcopy(value)


def walk(node: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every mapping in a document, with the keys that lead to it."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from walk(value, (*path, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, (*path, str(index)))

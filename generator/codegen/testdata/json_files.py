"""The JSON files of the generated tests: the canonical description and the cases."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Sequence
from functools import cache

from ..ir import Api, Case, Enumeration, Json, Model


def test_data(api: Api, cases: Sequence[Case], description: str) -> dict[str, str]:
    """Return the JSON files of the generated tests by name."""
    constants = _constants(api)
    rows: list[dict[str, Json]] = [
        {
            "kind": case.kind,
            "name": case.name,
            "call": str(case.call),
            "operation_id": case.operation.value,
            "constant": constants[case.call],
            **case.data,
        }
        for case in cases
    ]
    environment: dict[str, Json] = {
        "base_url": api.base_url.value or "https://api.example.com",
        "needs_base_url": not api.base_url,
        "credentials": {
            c.name: ["user", "password"]
            if c.kind == "basic"
            else {"auth": ["user", "password"]}
            if c.kind == "auth"
            else f"test-{c.name if c.kind == 'bearer' else 'key'}"
            for c in api.credentials
        },
        "bearer": next((c.name for c in api.credentials if c.kind == "bearer"), ""),
        "api_version": api.product_version,
        "request_id_header": api.limits.request_id,
        "rate_limit_reset_header": api.limits.reset,
        "rate_limit_reset_unit": api.limits.reset_unit,
    }
    document = json.loads(description)
    schemas: dict[str, dict[str, Json]] = document.get("components", {}).get("schemas", {})
    data = {
        "client": str(api.client),
        "environment": environment,
        "models": _models(api, schemas),
        "enums": _enums(api, schemas),
        "parameters": _parameters(api),
        "cases": rows,
    }
    return {
        "openapi.json": description,
        "cases.json": json.dumps(data, indent=1, ensure_ascii=False) + "\n",
    }


def examples(api: Api, cases: Sequence[Case]) -> str:
    """Return the default responses of the fake as JSON: one success of each operation.

    Each is the arguments of a ``Reply``.
    """
    constants = _constants(api)
    found: dict[str, Json] = {}
    for case in cases:
        if case.kind in ("response", "stream") and constants[case.call] not in found:
            reply: dict[str, Json] = {"status_code": case.data["status"]}
            if "body" in case.data:
                body, kind = case.data["body"], case.data["content_type"]
                reply["body"] = body
                if kind != "application/json" or not isinstance(body, (dict, list)):
                    reply["headers"] = {"content-type": kind}
            found[constants[case.call]] = reply
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _constants(api: Api) -> dict[str, str]:
    constants = {op.call: str(op.constant) for op in api.operations}
    for op in api.operations:
        constants |= {one.call: str(one.constant) for one in (op.streamed, op.pages) if one}
    return constants


def _models(api: Api, schemas: dict[str, dict[str, Json]]) -> list[dict[str, Json]]:
    rows: list[dict[str, Json]] = []
    keys = _Keys()
    for key, found in schemas.items():
        properties = found.get("properties")
        keys.add(key, frozenset(properties) if isinstance(properties, dict) else None)
    for model in api.components:
        if not isinstance(model, Model):
            continue
        schema = keys.only(model.name, frozenset(field.wire for field in model.fields))
        if schema:
            fields: dict[str, Json] = {field.wire: str(field.name) for field in model.fields}
            rows.append({"name": str(model.name), "schema": schema, "fields": fields})
    return rows


def _enums(api: Api, schemas: dict[str, dict[str, Json]]) -> list[dict[str, Json]]:
    rows: list[dict[str, Json]] = []
    keys = _Keys()
    for key, found in schemas.items():
        values = found.get("enum")
        if isinstance(values, list) and all(isinstance(value, str | int) for value in values):
            keys.add(key, tuple(values))
    for enum in api.components:
        if isinstance(enum, Enumeration):
            schema = keys.only(enum.name, tuple(value for _, value in enum.members))
            if schema:
                rows.append({"name": str(enum.name), "schema": schema})
    return rows


def _parameters(api: Api) -> list[dict[str, Json]]:
    return [
        {
            "call": str(operation.call),
            "name": str(parameter.name),
            "wire": parameter.wire,
            "in": parameter.place,
            "path": operation.key.value,
            "method": operation.method,
        }
        for operation in api.operations
        for parameter in operation.parameters
    ]


class _Keys:
    """The keys of schemas by their members or values, and by their names."""

    def __init__(self) -> None:
        self._alike: dict[Hashable, list[str]] = {}
        self._named: dict[tuple[Hashable, str], list[str]] = {}

    def add(self, key: str, content: Hashable) -> None:
        self._alike.setdefault(content, []).append(key)
        self._named.setdefault((content, _bare(key)), []).append(key)

    def only(self, name: str, content: Hashable) -> str:
        """Return the schema of a class, of those that fit; empty if that isn't certain."""
        fitting = self._named.get((content, _bare(name))) or self._alike.get(content, [])
        return fitting[0] if len(fitting) == 1 else ""


@cache
def _bare(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()

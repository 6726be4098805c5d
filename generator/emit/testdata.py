"""The data of the generated tests: the canonical description, and the cases made from it."""

from __future__ import annotations

import json

from ..ir import Api, Json


def test_data(api: Api) -> dict[str, str]:
    """File name to JSON text."""
    cases: list[dict[str, Json]] = [
        {
            "kind": case.kind,
            "name": case.name,
            "call": str(case.call),
            "operation_id": case.operation.value,
            **case.data,
        }
        for case in api.cases
    ]
    environment: dict[str, Json] = {
        "base_url": api.base_url.value or "https://api.example.com",
        "needs_base_url": not api.base_url,
        "credentials": {
            c.name: ["user", "password"]
            if c.kind == "basic"
            else f"test-{'token' if c.kind == 'bearer' else 'key'}"
            for c in api.credentials
        },
        "request_id_header": api.limits.request_id,
    }
    data = {"client": str(api.client), "environment": environment, "cases": cases}
    return {
        "openapi.json": api.description,
        "cases.json": json.dumps(data, indent=1, ensure_ascii=False) + "\n",
    }

"""Recorded successes that the setting ``error_when`` makes errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.base.config import Client
from generator.project.services.comparison.traffic import find_traffic_drift
from tests.watch.traffic.exchanges import ndjson
from tests.watch.traffic.recorded import RECORDING, SPEC, answer, rules


def description(**responses: Any) -> dict[str, Any]:
    """Return a description of one operation; an error is in ``default`` if that is given."""
    schemas = {
        "sent": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
        "failed": {
            "type": "object",
            "properties": {"ok": {"type": "boolean"}, "error": {"type": "string"}},
        },
    }
    described = {
        status: {
            "description": "An answer.",
            "content": {"application/json": {"schema": schemas[name]}},
        }
        for status, name in responses.items()
    }
    operation = {"operationId": "send", "responses": described}
    return {
        "openapi": "3.1.0",
        "info": {"title": "A", "version": "1"},
        "servers": [{"url": "https://things.example"}],
        "paths": {"/things": {"get": operation}},
    }


FAILURE = '{"ok": false, "error": "gone"}'


@pytest.mark.parametrize(
    ("setting", "responses", "text", "found"),
    [
        ("ok == false", {"200": "sent", "default": "failed"}, FAILURE, []),
        ("ok == false", {"200": "sent"}, FAILURE, []),
        (
            {"send": "ok == false"},
            {"200": "sent", "default": "failed"},
            '{"ok": false, "error": 5}',
            ["response/schema/type/changed"],
        ),
        (
            {"other": "ok == false"},
            {"200": "sent"},
            FAILURE,
            ["response/schema/property/added", "response/schema/required/removed"],
        ),
        ("ok == false", {"200": "sent"}, '{"id": 5}', ["response/schema/type/changed"]),
    ],
)
def test_it_is_compared_with_the_documented_error(
    setting: Any, responses: Any, text: str, found: list[str], tmp_path: Path
) -> None:
    (tmp_path / SPEC).write_text(json.dumps(description(**responses)), encoding="utf-8")
    (tmp_path / RECORDING).write_bytes(ndjson([answer(text=text)]))
    client = Client(spec=SPEC, package="things", output="out", error_when=setting)
    result = find_traffic_drift(client, tmp_path, [tmp_path / RECORDING])
    assert sorted({*rules(result)}) == found

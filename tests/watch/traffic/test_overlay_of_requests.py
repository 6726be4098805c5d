"""Overlays of requests that the description does not allow, and that a server took."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.project.services.comparison.traffic_overlay import plan_overlay
from tests.support.command import speclock
from tests.watch.traffic.exchanges import Exchange, ndjson
from tests.watch.traffic.recorded import OVERLAY, RECORDING, SPEC, compared, described, rules

Json = Any
URL = "https://things.example/notes/1"
NOTE = {
    "type": "object",
    "required": ["title"],
    "properties": {
        "title": {"type": "string"},
        "kind": {"type": "string", "enum": ["a", "b"]},
        "content": {"type": "string"},
        "size": {"type": "integer", "maximum": 5},
    },
    "additionalProperties": False,
}


def spec(version: str = "3.1.0", *, schema: Json = None) -> Json:
    reference = {"$ref": "#/components/schemas/Note"}
    put = {
        "operationId": "save",
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "mode", "in": "query", "required": True, "schema": {"enum": ["x"]}},
        ],
        "requestBody": {
            "required": True, "content": {"application/json": {"schema": reference}},
        },
        "responses": {"204": {"description": "Saved"}},
    }  # fmt: skip
    return described(
        {"/notes/{id}": {"put": put}},
        version,
        servers=[{"url": "https://things.example"}],
        components={"schemas": {"Note": schema or NOTE}},
    )


def put(
    body: Json, status: int = 204, query: str = "?mode=x", kind: str = "application/json"
) -> Exchange:
    content = json.dumps(body).encode()
    return Exchange("PUT", URL + query, status, b"", {}, content, {"content-type": kind})


@pytest.mark.parametrize(
    ("exchange", "rule"),
    [
        (put({"title": "t", "content": {"cells": []}}), "request/schema/type/changed"),
        (put({"title": None}), "request/schema/nullable/added"),
        (put({"title": "t", "new": 1}), "request/schema/property/added"),
        (put({}), "request/schema/required/removed"),
        (put({"title": "t", "kind": "c"}), "request/schema/enum/value-added"),
        (put({"title": "t", "size": 9}), "request/schema/maximum/widened"),
        (put({"title": "t"}, query="?mode=y"), "request/schema/enum/value-added"),
        (put({"title": "t"}, query="?mode=x&dry=1"), "request/parameter/optional/added"),
        (put({"title": "t"}, query=""), "request/parameter/presence/optional"),
        (
            put({"title": "t"}, kind="application/vnd.note+json"),
            "request/body/media-type/added",
        ),
    ],
)
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_what_a_success_took_is_described(
    exchange: Exchange, rule: str, version: str, tmp_path: Path
) -> None:
    before = compared(tmp_path, spec(version), [exchange])
    assert rules(before) == [rule]
    assert plan_overlay(before, tmp_path, tmp_path / OVERLAY).text == ""
    overlay = plan_overlay(before, tmp_path, tmp_path / OVERLAY, requests=True)
    assert (overlay.described, overlay.left, overlay.loosened) == (1, (), ())
    (tmp_path / OVERLAY).write_text(overlay.text, encoding="utf-8")
    assert rules(compared(tmp_path, spec(version), [exchange], OVERLAY)) == []


def test_no_body_where_one_is_required(tmp_path: Path) -> None:
    exchange = Exchange("PUT", URL + "?mode=x", 204, b"", {}, None, {"content-length": "0"})
    before = compared(tmp_path, spec(), [exchange])
    assert rules(before) == ["request/body/required/removed"]
    overlay = plan_overlay(before, tmp_path, tmp_path / OVERLAY, requests=True)
    (tmp_path / OVERLAY).write_text(overlay.text, encoding="utf-8")
    assert rules(compared(tmp_path, spec(), [exchange], OVERLAY)) == []


def test_what_a_server_refused_is_not_described(tmp_path: Path) -> None:
    refused = [put({"title": "t", "new": 1}, 422), put({"title": 5}, 400)]
    before = compared(tmp_path, spec(), [*refused, put({"title": True})])
    overlay = plan_overlay(before, tmp_path, tmp_path / OVERLAY, requests=True)
    assert [reason for _, reason in overlay.left] == ["the caller must change"]
    assert "boolean" in overlay.text
    assert "integer" not in overlay.text
    assert "new" not in overlay.text


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / SPEC).write_text(json.dumps(spec()), encoding="utf-8")
    (tmp_path / RECORDING).write_bytes(ndjson([put({"title": "t", "content": {"cells": []}})]))
    settings = f'[tool.speclock.clients.notes]\nspec = "{SPEC}"\noutput = "out"\n'
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    traffic = ("drift", "--traffic", RECORDING)
    done = speclock(tmp_path, *traffic, "--requests")
    assert done.code == 2
    assert "add --write-overlay FILE" in done.err
    done = speclock(tmp_path, *traffic, "--write-overlay", OVERLAY)
    assert "not written" in done.err
    done = speclock(tmp_path, *traffic, "--write-overlay", OVERLAY, "--requests")
    assert "1 deviation described" in done.err
    (tmp_path / "pyproject.toml").write_text(f'{settings}overlays = ["{OVERLAY}"]\n')
    assert speclock(tmp_path, *traffic).code == 0

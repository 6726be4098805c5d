"""What tests of recorded traffic share: descriptions and recordings as plain values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from generator.config import Client
from generator.services.traffic import TrafficResult, find_traffic_drift

Json = Any
URL = "https://things.example/things"
SPEC = "spec.json"


def description(
    schema: Json, version: str = "3.1.0", *, more: Json = None, schemas: Json = None
) -> Json:
    """A description of one operation whose answer has a schema."""
    answer = {"description": "OK", "content": {"application/json": {"schema": schema}}}
    responses = {"200": {**answer, **(more or {})}}
    return {
        "openapi": version,
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://things.example"}],
        "paths": {"/things": {"get": {"operationId": "list", "responses": responses}}},
        "components": {"schemas": schemas or {}},
    }


def exchange(
    body: Json = None,
    status: int = 200,
    *,
    text: str | None = None,
    headers: dict[str, str] | None = None,
    url: str = URL,
    day: str = "2026-05-04",
) -> Json:
    """One answer, as a line of our own format."""
    sent = {"content-type": "application/json", **(headers or {})}
    return {
        "speclock_recording": 1,
        "time": f"{day}T03:02:01Z",
        "request": {"method": "GET", "url": url, "headers": [["accept", "*/*"]], "body": None},
        "response": {
            "status": status,
            "headers": [[name, value] for name, value in sent.items() if value],
            "body": json.dumps(body) if text is None else text,
        },
    }


def write_recording(folder: Path, exchanges: Sequence[Json]) -> Path:
    """A recording of exchanges in a folder."""
    path = folder / "recording.ndjson"
    path.write_text("".join(json.dumps(one) + "\n" for one in exchanges), encoding="utf-8")
    return path


def write_project(folder: Path, spec: Json) -> Client:
    """A project with one client, which isn't generated."""
    (folder / SPEC).write_text(json.dumps(spec, indent=1), encoding="utf-8")
    settings = f'[tool.speclock.clients.things]\nspec = "{SPEC}"\noutput = "out"\n'
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")
    return Client(spec=SPEC, package="things", output="out")


def compared(
    folder: Path, client: Client, recording: Path, *overlays: str, coverage: bool = False
) -> TrafficResult:
    """The result of a comparison, with overlays."""
    changed = replace(client, overlays=overlays)
    return find_traffic_drift(changed, folder, [recording], coverage=coverage)


def rules(result: TrafficResult) -> list[str]:
    """The rules of what was found."""
    assert not result.report.faults, result.report.faults
    return sorted(finding.deviation.rule for finding in result.findings)

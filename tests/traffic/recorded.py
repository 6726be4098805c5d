"""Recordings compared with small descriptions, all as plain values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from generator.config import Client
from generator.services.traffic import TrafficResult, find_traffic_drift
from tests.traffic.exchanges import Exchange, ndjson

Json = Any
URL = "https://things.example/things"
SPEC = "spec.json"
RECORDING = "recording.ndjson"


def described(paths: Json, version: str = "3.1.0", **members: Json) -> Json:
    info = {"title": "Things", "version": "1"}
    return {"openapi": version, "info": info, "paths": paths, **members}


def description(
    schema: Json, version: str = "3.1.0", *, more: Json = None, schemas: Json = None
) -> Json:
    answer = {"description": "OK", "content": {"application/json": {"schema": schema}}}
    responses = {"200": {**answer, **(more or {})}}
    return described(
        {"/things": {"get": {"operationId": "list", "responses": responses}}},
        version,
        servers=[{"url": "https://things.example"}],
        components={"schemas": schemas or {}},
    )


def answer(
    body: Json = None,
    status: int = 200,
    *,
    text: str | None = None,
    url: str = URL,
    day: str = "2026-05-04",
    **headers: str,
) -> Exchange:
    """Return an exchange with one answer; in names of headers ``_`` is ``-``."""
    named = {"content-type": "application/json"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    return Exchange(
        "GET",
        url,
        status,
        (json.dumps(body) if text is None else text).encode(),
        {name: value for name, value in named.items() if value},
        time=f"{day}T03:02:01Z",
    )


def compared(
    folder: Path,
    spec: Json,
    exchanges: Sequence[Exchange],
    *overlays: str,
    coverage: bool = False,
) -> TrafficResult:
    """Return the result of a comparison in a project that has one client."""
    (folder / SPEC).write_text(json.dumps(spec, indent=1), encoding="utf-8")
    settings = f'[tool.speclock.clients.things]\nspec = "{SPEC}"\noutput = "out"\n'
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")
    (folder / RECORDING).write_bytes(ndjson(exchanges))
    client = Client(spec=SPEC, package="things", output="out", overlays=overlays)
    return find_traffic_drift(client, folder, [folder / RECORDING], coverage=coverage)


def rules(result: TrafficResult) -> list[str]:
    assert not result.report.faults, result.report.faults
    return sorted(finding.deviation.rule for finding in result.findings)

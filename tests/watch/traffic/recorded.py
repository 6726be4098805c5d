"""Recordings compared with small descriptions, all as plain values, and the overlays of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from generator.base.config import Client
from generator.project.services.comparison.traffic import TrafficResult, find_traffic_drift
from generator.reading.document.load import load
from generator.reading.document.overlay.apply import apply_overlays
from generator.watch.traffic.overlay.write import TrafficOverlay, overlay_of
from tests.watch.traffic.exchanges import Exchange, ndjson

Json = Any
URL = "https://things.example/things"
SPEC = "spec.json"
RECORDING = "recording.ndjson"
OVERLAY = "seen.overlay.yaml"


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


def obj(required: list[str] | None = None, **properties: Json) -> Json:
    more = {"required": required} if required else {}
    return {"type": "object", "properties": properties, **more}


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
    **options: Any,
) -> TrafficResult:
    """Return the result of a comparison in a project that has one client."""
    (folder / SPEC).write_text(json.dumps(spec, indent=1), encoding="utf-8")
    settings = f'[tool.speclock.clients.things]\nspec = "{SPEC}"\noutput = "out"\n'
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")
    (folder / RECORDING).write_bytes(ndjson(exchanges))
    client = Client(spec=SPEC, package="things", output="out", overlays=overlays)
    return find_traffic_drift(client, folder, [folder / RECORDING], **options)


def rules(result: TrafficResult) -> list[str]:
    assert not result.report.faults, result.report.faults
    return sorted(finding.deviation.rule for finding in result.findings)


def overlaid(
    folder: Path, spec: Json, exchanges: Sequence[Exchange]
) -> tuple[TrafficResult, TrafficOverlay, list[str]]:
    """Return what was found before, the overlay, and the rules that are found with it."""
    before = compared(folder, spec, exchanges)
    overlay = overlay_of(before.findings, before.description)
    if not overlay.text:
        return before, overlay, rules(before)
    (folder / OVERLAY).write_text(overlay.text, encoding="utf-8")
    _check_actions(folder, overlay)
    return before, overlay, rules(compared(folder, spec, exchanges, OVERLAY))


def actions(overlay: TrafficOverlay) -> list[Json]:
    return yaml.safe_load(overlay.text)["actions"] if overlay.text else []


def _check_actions(folder: Path, overlay: TrafficOverlay) -> None:
    """Check that each action has a note, and can be applied alone, or as the second of a pair."""
    whole, document = yaml.safe_load(overlay.text), load(folder / SPEC)
    assert len(whole["actions"]) == overlay.actions
    removed = {one["target"]: one for one in whole["actions"] if one.get("remove")}
    for action in whole["actions"]:
        assert f"{RECORDING}:" in action["description"]
        first = removed.get(f"{action['target']}.type")
        is_second = first and set(action.get("update") or ()) == {"type"}
        group = [first, action] if is_second else [action]
        alone = folder / "alone.yaml"
        alone.write_text(yaml.safe_dump({**whole, "actions": group}), encoding="utf-8")
        apply_overlays(document, [load(alone)])

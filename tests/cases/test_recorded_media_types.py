"""Overlays of bodies in other media types: the client that they give reports nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cases.test_recorded_overlays import with_overlay
from tests.support.answers import answering
from tests.support.cases import package_of
from tests.support.command import Outcome
from tests.support.generated_case import GeneratedCases, generate_spec
from tests.watch.traffic.exchanges import Exchange
from tests.watch.traffic.recorded import OVERLAY, answer, described

URL = "https://things.example"
JSON, LINES = "application/json", '{"x": "a"}\n{"x": "b", "new": 1}\n'
BODIES: dict[str, list[tuple[str, str]]] = {
    "text": [("text/plain", "Hello."), (JSON, '{"x": "a"}')],
    "page": [("text/html; charset=utf-8", "<p>Hello.</p>")],
    "label": [("text/html", '{"x": "a", "new": [1]}')],
    "image": [("image/png", "\x89PNG")],
    "lines": [(JSON, LINES), (JSON, '{"x": "c"}')],
    "labelled_lines": [("application/x-ndjson", LINES)],
}
"""Recorded bodies of an operation each, with their Content-Type."""


def specification(version: str) -> Any:
    """Return a description in which each operation returns an object, or an error of that form."""
    thing = {"type": "object", "required": ["x"], "properties": {"x": {"type": "string"}}}
    paths: dict[str, Any] = {}
    for name in BODIES:
        whole: Any = {"description": "OK", "content": {JSON: {"schema": thing}}}
        if version == "2.0":
            whole = {"description": "OK", "schema": thing}
        operation = {"operationId": name, "responses": {"200": whole, "404": whole}}
        paths[f"/{name}"] = {"get": operation}
    if version != "2.0":
        return described(paths, version, servers=[{"url": URL}])
    info = {"title": "Things", "version": "1"}
    whole = {"swagger": "2.0", "info": info, "host": "things.example", "schemes": ["https"]}
    paths["/text"]["get"]["produces"] = [JSON]
    return {**whole, "produces": [JSON], "paths": paths}


def exchanges() -> list[Exchange]:
    return [
        answer(text=body, status=status, url=f"{URL}/{name}", content_type=content_type)
        for name, bodies in BODIES.items()
        for content_type, body in bodies
        for status in (200, 404)
        if status == 200 or "lines" not in name
    ]


@pytest.mark.slow
@pytest.mark.parametrize("version", ["2.0", "3.0.3", "3.1.0"])
def test_the_client_of_an_overlay_reads_them(
    cases: GeneratedCases, tmp_path: Path, version: str
) -> None:
    spec, recorded = specification(version), exchanges()
    overlay, after = with_overlay(tmp_path, spec, recorded)
    assert not after, (after, overlay.text)
    assert not overlay.left

    def generate(folder: Path) -> Outcome:
        (folder / OVERLAY).write_text(overlay.text, encoding="utf-8")
        return generate_spec(
            folder, package_of(name), json.dumps(spec), f'overlays = ["{OVERLAY}"]'
        )

    name = f"media_types_{version[:3].replace('.', '_')}"
    case = cases.add(name, generate)
    deviations: list[Any] = []
    values: dict[str, list[Any]] = {operation: [] for operation in BODIES}
    for exchange in recorded:
        operation = exchange.url.rpartition("/")[2]
        kind = exchange.headers["content-type"]
        server = answering(exchange.status, exchange.body, content_type=kind)
        with case.connect(server, on_deviation=deviations.append) as client:
            try:
                value = getattr(client, operation)()
                values[operation].append([*value] if "lines" in operation else value)
            except case.errors.ApiError:
                assert exchange.status == 404
    assert deviations == []
    assert values["text"][0] == "Hello."
    assert values["page"] == ["<p>Hello.</p>"]
    assert (values["text"][1].x, values["label"][0].x) == ("a", "a")
    assert [[item.x for item in items] for items in values["lines"]] == [["a", "b"], ["c"]]
    assert len(values["labelled_lines"][0]) == 2

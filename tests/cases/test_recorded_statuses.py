"""Statuses and bodies that aren't described: the report is breaking where a client raises."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from generator.base.config import Client
from generator.project.services.comparison.traffic import find_traffic_drift
from tests.support.clients import method_of
from tests.support.generated_case import Case, GeneratedCases, load_spec
from tests.watch.traffic.exchanges import FORMATS, Exchange

OBJECT: Final = {"type": "object", "properties": {"a": {"type": "string"}}}


def _content(schema: Any, media_type: str = "application/json") -> Any:
    return {"description": "A.", "content": {media_type: {"schema": schema}}}


EMPTY: Final = {"description": "A."}
RESPONSES: Final[Mapping[str, Any]] = {
    "json": {"200": _content(OBJECT)},
    "nullable": {"200": _content({"type": ["object", "null"]})},
    "text": {"200": _content({"type": "string"}, "text/plain")},
    "nothing": {"200": EMPTY},
    "either": {"200": _content(OBJECT), "204": EMPTY},
    "two": {"200": _content(OBJECT), "201": _content(OBJECT)},
    "range": {"2XX": _content(OBJECT)},
    "default": {"default": _content(OBJECT)},
    "error": {"200": _content(OBJECT), "404": _content(OBJECT)},
    "found": {"200": _content(OBJECT), "302": EMPTY},
    "moved": {"301": EMPTY},
    "moved_with_body": {"303": _content(OBJECT)},
}
"""The responses of operations, by their names."""
SPEC: Final = json.dumps(
    {
        "openapi": "3.1.0",
        "info": {"title": "Statuses", "version": "1"},
        "servers": [{"url": "https://statuses.example"}],
        "paths": {
            f"/{name}": {"get": {"operationId": f"things/{name}", "responses": responses}}
            for name, responses in RESPONSES.items()
        },
    }
)
HEADERS: Final = {"content-type": "application/json"}
ANSWERS: Final[Mapping[str, tuple[int, bytes]]] = {
    **{f"an empty {status}": (status, b"") for status in (200, 201, 202, 204, 205, 301, 302, 307)},
    "a whole 200": (200, b'{"a":"b"}'),
    "a whole 201": (201, b'{"a":"b"}'),
    "a redirect with a page": (302, b"{}"),
}


@pytest.fixture(scope="module")
def statuses(cases: GeneratedCases) -> Case:
    return load_spec(cases, "recorded_statuses", SPEC, 'features = ["testing"]')


def _raises(case: Case, operation: str, response: httpx.Response, **settings: Any) -> bool:
    """Return whether a call raises for a response."""
    with case.connect(lambda _: response, **settings) as client:
        try:
            method_of(client, f"things.{operation}")()
        except case.errors.ApiError as error:
            return bool(error.status_code < 400)
        except case.errors.ResponseError:
            return True
    return False


def _level(folder: Path, recording: Path) -> str:
    (folder / "spec.json").write_text(SPEC, encoding="utf-8")
    client = Client(spec="spec.json", package="statuses", output="out")
    return find_traffic_drift(client, folder, [recording]).report.wire


@pytest.mark.parametrize("form", [*FORMATS, "recorder"])
@pytest.mark.parametrize("operation", RESPONSES)
def test_what_a_client_raises_is_breaking(
    operation: str, form: str, statuses: Case, tmp_path: Path
) -> None:
    url = f"https://statuses.example/{operation}"
    for name, (status, body) in ANSWERS.items():
        headers = HEADERS if body else {}
        response = httpx.Response(status, headers=headers, content=body)
        raises = _raises(statuses, operation, response)
        recording = tmp_path / f"{status}{len(body)}.{form}"
        if form == "recorder":
            transport = httpx.MockTransport(lambda _, made=response: made)
            recorder = statuses.modules["testing"].Recorder(recording, transport)
            _raises(statuses, operation, response, transport=recorder)
        else:
            exchange = Exchange("GET", url, status, body, headers)
            recording.write_bytes(FORMATS[form]([exchange]))
        assert (_level(tmp_path, recording) == "breaking") == raises, name


@pytest.mark.parametrize("form", FORMATS)
def test_a_body_that_was_not_recorded_is_no_empty_one(form: str, tmp_path: Path) -> None:
    exchange = Exchange("GET", "https://statuses.example/json", 200, None, HEADERS)
    recording = tmp_path / "recording"
    recording.write_bytes(FORMATS[form]([exchange]))
    assert _level(tmp_path, recording) == "none"


@pytest.mark.parametrize(("length", "level"), [("", "breaking"), ("0", "breaking"), ("17", "none")])
def test_null_in_our_format_is_no_body_unless_it_has_a_length(
    length: str, level: str, tmp_path: Path
) -> None:
    headers = [["content-length", length]] if length else []
    url = "https://statuses.example/json"
    line: dict[str, Any] = {
        "speclock_recording": 1,
        "request": {"method": "GET", "url": url, "headers": [], "body": None},
        "response": {"status": 200, "headers": headers, "body": None},
    }  # fmt: skip
    recording = tmp_path / "recording.ndjson"
    recording.write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert _level(tmp_path, recording) == level


def test_a_har_without_text_is_no_body_if_its_size_is_zero(tmp_path: Path) -> None:
    """So Chrome writes the response of a status without a body."""
    exchange = Exchange("GET", "https://statuses.example/json", 204, None)
    har = json.loads(FORMATS["har"]([exchange]))
    har["log"]["entries"][0]["response"]["content"] = {"size": 0, "mimeType": "x-unknown"}
    recording = tmp_path / "recording.har"
    recording.write_text(json.dumps(har), encoding="utf-8")
    assert _level(tmp_path, recording) == "breaking"

"""Recordings in every format, and what is read from one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generator.base.errors import Problem
from generator.watch.traffic.exchange import Message, RecordedExchange, RecordingPlace
from generator.watch.traffic.recordings.read import NotARecording, read_recordings
from tests.watch.traffic.exchanges import Exchange, json_cassette, ndjson

Write = Callable[[str | bytes], Path]


@dataclass
class Found:
    exchanges: list[RecordedExchange]
    problems: list[Problem]
    others: list[str]

    @property
    def only(self) -> RecordedExchange:
        assert self.problems == []
        (exchange,) = self.exchanges
        return exchange

    @property
    def problem(self) -> Problem:
        (problem,) = self.problems
        assert problem.code == "recording"
        assert problem.remedy
        return problem


def read(*paths: Path) -> Found:
    """Read recordings; places have the file's name only."""
    found = list(read_recordings(paths, lambda path: path.name))
    return Found(
        [one for one in found if isinstance(one, RecordedExchange)],
        [one for one in found if isinstance(one, Problem)],
        [one.file for one in found if isinstance(one, NotARecording)],
    )


def har(*entries: object, before: str = "", after: str = "") -> str:
    return f'{{"log": {{{before}"entries": {json.dumps(entries)}{after}}}}}'


def har_entry(
    request: dict[str, Any] | None = None, response: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {
        "startedDateTime": "2026-03-01T10:00:00.000Z",
        "request": {"method": "GET", "url": "https://a.test/pets", "headers": []} | (request or {}),
        "response": {"status": 200, "headers": [], "content": {}} | (response or {}),
    }


def interaction(
    request: dict[str, Any] | None = None, response: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {
        "request": {"method": "GET", "uri": "https://a.test/pets", "headers": {}, "body": None}
        | (request or {}),
        "response": {"status": {"code": 200}, "headers": {}, "body": {"string": ""}}
        | (response or {}),
    }


def line(request: dict[str, Any] | None = None, response: dict[str, Any] | None = None) -> str:
    return json.dumps(
        {
            "speclock_recording": 1,
            "time": "2026-03-01T10:00:00Z",
            "operation": "pets.list",
            "request": {
                "method": "GET", "url": "https://a.test/pets", "headers": [], "body": None,
            } | (request or {}),
            "response": {"status": 200, "headers": [], "body": ""} | (response or {}),
        }
    )  # fmt: skip


EXCHANGES = [
    Exchange(
        "GET", "https://a.test/pets?limit=2", 200, '{"name": "Zoë"}'.encode(),
        {"Content-Type": "application/json; charset=utf-8"},
        sent_headers={"Accept": "application/json"},
    ),
    Exchange(
        "POST", "https://a.test/pets", 201, sent=b'{"name": "Rex"}',
        sent_headers={"content-type": "application/json"},
    ),
    Exchange(
        "GET", "https://a.test/pets/1/photo", 200, b"\x89PNG\r\n\x1a\n\x00\xff",
        {"content-type": "image/png"},
    ),
]  # fmt: skip
"""What each of the following texts holds."""


def message(headers: Mapping[str, str], body: bytes | None) -> Message:
    return Message({name.lower(): (value,) for name, value in headers.items()}, body)


PLACE = RecordingPlace("", 0, 0)
TRAFFIC = [
    RecordedExchange(
        PLACE,
        one.method,
        one.url,
        message(one.sent_headers, one.sent),
        one.status,
        message(one.headers, one.body),
    )
    for one in EXCHANGES
]
"""The exchanges as they are read."""

HAR = r"""
{ "comment": "exported", "log" :
 {"version": "1.2", "creator": {"name": "x", "version": "1"}, "pages": [{"entries": [1, 2]}],
  "entries": [
  {"startedDateTime": "2026-03-01T10:00:00.000Z", "time": 12.5,
   "request": {"method": "get", "url": "https://a.test/pets?limit=2", "httpVersion": "HTTP/2",
     "headers": [{"name": ":authority", "value": "a.test"}, {"name": "Accept", "value": "application/json"}],
     "bodySize": 0},
   "response": {"status": 200, "headers": [],
     "content": {"size": 15, "mimeType": "application/json; charset=utf-8", "text": "{\"name\": \"Zo\u00eb\"}"}}},
  {"startedDateTime": "2026-03-01T10:00:01.000Z",
   "request": {"method": "POST", "url": "https://a.test/pets", "headers": [],
     "postData": {"mimeType": "application/json", "text": "{\"name\": \"Rex\"}"}},
   "response": {"status": 201, "headers": [], "content": {"mimeType": "x-unknown", "text": ""}}},
  {"startedDateTime": "2026-03-01T10:00:02.000Z",
   "request": {"method": "GET", "url": "https://a.test/pets/1/photo", "headers": []},
   "response": {"status": 200, "headers": [{"name": "Content-Type", "value": "image/png"}],
     "content": {"mimeType": "image/png", "encoding": "base64", "text": "iVBORw0KGgoA/w=="}}}
  ], "comment": "after"}, "more": [{}] }
"""  # noqa: E501
YAML = """
interactions:
- request:
    body: null
    headers:
      Accept:
      - application/json
    method: GET
    uri: https://a.test/pets?limit=2
  response:
    body: {string: '{"name": "Zoë"}'}
    headers:
      Content-Type: application/json; charset=utf-8
    status: {code: 200, message: OK}
- request:
    body: '{"name": "Rex"}'
    headers: {content-type: [!!python/unicode 'application/json']}
    method: POST
    uri: !!python/str 'https://a.test/pets'
  response:
    body:
      string: ''
    headers: {}
    status:
      code: 201
      message: Created
- request: {body: null, headers: {}, method: GET, uri: "https://a.test/pets/1/photo"}
  response:
    body:
      string: !!binary |
        iVBORw0KGgoA/w==
    headers:
      content-type: !!python/tuple
      - image/png
    status: {code: 200, message: OK}
version: 1
"""
OLD_CASSETTE = """
- request:
    body: null
    headers: {accept: application/json}
    host: a.test
    method: GET
    path: /pets?limit=2
    port: 443
    protocol: https
  response:
    body: '{"name": "Zoë"}'
    headers: ["Content-Type: application/json; charset=utf-8\\r\\n"]
    status: {code: 200, message: OK}
- request:
    {body: '{"name": "Rex"}', headers: {content-type: application/json}, method: POST,
     host: a.test, path: /pets, port: 443, protocol: https}
  response: {body: '', headers: [], status: {code: 201, message: Created}}
- request: {body: null, headers: {}, method: GET, uri: "https://a.test/pets/1/photo"}
  response:
    body: !!binary iVBORw0KGgoA/w==
    headers: {content-type: image/png}
    status: {code: 200, message: OK}
"""
CASSETTE = json_cassette(EXCHANGES).decode()
LINES = ndjson(EXCHANGES).decode().replace("\n", "\n\n", 1).rstrip()
EVERY_FORMAT = {
    "har": HAR,
    "yaml": YAML,
    "json": json.dumps(json.loads(CASSETTE)),
    "indented": CASSETTE,
    "old": OLD_CASSETTE,
    "old-json": json.dumps(json.loads(CASSETTE)["interactions"]),
    "ndjson": LINES,
}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return the function that writes a recording."""

    def write(content: str | bytes) -> Path:
        path = tmp_path / "recording"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write

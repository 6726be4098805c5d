"""A list in a multipart body as one part of JSON, where its media type is JSON."""

from __future__ import annotations

import importlib
import json
from email import message_from_bytes
from typing import Any

import httpx
import pytest

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case, GeneratedCases, load_spec

SPEC = """
openapi: 3.1.0
info: {title: Upload, version: "1"}
servers: [{url: https://upload.example}]
paths:
  /form:
    post:
      operationId: form
      requestBody:
        required: true
        content:
          multipart/form-data: &body
            schema: {$ref: "#/components/schemas/Upload"}
            encoding:
              tags: {contentType: application/json}
              notes: {contentType: application/vnd.note+json}
      responses: {"204": {description: Done}}
  /parts:
    post:
      operationId: parts
      requestBody: {required: true, content: {multipart/mixed: *body}}
      responses: {"204": {description: Done}}
  /read:
    get:
      operationId: read
      responses: {"200": {description: Parts, content: {multipart/form-data: *body}}}
components:
  schemas:
    Upload:
      type: object
      required: [tags]
      properties:
        tags: {type: array, items: {type: string}}
        notes: {type: array, items: {type: object, properties: {text: {type: string}}}}
        others: {type: array, items: {type: object, properties: {text: {type: string}}}}
        file: {type: string, format: binary}
"""
BODY: dict[str, Any] = {
    "tags": ["a", "b"], "notes": [{"text": "n"}], "others": [{"text": "o"}, {"text": "p"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def upload(cases: GeneratedCases) -> Case:
    return load_spec(cases, "lists_in_parts", SPEC, 'features = ["testing"]')


def parts_of(request: httpx.Request) -> list[tuple[str, str, str]]:
    """Return the name, the media type and the text of each part."""
    head = f"content-type: {request.headers['content-type']}\r\n\r\n".encode()
    payload: Any = message_from_bytes(head + request.content).get_payload()
    return [
        (p.get_param("name", header="content-disposition"), p.get_content_type(), p.get_payload())
        for p in payload
    ]


@pytest.mark.parametrize("call", ["form", "parts"])
def test_one_part_has_the_list(call: str, mode: str, upload: Case) -> None:
    request = upload.sent(mode, call, {**BODY, "file": b"1"})
    assert parts_of(request) == [
        ("tags", "application/json", '["a","b"]'),
        ("notes", "application/vnd.note+json", '[{"text":"n"}]'),
        ("others", "application/json", '{"text":"o"}'),
        ("others", "application/json", '{"text":"p"}'),
        ("file", "application/octet-stream", "1"),
    ]


@pytest.mark.parametrize("call", ["form", "parts"])
def test_an_empty_list(call: str, mode: str, upload: Case) -> None:
    assert parts_of(upload.sent(mode, call, {"tags": []})) == [("tags", "application/json", "[]")]


@pytest.mark.parametrize("tags", [["a", "b"], []])
def test_the_list_in_a_response(tags: list[str], mode: str, upload: Case) -> None:
    text = f'--b\r\nContent-Type: application/json\r\nContent-Disposition: form-data; name="tags"\r\n\r\n{json.dumps(tags)}\r\n--b--\r\n'  # noqa: E501
    answer = answering(200, text.encode(), content_type="multipart/form-data; boundary=b")
    value, _ = upload.exchange(mode, Recorder(answer), "read")
    assert value.tags == tags


@pytest.mark.parametrize("tags", [["a", "b"], []])
def test_the_fake_over_http_reads_it(tags: list[str], upload: Case) -> None:
    sent = upload.sent("sync", "form", {**BODY, "tags": tags})
    server = importlib.import_module(f"{upload.package.__name__}._runtime.fake_requests")
    request = httpx.Request("POST", sent.url, headers=sent.headers, content=sent.content)
    operation = upload.modules["_operations"].FORM
    assert server.find_problems(operation, request, {}, set()) == []
    assert request.extensions["value"].tags == tags

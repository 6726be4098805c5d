"""Texts in base64, of `format: byte` and `contentEncoding: base64`, for which bytes are taken."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.answers import Recorder, answering
from tests.support.clients import method_of
from tests.support.generated_case import Case, GeneratedCases, load_spec, refused, sent

SPEC = """
openapi: 3.1.0
info: {title: Vault, version: "1"}
servers: [{url: https://vault.example}]
paths:
  /key/{id}:
    post:
      operationId: key
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, format: byte}}
        - {name: q, in: query, schema: {type: string, format: byte}}
        - {name: many, in: query, schema: {type: array, items: {type: string, format: byte}}}
        - {name: X-H, in: header, schema: {type: string, contentEncoding: BASE64}}
      requestBody: {required: true, content: {application/json: {schema: {type: string, format: byte, maxLength: 8}}}}
      responses: {"200": {description: OK, content: {application/json: {schema: {type: string, format: byte}}}}}
  /list:
    post:
      operationId: rows
      requestBody: {required: true, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Blob"}}}}}
      responses: {"204": {description: OK}}
  /map:
    post:
      operationId: names
      requestBody: {required: true, content: {application/json: {schema: {type: object, additionalProperties: {type: string, format: byte}}}}}
      responses: {"204": {description: OK}}
  /json:
    post:
      operationId: data
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Doc"}}}}
      responses: {"200": {description: OK, content: {application/json: {schema: {$ref: "#/components/schemas/Doc"}}}}}
  /form:
    post:
      operationId: form
      requestBody: {required: true, content: {application/x-www-form-urlencoded: {schema: {$ref: "#/components/schemas/Doc"}}}}
      responses: {"204": {description: OK}}
  /parts:
    post:
      operationId: parts
      requestBody: {required: true, content: {multipart/form-data: {schema: {$ref: "#/components/schemas/Doc"}}}}
      responses: {"204": {description: OK}}
components:
  schemas:
    Blob: {type: string, format: byte, minLength: 4}
    Doc:
      type: object
      required: [content]
      properties:
        content: {type: string, format: byte}
        more: {type: [string, "null"], contentEncoding: base64}
        blob: {$ref: "#/components/schemas/Blob"}
        blobs: {type: array, items: {$ref: "#/components/schemas/Blob"}}
        names: {type: object, additionalProperties: {type: string, format: byte}}
        either: {oneOf: [{type: string, format: byte}, {type: integer}]}
        plain: {type: string}
        url: {type: string, contentEncoding: base64url}
"""  # noqa: E501
RAW, TEXT = b"\xff\x00\xfea", "/wD+YQ=="
"""Bytes that are no UTF-8, and their text."""
DOC: dict[str, Any] = {
    "content": RAW, "more": RAW, "blob": RAW, "blobs": [RAW, TEXT], "names": {"a": RAW},
    "either": RAW, "plain": "p",
}  # fmt: skip
WIRE: dict[str, Any] = {
    "content": TEXT, "more": TEXT, "blob": TEXT, "blobs": [TEXT, TEXT], "names": {"a": TEXT},
    "either": TEXT, "plain": "p",
}  # fmt: skip


@pytest.fixture(scope="module")
def vault(cases: GeneratedCases) -> Case:
    return load_spec(cases, "vault", SPEC)


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_arguments(mode: str, vault: Case) -> None:
    server = Recorder(answering(200, "AAEC"))
    with vault.connect(server, mode) as client:
        result = client.key(RAW, RAW, q=RAW, many=[RAW, TEXT], x_h=RAW)
        client.key(TEXT, TEXT, q=TEXT, many=[TEXT, TEXT], x_h=TEXT)
    assert result == "AAEC"  # is read as text
    quoted = "%2FwD%2BYQ%3D%3D"
    expected = f"POST /key/{quoted}?q={quoted}&many={quoted}&many={quoted}"
    assert server.targets == [expected, expected]
    assert server.headers("x-h") == [TEXT, TEXT]
    assert server.bodies == [TEXT, TEXT]


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize(
    ("call", "given", "expected"),
    [
        ("rows", [RAW, TEXT], [TEXT, TEXT]),
        ("names", {"a": RAW, "b": TEXT}, {"a": TEXT, "b": TEXT}),
        ("data", DOC, WIRE),
    ],
)
def test_bodies(mode: str, call: str, given: Any, expected: Any, vault: Case) -> None:
    server = Recorder(answering(200, WIRE))
    with vault.connect(server, mode) as client:
        method_of(client, call)(given)
    assert server.bodies == [expected]


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_forms(mode: str, vault: Case) -> None:
    server = Recorder(204)
    form = {"content": RAW, "blob": RAW}
    with vault.connect(server, mode) as client:
        client.form(form)
        client.form(vault.models.Doc(**form))
        client.parts(form)
    *forms, parts = (request.content for request in server.requests)
    assert forms == [b"content=%2FwD%2BYQ%3D%3D&blob=%2FwD%2BYQ%3D%3D"] * 2
    assert parts.count(TEXT.encode()) == 2


def test_a_model_has_the_text(vault: Case) -> None:
    """From its constructor, and from an assignment."""
    doc = vault.models.Doc(**DOC)
    assert sent(doc) == WIRE
    assert doc.content == TEXT
    doc.more = b""
    assert doc.more == ""
    assert vault.models.Doc.model_validate_json(json.dumps(WIRE)) == vault.models.Doc(**WIRE)
    assert vault.models.Doc.model_json_schema()["properties"]["content"]["type"] == "string"


@pytest.mark.parametrize(
    ("name", "value"),
    [("plain", RAW), ("plain", b"p"), ("url", RAW), ("content", bytearray(RAW)), ("blob", b"")],
)
def test_other_texts_take_no_bytes(name: str, value: object, vault: Case) -> None:
    """Nor what isn't `bytes`, and a limit is one of the text."""
    (error,) = refused(vault.models.Doc, **{"content": TEXT, name: value})
    assert error in ("string_type", "string_unicode", "string_too_short")

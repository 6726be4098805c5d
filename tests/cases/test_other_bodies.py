"""A body of ``Options`` in place of the described one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.answers import Recorder
from tests.support.clients import method_of
from tests.support.command import python
from tests.support.generated_case import Case, GeneratedCases, load_spec

SPEC = """
openapi: 3.1.0
info: {title: Notes, version: "1"}
servers: [{url: https://notes.example}]
paths:
  /notes/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    put:
      operationId: put
      parameters: [{name: dry, in: query, schema: {type: boolean}}]
      requestBody:
        required: true
        content: {application/vnd.note+json: {schema: {$ref: "#/components/schemas/Note"}}}
      responses: {"204": {description: Done}}
  /pages:
    post:
      operationId: add
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: "#/components/schemas/Note"}}
          multipart/form-data: {schema: {$ref: "#/components/schemas/Note"}}
          text/plain: {schema: {type: string}}
      responses: {"204": {description: Done}}
  /form:
    post:
      operationId: form
      requestBody:
        content:
          application/x-www-form-urlencoded: {schema: {$ref: "#/components/schemas/Note"}}
      responses: {"204": {description: Done}}
  /tail:
    post:
      operationId: tail
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Note"}}}
      responses:
        "200":
          description: Notes
          content: {application/x-ndjson: {schema: {$ref: "#/components/schemas/Note"}}}
components:
  schemas:
    Note:
      type: object
      required: [title, size]
      properties: {title: {type: string}, size: {type: integer}}
      additionalProperties: false
"""
HINT = "options=Options(body=…) sends a body unchecked"
NOTE = "application/vnd.note+json"


@pytest.fixture(scope="module")
def notes(cases: GeneratedCases) -> Case:
    return load_spec(cases, "other_bodies", SPEC, 'features = ["text"]')


@pytest.fixture(scope="module")
def fields(cases: GeneratedCases) -> Case:
    return load_spec(cases, "other_bodies_fields", SPEC, 'arguments = "fields"')


@pytest.mark.parametrize(
    ("options", "content_type", "content"),
    [
        ({"body": {"title": None, "new": [1]}}, NOTE, b'{"title":null,"new":[1]}'),
        ({"body": [1]}, NOTE, b"[1]"),
        ({"body": {}}, NOTE, b"{}"),
        ({"body": "a"}, NOTE, b'"a"'),
        ({"body": b"{not json"}, NOTE, b"{not json"),
        ({"body": b""}, NOTE, b""),
        ({"body": {"a": 1}, "content_type": "application/json"}, "application/json", b'{"a":1}'),
        ({"body": b"a", "content_type": "image/x"}, "image/x", b"a"),
        ({"body": "a", "content_type": "text/plain"}, "text/plain", b"a"),
    ],
)
def test_it_is_sent_as_given(
    options: dict[str, Any], content_type: str, content: bytes, notes: Case, mode: str
) -> None:
    server = Recorder(204)
    with notes.connect(server, mode) as client:
        for body in ({}, {"title": 5}, notes.models.Note(title="a", size=1), None):
            client.put("1", body, dry=True, options=notes.package.Options(**options))
    for request in server.requests:
        assert request.headers["content-type"] == content_type
        assert request.content == content
        assert request.headers["content-length"] == str(len(content))
        assert request.url.raw_path == b"/notes/1?dry=true"


@pytest.mark.parametrize(
    ("call", "options", "content_type", "content"),
    [
        ("add", {"body": {"a": 1}}, "application/json", b'{"a":1}'),
        ("form", {"body": b"a=1"}, "application/x-www-form-urlencoded", b"a=1"),
        ("form", {"body": "a=1"}, "application/x-www-form-urlencoded", b"a=1"),
        ("form", {"body": {"a": 1}}, "application/json", b'{"a":1}'),
    ],
)
def test_the_media_type_is_the_described_one(
    call: str, options: dict[str, Any], content_type: str, content: bytes, notes: Case, mode: str
) -> None:
    server = Recorder(204)
    with notes.connect(server, mode) as client:
        method_of(client, call)({}, options=notes.package.Options(**options))
    assert server.request.headers["content-type"] == content_type
    assert server.request.content == content


def test_a_chosen_media_type(notes: Case, mode: str) -> None:
    server = Recorder(204)
    options = notes.package.Options
    with notes.connect(server, mode) as client:
        client.add("", content_type="text/plain", options=options(body="a"))
        client.add({}, content_type="multipart/form-data", options=options(body={"a": 1}))
        with pytest.raises(notes.errors.RequestError, match="both body and content_type"):
            client.add({}, content_type="multipart/form-data", options=options(body=b"--b--"))
    kinds = [request.headers["content-type"] for request in server.requests]
    assert kinds == ["text/plain", "application/json"]


def test_the_other_arguments_are_checked(notes: Case, mode: str) -> None:
    server = Recorder(204)
    with notes.connect(server, mode) as client, pytest.raises(ValidationError) as caught:
        client.put(5, {}, options=notes.package.Options(body={}))
    assert server.requests == []
    assert HINT not in str(caught.value)


def test_the_last_line_of_the_error_names_it(notes: Case, mode: str) -> None:
    server = Recorder(204)
    with notes.connect(server, mode) as client, pytest.raises(ValidationError) as caught:
        client.put(5, {"title": 5, "new": 1})
    lines = str(caught.value).splitlines()
    assert [HINT in line for line in lines] == [False] * (len(lines) - 1) + [True]
    assert server.requests == []


def test_a_stream(notes: Case, mode: str) -> None:
    server = Recorder({"title": "a", "size": 1})
    with notes.connect(server, mode) as client:
        client.tail({}, options=notes.package.Options(body={"a": 1}))
    assert server.bodies == [{"a": 1}]


def test_fields_may_be_left_out(fields: Case, mode: str) -> None:
    server = Recorder(204)
    options = fields.package.Options(body={"a": 1})
    with fields.connect(server, mode) as client:
        client.put("1", options=options)
        client.put("1", dry=True, options=options)
        client.put("1", title="a", size=1, options=options)
        with pytest.raises(ValidationError):
            client.put("1", options=fields.package.Options(timeout=1))
    assert server.bodies == [{"a": 1}] * 3


def test_type_checkers_agree(fields: Case, cases: GeneratedCases, tmp_path: Path) -> None:
    package = fields.package.__name__
    program = f"""\
from {package} import AsyncSample, Options, Sample

client = Sample()
client.put("1", options=Options(body={{"a": 1}}))
client.put("1", {{}}, dry=True, options=Options(body=[1]))
client.put("1", title="a", size=1)
client.put("1")


async def call(client: AsyncSample) -> None:
    await client.put("1", options=Options(body=b"a", content_type="text/plain"))
"""
    (tmp_path / "use.py").write_text(program, encoding="utf-8")
    words = ("-m", "mypy", "--strict", "--cache-dir", ".c", "use.py")
    outcome = python(tmp_path, *words, code=1, MYPYPATH=str(cases.folder))
    lines = [line for line in outcome.out.splitlines() if "error" in line]
    assert [line.partition(" error")[0] for line in lines[:-1]] == ["use.py:7:"]


@pytest.mark.parametrize("body", [{"a": 1}, b"raw"])
def test_the_fake_takes_it_as_given(body: Any, notes: Case, mode: str) -> None:
    fake = notes.fake()
    with notes.connect(None, mode, transport=fake) as client:
        client.put("1", {}, options=notes.package.Options(body=body))
        with pytest.raises(ValidationError):
            client.put("1", {})
    assert [call.body for call in fake.put.calls] == [body]

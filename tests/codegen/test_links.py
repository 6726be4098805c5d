"""Links from a file beside the description: its references are relative to that file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import speclock

SPEC = """\
openapi: 3.1.0
info: {title: Two, version: "1"}
servers: [{url: https://two.example}]
paths:
  /a:
    get:
      operationId: a
      responses:
        "200": {$ref: "parts/responses.yaml#/Made"}
  /b/{id}:
    get:
      operationId: b
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"204": {description: Done}}
"""
PART = """\
Made:
  description: Made
  content: {application/json: {schema: {type: string}}}
  links: {one: {operationRef: "REF", parameters: {id: $response.body}}}
"""


@pytest.mark.parametrize(
    ("reference", "is_known"),
    [
        ("../spec.yaml#/paths/~1b~1%7Bid%7D/get", True),
        ("./x/../../spec.yaml#/paths/~1b~1{id}/get", True),
        ("#/paths/~1b~1%7Bid%7D/get", False),  # the other file has no paths
        ("spec.yaml#/paths/~1b~1%7Bid%7D/get", False),
        ("../spec.yaml#/paths/~1b~1%7Bid%7D/put", False),
        ("../spec.yaml#", False),
        ("https://two.example/spec.yaml#/paths/~1b~1%7Bid%7D/get", False),
    ],
)
def test_a_reference_is_relative_to_its_file(
    reference: str, is_known: bool, tmp_path: Path
) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    part = PART.replace("REF", reference)
    (tmp_path / "parts" / "responses.yaml").write_text(part, encoding="utf-8")
    where = ("--spec", "spec.yaml", "--package", "two", "--output", "out", "--verbose")
    made = speclock(tmp_path, "generate", *where, layout=False)
    assert made.code == 0, made.err
    assert ("[link]" in made.err) is not is_known
    source = (tmp_path / "out" / "two" / "client.py").read_text(encoding="utf-8")
    assert ("`$response.body` is the argument `id` of `b`." in source) is is_known

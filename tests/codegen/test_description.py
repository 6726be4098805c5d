"""The way from a description to a package: what no client can send is left out before names."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.base.config import Client
from generator.base.errors import Findings, SpecError
from generator.codegen.description.description import Description
from generator.reading.document.load import parse

KEYS = """
openapi: 3.1.0
info: {title: T, version: "1"}
servers: [{url: "https://api.example"}]
paths:
  /clash:
    get:
      operationId: clash
      security: [{first: [], second: []}]
      responses: {"200": {$ref: "#/components/responses/Thing"}}
  /usable:
    get:
      operationId: usable
      security: [{first: []}]
      responses: {"200": {$ref: "#/components/responses/Thing"}}
components:
  responses:
    Thing:
      description: Done
      content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}
  securitySchemes:
    first: {type: apiKey, in: header, name: X-Key}
    second: {type: apiKey, in: header, name: x-key}
"""
CLASH = "first and second are required together, but both are sent in the same header x-key"


def description(findings: Findings, stages: list[str]) -> Description:
    document = parse(KEYS.encode(), path=Path("keys.yaml"), name="keys.yaml")
    return Description(document, stages.append, findings)


def settings(*operations: str) -> Client:
    return Client(spec="keys.yaml", package="keys", operations=operations)


def test_an_operation_that_cannot_be_sent_is_left_out_and_nothing_starts_again() -> None:
    findings, stages = Findings(), list[str]()
    document, api = description(findings, stages).api(settings())
    assert [op.operation_id for op in document.operations] == ["usable"]
    assert [str(op.call) for op in api.operations] == ["usable"]
    assert [(left.operation, left.problem.fact) for left in findings.left_out] == [("clash", CLASH)]
    assert stages == ["reading operation 1 of 1", "deciding names and types of 1 operation"]


@pytest.mark.parametrize(
    ("operations", "strict"), [(("clash", "usable"), False), (("*",), True), (("cl*",), False)]
)
def test_an_operation_that_cannot_be_sent_stops_the_run(
    operations: tuple[str, ...], *, strict: bool
) -> None:
    """It is named by the settings, or nothing may be left out, or nothing else is selected."""
    findings = Findings(strict=strict)
    with pytest.raises(SpecError) as caught:
        description(findings, []).api(settings(*operations))
    assert [problem.fact for problem in caught.value.problems] == [CLASH]

"""Constants that are booleans or numbers: in JSON, true isn't 1 and false isn't 0."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.answers import answering
from tests.support.generated_case import Case, GeneratedCases, load_spec

SPEC = """
openapi: 3.1.0
info: {title: Constants, version: "1"}
servers: [{url: https://constants.example}]
paths:
  /whole:
    get:
      operationId: whole
      responses: {"200": {description: OK, content: {application/json: {schema: {const: true}}}}}
  /true:
    get:
      operationId: yes
      responses: {"200": {description: OK, content: {application/json: {schema: {$ref: "#/components/schemas/Yes"}}}}}
  /false:
    get:
      operationId: no
      responses: {"200": {description: OK, content: {application/json: {schema: {$ref: "#/components/schemas/No"}}}}}
  /one:
    get:
      operationId: one
      responses: {"200": {description: OK, content: {application/json: {schema: {$ref: "#/components/schemas/One"}}}}}
components:
  schemas:
    Yes: {type: object, properties: {value: {const: true}, list: {type: array, items: {const: true}}}}
    No: {type: object, properties: {value: {enum: [false]}, map: {type: object, additionalProperties: {const: false}}}}
    One: {type: object, properties: {value: {const: 1}}}
"""  # noqa: E501


@pytest.fixture(scope="module")
def case(cases: GeneratedCases) -> Case:
    return load_spec(cases, "true_and_one", SPEC)


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize(
    ("operation", "body", "place"),
    [
        ("whole", 1, ""),
        ("yes", {"value": 1}, "/value"),
        ("yes", {"list": [True, 1]}, "/list/1"),
        ("no", {"value": 0}, "/value"),
        ("no", {"map": {"a": 0}}, "/map/*"),
        ("one", {"value": True}, "/value"),
    ],
)
def test_another_type_is_kept_and_reported(
    mode: str, operation: str, body: Any, place: str, case: Case
) -> None:
    deviations: list[Any] = []
    settings = {"on_deviation": deviations.append}
    server = answering(200, body)
    with case.connect(server, mode, **settings) as client:
        result = getattr(client, operation)()
    plain = result if operation == "whole" else result.model_dump()
    assert json.dumps(plain) == json.dumps(body)  # 1 == True
    (deviation,) = deviations
    assert (deviation.rule, deviation.pointer) == ("response/schema/type/changed", place)


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_constant_is_read(mode: str, case: Case) -> None:
    deviations: list[Any] = []
    for operation, body in (("whole", True), ("yes", {"value": True}), ("no", {"value": False})):
        server = answering(200, body)
        with case.connect(server, mode, on_deviation=deviations.append) as client:
            result = getattr(client, operation)()
        plain = result if operation == "whole" else result.model_dump()
        assert json.dumps(plain) == json.dumps(body)
    assert not deviations

"""Members that only responses have, in what is sent (OpenAPI 3.1.1 §4.8.24, ``readOnly``)."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

from tests.support.answers import Recorder
from tests.support.generated_case import Case, GeneratedCases, load_spec

SPEC = """
openapi: 3.1.0
info: {title: Desk, version: "1"}
servers: [{url: https://desk.example}]
paths:
  /desks/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: get
      responses:
        "200":
          description: A desk
          content: {application/json: {schema: {$ref: "#/components/schemas/Desk"}}}
    put:
      operationId: put
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Desk"}}}
      responses: {"204": {description: Done}}
  /desks:
    post:
      operationId: add
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: array, items: {$ref: "#/components/schemas/Desk"}}
      responses: {"204": {description: Done}}
  /form:
    post:
      operationId: form
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded: {schema: {$ref: "#/components/schemas/Lamp"}}
      responses: {"204": {description: Done}}
    put:
      operationId: multipart
      requestBody:
        required: true
        content: {multipart/form-data: {schema: {$ref: "#/components/schemas/Lamp"}}}
      responses: {"204": {description: Done}}
  /plain:
    post:
      operationId: plain
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Plain"}}}
      responses: {"204": {description: Done}}
components:
  schemas:
    Desk:
      type: object
      required: [id, name]
      properties:
        id: {type: string, readOnly: true}
        created-at: {type: string, readOnly: true}
        name: {type: string}
        owner: {$ref: "#/components/schemas/Owner"}
        lamps: {type: array, items: {$ref: "#/components/schemas/Lamp"}}
        places: {type: object, additionalProperties: {$ref: "#/components/schemas/Lamp"}}
        part:
          oneOf: [{$ref: "#/components/schemas/Lamp"}, {$ref: "#/components/schemas/Owner"}]
          discriminator: {propertyName: kind}
      additionalProperties: {$ref: "#/components/schemas/Lamp"}
    Owner:
      type: object
      required: [kind]
      properties:
        kind: {type: string, readOnly: true}
        id: {type: integer, readOnly: true}
        email: {type: string}
    Lamp:
      type: object
      required: [kind]
      properties:
        kind: {type: string, readOnly: true}
        serial: {type: string, readOnly: true}
        watts: {type: integer}
    Plain: {type: object, properties: {a: {type: string}}}
"""
LAMP = {"kind": "Lamp", "serial": "x", "watts": 4}
READ: dict[str, Any] = {
    "id": "1",
    "created-at": "today",
    "name": "Oak",
    "owner": {"kind": "Owner", "id": 7, "email": "a@b"},
    "lamps": [LAMP, {"kind": "Lamp", "watts": "?"}],
    "places": {"left": LAMP},
    "part": LAMP,
    "spare": LAMP,
}
DEVIATING = {**READ, "name": None}
LAMP_SENT = {"kind": "Lamp", "watts": 4}
SENT = {
    "name": "Oak",
    "owner": {"kind": "Owner", "email": "a@b"},
    "lamps": [LAMP_SENT, {"kind": "Lamp", "watts": "?"}],
    "places": {"left": LAMP_SENT},
    "part": LAMP_SENT,
    "spare": LAMP_SENT,
}


def bodies_after_the_first(server: Recorder) -> list[Any]:
    """Return the bodies of the requests after the one that reads."""
    return [json.loads(request.content) for request in server.requests[1:]]


@pytest.fixture(scope="module")
def desk(cases: GeneratedCases) -> Case:
    return load_spec(cases, "read_only_members", SPEC)


@pytest.mark.parametrize(("read", "sent"), [(READ, SENT), (DEVIATING, {**SENT, "name": None})])
def test_what_was_read_is_sent_without_them(
    read: dict[str, Any], sent: dict[str, Any], mode: str, desk: Case
) -> None:
    server = Recorder(read, 204, 204, 204)
    with desk.connect(server, mode) as client:
        value = client.get("1")
        client.put("1", value)
        client.put("1", copy.deepcopy(value))
        client.put("1", pickle.loads(pickle.dumps(value)))  # noqa: S301
    assert bodies_after_the_first(server) == [sent] * 3
    assert value.id == "1"
    assert value.lamps[0].serial == "x"
    assert json.loads(value.model_dump_json(exclude_unset=True, by_alias=True)) == read


def test_what_the_caller_sets_is_sent(mode: str, desk: Case) -> None:
    server = Recorder(READ, *[204] * 5)
    models = desk.models
    with desk.connect(server, mode) as client:
        value = client.get("1")
        value.id = "1"
        client.put("1", value)
        client.put("1", value.model_copy(update={"created_at": "now"}))
        client.put("1", pickle.loads(pickle.dumps(value)))  # noqa: S301
        made = models.Desk(id="1", name="Oak", lamps=[{"kind": "Lamp", "serial": "y"}])
        assert made == models.Desk.model_validate(
            {"id": "1", "name": "Oak", "lamps": [{"kind": "Lamp", "serial": "y"}]}
        )
        client.put("1", made)
        client.put("1", {"created-at": "now", "name": "Oak", "owner": value.owner})
    bodies = bodies_after_the_first(server)
    assert bodies[0] == bodies[2] == {"id": "1", **SENT}
    assert bodies[1] == {"id": "1", "created-at": "now", **SENT}
    assert bodies[3] == {
        "id": "1", "name": "Oak", "lamps": [{"kind": "Lamp", "serial": "y"}],
    }  # fmt: skip
    assert bodies[4] == {"created-at": "now", "name": "Oak", "owner": SENT["owner"]}


def test_an_attribute_that_is_unset_again(desk: Case) -> None:
    value = desk.models.Desk(id="1", name="Oak")
    del value.id
    with desk.connect(server := Recorder()) as client:
        client.put("1", value)
    assert server.bodies == [{"name": "Oak"}]


def test_lists_forms_and_parts(mode: str, desk: Case) -> None:
    server = Recorder(204)
    models = desk.models
    read = models.Desk.model_validate(READ)
    lamp = models.Lamp.model_validate(LAMP)
    with desk.connect(server, mode) as client:
        client.add([read, {"id": "2", "name": "Elm"}])
        client.form(lamp)
        client.multipart(lamp)
    assert json.loads(server.requests[0].content) == [SENT, {"id": "2", "name": "Elm"}]
    assert server.requests[1].content == b"kind=Lamp&watts=4"
    assert b"serial" not in server.requests[2].content
    assert b'name="watts"' in server.requests[2].content


def test_the_code_is_there_where_it_is_needed(desk: Case) -> None:
    values = desk.modules["_operations"]
    assert values.PLAIN.prepare is None
    assert values.PUT.prepare is not None


def test_the_fake_has_what_was_sent(mode: str, desk: Case) -> None:
    fake = desk.fake()
    value = desk.models.Desk.model_validate({"id": "1", "name": "Oak"})
    with desk.connect(None, mode, transport=fake) as client:
        client.put("1", value)
    assert fake.put.calls[0].body == desk.models.Desk(name="Oak")

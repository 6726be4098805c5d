"""``arguments = "fields"``: the fields of a body as keyword arguments of the method."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from generator.base.config import Client
from generator.base.errors import Findings
from generator.codegen.apidiff.api import PublicApi, TypeExpression
from generator.codegen.apidiff.from_ir import from_ir
from generator.codegen.apidiff.from_source import from_source, sources_in
from generator.project.services.project.read_api import read_api
from tests.support.answers import Recorder, answering
from tests.support.api_types import as_told_by_ir
from tests.support.clients import method_of
from tests.support.generated_case import Case, GeneratedCases, load_spec

SPEC = """\
openapi: 3.1.0
info: {title: Sample, version: "1"}
servers: [{url: "https://pets.example/v1"}]
paths:
  /shops/{shop}/pets:
    parameters: [{name: shop, in: path, required: true, schema: {type: string}}]
    post: {operationId: pets/create, requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}, responses: &none {"204": {description: Fine.}}}
    put: {operationId: pets/replace, requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Shop"}}}}, responses: *none}
    patch: {operationId: pets/change, requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Change"}}}}, responses: *none}
  /pets:
    post: {operationId: pets/add, requestBody: {required: true, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Pet"}}}}}, responses: *none}
  /chat:
    post: {operationId: pets/chat, requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Change"}}}}, responses: {"200": {description: Words., content: {application/json: {schema: {type: object}}, text/event-stream: {schema: {type: string}}}}}}
components:
  schemas:
    Pet:
      type: object
      required: [name, kind]
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string, maxLength: 5}
        kind: {type: string, enum: [cat, dog]}
        owner-name: {type: [string, "null"]}
        shop: {type: string}
    Shop: {type: object, required: [shop], properties: {shop: {type: string}, size: {type: integer}}}
    Change: {type: object, properties: {name: {type: string}}}
"""  # noqa: E501 - a description in few lines

REX = {"name": "Rex", "kind": "dog"}


@pytest.fixture(scope="module")
def case(cases: GeneratedCases) -> Case:
    return load_spec(cases, "fields_as_arguments", SPEC, 'arguments = "fields"')


def test_a_method_that_streams_takes_the_body(case: Case) -> None:
    server = Recorder(answering(200, b"data: a\n\n", content_type="text/event-stream"))
    with case.connect(server) as client, client.pets.chat_stream({"name": "Rex"}) as words:
        assert [*words] == ["a"]
    assert server.bodies == [{"name": "Rex"}]


def sent(case: Case, mode: str, call: str, /, *arguments: Any, **fields: Any) -> httpx.Request:
    server = Recorder()
    with case.connect(server, mode) as client:
        method_of(client, call)(*arguments, **fields)
    return server.request


@pytest.mark.parametrize(
    ("given", "body"),
    [
        ({**REX}, REX),
        ({**REX, "owner_name": None}, {**REX, "owner-name": None}),
        ({"body": {**REX, "shop": "b"}}, {**REX, "shop": "b"}),
    ],
)
def test_the_fields_are_the_body(case: Case, mode: str, given: Any, body: Any) -> None:
    request = sent(case, mode, "pets.create", "a", **given)
    assert json.loads(request.content) == body
    assert request.url.path == "/v1/shops/a/pets"


def test_an_optional_body(case: Case, mode: str) -> None:
    assert sent(case, mode, "pets.change", "a").content == b""
    assert sent(case, mode, "pets.change", "a", name="Rex").content == b'{"name":"Rex"}'


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"name": "Rex"}, r"body\.kind\n"),
        ({"name": "Rexford", "kind": "dog"}, r"body\.name\n"),
        ({"name": "Rex", "kind": "dog", "kin": "x"}, r"body\.kin\n"),
        ({}, r"body\.name\n"),
    ],
)
def test_faults_have_the_name_of_the_field(case: Case, mode: str, given: Any, fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        sent(case, mode, "pets.create", "a", **given)


def test_body_and_fields_exclude_each_other(case: Case, mode: str) -> None:
    with pytest.raises(TypeError, match="body has all fields: name can't be given beside it"):
        sent(case, mode, "pets.create", "a", {"name": "Rex", "kind": "dog"}, name="Max")


@pytest.mark.parametrize(
    ("call", "count"), [("create", 4), ("change", 3), ("replace", 1), ("add", 1)]
)
def test_a_signature_with_fields_is_an_overload(case: Case, call: str, count: int) -> None:
    """A list has none, and a required field with the name of a parameter isn't an argument."""
    source = Path(str(case.modules["resources.pets"].__file__)).read_text(encoding="utf-8")
    assert source.count(f"\n    def {call}(") == source.count(f"async def {call}(") == count
    assert "id: int" not in source


def test_both_readers_of_the_public_api_agree(case: Case, cases: GeneratedCases) -> None:
    folder = Path(str(case.package.__file__)).parent
    client = Client("fields.yaml", "x", client="Sample", arguments="fields")
    (cases.folder / client.spec).write_text(SPEC, encoding="utf-8")
    _, package = read_api(client, cases.folder, Findings(), lambda _: None)
    made, read = from_ir(package.api), from_source(sources_in(folder))

    def types(api: PublicApi) -> dict[tuple[str, ...], TypeExpression]:
        parameters = [one for one in api.declarations.values() if one.kind == "parameter"]
        mine = [one for one in parameters if one.owner[:5] == "pets." and one.name != "options"]
        return {
            (one.owner, one.overload, one.name, one.default): as_told_by_ir(one.type)
            for one in mine
        }

    assert len(types(made)) > 10
    assert types(made) == types(read)

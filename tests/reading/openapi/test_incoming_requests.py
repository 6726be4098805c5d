"""Webhooks and callbacks in the canonical document."""

from __future__ import annotations

from generator.base.errors import Findings
from generator.reading.openapi.model.document import Document, IncomingRequest
from tests.qa.fuzz.mutations import Json
from tests.reading.openapi.typed import canonical
from tests.support.canonical_text import description_of

EVENT: Json = {
    "type": "object",
    "required": ["id", "secret"],
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "secret": {"type": "string", "writeOnly": True},
    },
}
KEY: Json = [{"key": []}]
SEEN: Json = {"200": {"description": "Seen."}}


def body(schema: Json) -> Json:
    return {"content": {"application/json": {"schema": schema}}}


def described(**members: Json) -> Json:
    """An API with a callback and a webhook; ``members`` are further ones of the webhook."""
    callback = {"{$request.query.url}": {"post": {"responses": SEEN}}}
    event = {"$ref": "#/components/schemas/Event"}
    hook = {"operationId": "sold", "requestBody": body(event), "responses": SEEN, **members}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "security": KEY,
        "paths": {
            "/orders": {
                "post": {
                    "operationId": "add",
                    "responses": SEEN,
                    "callbacks": {"done": callback},
                }
            }
        },
        "webhooks": {"sold": {"post": hook, "parameters": [{"name": "X-A", "in": "header"}]}},
        "components": {
            "schemas": {"Event": EVENT},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def read(tree: Json, *, incoming: bool = True) -> tuple[Document, Findings]:
    document, findings, _ = canonical(tree, incoming=incoming)
    return document, findings


def told(requests: tuple[IncomingRequest, ...]) -> list[tuple[str, str, str, str]]:
    return [(one.name, one.path, one.method, one.label) for one in requests]


def test_both_are_in_the_document_that_asks_for_them() -> None:
    document, findings = read(described())
    (operation,) = document.operations
    assert told(operation.callbacks) == [("done", "{$request.query.url}", "post", "callback done")]
    assert told(document.webhooks) == [("sold", "sold", "post", "webhook sold")]
    (hook,) = document.webhooks
    assert [one.name for one in hook.parameters] == ["X-A"]
    assert hook.request_body is not None
    assert list(hook.responses) == ["200"]
    assert list(document.schemas) == ["Event"]
    assert not findings.refusals
    assert not findings.left_out
    other, _ = read(described(), incoming=False)
    assert (other.webhooks, other.operations[0].callbacks, other.schemas) == ((), (), {})


def test_only_their_own_security_is_theirs() -> None:
    document, _ = read(described())
    assert not document.webhooks[0].security
    document, _ = read(described(security=KEY))
    assert [list(one.schemes) for one in document.webhooks[0].security] == [["key"]]


def test_their_bodies_are_received() -> None:
    """``writeOnly`` members are those that a response lacks, and that a request has."""
    document, _ = read(described())
    assert document.schemas["Event"].required == ("id",)
    answer = {"description": "", **body({"$ref": "#/components/schemas/Event"})}
    tree = described(requestBody={"content": {}}, responses={"200": answer})
    document, _ = read(tree)
    assert document.schemas["Event"].required == ("secret",)


def test_a_component_that_failed_for_one_is_there_for_an_operation_without_the_fault() -> None:
    tree = described(responses={"200": {"$ref": "https://other.example/lost.json"}})
    tree["paths"]["/orders"]["post"]["requestBody"] = body({"$ref": "#/components/schemas/Event"})
    document, _ = read(tree)
    assert not document.webhooks
    assert list(document.schemas) == ["Event"]
    assert document.schemas["Event"].properties


def test_the_canonical_form_is_its_own_canonical_form() -> None:
    form = description_of(read(described())[0])
    assert description_of(read(form)[0]) == form
    assert form["webhooks"]
    assert "callbacks" in str(form["paths"])

"""Successes that are errors by the setting ``error_when``, and the words of errors."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from tests.support.answers import answering
from tests.support.clients import method_of
from tests.support.generated_case import Case, GeneratedCases, load_spec


def failure(case: Case, mode: str, method: str, body: Any, *arguments: Any) -> Any:
    """Return the error of a call that gets a success, and check that nothing is reported."""
    found: list[Any] = []
    with (
        case.connect(answering(200, body), mode, on_deviation=found.append) as client,
        pytest.raises(case.errors.ApiError) as caught,
    ):
        method_of(client, f"messages.{method}")(*arguments)
    assert found == []
    return caught.value


def test_a_success_that_is_an_error(case: Case, mode: str) -> None:
    error = failure(case, mode, "send", {"ok": False, "error": "channel_not_found", "code": 7})
    assert type(error) is case.errors.ApiError
    assert str(error) == "POST https://chat.example/messages → 200: channel_not_found (code 7)"
    assert (error.status_code, error.error.ok, error.error.error) == (
        200, False, "channel_not_found",
    )  # fmt: skip
    assert json.loads(error.body)["ok"] is False


def test_the_documented_error_is_its_value(case: Case, mode: str) -> None:
    error = failure(case, mode, "list", {"ok": False, "error": "x"})
    assert error.error == case.models.Failure(ok=False, error="x")


def test_in_place_of_a_file(case: Case, mode: str) -> None:
    """The body is text, whatever is described and whatever its label."""
    server = answering(200, b'\n {"error": "gone", "ok": false}', content_type="text/plain")
    with case.connect(server, mode) as client, pytest.raises(case.errors.ApiError, match="gone"):
        method_of(client, "messages.file")("1")


def test_each_page_may_be_an_error(case: Case) -> None:
    pages = iter([{"ok": True, "messages": ["a"], "next": "2"}, {"ok": False, "error": "late"}])
    with (
        case.connect(lambda request: answering(200, next(pages))(request)) as client,
        pytest.raises(case.errors.ApiError, match="late"),
    ):
        list(client.messages.list_all())


@pytest.mark.parametrize(
    "body",
    [{"ok": True}, {"ok": 0}, {"ok": None}, {"ok": "false"}, {"error": "x"}, {"a": {"ok": False}}],
    ids=json.dumps,
)
def test_another_value_is_a_success(body: Any, case: Case, mode: str) -> None:
    with case.connect(answering(200, body), mode) as client:
        value = method_of(client, "messages.send")()
    assert value.model_dump(exclude_unset=True) == body


def test_the_raw_response_is_an_error_too(case: Case) -> None:
    """As for a status of an error; its body is that of the error."""
    with (
        case.connect(answering(200, {"ok": False})) as client,
        pytest.raises(case.errors.ApiError) as caught,
    ):
        client.raw(client.messages.send)
    assert json.loads(caught.value.body) == {"ok": False}


def test_what_is_too_large_is_not_searched(case: Case) -> None:
    body = gzip.compress(b'{"ok": false, "a": [' + b"{}," * 300_000 + b"{}]}")
    server = answering(200, body, content_encoding="gzip")
    with (
        case.connect(server) as client,
        pytest.raises(case.errors.ResponseError, match="the limit of values"),
    ):
        client.messages.send()


def test_the_fake_answers_with_a_success(case: Case) -> None:
    """An example that is an error isn't used."""
    client = case.package.Sample(transport=case.fake())
    assert client.messages.list().messages == ["a"]


@pytest.mark.parametrize(
    ("condition", "body"),
    [
        ("code == 1", {"code": 1.0}),
        ("code == -2.5", {"code": -2.5}),
        ("meta.state == 'failed'", {"meta": {"state": "failed"}}),
        ("/a.b/c == null", {"a.b": {"c": None}}),
        ("is gone==true", {"is gone": True}),
    ],
)
def test_members_and_values(condition: str, body: Any, cases: GeneratedCases) -> None:
    name = f"condition_{len(condition)}"
    quoted = json.dumps(condition.replace("'", '"'))
    made = load_spec(cases, name, SPEC, f'error_when = {{ "GET /a" = {quoted} }}')
    for method, is_error in (("a", True), ("b", False)):
        with made.connect(answering(200, body)) as client:
            if is_error:
                with pytest.raises(made.errors.ApiError):
                    getattr(client, method)()
            else:
                assert getattr(client, method)() == body


SPEC = """
openapi: 3.1.0
info: {title: Sample, version: "1"}
servers: [{url: "https://chat.example"}]
paths:
  /a: {get: {operationId: a, responses: {"200": {$ref: "#/components/responses/Any"}}}}
  /b: {get: {operationId: b, responses: {"200": {$ref: "#/components/responses/Any"}}}}
components:
  responses: {Any: {description: Any value., content: {application/json: {}}}}
"""


# ── words ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error_message": "a", "status": "DENIED"}, "a"),
        ({"status": "fail", "data": {"message": "a"}}, "a"),
        ({"errors": [{"id": 3, "description": "a"}]}, "a"),
        ({"code": 99991663, "msg": "a"}, "a (code 99991663)"),
        ({"message": "a", "error_message": "b"}, "a"),
    ],
)
def test_words_of_a_server(body: Any, words: str, case: Case) -> None:
    with (
        case.connect(answering(409, body)) as client,
        pytest.raises(case.errors.ApiError) as caught,
    ):
        client.messages.delete("1")
    assert str(caught.value).partition("409: ")[2] == words


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (304, b"", 'Already deleted, "for good", no body'),
        (404, b"", "No such message, no body"),
        (404, b"<html>", "No such message, 6 bytes of no stated type"),
        (404, b'{"error": "x"}', "x"),
        (409, b"", "Conflict, no body"),
        (410, b"", "Gone, no body"),
        (500, b"", "Internal Server Error, no body"),
    ],
)
def test_documented_words_where_the_body_has_none(
    status: int, body: bytes, words: str, case: Case, mode: str
) -> None:
    with (
        case.connect(answering(status, body), mode) as client,
        pytest.raises(case.errors.ApiError) as caught,
    ):
        method_of(client, "messages.delete")("1")
    assert str(caught.value).partition(f"{status}: ")[2] == words

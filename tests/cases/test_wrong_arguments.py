"""Arguments of another type, misspelt members of a union, and streams that are read twice."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.answers import Recorder, answering
from tests.support.clients import method_of
from tests.support.generated_case import Case, GeneratedCases, load_spec

SPEC = """
openapi: 3.1.0
info: {title: Sample, version: "1"}
servers: [{url: "https://till.example"}]
paths:
  /pay:
    post:
      operationId: till/pay
      requestBody:
        required: true
        content:
          application/json:
            schema:
              oneOf:
              - {$ref: "#/components/schemas/Card"}
              - {$ref: "#/components/schemas/Bank"}
              - {type: string}
      responses: {"204": {description: Paid.}}
  /order:
    post:
      operationId: till/order
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}
      responses: {"204": {description: Ordered.}}
  /events:
    get:
      operationId: till/events
      responses:
        "200": {description: Events., content: {application/jsonl: {schema: {type: object}}}}
components:
  schemas:
    Card:
      type: object
      required: [number, cvc]
      properties: {number: {type: string}, cvc: {type: string}}
    Bank: {type: object, required: [iban], properties: {iban: {type: string}}}
    Coin: {type: object, required: [value], properties: {value: {type: integer}}}
    Note: {type: object, required: [worth], properties: {worth: {type: integer}}}
    Order:
      type: object
      properties:
        payment: {oneOf: [{$ref: "#/components/schemas/Card"}, {$ref: "#/components/schemas/Bank"}]}
        cash:
          type: array
          items: {anyOf: [{$ref: "#/components/schemas/Coin"}, {$ref: "#/components/schemas/Note"}]}
"""


@pytest.fixture(scope="module")
def case(cases: GeneratedCases) -> Case:
    return load_spec(cases, "wrong_arguments", SPEC)


REMEDY = "; options=Options(body=…) sends a body unchecked"


def faults(case: Case, method: str, body: Any) -> list[tuple[str, str]]:
    """Return the places and the messages of the errors for a body."""
    server = Recorder()
    with case.connect(server) as client, pytest.raises(ValidationError) as caught:
        method_of(client, f"till.{method}")(body)
    assert server.requests == []
    errors = caught.value.errors(include_url=False)
    assert errors[-1]["msg"].endswith(REMEDY)
    errors[-1]["msg"] = errors[-1]["msg"].removesuffix(REMEDY)
    return [(".".join(map(str, error["loc"])), error["msg"]) for error in errors]


MISSING, UNKNOWN = "Field required", "Extra inputs are not permitted"


@pytest.mark.parametrize(
    ("method", "body", "errors"),
    [
        (
            "pay",
            {"number": "1", "cvv": "2"},
            [("body.cvc", MISSING), ("body.cvv", UNKNOWN)],
        ),
        (
            "pay",
            {"number": "1", "cvc": "2", "a": 1, "b": 2},
            [
                ("body.a", UNKNOWN),
                ("body.b", UNKNOWN),
            ],
        ),
        ("pay", {"iban": "1", "name": "x"}, [("body.name", UNKNOWN)]),
        (
            "order",
            {"payment": {"number": "1", "cvv": "2"}},
            [("body.payment.cvc", MISSING), ("body.payment.cvv", UNKNOWN)],
        ),
        (
            "order",
            {"cash": [{"value": 1}, {"valeu": 1}]},
            [
                ("body.cash.1.value", f"{MISSING} (for Coin)"),
                ("body.cash.1.valeu", f"{UNKNOWN} (for Coin)"),
                ("body.cash.1.worth", f"{MISSING} (for Note)"),
                ("body.cash.1.valeu", f"{UNKNOWN} (for Note)"),
            ],
        ),
        ("order", {"cash": [{"worth": "1"}]}, [("body.cash.0.worth", "must be a valid integer")]),
    ],
)
def test_the_closest_branch_is_named(
    method: str, body: Any, errors: list[tuple[str, str]], case: Case
) -> None:
    """Of several that are as close, each error names its own."""
    assert faults(case, method, body) == errors


def test_a_value_of_another_type(case: Case) -> None:
    assert faults(case, "pay", 5) == [
        ("body", "must be a valid dictionary or instance of Card"),
        ("body", "must be a valid dictionary or instance of Bank"),
        ("body", "must be a valid string"),
    ]


@pytest.mark.parametrize("options", ["x", {"timeout": 3}, {}, 0, False])
def test_options_of_another_type(options: Any, case: Case, mode: str) -> None:
    server = Recorder()
    with case.connect(server, mode) as client:
        for name, arguments in (("events", ()), ("pay", ("x",))):
            fact = rf"till\.{name}: options must be Options\(…\), not "
            with pytest.raises(TypeError, match=fact):
                getattr(client.till, name)(*arguments, options=options)
    assert server.requests == []


def test_raw_with_options_of_another_type(case: Case) -> None:
    with case.connect(Recorder()) as client, pytest.raises(TypeError, match=r"not dict; nothing"):
        client.raw(client.till.pay, "x", options={"timeout": 3})


@pytest.mark.parametrize(
    ("name", "value", "fact"),
    [
        ("retry", 3, "retry must be a Retry, not int"),
        ("query", "a=b", "query must be a Mapping, not str"),
        ("response", {}, "response must be a ResponseInfo, not dict"),
    ],
)
def test_an_option_of_another_type(name: str, value: Any, fact: str, case: Case) -> None:
    with pytest.raises(TypeError, match=fact):
        case.package.Options(**{name: value})


@pytest.mark.parametrize(
    ("headers", "fact"),
    [
        (
            {"X-Level": 5},
            "the value for the header X-Level must be text, not int; nothing was sent",
        ),
        ({"X-Level": None}, "the value for the header X-Level must be text, not NoneType"),
        ({5: "x"}, "a header's name must be text, not int"),
        ([("X-Level", "5")], "headers must be a mapping, not list"),
        ("X-Level: 5", "headers must be a mapping, not str"),
    ],
)
def test_headers_of_another_type(headers: Any, fact: str, case: Case, mode: str) -> None:
    options = case.package.Options(headers=headers)
    server = Recorder()
    with (
        case.connect(server, mode) as client,
        pytest.raises(case.errors.RequestError, match=fact),
    ):
        client.till.pay("x", options=options)
    assert server.requests == []
    with pytest.raises(case.errors.RequestError, match=fact):
        case.connect(server, mode, headers=headers).__enter__()


@pytest.mark.parametrize("name", ["Sample", "AsyncSample"])
def test_an_argument_that_the_client_does_not_have(name: str, case: Case) -> None:
    make = getattr(case.package, name)
    with pytest.raises(TypeError) as caught:
        make(timout=3)
    assert str(caught.value) == f"{name}() has no argument 'timout'; did you mean 'timeout'?"
    with pytest.raises(TypeError, match=r"has no argument 'x'; there are base_url, timeout, "):
        make(x=1)
    with pytest.raises(ValueError, match="base_url must be https://"):
        make(base_url=5)


def test_a_stream_is_read_once(case: Case, mode: str) -> None:
    server = answering(200, b'{"a": 1}\n{"a": 2}\n', content_type="application/jsonl")
    with case.connect(server, mode) as client:
        stream = client.till.events()
        assert [*stream] == [{"a": 1}, {"a": 2}]
        with pytest.raises(RuntimeError) as caught:
            list(stream)
        assert str(caught.value) == (
            "GET https://till.example/events: the stream can be read once, and was read or closed "
            "already. Call the method again, or keep a list of it."
        )
        begun = client.till.events()
        assert next(iter(begun)) == {"a": 1}
        with pytest.raises(RuntimeError, match="can be read once"):
            list(begun)

"""Header parameters that hold a call's key, and POSTs that may be repeated for it."""

from __future__ import annotations

import inspect
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.support.answers import Recorder, Reply, answering
from tests.support.clients import method_of
from tests.support.generated_case import Case, GeneratedCases, load_spec

PAYMENT = {"cents": 7}
CREATED = answering(201, PAYMENT)
DROPPED = httpx.ReadError("dropped")
KEY = "idempotency-key"


@pytest.mark.parametrize(
    ("resource", "method", "annotation"),
    [
        ("payments", "create", "str | None"),
        ("payments", "change", "UUID | None"),
        ("payments", "list", "str | None"),
        ("refunds", "create", "str"),
        ("refunds", "change", "str | None"),
    ],
)
def test_the_parameter_of_a_key_is_optional_if_it_admits_a_uuid(
    resource: str, method: str, annotation: str, case: Case
) -> None:
    module = case.modules[f"resources.{resource}"]
    method_ = getattr(getattr(module, f"{resource.capitalize()}Resource"), method)
    found = [
        parameter
        for name, parameter in inspect.signature(method_).parameters.items()
        if name.endswith("idempotency_key")
    ]
    assert [parameter.annotation for parameter in found] == [annotation]
    assert (found[0].default is None) is annotation.endswith("None")


def test_the_docstring_tells_that_the_client_makes_it(case: Case) -> None:
    docs = " ".join(str(case.modules["resources.payments"].PaymentsResource.create.__doc__).split())
    assert "Tells a repetition from another payment. The client makes a key for each call" in docs


def call(case: Case, mode: str, server: Recorder, name: str, **arguments: Any) -> None:
    """Call a method, which is attempted twice at most; a payment needs no arguments."""
    if name == "payments.create":
        arguments = {"body": PAYMENT, **arguments}
    with case.connect(server, mode, retry=case.package.Retry(attempts=2, base=0)) as client:
        result = method_of(client, name)(**arguments)
        if name == "journal.tail":
            assert [item.cents for item in result] == [7]


LINE = answering(200, b'{"cents":7}\n', content_type="application/jsonl")


@pytest.mark.parametrize(
    ("name", "arguments", "header", "replies"),
    [
        ("payments.create", {}, KEY, [DROPPED, CREATED]),
        ("payments.create", {}, KEY, [502, CREATED]),
        ("payments.create", {}, KEY, [503, CREATED]),
        ("payments.create", {}, KEY, [504, CREATED]),
        ("payments.change", {"id": "1"}, "x-idempotency-key", [DROPPED, 204]),  # required there
        ("journal.tail", {}, KEY, [DROPPED, LINE]),
    ],
)
def test_a_call_is_repeated_with_its_key(
    name: str, arguments: Any, header: str, replies: list[Reply], case: Case, mode: str
) -> None:
    """Another call has another key."""
    server = Recorder(*replies, *replies)
    for _ in range(2):
        call(case, mode, server, name, **arguments)
    one, again, other, _ = server.headers(header)
    assert one == again != other
    assert UUID(one).version == UUID(other).version == 4
    assert server.requests[0].content == server.requests[1].content


@pytest.mark.parametrize("status", [400, 409, 500])
def test_another_status_is_not_repeated(status: int, case: Case, mode: str) -> None:
    server = Recorder(status)
    with pytest.raises(case.errors.ApiError):
        call(case, mode, server, "payments.create")
    assert len(server.requests) == 1


@pytest.mark.parametrize("where", ["argument", "options", "both"])
def test_a_key_of_the_caller(where: str, case: Case, mode: str) -> None:
    """The options of the call win, as for every header."""
    more: dict[str, Any] = {}
    if where != "options":
        more["idempotency_key"] = "mine"
    if where != "argument":
        more["options"] = case.package.Options(headers={"Idempotency-Key": "chosen"})
    server = Recorder(DROPPED, CREATED)
    call(case, mode, server, "payments.create", **more)
    assert server.headers(KEY) == ["mine" if where == "argument" else "chosen"] * 2


def test_a_header_of_the_client_is_no_key_of_a_call(case: Case, mode: str) -> None:
    server = Recorder(CREATED)
    with case.connect(server, mode, headers={"Idempotency-Key": "all the same"}) as client:
        for _ in range(2):
            client.payments.create(PAYMENT)
    assert len({*server.headers(KEY), "all the same"}) == 3


@pytest.mark.parametrize("method", ["receipts.create", "refunds.change"])
def test_a_post_without_a_key_is_sent_once(method: str, case: Case, mode: str) -> None:
    """It has none, or only the caller can make it: it doesn't admit a UUID."""
    server = Recorder(DROPPED)
    with pytest.raises(case.errors.TransportError) as caught:
        call(case, mode, server, method)
    assert caught.value.may_have_reached_server
    assert server.headers(KEY) == [None]


@pytest.mark.parametrize("method", ["refunds.create", "refunds.change"])
def test_a_key_that_only_the_caller_can_make(method: str, case: Case, mode: str) -> None:
    server = Recorder(DROPPED, 204)
    call(case, mode, server, method, idempotency_key="12345678")
    assert server.headers(KEY) == ["12345678", "12345678"]


def test_a_get_has_no_key(case: Case, mode: str) -> None:
    assert KEY not in case.sent(mode, "payments.list").headers


# The setting.

SPEC = """\
openapi: 3.0.3
info: {title: Kiosk, version: "1"}
servers: [{url: https://kiosk.example}]
paths:
  /papers:
    post: {operationId: papers/order, responses: {"204": {description: None.}}}
    patch: {operationId: papers/change, responses: {"204": {description: None.}}}
    put: {operationId: papers/replace, responses: {"204": {description: None.}}}
"""


@pytest.mark.parametrize(
    ("method", "has_key"), [("order", True), ("change", True), ("replace", False)]
)
def test_the_setting_is_for_every_post_and_patch(
    method: str, has_key: bool, cases: GeneratedCases, mode: str
) -> None:
    kiosk = load_spec(cases, "kiosk", SPEC, 'idempotency_header = "X-Request-Key"')
    server = Recorder(DROPPED, 204)
    call(kiosk, mode, server, f"papers.{method}")
    one, again = server.headers("x-request-key")
    assert one == again
    assert (one is not None) is has_key

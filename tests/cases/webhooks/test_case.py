"""Webhooks and callbacks: their payloads, their names and the signatures of Standard Webhooks.

The signatures of other schemes are in ``tests/client/test_webhook_signatures.py``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, get_overloads, get_type_hints

import pytest

from tests.support.generated_case import Case, generate_spec

SECRET = b"a secret of the receiver"
KEY = "whsec_" + base64.b64encode(SECRET).decode()
NOW = 1_770_000_000
ORDER = {"id": "o1", "state": "sold", "total": 12.5, "placed": "2026-01-02T03:04:05Z"}


@pytest.fixture
def webhooks(case: Case, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module under test, at a fixed time."""
    monkeypatch.setattr(case.modules["_runtime.standard_webhooks"].time, "time", lambda: float(NOW))
    return case.modules["webhooks"]


def signed(
    body: bytes, at: int = NOW, secret: bytes = SECRET, message: str = "m1"
) -> dict[str, str]:
    """The headers of a delivery, as Standard Webhooks tells a sender to make them."""
    digest = hmac.new(secret, f"{message}.{at}.".encode() + body, hashlib.sha256).digest()
    return {
        "Webhook-Id": message,
        "Webhook-Timestamp": str(at),
        "Webhook-Signature": "v1," + base64.b64encode(digest).decode(),
        "Content-Type": "application/json",
    }


def delivered(webhooks: ModuleType, name: str, value: Any, **settings: Any) -> Any:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return webhooks.parse(name, body, signed(body), key=KEY, **settings)


# ── payloads ─────────────────────────────────────────────────────────────────────────────────────


def test_a_payload_is_of_its_class(case: Case, webhooks: ModuleType) -> None:
    order = delivered(webhooks, "order.changed", ORDER)
    assert type(order) is case.models.Order
    assert (order.id, order.total) == ("o1", 12.5)
    assert order.state is case.models.OrderState.SOLD
    assert order.placed == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert delivered(webhooks, "ping", b"anything") == b"anything"
    assert delivered(webhooks, "ping", b"") is None
    assert delivered(webhooks, "scan", b"\x00\xff") == b"\x00\xff"
    assert delivered(webhooks, "state", "sold") == "sold"


def test_an_optional_body_in_several_media_types(webhooks: ModuleType) -> None:
    assert delivered(webhooks, "label", b"") is None
    assert delivered(webhooks, "label", {"text": "ab"}).text == "ab"
    image = b"\x89PNG"
    headers = {**signed(image), "Content-Type": "image/png"}
    assert webhooks.parse("label", image, headers, key=KEY) == image


def test_a_branch_is_told_by_its_discriminator(case: Case, webhooks: ModuleType) -> None:
    parts = [{"kind": "Box", "width": 3}, {"kind": "Bag", "litres": 2}, {"kind": "Tin"}]
    box, bag, other = delivered(webhooks, "POST order.parts", parts)
    assert (type(box), type(bag)) == (case.models.Box, case.models.Bag)
    assert type(other).__name__ == "UnknownVariant"
    assert delivered(webhooks, "PUT order.parts", ["a"]) == ["a"]


def test_reading_is_lenient_and_told(webhooks: ModuleType) -> None:
    told: list[Any] = []
    value = {**ORDER, "state": "lost", "total": "13", "more": 1}
    order = delivered(webhooks, "order.changed", value, on_deviation=told.append)
    assert (order.state, order.total, order.more) == ("lost", 13, 1)
    assert [(one.operation, one.rule, one.pointer) for one in told] == [
        ("order.changed", "response/schema/enum/value-added", "/state"),
        ("order.changed", "response/schema/type/changed", "/total"),
        ("order.changed", "response/schema/property/added", "/more"),
    ]


def test_a_constructor_stays_strict(case: Case) -> None:
    with pytest.raises(ValueError, match="amount"):
        case.models.Payment(amount=1001)
    assert not hasattr(case.models, "Receipt")  # an answer is yours to write


@pytest.mark.parametrize("body", [b"", b"{", b"\xff"])
def test_an_unreadable_body_is_one_error(body: bytes, case: Case, webhooks: ModuleType) -> None:
    with pytest.raises(case.errors.WebhookError) as caught:
        delivered(webhooks, "paid of orders/create", body)
    assert type(caught.value) is case.errors.WebhookError
    assert caught.value.name == "paid of orders/create"


# ── names ────────────────────────────────────────────────────────────────────────────────────────


def test_names_are_distinct_unless_the_payload_is_the_same(webhooks: ModuleType) -> None:
    assert webhooks.NAMES == {
        "order.changed": "An order has another state.",
        "POST order.parts": "",
        "PUT order.parts": "",
        "label": "",
        "scan": "",
        "state": "",
        "ping": "",
        "paid of orders/create": "The order was paid.",
        "sent": "",
        "paid of gifts/create": "",
    }


def test_every_name_has_an_overload(case: Case, webhooks: ModuleType) -> None:
    hints = [get_type_hints(one) for one in get_overloads(webhooks.parse)]
    assert len(hints) == len(webhooks.NAMES) + 1
    by_name = {str(one["name"]): one["return"] for one in hints}
    assert by_name["typing.Literal['order.changed']"] is case.models.Order
    assert by_name["typing.Literal['scan']"] is bytes
    assert by_name["typing.Literal['ping']"] == bytes | None


def test_an_unknown_name_is_one_error(case: Case, webhooks: ModuleType) -> None:
    with pytest.raises(case.errors.WebhookError, match="no request of this name"):
        delivered(webhooks, "order.lost", ORDER)


def test_names_of_callbacks_are_as_short_as_they_can_be(tmp_path: Path) -> None:
    def sending(kind: str) -> str:
        return f"{{requestBody: {{content: {{application/json: {{schema: {{type: {kind}}}}}}}}}}}"

    spec = f"""\
openapi: 3.1.0
info: {{title: Shop, version: "1"}}
servers: [{{url: https://shop.example}}]
webhooks: {{paid: {{post: {sending("string")}}}}}
paths:
  /a:
    post:
      operationId: a
      callbacks:
        paid: {{"{{$url}}": {{post: {sending("integer")}}}}}
        sent: {{"{{$url}}": {{post: {sending("string")}, put: {sending("integer")}}}}}
        lost:
          "{{$url}}": {{post: {sending("string")}}}
          "{{$request.query.b}}": {{post: {sending("integer")}}}
"""
    outcome = generate_spec(tmp_path, "named", spec)
    assert outcome.code == 0, outcome.err
    source = (tmp_path / "named/webhooks.py").read_text(encoding="utf-8")
    assert re.findall(r'Literal\["(.*)"\]', source) == [
        "paid",
        "paid of a",
        "POST sent",
        "PUT sent",
        "lost at {$url}",
        "lost at {$request.query.b}",
    ]


def test_no_request_is_lost_to_the_name_of_another(tmp_path: Path) -> None:
    def taking(kind: str) -> str:
        return f"{{requestBody: {{content: {{application/json: {{schema: {{type: {kind}}}}}}}}}}}"

    spec = f"""\
openapi: 3.1.0
info: {{title: Shop, version: "1"}}
webhooks:
  sold: {{post: {taking("string")}, put: {taking("integer")}}}
  POST sold: {{post: {taking("boolean")}}}
"""
    assert generate_spec(tmp_path, "named", spec).code == 0
    source = (tmp_path / "named/webhooks.py").read_text(encoding="utf-8")
    readers = re.findall(r'"(.*)": Webhook\(lambda: (\w+)\)', source)
    assert readers == [("POST sold", "str"), ("PUT sold", "int"), ("POST sold_", "bool")]


# ── signatures ───────────────────────────────────────────────────────────────────────────────────

BODY = json.dumps(ORDER).encode()
GENUINE = signed(BODY)
SIGNATURE = GENUINE["Webhook-Signature"]
TAMPERED: dict[str, tuple[bytes, dict[str, str]]] = {
    "a changed byte": (BODY.replace(b"12.5", b"92.5"), {}),
    "a byte more": (BODY + b" ", {}),
    "a byte less": (BODY[:-1], {}),
    "the same JSON written otherwise": (BODY.replace(b": ", b":"), {}),
    "no body": (b"", {}),
    "a changed id": (BODY, {"Webhook-Id": "m2"}),
    "no id": (BODY, {"Webhook-Id": ""}),
    "an id that takes a part of the time": (
        BODY,
        {"Webhook-Id": f"m1.{NOW}", "Webhook-Timestamp": ""},
    ),
    "a later time": (BODY, {"Webhook-Timestamp": str(NOW + 1)}),
    "an old time": (BODY, {"Webhook-Timestamp": str(NOW - 301)}),
    "no time": (BODY, {"Webhook-Timestamp": ""}),
    "a time that is no number": (BODY, {"Webhook-Timestamp": "now"}),
    "a time of other digits": (BODY, {"Webhook-Timestamp": "١٧٧٠٠٠٠٠٠٠"}),
    "an endless time": (BODY, {"Webhook-Timestamp": "9" * 5000}),
    "no signature": (BODY, {"Webhook-Signature": ""}),
    "a signature without its version": (BODY, {"Webhook-Signature": SIGNATURE[3:]}),
    "a signature of another version": (BODY, {"Webhook-Signature": "v1a" + SIGNATURE[2:]}),
    "a cut signature": (BODY, {"Webhook-Signature": SIGNATURE[:-4]}),
    "a longer signature": (BODY, {"Webhook-Signature": SIGNATURE + "A"}),
    "a signature in other letters": (BODY, {"Webhook-Signature": SIGNATURE.swapcase()}),
    "a signature that isn't ASCII": (BODY, {"Webhook-Signature": "v1,\udcff\U0001f600"}),
    "a signature with another key": (BODY, signed(BODY, secret=b"other")),
    "a signature of another body": (BODY, signed(b"{}")),
    "a signature of the body alone": (
        BODY,
        {
            "Webhook-Signature": "v1,"
            + base64.b64encode(hmac.digest(SECRET, BODY, "sha256")).decode()
        },
    ),
}


def test_a_genuine_delivery_is_taken(webhooks: ModuleType) -> None:
    for headers in (GENUINE, {name.lower(): value for name, value in GENUINE.items()}):
        assert webhooks.parse("order.changed", BODY, headers, key=KEY).id == "o1"
    assert webhooks.parse("order.changed", BODY.decode(), GENUINE, key=KEY).id == "o1"


@pytest.mark.parametrize("change", TAMPERED)
def test_a_tampered_delivery_is_refused(change: str, case: Case, webhooks: ModuleType) -> None:
    body, headers = TAMPERED[change]
    with pytest.raises(case.errors.SignatureError) as caught:
        webhooks.parse("order.changed", body, {**GENUINE, **headers}, key=KEY)
    assert type(caught.value) is case.errors.SignatureError
    assert SIGNATURE[3:] not in str(caught.value)


@pytest.mark.parametrize("late", [-301, -3600, 301, 10**9])
def test_a_time_far_from_now_is_an_error_of_its_own(
    late: int, case: Case, webhooks: ModuleType
) -> None:
    with pytest.raises(case.errors.TimestampError, match="300 seconds"):
        webhooks.parse("order.changed", BODY, signed(BODY, NOW + late), key=KEY)


@pytest.mark.parametrize("late", [-300, 0, 300])
def test_a_time_near_now_is_taken(late: int, webhooks: ModuleType) -> None:
    assert webhooks.parse("order.changed", BODY, signed(BODY, NOW + late), key=KEY).id == "o1"


def test_one_of_several_signatures_and_keys_is_enough(case: Case, webhooks: ModuleType) -> None:
    other = signed(BODY, secret=b"other")["Webhook-Signature"]
    headers = {**GENUINE, "Webhook-Signature": f"v1a,abc {other} {SIGNATURE}"}
    assert webhooks.parse("order.changed", BODY, headers, key=KEY).id == "o1"
    assert webhooks.parse("order.changed", BODY, GENUINE, key=["whsec_b3RoZXI=", KEY]).id == "o1"
    assert webhooks.parse("order.changed", BODY, GENUINE, key=SECRET).id == "o1"
    assert webhooks.parse("order.changed", BODY, GENUINE, key=KEY[6:].rstrip("=")).id == "o1"
    with pytest.raises(case.errors.SignatureError):
        webhooks.parse("order.changed", BODY, GENUINE, key=["whsec_b3RoZXI="])


@pytest.mark.parametrize("key", ["", b"", "whsec_", [], [b""], "not base64!", "\u0430", [KEY, ""]])
def test_a_key_that_is_none_is_refused(key: Any, case: Case, webhooks: ModuleType) -> None:
    with pytest.raises(case.errors.WebhookError, match="key"):
        webhooks.parse("order.changed", BODY, GENUINE, key=key)


def test_nothing_is_parsed_before_the_signature(case: Case, webhooks: ModuleType) -> None:
    with pytest.raises(case.errors.SignatureError):
        webhooks.parse("order.lost", b"{", {}, key=KEY)


def test_what_sign_returns_is_taken_and_is_of_now(webhooks: ModuleType) -> None:
    headers = webhooks.sign(BODY, KEY)
    assert headers["webhook-timestamp"] == str(NOW)
    assert (
        headers["webhook-signature"]
        == signed(BODY, message=headers["webhook-id"])["Webhook-Signature"]
    )
    assert webhooks.sign(BODY, KEY)["webhook-id"] != headers["webhook-id"]

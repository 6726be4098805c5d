"""``webhooks.parse`` with deliveries of anybody: one type of error, whatever arrives."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.generated_case import Case, GeneratedCases

pytestmark = pytest.mark.slow

KEY = "whsec_c3BlY2xvY2s="
NAMES = ("order.changed", "POST order.parts", "label", "scan", "ping", "sent", "lost", "")
SIGNED = ("webhook-id", "Webhook-Timestamp", "webhook-signature", "content-type")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["id", "state", "kind", "amount", "x"]), inner)
    ),
)
TEXTS = st.text(st.characters(codec=None), max_size=40)
BODIES = st.binary(max_size=80) | TEXTS | JSON.map(json.dumps)


@pytest.fixture(scope="module")
def shop(cases: GeneratedCases) -> Case:
    return cases.load("webhooks")


@given(
    name=st.sampled_from(NAMES) | TEXTS,
    body=BODIES,
    headers=st.dictionaries(st.sampled_from(SIGNED) | TEXTS, TEXTS | st.just("v1,AAAA")),
    key=TEXTS | st.binary(max_size=8) | st.lists(TEXTS, max_size=2) | st.just(KEY),
)
def test_an_unsigned_delivery_is_a_webhook_error(
    name: str, body: bytes | str, headers: dict[str, str], key: Any, shop: Case
) -> None:
    with pytest.raises(shop.errors.WebhookError) as caught:
        shop.modules["webhooks"].parse(name, body, headers, key=key)
    assert str(caught.value).isprintable()


@given(name=st.sampled_from(NAMES), body=BODIES, kind=TEXTS | st.just("application/json"))
def test_a_signed_delivery_is_read_or_a_webhook_error(
    name: str, body: bytes | str, kind: str, shop: Case
) -> None:
    webhooks = shop.modules["webhooks"]
    headers = {**webhooks.sign(body, KEY), "content-type": kind}
    with suppress(shop.errors.WebhookError):
        webhooks.parse(name, body, headers, key=KEY, on_deviation=str)


@pytest.mark.parametrize("body", ["[" * 100_000, '{"id":' * 100_000, "1" * 100_000, '"\\ud800"'])
def test_a_hostile_body_is_a_webhook_error(body: str, shop: Case) -> None:
    webhooks = shop.modules["webhooks"]
    for name in ("order.changed", "POST order.parts"):
        with pytest.raises(shop.errors.WebhookError):
            webhooks.parse(name, body, webhooks.sign(body, KEY), key=KEY)

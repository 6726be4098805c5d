"""The request and the response with every documented field, there and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from pinterest_audiences.models import (
    Audience,
    AudienceCreateRequest,
    AudienceRule,
    Currency,
    EventData,
    LineItem,
    ObjectiveType,
)
from pydantic import BaseModel

from tests.client.conftest import Caller, make_body
from tests.support.answers import Recorder

SPEC: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "spec" / "pinterest-audiences.yaml").read_text(encoding="utf-8")
)
OPERATION = SPEC["paths"]["/ad_accounts/{ad_account_id}/audiences"]["post"]


def example(holder: dict[str, Any], name: str) -> dict[str, Any]:
    value: dict[str, Any] = holder["content"]["application/json"]["examples"][name]["value"]
    return value


SENT = example(OPERATION["requestBody"], "full")
ANSWER = example(OPERATION["responses"]["200"], "full")
ACCOUNT = "549755885175"


def written_out() -> AudienceCreateRequest:
    """The full example, as a caller would write it."""
    return AudienceCreateRequest(
        audience_type="VISITOR",
        name="Everything filled in",
        description="Shows where each field goes",
        ad_account_id="34999028468",
        rule=AudienceRule(
            country="US",
            customer_list_id="927",
            engagement_domain=["shop.example.com", "blog.example.com"],
            engagement_type="click",
            event="checkout",
            event_data=EventData(
                currency=Currency.NZD,
                lead_type="Catalogue request",
                line_items=LineItem(
                    product_brand="Northlight",
                    product_category="Lighting",
                    product_id=501,
                    product_name="Reading lamp",
                    product_price="64.50",
                    product_quantity=2,
                    product_variant="Brass",
                    product_variant_id="501-BR",
                ),
                order_id="A-20417",
                order_quantity=2,
                page_name="Checkout",
                promo_code="SPRING5",
                property="Northlight shop",
                search_query="reading lamp",
                value="129.00",
                video_title="Choosing a lamp",
            ),
            percentage=5,
            pin_id=["1", "09198020781"],
            prefill=True,
            retention_days=30,
            seed_id=["4174", "967855370"],
            url=["https://shop.example.com/lamps", "https://shop.example.com/bulbs"],
            visitor_source_id="2243719",
            engager_type=2,
            campaign_id=["55417787", "825756075"],
            ad_id=["3", "530432"],
            objective_type=[ObjectiveType.VIDEO_VIEW, ObjectiveType.WEB_CONVERSION],
            ad_account_id="8",
        ),
    )


def unpacked() -> AudienceCreateRequest:
    return AudienceCreateRequest(**SENT)


def read() -> AudienceCreateRequest:
    return AudienceCreateRequest.model_validate(SENT)


def assert_reads(model: BaseModel, wire: dict[str, Any]) -> None:
    """Every value of ``wire`` is in the field that the description names, in its plain form."""
    fields = type(model).model_fields
    by_wire = {info.alias or name: name for name, info in fields.items()}
    assert not model.model_extra
    assert {by_wire[name] for name in wire} == model.model_fields_set
    for name, value in wire.items():
        found = getattr(model, by_wire[name])
        if isinstance(found, BaseModel):
            assert_reads(found, value)
        else:
            assert found == value, name
            assert isinstance(found, type(value)), name


@pytest.mark.parametrize("make", [written_out, unpacked, read])
def test_every_field_goes_out_and_comes_back(make: Any, caller: Caller) -> None:
    """The body is the example to the last value; the answer is read to the last value."""
    server = Recorder(ANSWER)
    audience = caller.create(server, make(), account=ACCOUNT)

    assert server.targets == [f"POST /v5/ad_accounts/{ACCOUNT}/audiences"]
    assert server.headers("content-type") == server.headers("accept") == ["application/json"]
    assert server.bodies == [SENT]
    assert type(audience) is Audience
    assert_reads(audience, ANSWER)
    assert audience.model_dump(mode="json", exclude_unset=True) == ANSWER


def test_values_by_their_attributes(caller: Caller) -> None:
    """What a user types, and the types that come back."""
    audience = caller.create(Recorder(ANSWER), written_out())

    assert audience.id == "540616"
    assert audience.created_by_company_name == "Northlight"
    assert (audience.size, audience.status, audience.type) == (2400, "READY", "audience")
    assert (audience.created_timestamp, audience.updated_timestamp) == (1767225600, 1767312000)
    rule = audience.rule
    assert rule is not None
    assert rule.event_source == {"=": ["web", "offline"]}
    assert rule.ingestion_source == {"=": ["tag", "conversions_api"]}
    assert rule.objective_type == [ObjectiveType.CATALOG_SALES, ObjectiveType.WEB_SESSIONS]
    assert all(isinstance(value, ObjectiveType) for value in rule.objective_type)
    assert rule.event_data is not None
    assert rule.event_data.currency is Currency.SEK
    assert isinstance(rule.event_data.line_items, LineItem)
    assert rule.event_data.line_items.product_price == "649.00"
    assert rule.prefill is True


def test_the_answer_can_be_sent_again(caller: Caller) -> None:
    """A rule that was read is a rule to write."""
    server = Recorder(ANSWER)
    first = caller.create(server)
    assert first.rule is not None
    caller.create(server, make_body(rule=first.rule))
    assert server.bodies[1]["rule"] == ANSWER["rule"]

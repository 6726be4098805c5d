"""Writing is strict, reading is generous, with one class for both; and what models must survive."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from pinterest_audiences import errors
from pinterest_audiences.models import (
    Audience,
    AudienceCreateRequest,
    AudienceRule,
    AudienceType,
    Currency,
    EventData,
    LineItem,
    ObjectiveType,
    UrlCondition,
)
from pydantic import BaseModel, ValidationError

from tests.client.conftest import AUDIENCE, GOOD, Caller, refusal, wire
from tests.support.answers import Recorder

REFUSED: list[tuple[type[BaseModel], dict[str, Any], str, str]] = [
    (AudienceCreateRequest, {**GOOD, "nme": "y"}, "nme", "extra_forbidden"),
    (AudienceCreateRequest, {"audience_type": "VISITOR", "rule": {}}, "name", "missing"),
    (AudienceCreateRequest, {**GOOD, "name": None}, "name", "string_type"),
    (AudienceCreateRequest, {**GOOD, "description": None}, "description", "string_type"),
    (AudienceCreateRequest, {**GOOD, "rule": None}, "rule", "model_type"),
    (AudienceCreateRequest, {**GOOD, "rule": Audience()}, "rule", "model_type"),
    (AudienceCreateRequest, {**GOOD, "audience_type": "PASSER_BY"}, "audience_type", "enum"),
    (AudienceCreateRequest, {**GOOD, "audience_type": 1}, "audience_type", "enum"),
    (
        AudienceCreateRequest,
        {**GOOD, "audience_type": Currency.EUR},
        "audience_type",
        "enum",
    ),
    (
        AudienceCreateRequest,
        {**GOOD, "ad_account_id": "x1"},
        "ad_account_id",
        "string_pattern_mismatch",
    ),
    (AudienceCreateRequest, {**GOOD, "rule": {"bogus": 1}}, "rule.bogus", "extra_forbidden"),
    (AudienceCreateRequest, {**GOOD, "name": 5}, "name", "string_type"),
    (AudienceRule, {"event_source": {"=": [1]}}, "event_source.=.0", "string_type"),
    (AudienceRule, {"retention_days": "many"}, "retention_days", "int_parsing"),
    (AudienceRule, {"retention_days": 1.5}, "retention_days", "int_from_float"),
    (AudienceRule, {"retention_days": None}, "retention_days", "int_type"),
    (AudienceRule, {"pin_id": ["1", "x"]}, "pin_id.1", "string_pattern_mismatch"),
    (AudienceRule, {"pin_id": ["1", None]}, "pin_id.1", "string_type"),
    (AudienceRule, {"objective_type": ["FAME"]}, "objective_type.0", "enum"),
    (AudienceRule, {"event_source": {"=": "web"}}, "event_source.=", "list_type"),
    (EventData, {"currency": "eur"}, "currency", "enum"),
]


@pytest.mark.parametrize(("model", "fields", "where", "what"), REFUSED, ids=str)
def test_the_constructor_refuses(
    model: type[BaseModel], fields: dict[str, Any], where: str, what: str
) -> None:
    """What the description doesn't know, with pydantic's own message that says where."""
    assert refusal(lambda: model(**fields)) == {where: what}


@pytest.mark.parametrize(("model", "fields", "where", "what"), REFUSED, ids=str)
def test_assigning_and_copying_refuse_the_same(
    model: type[BaseModel], fields: dict[str, Any], where: str, what: str
) -> None:
    """One value after the other, and a refused one changes nothing."""
    made = model.model_construct() if model is not AudienceCreateRequest else model(**GOOD)
    name = where.partition(".")[0]
    if name not in fields:
        pytest.skip("nothing to assign")
    before = (made.__dict__.copy(), {*made.model_fields_set}, copy.copy(made.model_extra))

    assert refusal(lambda: setattr(made, name, fields[name])) == {where: what}
    assert refusal(lambda: made.model_copy(update={name: fields[name]})) == {where: what}

    assert (made.__dict__, made.model_fields_set, made.model_extra) == before


def test_every_way_to_write_the_same() -> None:
    """Models, dictionaries, members, their text, and assignment, in any mixture."""
    wanted: dict[str, Any] = {
        "audience_type": "VISITOR",
        "name": "x",
        "rule": {
            "event_data": {"currency": "EUR", "line_items": [{"product_id": 1}]},
            "url": {"=": "/a"},
            "objective_type": ["AWARENESS"],
            "event_source": {"=": ["web"]},
        },
    }
    assigned = AudienceCreateRequest(audience_type="CUSTOMER_LIST", name="y", rule=AudienceRule())
    assigned.audience_type = "VISITOR"
    assigned.name = "x"
    assigned.rule = AudienceRule(url=UrlCondition(equal="/b"))
    assigned.rule.event_data = EventData(currency="USD", line_items=[LineItem(product_id=1)])
    assigned.rule.event_data.currency = Currency.EUR
    assigned.rule.objective_type = [ObjectiveType.AWARENESS]
    assigned.rule.event_source = {"=": ["web"]}
    assert isinstance(assigned.rule.url, UrlCondition)
    assigned.rule.url.equal = "/a"

    made = [
        assigned,
        AudienceCreateRequest(**wanted),
        AudienceCreateRequest.model_validate(wanted),
        AudienceCreateRequest(
            audience_type=AudienceType.VISITOR,
            name="x",
            rule=AudienceRule(
                event_data=EventData(currency=Currency.EUR, line_items=[LineItem(product_id=1)]),
                url=UrlCondition(equal="/a"),
                objective_type=[ObjectiveType.AWARENESS],
                event_source={"=": ["web"]},
            ),
        ),
    ]

    for one in made:
        assert one == assigned
        assert wire(one) == wanted
        assert isinstance(one.audience_type, AudienceType)


def test_an_attribute_that_is_no_field_is_refused() -> None:
    made = AudienceCreateRequest(**GOOD)
    assert refusal(lambda: setattr(made, "nme", "y")) == {"nme": "extra_forbidden"}
    assert refusal(lambda: made.model_copy(update={"nme": "y"})) == {"nme": "extra_forbidden"}
    assert wire(made) == GOOD


def test_a_copy_is_another() -> None:
    made = AudienceCreateRequest(**GOOD)
    changed = made.model_copy(update={"name": "y", "rule": {"pin_id": ["2"]}}, deep=True)

    assert wire(changed) == {**GOOD, "name": "y", "rule": {"pin_id": ["2"]}}
    assert wire(made) == GOOD


def test_fields_of_ones_own_where_the_description_allows_them() -> None:
    """In ``event_data``, beside known ones that stay as strict as anywhere."""
    own: dict[str, Any] = {"currency": "EUR", "shelf": 7, "colours": ["red", None]}
    assert wire(EventData(**own)) == own
    assert wire(AudienceRule(event_data=own)) == {"event_data": own}  # type: ignore[arg-type]
    event = EventData(currency="EUR")
    event.shelf = 8
    assert wire(event) == {"currency": "EUR", "shelf": 8}
    assert wire(event.model_copy(update={"shelf": 9})) == {"currency": "EUR", "shelf": 9}
    assert refusal(lambda: EventData(**{**own, "currency": "XTS"})) == {"currency": "enum"}
    assert refusal(lambda: setattr(event, "currency", "XTS")) == {"currency": "enum"}
    nested = {"line_items": [{"shelf": 7}]}
    assert refusal(lambda: EventData(**nested)).popitem()[1] == "extra_forbidden"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "fields",
    [
        {"url": {"contains": None}},
        {"event_data": {"line_items": [{"product_id": 1}, {"product_id": None}]}},
        {"event_data": {"line_items": {"product_id": "1"}}},
        {"event_source": {1: ["web"]}},
        {"event_data": {"own": {1: 1}}},
    ],
)
def test_what_a_class_in_a_union_refuses(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AudienceRule(**fields)


def test_null_where_the_api_takes_it() -> None:
    """Left out and null are two things, and both can be written."""
    assert wire(Audience(id="1", description=None)) == {"id": "1", "description": None}
    assert wire(Audience(id="1")) == {"id": "1"}
    audience = Audience(id="1")
    audience.size = None
    assert wire(audience) == {"id": "1", "size": None}


def test_what_isn_t_known_yet_can_be_sent() -> None:
    """The one explicit way: ``model_validate``, at any depth."""
    new = {
        "audience_type": "PASSER_BY",
        "name": "x",
        "newest": None,
        "rule": {"new": [1], "objective_type": ["FAME"], "event_data": {"own": {"a": 1}}},
    }
    assert wire(AudienceCreateRequest.model_validate(new)) == new

    mixed = AudienceCreateRequest(
        audience_type="VISITOR",
        name="x",
        rule=AudienceRule.model_validate({"new": [1], "event_data": {"own": 1}}),
    )
    assert wire(mixed)["rule"] == {"new": [1], "event_data": {"own": 1}}


def test_a_list_that_was_spoilt_after_the_check(caller: Caller) -> None:
    """Changing a list in place isn't checked; what isn't JSON can't be sent."""
    made = AudienceCreateRequest(**GOOD)
    assert made.rule.pin_id is not None
    made.rule.pin_id.append(object())  # type: ignore[arg-type]
    server = Recorder(AUDIENCE)

    with pytest.raises(errors.RequestError):
        caller.create(server, made)

    assert server.requests == []

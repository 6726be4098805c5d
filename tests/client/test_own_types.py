"""Models in types of the caller's: pydantic validates and writes them as the package does."""

from __future__ import annotations

import json
import warnings
from typing import Any

import pytest
from pinterest_audiences import Pinterest
from pinterest_audiences._runtime.http import httpx
from pinterest_audiences.models import (
    Audience,
    AudienceCreateRequest,
    AudienceRule,
)
from pydantic import BaseModel, TypeAdapter, ValidationError

from tests.client.conftest import GOOD, TOKEN
from tests.support.answers import Recorder

RECEIVED: list[dict[str, Any]] = [
    {"id": "1"},
    {"id": "1", "description": None, "rule": {"country": "US"}},
    {"id": "1", "brand_new": {"a": [1, None]}},
    {"id": 1, "name": None, "size": "many", "rule": 5},
    {"id": "x", "rule": {"country": 1, "retention_days": None, "url": {"=": "a", "new": 1}}},
]


class Mine(BaseModel):
    """A class of the caller's."""

    audience: Audience
    others: list[Audience] = []


def received(data: dict[str, Any]) -> Audience:
    """Return what a client reads."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=data))
    return Pinterest(TOKEN, transport=transport).audiences.create("1", GOOD)


@pytest.mark.parametrize("data", RECEIVED, ids=str)
def test_what_was_read_comes_back_equal(data: dict[str, Any]) -> None:
    audience = received(data)
    adapter = TypeAdapter(list[Audience])
    mine = Mine(audience=audience, others=[audience])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        texts = adapter.dump_json([audience]), mine.model_dump_json()
        values = adapter.dump_python([audience]), mine.model_dump()
    (again,) = adapter.validate_json(texts[0])
    (from_values,) = adapter.validate_python(values[0])
    for each in (again, from_values):
        assert each == audience
        assert each.model_fields_set == audience.model_fields_set
    assert Mine.model_validate_json(texts[1]) == Mine.model_validate(values[1]) == mine
    assert Audience.model_validate_json(audience.model_dump_json()) == audience


@pytest.mark.parametrize("data", RECEIVED[:3], ids=str)
def test_what_was_never_set_is_not_written(data: dict[str, Any]) -> None:
    audience = received(data)
    assert json.loads(audience.model_dump_json()) == data
    assert json.loads(Mine(audience=audience).model_dump_json()) == {"audience": data, "others": []}
    assert audience.model_dump(exclude_unset=False)["size"] is None


def test_a_rule_that_was_kept_is_sent_as_it_was_read() -> None:
    server = Recorder({"id": "1", "rule": {"country": "US"}}, {"id": "2"})
    client = Pinterest(TOKEN, transport=httpx.MockTransport(server))
    rule = client.audiences.create("1", GOOD).rule
    assert rule is not None
    kept = json.dumps(rule.model_dump())
    again = AudienceRule.model_validate(json.loads(kept))
    body = AudienceCreateRequest(audience_type="VISITOR", name="x", rule=again)
    client.audiences.create("1", body)
    assert json.loads(server.requests[1].content)["rule"] == {"country": "US"}


WRONG: list[dict[str, Any]] = [
    {"name": "x", "audience_type": "VISITOR"},
    {"name": "x", "audience_type": "VISITOR", "rule": {}, "new": 1},
    {"name": None, "audience_type": "VISITOR", "rule": {}},
    {"name": "x", "audience_type": "VISITOR", "rule": {"country": None}},
]


@pytest.mark.parametrize("data", WRONG, ids=str)
def test_a_class_that_requests_take_refuses_what_is_not_described(data: dict[str, Any]) -> None:
    adapter = TypeAdapter(list[AudienceCreateRequest])
    with pytest.raises(ValidationError):
        adapter.validate_python([data])
    with pytest.raises(ValidationError):
        adapter.validate_json(json.dumps([data]))


@pytest.mark.parametrize("data", [1, "x", None, []], ids=str)
def test_what_is_no_object_is_no_model(data: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(list[Audience]).validate_python([data])


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_json_schema_is_that_of_the_class(mode: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        whole = TypeAdapter(list[Audience]).json_schema(mode=mode)
    own = Audience.model_json_schema(mode=mode)
    assert whole["items"] == {"$ref": "#/$defs/Audience"}
    assert whole["$defs"]["Audience"]["properties"] == own["properties"]


@pytest.mark.parametrize("value", [3, "x", None, []])
def test_what_is_no_object_is_refused_by_the_name_of_the_class(value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(list[Audience]).validate_python([value])
    types = [fault["type"] for fault in caught.value.errors()]
    assert types == ["model_type", "model_type"]

"""Values that a server sends: read in more forms than are written."""

from __future__ import annotations

import inspect
import json
import sys
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any, Literal

import pytest
from pinterest_audiences._runtime.json import Json
from pinterest_audiences._runtime.model import Typed
from pinterest_audiences.models import (
    Audience,
    AudienceCreateRequest,
    AudienceRule,
    Currency,
    EventData,
    LineItem,
    ObjectiveType,
    UrlCondition,
)
from typing_extensions import TypeAliasType

from tests.client.conftest import GOOD, refusal, wire


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({"retention_days": "180"}, 180),
        ({"retention_days": 180.0}, 180),
        ({"prefill": "true"}, "true"),
        ({"prefill": 1}, 1),
        ({"country": 49}, "49"),
        ({"customer_list_id": 643}, "643"),
        ({"pin_id": ["1", 2]}, ["1", "2"]),
        ({"visitor_source_id": 2243719}, "2243719"),
        ({"visitor_source_id": ["1", 2]}, ["1", "2"]),
        ({"event_source": {"=": [1]}}, {"=": ["1"]}),
        ({"event_data": {"value": 116}}, EventData(value="116")),
        ({"event_data": {"value": 116.5}}, EventData(value="116.5")),
        (
            {"event_data": {"line_items": [{"product_price": 48, "product_id": "11"}]}},
            EventData(line_items=[LineItem(product_price="48", product_id=11)]),
        ),
        (
            {"event_data": {"line_items": {"product_price": 48, "product_quantity": "1"}}},
            EventData(line_items=LineItem(product_price="48", product_quantity=1)),
        ),
        ({"url": "/a"}, "/a"),
        ({"url": ["/a"]}, ["/a"]),
        ({"url": {"!=": "/a"}}, UrlCondition(not_equal="/a")),
        ({"objective_type": ["AWARENESS"]}, [ObjectiveType.AWARENESS]),
        ({"objective_type": ["FAME"]}, ["FAME"]),
        ({"event_data": None}, None),
        ({"retention_days": None}, None),
    ],
    ids=str,
)
def test_reading_takes_other_forms(sent: dict[str, Any], read: object) -> None:
    """The declared type is what the caller sees, and what would be sent again."""
    (name,) = sent
    rule = AudienceRule.model_validate(sent)

    found = getattr(rule, name)
    assert found == read
    assert type(found) is type(read)
    again = AudienceRule.model_validate_json(rule.model_dump_json(exclude_unset=True))
    assert again == rule
    assert not rule.model_extra


def test_an_unknown_enum_value_stays_text() -> None:
    """It is no member, compares as text, and can be sent again."""
    event = EventData.model_validate_json('{"currency":"XTS"}')
    assert type(event.currency) is str
    assert wire(event) == {"currency": "XTS"}
    known = EventData.model_validate_json('{"currency":"EUR"}')
    assert known.currency is Currency.EUR
    assert wire(known) == {"currency": "EUR"}


def test_unknown_fields_are_kept() -> None:
    """As attributes, in ``model_extra``, in the repr, and when sent again."""
    sent = {"id": "1", "new": {"a": [1, None]}, "rule": {"newer": "x"}}
    audience = Audience.model_validate(sent)

    assert audience.model_extra == {"new": {"a": [1, None]}}
    assert audience.new == {"a": [1, None]}  # type: ignore[attr-defined]
    assert audience.rule is not None
    assert audience.rule.newer == "x"  # type: ignore[attr-defined]
    assert wire(audience) == sent


def test_the_names_on_the_wire_are_read_even_beside_ours() -> None:
    """A member that happens to be named like our field for ``=`` is another member."""
    read = UrlCondition.model_validate({"=": "a", "equal": "b"})
    assert read.equal == "a"
    assert read.model_extra == {"equal": "b"}


def test_what_was_read_can_be_changed() -> None:
    """Assignment checks the new value alone; what was read beside it stays."""
    rule = AudienceRule.model_validate({"new": 1, "objective_type": ["FAME"]})
    rule.retention_days = 30
    assert wire(rule) == {"new": 1, "objective_type": ["FAME"], "retention_days": 30}
    assert wire(rule.model_copy(update={"retention_days": 60}))["retention_days"] == 60
    assert refusal(lambda: setattr(rule, "objective_type", ["FAME"])) == {
        "objective_type.0": "enum"
    }


def test_repr_shows_what_was_set() -> None:
    made = AudienceCreateRequest(**GOOD)
    assert repr(made) == (
        "AudienceCreateRequest(audience_type=<AudienceType.VISITOR: 'VISITOR'>, name='x', "
        "rule=AudienceRule(pin_id=['1']))"
    )
    assert repr(Audience.model_validate({"id": "1", "new": 2})) == "Audience(id='1', new=2)"
    assert repr(UrlCondition(equal="/a")) == "UrlCondition(equal='/a')"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Colour(StrEnum):
    RED = "red"
    ONE = "1"


OTHERS: list[Any] = ["seven", "7.5x", False, [], {}]


@pytest.mark.parametrize(
    ("enumeration", "value", "wanted", "rules"),
    [
        (Level, 1, Level.LOW, []),
        (Level, 1.0, Level.LOW, []),
        (Level, "2", Level.HIGH, ["type/changed"]),
        (Level, 7, 7, ["enum/value-added"]),
        (Level, "7", 7, ["type/changed"]),
        (Colour, "red", Colour.RED, []),
        (Colour, 1, Colour.ONE, ["type/changed"]),
        (Colour, "blue", "blue", ["enum/value-added"]),
        (Colour, 7, "7", ["type/changed"]),
        (Level, None, None, ["nullable/added"]),
        *((Level, value, value, ["type/changed"]) for value in OTHERS),
        *((Colour, value, value, ["type/changed"]) for value in OTHERS[2:]),
    ],
)
def test_what_is_in_place_of_an_enumeration(
    enumeration: type[Any], value: Any, wanted: Any, rules: list[str]
) -> None:
    assert_is_read(enumeration, json.dumps(value), wanted, rules)


def assert_is_read(type_: Any, content: str, wanted: Any, rules: list[str]) -> None:
    """Assert what a value is read as, and which deviations are reported."""
    reports: list[str] = []
    read = Typed(lambda: type_).read_json(
        content, lambda rule, *_: reports.append(rule.removeprefix("response/schema/"))
    )
    assert (read, type(read)) == (wanted, type(wanted))
    assert reports == rules


LONG = "1" + "0" * 400
"""A number that no float holds."""


@pytest.mark.usefixtures("dates")
@pytest.mark.parametrize(
    ("type_", "content", "wanted", "rules"),
    [
        (Level, '"2026-01-02"', "2026-01-02", ["type/changed"]),
        (Level, '"1.5"', "1.5", ["type/changed"]),
        (Level | str, "true", True, ["type/changed"]),
        (Literal[1, "a"], "true", True, ["type/changed"]),
        (Colour | str, '"red"', Colour.RED, []),
        (Colour | str, '"blue"', "blue", []),
        (datetime, "3", 3, ["type/changed"]),
        (datetime, '"1767312000"', "1767312000", ["format/changed"]),
        (date | str, '"2026-01-02"', date(2026, 1, 2), []),
        (date | str, '"12"', "12", []),
        (str, "1.0", "1.0", ["type/changed"]),
        (float, f'"{LONG}"', LONG, ["type/changed"]),
        (int, f'"{LONG}"', LONG, ["type/changed"]),
    ],
)
def test_a_value_is_not_taken_for_another(
    type_: Any, content: str, wanted: Any, rules: list[str]
) -> None:
    assert_is_read(type_, content, wanted, rules)


def test_equal_values_are_reported_at_each_place() -> None:
    places: list[str] = []
    two = Typed(lambda: dict[str, Level | bool | None])
    two.read_json('{"a": "x", "b": "x"}', lambda _, place, __: places.append(place))
    assert places == ["/*"]
    rule = AudienceRule.model_validate({"url": 7, "visitor_source_id": 7})
    assert (rule.url, rule.visitor_source_id) == ("7", "7")


def test_an_unknown_member_named_like_a_field() -> None:
    """It is sent again beside the field, which isn't set by it."""
    read = UrlCondition.model_validate({"equal": "b"})
    assert wire(read) == {"equal": "b"}
    assert read.model_fields_set == set()


Tree = TypeAliasType("Tree", "list[Tree] | str")


def test_too_many_levels_for_the_stack() -> None:
    """The program that calls may have used most of it."""
    content = b"[" * 150 + b"1" + b"]" * 150
    codec = Json(lambda: Tree)
    found: list[Any] = []
    value = codec.read(content, "application/json", lambda *one: found.append(one))
    assert found[0][0] == "response/schema/type/changed"
    assert isinstance(value, list)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 120)
    try:
        with pytest.raises(ValueError, match="too many levels"):
            codec.read(content, "application/json", found.append)
    finally:
        sys.setrecursionlimit(limit)

"""Values of discriminators: of branches with one base, numbers, booleans, contradictions."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case, refused, sent


def test_branches_that_share_a_base_have_a_class_each(case: Case) -> None:
    models = case.models
    server = Recorder({"action": "open"})
    with case.connect(server) as client:
        client.commands.run(models.Place(action="place", id="1"))
        client.commands.run(models.Cancel(action="cancel"))
        order = client.commands.run(models.Return(action="Return"))
    assert [body["action"] for body in server.bodies] == ["place", "cancel", "Return"]
    assert type(order) is models.Order
    assert refused(models.Cancel, action="place") == ["literal_error"]
    assert sent(models.Order(action="place"))


def test_numbers_and_booleans_are_sent_as_such(case: Case) -> None:
    models = case.models
    server = Recorder({"ok": True, "value": 1})
    with case.connect(server) as client:
        answer = client.frames.send(models.Text(code=1, text="a"))
        client.frames.send(models.Close(code=8))
    assert server.bodies == [{"code": 1, "text": "a"}, {"code": 8}]
    assert type(answer) is models.Success
    assert refused(models.Text, code="1") == ["literal_error"]
    assert refused(models.Success, ok="true") == ["literal_error"]


def test_an_unknown_value_is_read_but_not_written(case: Case) -> None:
    server = Recorder({"ok": "perhaps"})
    with case.connect(server) as client:
        for frame in ({"code": 99}, {"text": "a"}, "a"):
            with pytest.raises(ValidationError):
                client.frames.send(frame)
    assert server.requests == []


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"ok": True, "value": 1}, "Success"),
        ({"ok": False, "error": "late"}, "Failure"),
        ({"ok": "perhaps"}, "UnknownVariant"),
        ({"ok": 0, "error": "late"}, "UnknownVariant"),
        ({"ok": 1, "value": 1}, "UnknownVariant"),
    ],
)
def test_a_boolean_picks_the_class(value: dict[str, Any], name: str, case: Case) -> None:
    with case.connect(answering(200, value)) as client:
        answer = client.frames.send(case.models.Text(code=1))
    assert (type(answer).__name__, sent(answer)) == (name, value)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"level": 1, "floor": 2}, "Low"),
        ({"level": 2, "ceiling": 3}, "High"),
        ({"level": 3, "name": "c"}, "Level"),
        ({"name": "d"}, "Level"),
    ],
)
def test_a_number_picks_the_subtype(value: dict[str, Any], name: str, case: Case) -> None:
    with case.connect(answering(200, value)) as client:
        level = client.levels.get()
    assert sent(level) == value
    if "level" in value:
        assert type(level).__name__ == name


def test_a_schema_that_does_not_extend_the_base_needs_its_property(case: Case) -> None:
    found: list[Any] = []
    with case.connect(answering(200, {"pages": 7}), on_deviation=found.append) as client:
        shelf = client.shelves.get()
    assert type(shelf) is case.models.UnknownVariant
    assert sent(shelf) == {"pages": 7}
    assert [(one.rule, one.pointer) for one in found] == [
        ("response/schema/required/removed", "/kind")
    ]
    assert sent(case.models.Book(kind="book")) == {"kind": "book"}


def test_the_property_wins_over_the_mapping(case: Case) -> None:
    models = case.models
    assert sent(models.Card(method="CREDIT_CARD"))
    assert refused(models.Card, method="card") == ["enum"]
    assert sent(models.Transfer(method="bank"))
    assert refused(models.Transfer, method="transfer") == ["literal_error"]


def test_the_mapping_of_the_base_names_branches_that_their_union_does_not(case: Case) -> None:
    server = Recorder()
    with case.connect(server) as client:
        client.steps.go(case.models.Up(way="u"))
        client.steps.go(case.models.Down(way="d"))
    assert server.bodies == [{"way": "u"}, {"way": "d"}]
    assert refused(case.models.Up, way="Up") == ["literal_error"]


def test_a_mapping_names_a_schema_of_another_file(case: Case) -> None:
    server = Recorder()
    with case.connect(server) as client:
        client.payments.make(case.models.Cash(method="cash", coins=[1, 2]))
        client.payments.make({"method": "coins"})
        client.payments.make(case.models.Voucher(method="Voucher", code="a"))
    assert server.bodies == [
        {"method": "cash", "coins": [1, 2]},
        {"method": "coins"},
        {"method": "Voucher", "code": "a"},
    ]


def test_a_branch_that_is_also_used_by_itself_keeps_its_own_property(case: Case) -> None:
    models = case.models
    server = Recorder({"sort": "seal"})
    with case.connect(server) as client:
        mark = client.marks.add({"sort": "other"})
    assert server.bodies == [{"sort": "other"}]
    assert type(mark) is models.Seal
    assert refused(models.Seal, sort="stamp") == ["literal_error"]
    assert refused(models.Stamp, sort="much too long") == ["string_too_long"]

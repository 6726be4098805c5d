"""Unions whose branches require one member, each with another value, and have no discriminator."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.answers import Answer, Recorder, answering
from tests.support.clients import method_of
from tests.support.generated_case import Case, sent

DEPOSIT = {"object": "entry", "kind": "deposit", "amount": 5}
FEE = {"object": "entry", "kind": "fee", "amount": 1, "why": "late"}
NOTE = {"object": "note", "kind": "note", "text": "seen"}


def _exchange(case: Case, server: Answer, name: str, mode: str) -> tuple[Any, list[str]]:
    """Return the result of a call, and the rules and places of its deviations."""
    noted: list[Any] = []
    with case.connect(server, mode, on_deviation=noted.append) as client:
        result = method_of(client, name)()
    return result, [f"{each.rule} {each.pointer}" for each in noted]


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize(
    ("value", "name", "faults"),
    [
        (DEPOSIT, "Deposit", []),
        (FEE, "Fee", []),
        ({**DEPOSIT, "kind": "charge"}, "UnknownVariant", ["branch/added-known "]),
        ({**DEPOSIT, "kind": None}, "UnknownVariant", ["branch/added-known "]),
        ({"kind": ["fee"]}, "UnknownVariant", ["branch/added-known "]),
        ({**DEPOSIT, "object": "row"}, "Deposit", ["enum/value-added /object"]),
        ({"object": "entry", "amount": 5}, "Deposit", ["required/removed /kind"]),
        ({"object": "entry", "amount": 5, "why": "late"}, "Fee", ["required/removed /kind"]),
    ],
)
def test_the_value_tells_the_class(
    case: Case, mode: str, value: dict[str, Any], name: str, faults: list[str]
) -> None:
    """An object without the member is of the class that it fits best."""
    entry, noted = _exchange(case, answering(200, value), "entries.get", mode)

    assert type(entry).__name__ == name
    assert sent(entry) == value
    assert noted == [f"response/schema/{fault}" for fault in faults]


def test_other_branches_are_null_texts_and_lists(case: Case) -> None:
    """A union in the union has the values of its branches."""
    other = {"object": "entry", "kind": "memo", "text": "seen"}
    values = [DEPOSIT, FEE, NOTE, other, None, "2020-02-03", "seen", [1]]

    items, noted = _exchange(case, answering(200, values), "mixed.list", "sync")

    names = [type(item).__name__ for item in items]
    assert names == ["Deposit", "Fee", "Note", "UnknownVariant", "NoneType", "date", "str", "list"]
    assert noted == ["response/schema/branch/added-known /3"]


def test_texts_beside_classes_are_read_as_without_them(case: Case) -> None:
    for value, name in (("2020-02-03", "date"), ("2020-02-30", "str"), ([1], "list")):
        items, noted = _exchange(case, answering(200, [value]), "mixed.list", "sync")
        assert (type(items[0]).__name__, noted) == (name, [])
    odd, noted = _exchange(case, answering(200, [{"amount": 5}]), "mixed.list", "sync")
    assert type(odd[0]).__name__ == "Deposit"
    assert noted == ["response/schema/required/removed /0"]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"result": {"ok": True, "value": 1}}, "FlagsGetResponseResultTrue"),
        ({"result": {"ok": False, "reason": "x"}}, "FlagsGetResponseResultFalse"),
        ({"result": {"ok": 0, "reason": "x"}}, "UnknownVariant"),
        ({"result": {"ok": 1, "value": 1}}, "UnknownVariant"),
        ({"number": {"n": 1, "a": "x"}}, "FlagsGetResponseNumber1"),
        ({"number": {"n": 0, "b": "x"}}, "FlagsGetResponseNumber0"),
        ({"number": {"n": True, "a": "x"}}, "UnknownVariant"),
        ({"number": {"n": 2}}, "UnknownVariant"),
    ],
)
def test_numbers_and_booleans_are_kinds(case: Case, value: dict[str, Any], name: str) -> None:
    flags, noted = _exchange(case, answering(200, value), "flags.get", "sync")
    ((member, _),) = value.items()

    assert type(getattr(flags, member)).__name__ == name
    assert sent(flags) == value
    assert len(noted) == (name == "UnknownVariant")


@pytest.mark.parametrize(
    ("member", "value", "name"),
    [
        ("several", {"kind": "tax"}, "UntoldGetResponseSeveral"),
        ("same", {**DEPOSIT, "kind": "tax"}, "Deposit"),
        ("optional", {**DEPOSIT, "kind": "tax"}, "Deposit"),
        ("nullable", {**DEPOSIT, "kind": "tax"}, "Deposit"),
        ("open", {**DEPOSIT, "kind": "tax"}, "dict"),
        ("alone", {**DEPOSIT, "kind": "tax"}, "Deposit"),
    ],
)
def test_a_union_without_such_a_member(
    case: Case, member: str, value: dict[str, Any], name: str
) -> None:
    """Several values, one value twice, an optional or nullable member, and any object tell none."""
    flags, _ = _exchange(case, answering(200, {member: value}), "untold.get", "sync")

    assert type(getattr(flags, member)).__name__ == name


def _events(*blocks: Mapping[str, Any]) -> Answer:
    """Return a server of events."""
    texts = ["".join(f"{name}: {value}\n" for name, value in block.items()) for block in blocks]
    content = "\n".join([*texts, ""]).encode()
    return answering(200, content, content_type="text/event-stream")


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_events(case: Case, mode: str) -> None:
    other = {**NOTE, "object": "memo"}
    server = _events({"data": json.dumps(NOTE)}, {"data": json.dumps(other)}, {"data": "[DONE]"})

    with case.connect(server, mode) as client:
        events = [*client.events.follow()]

    assert [type(event).__name__ for event in events] == ["Note", "UnknownVariant", "str"]


def test_of_equal_deviations_the_branch_with_the_constant_counts(case: Case) -> None:
    """Whole events without a name: the data of one branch is a constant."""
    server = _events(
        {"event": "opened", "data": json.dumps(DEPOSIT)},
        {"data": "[DONE]"},
        {"event": "gone", "data": "x"},
    )

    with case.connect(server) as client:
        events = [*client.changes.follow()]

    names = ["ChangesFollowResponseItemOpened", "ChangesFollowResponseItemDONE", "UnknownVariant"]
    assert [type(event).__name__ for event in events] == names


def test_a_webhook_of_an_unknown_kind(case: Case) -> None:
    """Two members tell its branches apart; the first one is described first."""
    parse = case.modules["webhooks"].parse
    for value, name in (
        (NOTE, "Note"),
        ({**NOTE, "object": "memo"}, "UnknownVariant"),
        ({**NOTE, "kind": "memo"}, "Note"),
    ):
        assert type(parse("moved", json.dumps(value).encode(), {})).__name__ == name


def test_requests_are_as_strict_as_without_it(case: Case) -> None:
    server = Recorder(204, {"entries": []})
    with case.connect(server) as client:
        for odd in ({**DEPOSIT, "kind": "tax"}, {"object": "entry", "amount": 1}, {}, "x"):
            with pytest.raises(ValidationError):
                client.entries.add(odd)
            with pytest.raises(ValidationError):
                client.entries.replace({"entries": [odd]})
        assert server.requests == []
        client.entries.add(case.models.Deposit(**DEPOSIT))
        client.entries.replace({"entries": [FEE]})
    assert server.bodies == [DEPOSIT, {"entries": [FEE]}]


def test_what_was_read_is_sent(case: Case) -> None:
    page = {"entries": [{"kind": "tax", "rate": 2}], "last": {"kind": "index", "pages": []}}
    server = Recorder(page)
    with case.connect(server) as client:
        read = client.entries.replace({"entries": []})
        client.entries.replace(read)
    assert [type(each).__name__ for each in (read.entries[0], read.last)] == ["UnknownVariant"] * 2
    assert server.bodies[1] == page

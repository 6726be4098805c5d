"""Objects whose type isn't stated: ``properties`` admits every other JSON type."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.support.answers import answering
from tests.support.command import speclock
from tests.support.generated_case import Case
from tests.watch.traffic.exchanges import Exchange, ndjson

SPEC = Path(__file__).parent / "spec.yaml"
OTHERS = ["text", 1, 1.5, True, None, [], [{"text": 1}]]


def read(case: Case, mode: str, method: str, value: Any) -> tuple[Any, list[str]]:
    """Return what a method returns for a response, and the deviations."""
    found: list[Any] = []
    content = answering(200, json.dumps(value).encode(), content_type="application/json")
    with case.connect(content, mode, on_deviation=found.append) as client:
        call = getattr(client, method)
        result = call({}) if method in ("put", "lists") else call()
    return result, [f"{one.rule.removeprefix('response/schema/')} {one.pointer}" for one in found]


@pytest.mark.parametrize("value", OTHERS)
def test_another_type_is_returned_as_it_is(case: Case, mode: str, value: Any) -> None:
    """At the root, in members, lists, maps and unions, and written again as it came."""
    assert read(case, mode, "get", value) == (value, [])
    places = ("note", "inline", "open", "extended", "union", "nullable")
    whole = {"notes": [value, {"text": "a"}], "map": {"a": value}, **dict.fromkeys(places, value)}
    book, deviations = read(case, mode, "put", whole)
    assert deviations == []
    assert isinstance(book.notes[1], case.models.Note)
    assert json.loads(book.model_dump_json(exclude_unset=True)) == whole


def test_objects_are_read_as_described(case: Case, mode: str) -> None:
    whole = {"note": {"text": 1}, "open": {"text": "a", "b": "c"}, "union": "2026-01-02"}
    book, deviations = read(case, mode, "put", whole)
    assert isinstance(book.note, case.models.Note)
    assert book.union == date(2026, 1, 2)
    assert deviations == ["type/changed /note/text", "type/changed /open/*"]


@pytest.mark.parametrize("member", ["note", "text"])
def test_a_type_that_another_part_states_counts(case: Case, mode: str, member: str) -> None:
    stated, deviations = read(case, mode, "stated", {member: "a"})
    assert getattr(stated, member) == "a"
    assert deviations == [f"type/changed /{member}"]


def test_a_type_beside_a_union_counts(case: Case, mode: str) -> None:
    lists, deviations = read(case, mode, "lists", {"list": [7, {"text": "a"}], "pair": "a"})
    assert (lists.list_[0], lists.list_[1].text, lists.pair) == (7, "a", "a")
    assert deviations == ["type/changed /list/0", "type/changed /pair"]


def test_properties_alone_admit_the_null_of_another_part(case: Case, mode: str) -> None:
    whole = dict.fromkeys(("extended", "named", "typed"))
    lists, deviations = read(case, mode, "lists", whole)
    assert (json.loads(lists.model_dump_json(exclude_unset=True)), deviations) == (whole, [])
    assert read(case, mode, "lists", {"branches": None})[1] == ["nullable/added /branches"]
    assert json.loads(case.models.Lists(**whole).model_dump_json(exclude_unset=True)) == whole


def test_no_body_is_an_error_all_the_same(case: Case, mode: str) -> None:
    with (
        case.connect(answering(200), mode) as client,
        pytest.raises(case.errors.ResponseError, match="no body"),
    ):
        client.get()


def test_what_is_sent_is_an_object(case: Case) -> None:
    with pytest.raises(ValueError, match="note"):
        case.models.Book(note="text")


def test_traffic_has_no_change(tmp_path: Path) -> None:
    url, headers = "https://notes.example", {"Content-Type": "application/json"}
    exchanges = [
        Exchange("GET", f"{url}/notes", 200, json.dumps(value).encode(), headers)
        for value in OTHERS
    ]
    (tmp_path / "fits.ndjson").write_bytes(ndjson(exchanges))
    wrong = Exchange("GET", f"{url}/stated", 200, b'{"note": "text"}', headers)
    (tmp_path / "wrong.ndjson").write_bytes(ndjson([wrong]))

    def drift(name: str) -> Any:
        return speclock(tmp_path, "drift", "--base", str(SPEC), "--traffic", f"{name}.ndjson")

    assert drift("fits").code == 0
    found = drift("wrong")
    assert found.code == 1
    assert "schema/type/changed" in found.out

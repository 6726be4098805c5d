"""Values keep their type and their digits: unions are tried without conversions first."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case, refused, sent

LETTERED, NUMBERED = {"grade": "5", "note": "x"}, {"grade": 5, "level": 6}


def body_of(case: Case, **members: Any) -> str:
    """Return the body of a request, as text."""
    server = Recorder({})
    with case.connect(server) as client:
        client.samples.weigh(case.models.Sample(**members))
    return server.requests[0].content.decode()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (60, "60"),
        (60.5, "60.5"),
        (Decimal("1.10"), "1.10"),
        (Decimal("9.1000000000000000000000000001"), "9.1000000000000000000000000001"),
        (123456789012345678901234567890, "123456789012345678901234567890"),
    ],
)
def test_a_number_goes_out_with_its_digits(case: Case, value: Any, text: str) -> None:
    assert body_of(case, weight=value) == f'{{"weight":{text}}}'
    assert body_of(case, price=value) == f'{{"price":{text}}}'
    assert body_of(case, shares={"a": value}) == f'{{"shares":{{"a":{text}}}}}'
    assert body_of(case, cost=value) == f'{{"cost":{text}}}'


def test_a_text_that_looks_like_a_decimal(case: Case) -> None:
    assert body_of(case, cost="1.50") == '{"cost":"1.50"}'


def test_a_body_that_is_a_number(case: Case) -> None:
    server = Recorder()
    with case.connect(server) as client:
        client.samples.purity(Decimal("0.9990"))
        client.samples.purity(1)
    assert [request.content for request in server.requests] == [b"0.9990", b"1"]


def test_a_body_that_is_one_of_several_lists_with_limits(case: Case) -> None:
    server = Recorder()
    with case.connect(server) as client:
        client.samples.remarks(["a"])
        client.samples.remarks([{"grade": "5"}])
        with pytest.raises(ValidationError):
            client.samples.remarks([])
    assert server.bodies == [["a"], [{"grade": "5"}]]


def test_an_argument_that_is_a_number(case: Case) -> None:
    server = Recorder()
    with case.connect(server) as client:
        for limit in (60, 1.5, Decimal("1.10"), 9007199254740993):
            client.samples.purity(1, limit=limit)
    limits = [request.url.query.decode() for request in server.requests]
    assert limits == ["limit=60", "limit=1.5", "limit=1.10", "limit=9007199254740993"]


def test_a_number_is_read_as_it_is_written(case: Case) -> None:
    read = case.models.Sample.model_validate_json('{"weight": 9007199254740993, "price": 2}')
    assert (read.weight, read.price) == (9007199254740993, 2)
    assert sent(read) == {"weight": 9007199254740993, "price": 2}
    assert case.models.Sample.model_validate_json('{"weight": "7.5"}').weight == 7.5
    assert case.models.Sample.model_validate_json('{"weight": "1e400"}').weight == "1e400"


def test_limits_of_numbers(case: Case) -> None:
    assert refused(case.models.Sample, price=0) == ["greater_than_equal"]
    assert refused(case.models.Sample, price=Decimal("0.4")) == ["greater_than_equal"]
    assert refused(case.models.Sample, weights=[1, 101]) == ["less_than_equal"]
    assert refused(case.models.Sample, weight="heavy") == ["float_type"]


@pytest.mark.parametrize(
    "members",
    [
        {"mark": "A"}, {"mark": -1}, {"mark": "1"}, {"mark": "C"}, {"mark": 7},
        {"stamped": True}, {"sealed": False},
        {"either": True}, {"either": 1}, {"either": -1}, {"either": False},
        {"step": 1}, {"step": None},
        {"any_of_four": "low"}, {"any_of_four": 1}, {"any_of_four": True}, {"any_of_four": None},
        {"always": True},
        {"when": "2024-05-06T07:08:09Z"}, {"when": "2024-05-06"}, {"when": "1715000000"},
        {"day": "2017-01-25"}, {"day": "2017-01-25T00:00:00Z"},
        {"outcome": LETTERED}, {"outcome": NUMBERED},
        {"lists": [LETTERED, LETTERED]}, {"lists": [NUMBERED]},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_read_is_sent_again(case: Case, members: dict[str, Any]) -> None:
    """The same for JSON text and for the data it stands for."""
    for read in (
        case.models.Sample.model_validate_json(json.dumps(members)),
        case.models.Sample.model_validate(members),
    ):
        again = sent(read)
        assert again == members
        assert [type(value) for value in again.values()] == [type(v) for v in members.values()]


@pytest.mark.parametrize(
    "members",
    [{"mark": "A"}, {"mark": -1}, {"either": True}, {"outcome": NUMBERED}, {"outcome": LETTERED},
     {"lists": [NUMBERED]}],
    ids=str,
)  # fmt: skip
def test_a_constructor_takes_plain_data(case: Case, members: dict[str, Any]) -> None:
    assert sent(case.models.Sample(**members)) == members


def test_a_constructor_takes_models(case: Case) -> None:
    models = case.models
    sample = models.Sample(outcome=models.Numbered(**NUMBERED), lists=[models.Numbered(grade=1)])
    assert sent(sample) == {"outcome": NUMBERED, "lists": [{"grade": 1}]}
    assert refused(models.Sample, mark="C") != []
    assert refused(models.Sample, mark=7) != []
    assert "extra_forbidden" in refused(models.Sample, outcome={"grade": 5, "slip": 1})


def test_a_class_of_any_type_is_written_as_an_object(case: Case) -> None:
    """Each branch admits a list in a response, as it has no type; a caller has the classes."""
    assert sent(case.models.Sample(card={"iban": "x"})) == {"card": {"iban": "x"}}
    assert refused(case.models.Sample, card=[]) != []
    assert sent(case.models.Sample.model_validate({"card": []})) == {"card": []}


def test_a_branch_that_fits_comes_before_one_that_converts(case: Case) -> None:
    lettered, numbered = case.models.Lettered, case.models.Numbered
    for value, wanted in (
        (LETTERED, lettered), (NUMBERED, numbered),
        ({"grade": "5"}, lettered), ({"grade": 5}, numbered),
    ):  # fmt: skip
        with case.connect(answering(200, value)) as client:
            assert type(client.samples.outcome()) is wanted


def test_digits_that_a_time_lacks_count_less_than_other_deviations(case: Case) -> None:
    value = {"kind": "bar", "cast": "2026-01-02T03:04:05.123456789Z", "new": 1}
    with case.connect(answering(200, value)) as client:
        assert type(client.samples.stock()) is case.models.Bar


def test_digits_that_a_time_lacks_count_less_beside_a_new_member_too(case: Case) -> None:
    value = {"struck": "2026-01-02T03:04:05.123456789Z", "round": 2, "new": 1}
    with case.connect(answering(200, value)) as client:
        assert type(client.samples.stock()) is case.models.Coin


def test_what_is_in_a_container_of_another_type_counts(case: Case) -> None:
    value = {"fees": [1, 2, 3], "new": 1, "other": 2}
    with case.connect(answering(200, value)) as client:
        assert type(client.samples.stock()) is case.models.Bar


def test_decimals_with_limits_have_all_digits(case: Case) -> None:
    text = '{"kind":"bar","fee":1.10,"fees":[7,0.5],"step":0.10}'
    found: list[Any] = []
    with case.connect(
        answering(200, text.encode(), content_type="application/json"), on_deviation=found.append
    ) as client:
        bar = client.samples.stock()
    assert [*map(str, (bar.fee, *bar.fees, bar.step))] == ["1.10", "7", "0.5", "0.10"]
    assert (bar.model_dump_json(exclude_unset=True), found) == (text, [])
    with case.connect(
        answering(200, {"fee": -1, "fees": [10]}), on_deviation=found.append
    ) as client:
        assert client.samples.stock().fee == Decimal(-1)
    assert [f"{one.rule.removeprefix('response/schema/')} {one.pointer}" for one in found] == [
        "minimum/widened /fee",
        "maximum/widened /fees/0",
    ]


def test_limits_of_decimals(case: Case) -> None:
    assert refused(case.models.Bar, fee=-1) == ["greater_than_equal"]
    assert refused(case.models.Bar, fees=[Decimal("9.1")]) == ["less_than_equal"]
    assert refused(case.models.Bar, step=Decimal("0.07")) == ["multiple_of"]
    for wrong in ("1.5", True, float("nan"), Decimal("NaN")):
        assert refused(case.models.Bar, fee=wrong)
    assert sent(case.models.Bar(fee=0, step=Decimal("0.10"))) == {"fee": 0, "step": 0.1}


def test_members_of_enumerations(case: Case) -> None:
    models = case.models
    read = models.Sample.model_validate_json('{"mark": "B", "either": 1, "step": 1}')
    assert (read.mark, read.either) == (models.Letter.B, models.Figure.VALUE_1)
    assert type(read.mark) is models.Letter
    assert type(read.either) is models.Figure
    assert models.Sample.model_validate_json('{"step": "2"}').step == 2
    assert models.Sample.model_validate_json('{"code": "1"}').code == "1"
    assert sent(models.Sample(code="1")) == {"code": "1"}
    assert models.Sample.model_validate_json('{"step": 2.0}').step == 2


def test_a_number_beyond_floats_is_reported(case: Case) -> None:
    typed = case.modules["_runtime.model"].Typed(lambda: case.models.Sample)
    reports: list[tuple[Any, ...]] = []
    typed.read_json('{"weight": 1E400}', lambda *report: reports.append(report))
    assert [place for _, place, _ in reports] == ["/weight"]

"""``enum`` and ``const``: names of members, values that are not known yet."""

from __future__ import annotations

import typing

from tests.support.generated_case import Case, refused, sent


def test_an_enumeration_reads_what_it_does_not_know(case: Case) -> None:
    models = case.models
    read = models.Signal.model_validate(
        {"kind": "lamp", "colour": "mauve", "colours": ["red", "x"]}
    )
    assert read.colour == "mauve"
    assert read.colours == [models.Colour.RED, "x"]
    assert refused(models.Signal, kind="lamp", colour="mauve") != []
    assert refused(models.Signal, kind="lamp", colour="red", colours=["x"]) != []
    assert refused(models.Signal, kind="bell", colour="red") == ["literal_error"]


def test_members_of_an_enumeration(case: Case) -> None:
    models = case.models
    colours = {member.value: name for name, member in models.Colour.__members__.items()}
    assert colours["DARK_RED"] == "DARK_RED"
    assert colours["red"] == "RED"
    assert colours["dark-red"] == "DARK_HYPHEN_RED"
    assert colours["dark red"] == "DARK_SPACE_RED"
    order = {member.value: name for name, member in models.SignalOrder.__members__.items()}
    assert {value: order[value] for value in ("", "+1", "-1", "1", "class", "None", "%", "é")} == {
        "": "EMPTY", "+1": "PLUS_1", "-1": "MINUS_1", "1": "VALUE_1", "class": "CLASS",
        "None": "NONE", "%": "PERCENT", "é": "É",
    }  # fmt: skip
    assert {m.value: m.name for m in models.Level} == {
        1: "VALUE_1", 2: "VALUE_2", 3: "VALUE_3", -1: "MINUS_1",
    }  # fmt: skip


def test_constants_are_literals(case: Case) -> None:
    models = case.models
    hints = typing.get_type_hints(models.Signal)
    assert hints["kind"] == typing.Literal["lamp"]
    assert hints["strict"] == typing.Literal[True]
    assert {typing.get_args(one) for one in typing.get_args(hints["mixed"])} == {(1,), ("one",)}
    assert sent(models.Signal(kind="lamp", colour="red", mixed="one"))["mixed"] == "one"
    assert refused(models.Signal, kind="lamp", colour="red", strict=False) == ["literal_error"]


def test_true_is_no_integer_of_an_enumeration(case: Case) -> None:
    models = case.models
    signal = {"kind": "lamp", "colour": "red"}
    assert models.Signal(**signal, level=1).level is models.Level.VALUE_1
    assert refused(models.Signal, **signal, level=True) == ["int_type"]
    assert refused(models.Signal, **signal, level="1") == ["int_type"]
    assert refused(models.Signal, **signal, level=9) == ["enum"]
    for text, kind in (("1", models.Level), ("9", int), ("true", bool), ('"x"', str)):
        read = models.Signal.model_validate_json(f'{{"kind": "lamp", "level": {text}}}')
        assert type(read.level) is kind

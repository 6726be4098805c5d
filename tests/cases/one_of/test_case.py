"""``oneOf``, with a discriminator and without."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.answers import answering
from tests.support.generated_case import Case, refused, sent


def test_a_kind_that_the_description_doesnt_know(case: Case) -> None:
    """A discriminator's new value: read with its members, sent again; made on purpose only."""
    drawing: dict[str, Any] = {"shape": {"kind": "heptagon", "corners": 7}}

    read = case.models.Drawing.model_validate(drawing)

    assert type(read.shape).__name__ == "UnknownVariant"
    assert read.shape.corners == 7
    assert sent(read) == drawing
    with pytest.raises(ValidationError):
        case.models.Drawing(**drawing)
    made = case.models.Drawing(shape=type(read.shape)(kind="heptagon", corners=7))
    assert sent(made) == drawing
    odd = case.models.Drawing.model_validate({"shape": {"kind": "round", "corners": 7}})
    assert type(odd.shape) is case.models.Circle


def test_a_discriminator_tells_branches_apart(case: Case) -> None:
    circle = case.models.Circle(kind="round", size=2)
    drawing = case.models.Drawing(shape=circle)
    for value, wanted in (
        ({"kind": "round", "size": 2}, case.models.Circle),
        ({"kind": "Square", "size": 3}, case.models.Square),
        ({"kind": "Square", "size": 3, "since": 1}, case.models.Square),
    ):
        with case.connect(answering(200, value)) as client:
            assert type(client.shapes.draw(drawing)) is wanted


def test_branches_that_admit_the_same_objects(case: Case) -> None:
    """They are one, and their members are free."""
    circle = case.models.Circle(kind="round", size=2)
    drawing = case.models.Drawing(shape=circle, details={"colour": "red"})
    assert sent(drawing) == {"shape": sent(circle), "details": {"colour": "red"}}


def test_unions_without_a_discriminator(case: Case) -> None:
    models = case.models
    circle = models.Circle(kind="round", size=2)
    for values in (
        {"label": 7, "size": 1},
        {"label": "7", "size": [1, 2]},
        {"fill": {"rgb": "abc"}, "either": {"a": "x"}},
        {"fill": {"name": "red"}},
    ):
        assert sent(models.Drawing(shape=circle, **values)) == {"shape": sent(circle), **values}
    assert refused(models.Drawing, shape=circle, fill={"rgb": "1234567"}) != []
    assert refused(models.Drawing, shape=circle, fill={}) != []
    assert refused(models.Drawing, shape=circle, pick=None) != []  # its type is object


def test_new_members_do_not_change_the_branch(case: Case) -> None:
    """Of a branch that the value fits but for them, the other one violates the description."""
    strokes = {"first": {"width": 2, "colour": "red", "dash": 1, "cap": "round", "join": "bevel"}}
    drawing = {"shape": {"kind": "round", "size": 2}, "strokes": strokes}
    read = case.models.Drawing.model_validate(drawing)
    assert type(read.strokes["first"]) is case.models.Stroke
    assert sent(read) == drawing


def test_a_branch_that_admits_a_value_comes_before_one_that_describes_more_of_it(
    case: Case,
) -> None:
    """A frame without its border is no frame, but a stroke with other members."""
    drawing = {"shape": {"kind": "round", "size": 2}, "around": {"title": "Dusk", "margin": 3}}
    read = case.models.Drawing.model_validate(drawing)
    assert type(read.around) is case.models.Stroke
    assert sent(read) == drawing

"""The branch of an absent or unknown discriminator value (OpenAPI 3.2.0 §4.25)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.answers import Recorder, answering
from tests.support.cases import CASES
from tests.support.generated_case import Case

REX = {"petType": "dog", "bark": "loud"}


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (REX, "Dog"),
        ({"petType": "cat", "lives": 9}, "Cat"),
        ({"name": "Nemo"}, "OtherPet"),
        ({"petType": "fish", "name": "Nemo"}, "OtherPet"),
        ({"petType": "other", "name": "Nemo"}, "OtherPet"),
        ({"petType": "fish", "name": "Nemo", "lives": 9}, "OtherPet"),
        ({"lives": 9, "name": "Nemo", "bark": "loud"}, "OtherPet"),  # more like a cat or a dog
        ({"petType": "fish", "name": "longer than 5"}, "OtherPet"),  # read with tolerance
        ({"petType": "fish"}, "OtherPet"),
        ({"petType": None, "name": "Nemo"}, "OtherPet"),
    ],
)
def test_reading(answer: dict[str, Any], name: str, case: Case) -> None:
    with case.connect(Recorder(answering(200, answer))) as client:
        pet = client.pets.swap(case.models.Dog(petType="dog"))
    assert type(pet) is getattr(case.models, name)
    assert pet.model_dump(mode="json", by_alias=True, exclude_unset=True) == answer


def test_a_value_is_read_by_its_type(case: Case) -> None:
    with case.connect(Recorder({"name": "Nemo", "born": "2026-01-02"})) as client:
        assert client.pets.swap(case.models.Dog(petType="dog")).born == date(2026, 1, 2)


@pytest.mark.parametrize(
    "pet",
    [
        REX,
        {"name": "Nemo"},
        {"petType": "fish", "name": "Nemo"},
        {"petType": "fish", "name": "Nemo", "born": "2026-01-02"},
    ],
)
def test_writing(pet: dict[str, Any], case: Case) -> None:
    server = Recorder(answering(200, REX))
    with case.connect(server) as client:
        client.pets.swap(pet)
    assert server.bodies == [pet]


@pytest.mark.parametrize(
    ("pet", "fault"),
    [
        ({"petType": "fish"}, "name"),
        ({}, "name"),
        ({"petType": "fish", "name": "longer than 5"}, "at most 5"),
        ({"petType": "fish", "name": "Nemo", "lives": 9}, "lives"),
        ({"petType": "cat", "name": "Nemo"}, "lives"),
    ],
)
def test_what_the_default_does_not_admit_is_not_sent(
    pet: dict[str, Any], fault: str, case: Case
) -> None:
    server = Recorder(answering(200, REX))
    with case.connect(server) as client, pytest.raises(ValidationError, match=fault):
        client.pets.swap(pet)
    assert server.requests == []


def test_an_object_of_the_default_class_may_have_any_value(case: Case) -> None:
    server = Recorder(answering(200, REX))
    with case.connect(server) as client:
        client.pets.swap(case.models.OtherPet(name="Nemo", petType="fish"))
        client.pets.swap(case.models.UnknownVariant(petType="bird", wings=2))
    assert server.bodies == [{"name": "Nemo", "petType": "fish"}, {"petType": "bird", "wings": 2}]


def test_any_of(case: Case) -> None:
    shapes = [{"sides": 4, "width": 1}, {"sides": 0, "radius": 2}, {"width": 1}, {"sides": 5}]
    with case.connect(Recorder(answering(200, shapes))) as client:
        names = [type(shape).__name__ for shape in client.shapes.list()]
    assert names == ["Square", "Circle", "Circle", "Circle"]


def test_a_default_outside_of_the_union_is_noted() -> None:
    told = (CASES / "default_mapping" / "expected" / "warnings.txt").read_text(encoding="utf-8")
    assert "defaultMapping of the discriminator leads to a schema that isn't in the union" in told

"""A base whose ``oneOf`` lists schemas that extend the base itself."""

from __future__ import annotations

from typing import Any

from tests.support.answers import answering
from tests.support.generated_case import Case, sent


def test_the_discriminator_names_the_branch(case: Case) -> None:
    values: tuple[tuple[dict[str, Any], type], ...] = (
        ({"kind": "dog", "age": 3, "bark": "woof"}, case.models.Dog),
        ({"kind": "cat", "age": 3, "purrs": True}, case.models.Cat),
    )
    for value, wanted in values:
        with case.connect(answering(200, value)) as client:
            animal = client.animals.get()
        assert type(animal) is wanted
        assert sent(animal) == value


def test_a_branch_has_the_fields_of_the_base_and_refers_to_the_union(case: Case) -> None:
    dog = {"kind": "dog", "age": 3, "friend": {"kind": "cat", "purrs": False}}
    with case.connect(answering(200, dog)) as client:
        read = client.dogs.get()
    assert (read.age, read.friend.purrs) == (3, False)
    assert type(read.friend) is case.models.Cat


def test_an_animal_of_an_unknown_kind_is_read(case: Case) -> None:
    with case.connect(answering(200, {"kind": "owl", "age": 1})) as client:
        animal = client.animals.get()
    assert sent(animal) == {"kind": "owl", "age": 1}

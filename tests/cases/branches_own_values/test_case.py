"""Branches of a union that differ by the values of an enumeration."""

from __future__ import annotations

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case, refused


def test_values_of_both_enumerations_are_sent(case: Case) -> None:
    server = Recorder([])
    models = case.models
    with case.connect(server) as client:
        client.pets.list([models.Indoors.CAT, models.Outdoors.DOG, "ANY"])
    assert server.targets == ["GET /v1/pets?kinds=CAT,DOG,ANY"]


def test_a_discriminator_without_a_mapping_takes_the_constants(case: Case) -> None:
    values = [{"type": "cat", "name": "a"}, {"type": "dog", "name": "b"}]
    with case.connect(answering(200, values)) as client:
        cat, dog = client.pets.list(["ANY"])
    assert type(cat) is case.models.CatObject
    assert type(dog) is case.models.DogObject
    assert refused(case.models.CatObject, type="dog") == ["literal_error"]

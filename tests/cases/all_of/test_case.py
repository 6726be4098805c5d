"""``allOf``, which becomes one flat class."""

from __future__ import annotations

import typing

from tests.support.answers import answering
from tests.support.generated_case import Case, refused, sent


def test_all_of_is_one_flat_class(case: Case) -> None:
    models = case.models
    assert list(models.Truck.model_fields) == [
        "plate",
        "wheels",
        "paint",
        "load",
        "owner",
        "keeper",
        "driver",
    ]
    truck = models.Truck(plate="A", load=1, wheels=4, paint="red", owner=models.Owner(name="Ann"))
    assert sent(truck)["owner"] == {"name": "Ann"}
    assert refused(models.Truck, plate="A", load=1, wheels=3) == ["greater_than_equal"]
    assert refused(models.Truck, plate="A") == ["missing"]
    assert refused(models.Truck, plate="A", load=1, paint="blue") != []  # only the vehicle may
    assert refused(models.Truck, plate="A", load=1, paint="green") != []  # only the truck may
    assert refused(models.Truck, plate="A", load=1, keeper={"phone": "x"}) == [
        "string_pattern_mismatch"
    ]
    assert typing.get_type_hints(models.Truck)["owner"] is models.Owner
    assert refused(models.Truck, plate="A", load=1, driver={"name": "Ann"}) == ["missing"]
    assert list(models.Owner.model_fields) == ["name"]  # no licence, which the driver alone needs


def test_all_of_in_a_response_extends(case: Case) -> None:
    answer = answering(200, {"plate": "A", "load": 1, "bay": 4})
    with case.connect(answer) as client:
        assert client.vehicles.park(case.models.Truck(plate="A", load=1)).bay == 4

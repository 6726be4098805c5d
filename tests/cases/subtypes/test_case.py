"""A discriminator on a base: a reference to the base may mean any of its subtypes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case, refused, sent

VEHICLES: list[tuple[dict[str, Any], str]] = [
    ({"kind": "car", "id": "1", "doors": 4}, "Car"),
    ({"kind": "Cabriolet", "id": "2", "doors": 2, "roof": "soft"}, "Cabriolet"),
    ({"kind": "van", "load": 1.5}, "Van"),
    ({"kind": "Bicycle", "id": "3", "gears": 7}, "Bicycle"),
    ({"kind": "Engine", "id": "4", "fuel": "diesel"}, "Diesel"),
    ({"kind": "Engine", "id": "5", "fuel": "petrol", "octane": 95}, "Petrol"),
    ({"kind": "Engine", "id": "6", "fuel": "none"}, "Engine"),
    ({"kind": "cart", "id": "7", "horses": 2}, "Vehicle"),
]


@pytest.mark.parametrize(("value", "name"), VEHICLES)
def test_the_value_picks_the_class(value: dict[str, Any], name: str, case: Case) -> None:
    with case.connect(answering(200, [value, {**value, "towed": value}])) as client:
        vehicle, towing = client.vehicles.list()
    assert type(vehicle).__name__ == name
    assert sent(vehicle) == value
    if name != "Van":
        assert type(towing.towed).__name__ == name


def test_an_object_that_does_not_fit_the_base_is_read(case: Case) -> None:
    value = {"kind": "cart", "towed": 7}
    with case.connect(answering(200, [value])) as client:
        (vehicle,) = client.vehicles.list()
    assert (type(vehicle).__name__, sent(vehicle)) == ("Vehicle", value)


def test_a_missing_member_of_a_known_value_is_a_deviation(case: Case) -> None:
    found: list[Any] = []
    with case.connect(
        answering(200, [{"kind": "car", "id": "1"}]), on_deviation=found.append
    ) as client:
        (vehicle,) = client.vehicles.list()
    assert type(vehicle) is case.models.Car
    assert (vehicle.id, hasattr(vehicle, "doors")) == ("1", False)
    assert [(one.rule, one.pointer) for one in found] == [
        ("response/schema/required/removed", "/0/doors")
    ]


def test_any_of_them_is_sent(case: Case) -> None:
    models = case.models
    server = Recorder(answering(201, {"vehicle": {"kind": "car", "id": "1", "doors": 4}}))
    with case.connect(server) as client:
        client.vehicles.add(models.Car(kind="car", doors=4, towed=models.Van(kind="van")))
        client.vehicles.add(models.Petrol(kind="Engine", fuel="petrol"))
        stored = client.vehicles.add(models.Vehicle(kind="cart"))
        client.bicycles.add(
            models.Bicycle(kind="Bicycle", engine=models.Diesel(kind="Engine", fuel="diesel"))
        )
    assert server.bodies == [
        {"kind": "car", "doors": 4, "towed": {"kind": "van"}},
        {"kind": "Engine", "fuel": "petrol"},
        {"kind": "cart"},
        {"kind": "Bicycle", "engine": {"kind": "Engine", "fuel": "diesel"}},
    ]
    assert type(stored.vehicle) is models.Car


def test_a_subtype_has_its_own_value(case: Case) -> None:
    assert refused(case.models.Car, kind="van", doors=4) == ["literal_error"]
    assert refused(case.models.Diesel, kind="Engine", fuel="petrol") == ["literal_error"]
    assert sent(case.models.Vehicle(kind="anything"))


def test_members_of_every_shape(case: Case) -> None:
    bicycle, cabriolet = {"kind": "Bicycle"}, {"kind": "Cabriolet", "doors": 2}
    value = {
        "vehicle": bicycle, "replaced": None, "by_name": {"a": cabriolet}, "either": bicycle,
        "car": cabriolet,
    }  # fmt: skip
    stored = case.models.Stored.model_validate(value)
    assert sent(stored) == value
    names = [type(one).__name__ for one in (stored.vehicle, stored.by_name["a"], stored.either)]
    assert names == ["Bicycle", "Cabriolet", "Bicycle"]
    assert type(stored.car) is case.models.Cabriolet
    assert refused(case.models.Stored, vehicle=None)

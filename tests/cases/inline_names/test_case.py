"""Classes of inline schemas: named by what they contain, whatever the order of the description."""

from __future__ import annotations

from tests.support.answers import Recorder
from tests.support.generated_case import Case, sent


def test_a_branch_is_named_by_what_it_alone_has(case: Case) -> None:
    models = case.models
    names = {
        name: {*getattr(models, name).model_fields}
        for name in vars(models)
        if name.startswith("ParcelsSendResponse")
    }
    assert names == {
        "ParcelsSendResponseStreet": {"id", "street"},
        "ParcelsSendResponseLocker": {"id", "locker"},
        "ParcelsSendResponseId": {"id"},
    }


def test_bodies_of_several_media_types(case: Case) -> None:
    models, server = case.models, Recorder({"id": "1", "street": "Quay"})
    with case.connect(server) as client:
        heavy = client.parcels.send(models.ParcelsSendRequestJson(weight=2.5))
        client.parcels.send(
            models.ParcelsSendRequestVndParcelV2Json(grams=7),
            content_type="application/vnd.parcel.v2+json",
        )
    assert isinstance(heavy, models.ParcelsSendResponseStreet)
    assert [one.content for one in server.requests] == [b'{"weight":2.5}', b'{"grams":7}']


def test_a_union_of_one_branch_is_a_class(case: Case) -> None:
    models = case.models
    label = models.Label(text="Fragile", corner=models.LabelCornerRound(kind="round", radius=3))
    assert sent(label) == {"text": "Fragile", "corner": {"kind": "round", "radius": 3}}
    assert sent(models.Label(text="a", corner="none")) == {"text": "a", "corner": "none"}


def test_a_schema_in_a_cycle_is_a_class(case: Case) -> None:
    """Not an alias, which cannot be called."""
    models = case.models
    hub = models.Hub(docks=2, owner=models.FirmOwner(name="Ann"), then=models.Route(distance=5))
    assert sent(hub) == {"then": {"distance": 5}, "docks": 2, "owner": {"name": "Ann"}}

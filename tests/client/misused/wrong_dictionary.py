"""Dictionaries as bodies that aren't as the description has them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from case_typed_dicts import Sample, models, params
from case_typed_dicts.params import DogParam, LinkParam, OddParam, PetParam_


def good(client: Sample, link: LinkParam, cats: list[params.CatParam]) -> None:
    pet: PetParam_ = {"name": "Rex", "kind": "dog", "owner": None}
    pet["born"] = date(2026, 1, 2)
    client.pets.create(pet)
    client.pets.create(
        {
            "name": "Rex",
            "kind": models.Kind.DOG,
            "secret": "s",
            "size": 2,
            "mood": None,
            "owner": {"name": "Ann"},
            "born": "2026-01-02",
            "seen": [datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00Z"],
            "chip": UUID(int=7),
            "weight": 3,
            "price": Decimal("1.10"),
            "picture": b"a",
            "any": object(),
            "kinds": ["cat", models.Kind.DOG],
            "parents": [pet, models.Pet(id="1", name="Max", kind="cat", owner=None)],
            "friends": {"Max": pet},
            "extras": {"first": 1, "second": 2},
            "notes": {"a": [1]},
            "counts": {"a": {"name": "b"}, "c": models.PetParam(name="d")},
            "code": None,
            "odd": {"=": "1+1", "class": "sum", "date": "2026-01-02", "__typename": "Odd"},
        }
    )
    client.pets.create(PetParam_(name="Rex", kind="cat", owner=models.PetOwner()))
    client.pets.replace([pet, pet])
    client.pets.replace((pet,))
    client.pets.change({"names": ["a"], "pet": {"name": "b"}})
    client.pets.params(pet)
    client.pets.list(filter={"name": "Rex"}, kind=models.Kind.CAT)
    client.animals.create({"type": "cat", "lives": 9})
    client.animals.create({"type": "dog", "@of": {"type": "dog", "@of": {"type": "cat"}}})
    client.animals.create(cats[0])
    client.animals.tag({"a": 1})
    client.trees.grow(["a", ["b", link, []]])
    client.photos.add({"file": b"a", "about": link})
    client.photos.add(link, content_type="application/x-www-form-urlencoded")
    client.note(link)


def bad(
    client: Sample, pet: PetParam_, odd: OddParam, dog: DogParam, untyped: dict[str, Any]
) -> None:
    client.pets.create(untyped)  # wrong
    client.pets.create({"nmae": "Rex", "kind": "dog", "owner": None})  # wrong
    client.pets.create({"kind": "dog", "owner": None})  # wrong
    client.pets.create({"name": "Rex", "kind": "cow", "owner": None})  # wrong
    client.pets.create({"id": "1", "name": "Rex", "kind": "dog", "owner": None})  # wrong
    client.pets.replace(pet)  # wrong
    client.pets.list(filter={"nmae": "Rex"})  # wrong
    client.animals.create({"type": "cow"})  # wrong
    client.animals.create({"type": "cat", "loud": True})  # wrong
    client.note({})  # wrong
    client.photos.add({"file": "a"})  # wrong
    client.trees.grow([1])  # wrong
    pet["born"] = 7  # wrong
    pet["name"] = None  # wrong
    pet["parents"] = [{"name": "Max"}]  # wrong
    pet["counts"] = {"a": 1}  # wrong
    odd["class_"] = "sum"  # wrong
    dog["@of"] = {"type": "cow"}  # wrong
    client.animals.create({"type": "dog", "@of": {"type": "cow"}})  # wrong

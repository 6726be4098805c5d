"""The calls of the app of Flask-RESTX."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tests.qa.live.rows import MEDIA_TYPE, Row, call


def settings(_: Any) -> dict[str, Any]:
    """Return the client's arguments."""
    return {"key": "secret"}


def rows(package: Any) -> list[Row]:
    """Return a row for each call; they share the pets."""
    files, m = package.files, package.models
    names = ("bark", "weight", "owner", "tags", "meta", "born", "seen")
    nulls = [f"response/schema/nullable/added /*/{name}" for name in names]
    new = {
        "kind": "Dog", "name": "Rex", "born": date(2020, 2, 29), "bark": 10, "tags": ["a", "ü|,"],
        "seen": datetime(2026, 2, 28, 23, 59, tzinfo=UTC), "owner": m.Owner(id=7, name="Jo"),
    }  # fmt: skip
    rex, tom = m.Dog(**new, id=1), m.Dog(kind="Dog", name="Tom", id=2)
    png = files.File(b"\x89PNG\r\n", name="ü.png", media_type="image/png")
    return [
        call("pets.post_pets", m.Dog(**new)).gives(rex, 201),
        call("pets.post_pets", {"kind": "Dog", "name": "Tom"}).gives(tom, 201),
        call("pets.get_pets", sort=m.GetPetsSort.DESC)
        .satisfies(lambda found: [pet.id for pet in found] == [2, 1])
        .deviates(*nulls),
        call("pets.get_pets", tag=["a", "ü|,"], ids=[1, 2])
        .satisfies(lambda found: [(pet.seen, pet.tags) for pet in found] == [(rex.seen, rex.tags)])
        .deviates(*nulls[1:2], *nulls[4:5]),
        call("pets.get_pets", ids=[2], when=datetime(2026, 1, 1, tzinfo=UTC))
        .satisfies(
            lambda found: [(pet.id, pet.name, pet.born) for pet in found] == [(2, "Tom", None)]
        )
        .deviates(*nulls),
        call("pets.get_pets", x_trace="fail").raises(400),
        call("pets.get_pets").by(key="x").raises(401),
        call("pets.get_pet", 1).gives(rex),
        call("pets.get_pet", 1, x_fields="{kind,id}").gives(m.Dog(kind="Dog", id=1)),
        call("pets.get_pet", 9).raises(404),
        call("pets.post_photo", 1, m.PostPhotoRequest(file=png, note="ü"))
        .gives({"size": 6, "name": "ü.png", "note": "ü"})
        .deviates(MEDIA_TYPE),
        call("pets.post_photo", 1, {"note": "no file"}).refuses(),
        call("pets.get_photo", 1).gives(b"\x89PNG\r\n"),
        call("pets.delete_pet", 1).answers(204),
    ]


recorded = {
    "response/body/media-type/added application/json",
    *(
        f"response/schema/nullable/added {kind}"
        for kind in ("array", "integer", "number", "object", "string")
    ),
    "response/status/error/added 401",
}
"""What `drift --traffic` finds in the recorded calls: the rule, and what isn't described."""

"""The calls of the app of Django REST framework."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

from generator import Pagination
from tests.qa.live.rows import STATUS, Row, call

pagination = (Pagination("link", items="results", next="next"),)
NIL = UUID(int=0)
SIZE = Path(__file__).stat().st_size
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data"
VIEWS = (Path(__file__).parent / "views.py").read_bytes()
NOT_FOUND = {"detail": "No Pet matches the given query."}


def settings(_: Any) -> dict[str, Any]:
    """Return the client's arguments."""
    return {"token_auth": "Token secret"}


def rows(package: Any) -> list[Row]:
    """Return a row for each call; they share the database."""
    files, m = package.files, package.models
    return [*owners(m), *pets(m), *media(m, files), *others(m)]


def owners(m: Any) -> list[Row]:
    """Owners."""
    owner = m.OwnerRequest
    return [
        call("owners.create", owner(name="Jo", password="secret")).gives(
            m.Owner(id=1, name="Jo", email="", pets=[]), 201
        ),
        call("owners.create", owner(name="Jo", password="secret")).raises(
            400, body={"name": ["owner with this name already exists."]}
        ),
        call("owners.retrieve", 1).gives(m.Owner(id=1, name="Jo", email="", pets=[])),
        call("owners.retrieve", 9).raises(
            404, body={"detail": "No Owner matches the given query."}
        ),
    ]


def pets(m: Any) -> list[Row]:
    """Pets: all operations of a model."""
    seen = datetime(2026, 2, 28, 23, 59, 59, 999999, UTC)
    new = {
        "name": "Rex", "owner": 1, "kind": m.KindEnum.DOG, "weight": "12.50", "tags": ["ü", "b"],
        "born": date(2020, 2, 29), "fed_at": time(9, 30, 1), "sleep": "1 02:00:00", "chip": 2**62,
    }  # fmt: skip
    plain = {
        "owner": 1, "kind": m.KindEnum.CAT, "weight": None, "tags": [], "born": None,
        "fed_at": time(8), "sleep": None, "chip": None, "seen": None, "age": None,
    }  # fmt: skip
    rex, tom = (
        m.Pet(**new, id=UUID(int=1), seen=seen, age=6),
        m.Pet(**plain, id=UUID(int=2), name="Tom"),
    )
    sent = {**new, "seen": seen.astimezone(timezone(timedelta(hours=1)))}
    uma = m.Pet(**plain, id=UUID(int=3), name="Uma")
    page = m.PaginatedPetList
    return [
        call("pets.create", m.PetRequest(**sent)).gives(rex, 201),
        call("pets.create", m.PetRequest(name="Tom", owner=1, born=None, tags=[]))
        .gives(tom, 201)
        .deviates("response/schema/format/changed /fed_at"),  # the default is not of RFC 3339
        call("pets.create", m.PetRequest(name="Ted", owner=9)).raises(
            400, body={"owner": ['Invalid pk "9" - object does not exist.']}
        ),
        call("pets.create", m.PetRequest(name="Uma", owner=1), content_type=PARTS)
        .gives(uma, 201)
        .deviates("response/schema/format/changed /fed_at"),
        call("pets.list", kind=[m.PetsListKindItem.DOG], page=1).gives(
            page(count=1, next=None, previous=None, results=[rex])
        ),
        call("pets.list").satisfies(
            lambda found: found.count == 3 and found.next.endswith("/pets/?page=2")
        ),
        call("pets.list", page=3).raises(404, body={"detail": "Invalid page."}),
        call("pets.list_all", kind=["cat", "dog"]).satisfies(
            lambda found: [pet.name for pet in found] == ["Rex", "Tom", "Uma"]
        ),
        call("pets.retrieve", UUID(int=1)).gives(rex),
        call("pets.retrieve", NIL).raises(404, body=NOT_FOUND),
        call("pets.update", UUID(int=1), m.PetRequest(name="Max", owner=1)).gives(
            rex.model_copy(update={"name": "Max"})
        ),
        call("pets.partial_update", UUID(int=1), m.PatchedPetRequest(born=None, tags=[])).gives(
            rex.model_copy(update={"name": "Max", "born": None, "age": None, "tags": []})
        ),
        call("pets.feed_create", UUID(int=3)).gives(uma, 201).deviates(STATUS),
        call("pets.destroy", UUID(int=3)).answers(204),
        call("pets.feed_create", UUID(int=3)).raises(404, body=NOT_FOUND),
    ]


def media(m: Any, files: Any) -> list[Row]:
    """Files, unions and streams."""
    png = files.File(b"\x89PNG\r\n", name="ü.png", media_type="image/png")
    upload, level = m.UploadRequestMultipart, m.UploadRequestLevel
    card, cash = (
        m.CardRequest(method="card", number=" 12 "),
        m.CashRequest(method="cash", amount=1.5),
    )
    return [
        call("upload.create", upload(file=png, title="a", level=level.VALUE_2)).gives(
            m.Upload(title="a", level=m.UploadLevel.VALUE_2, size=6, name="ü.png"), 201
        ),
        call("upload.create", upload(file=Path(__file__), title="ü"), content_type=PARTS).gives(
            m.Upload(title="ü", level=m.UploadLevel.VALUE_1, size=SIZE, name="calls.py"), 201
        ),
        call("upload.create", upload(file=b"", title="a"), content_type=PARTS).raises(
            400, body={"file": ["The submitted file is empty."]}
        ),
        call("raw_.update", "attachment; filename=a.bin", b"12345").gives(5),
        call("raw_.update", "attachment; filename=a.bin", Path(__file__)).gives(SIZE),
        call("pay.create", card).gives(m.Card(method="card", number=" 12 ")),
        call("pay.create", card, content_type=FORM).gives(m.Card(method="card", number=" 12 ")),
        call("pay.create", cash).gives(m.Cash(method="cash", amount=1.5, change=None)),
        call("pay.create", cash, content_type=PARTS).gives(
            m.Cash(method="cash", amount=1.5, change=None)
        ),
        call("pay.create", m.CashRequest(method="cash", amount=2, change=None)).gives(
            m.Cash(method="cash", amount=2.0, change=None)
        ),
    ]


def others(m: Any) -> list[Row]:
    """Security, throttling, and the description itself."""
    return [
        call("me.retrieve").gives(m.Name(name="token")),
        call("me.retrieve")
        .by(token_auth=None, basic=("jö", "pä:ss"))
        .gives(m.Name(name="jö pä:ss")),
        call("me.retrieve").by(token_auth="Token x").raises(401, body={"detail": "Invalid token."}),
        call("schema.retrieve").satisfies(lambda found: found["info"]["title"] == "Clinic"),
        call("schema.retrieve", accept="application/yaml", lang="de").satisfies(
            lambda text: text.startswith("openapi: 3.0.3\n")
        ),
        call("schema.retrieve_stream", format="yaml").satisfies(
            lambda content: content.startswith(b"openapi: 3.0.3\n")
        ),
    ]


recorded = {
    "response/status/error/added 400",
    "response/status/error/added 401",
    "response/status/error/added 404",
    "response/status/success/added 201",
}
"""What `drift --traffic` finds in the recorded calls: the rule, and what isn't described."""

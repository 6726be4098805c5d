"""The calls of the app of drf-yasg."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from generator import Pagination
from tests.qa.live.rows import Row, call

base_path = "/api"
pagination = (Pagination("link", items="results", next="next"),)
SIZE = Path(__file__).stat().st_size


def settings(_: Any) -> dict[str, Any]:
    """Return the client's arguments; drf-yasg describes basic authentication by default."""
    return {"basic": ("a", "b")}


def rows(package: Any) -> list[Row]:
    """Return a row for each call; they share the things."""
    m = package.models
    new = {
        "title": "One", "kind": m.ThingKind.A, "when": datetime(2026, 2, 28, 12, 30, tzinfo=UTC),
        "price": "12.50", "meta": {"a,b": "ü&="}, "tags": [1, 2],
    }  # fmt: skip
    one = m.Thing(**new, id=1)
    upload = m.ThingsUploadRequest
    return [
        call("things.create", m.Thing(**new)).gives(one, 201),
        call("things.create", m.Thing(title="Two", kind=None)).gives(
            m.Thing(title="Two", kind=None, id=2), 201
        ),
        call("things.create", {"title": "Three", "kind": "b"}).gives(
            m.Thing(title="Three", kind="b", id=3), 201
        ),
        call("things.create", m.Thing(title="Four", price="x")).raises(
            400, body={"price": ["A valid number is required."]}
        ),
        call("things.list", kind=["a", "b"], limit=1, offset=1).satisfies(
            lambda found: found.count == 2 and found.results[0].id == 3
        ),
        call("things.list", kind=[m.ThingsListKindItem.A]).gives(
            m.ThingsListResponse(count=1, next=None, previous=None, results=[one])
        ),
        call("things.list_all").satisfies(lambda found: [thing.id for thing in found] == [1, 2, 3]),
        call("things.read", "1").gives(one),
        call("things.read", "9").raises(404, body={"detail": "Not found."}),
        call("things.partial_update", "2", {"title": "2"}).gives(
            m.Thing(title="2", kind=None, id=2)
        ),
        call("things.upload", upload(title="ü", file=Path(__file__), count=3)).gives(
            m.Upload(title="ü", count=3, size=SIZE), 201
        ),
        call("things.upload", upload(title="t", file=b"")).raises(400),
        call("things.form", m.ThingsFormRequest(title="ü&=", price="1.00")).gives(
            m.Thing(id=0, title="ü&=", kind=None, price="1.00")
        ),
        call("things.delete", "3").answers(204),
    ]


recorded = {"response/status/error/added 400", "response/status/error/added 404"}
"""What `drift --traffic` finds in the recorded calls: the rule, and what isn't described."""

"""``format``: dates, durations, UUIDs and decimals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from tests.support.answers import Recorder
from tests.support.generated_case import Case, refused, sent

NOW = datetime(2026, 3, 1, 22, 15, tzinfo=UTC)
WRONG_ID = "response/schema/format/changed /id"


def test_formats_are_types(case: Case) -> None:
    models = case.models
    trip = models.Trip.model_validate(
        {
            "at": "2026-03-01T22:15:00+01:00", "day": "2026-03-01", "lasts": "P1DT2H",
            "id": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "days": ["2026-03-01"], "odd": "x",
            "price": "12.50",
        }
    )  # fmt: skip
    assert trip.at == datetime(2026, 3, 1, 22, 15, tzinfo=timezone(timedelta(hours=1)))
    assert trip.day == date(2026, 3, 1)
    assert trip.lasts == timedelta(days=1, hours=2)
    assert trip.price == Decimal("12.50")
    assert trip.id == UUID("3fa85f64-5717-4562-b3fc-2c963f66afa6")
    assert sent(trip) == {
        "at": "2026-03-01T22:15:00+01:00", "day": "2026-03-01", "lasts": "P1DT2H", "price": "12.50",
        "id": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "days": ["2026-03-01"], "odd": "x",
    }  # fmt: skip
    assert refused(models.Trip, at="yesterday") != []
    assert refused(models.Trip, at="2026-03-01T00:00:00Z", mail="m" * 61) == ["string_too_long"]
    assert sent(models.Trip(at="2026-03-01T00:00:00Z", until=None))["until"] is None


def test_formats_in_paths_and_headers(case: Case) -> None:
    server = Recorder({"at": "2026-03-01T22:15:00Z"})
    identity = UUID("3fa85f64-5717-4562-b3fc-2c963f66afa6")
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    with case.connect(server) as client:
        client.trips.book(identity, date(2026, 3, 1), case.models.Trip(at=moment), if_since=moment)
    assert server.requests[0].url.path == f"/trips/{identity}/2026-03-01"
    assert server.requests[0].headers["if-since"] == "2026-01-02T03:04:05Z"


def test_a_uuid_is_written_with_hyphens_alone(case: Case) -> None:
    """RFC 9562 §4: Python takes braces, a URN and digits alone, too."""
    plain = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
    noted: list[Any] = []
    server = Recorder()
    with case.connect(server, on_deviation=noted.append) as client:
        for text in (plain.upper(), f"{{{plain}}}", f"urn:uuid:{plain}", plain.replace("-", "")):
            server.replies = [{"at": "2026-03-01T22:15:00Z", "id": text}]
            trip = client.trips.book(text, date(2026, 3, 1), case.models.Trip(at=NOW, id=text))
            if text == plain.upper():
                assert (trip.id, noted) == (UUID(plain), [])
            else:
                assert trip.id == sent(trip)["id"] == text
                assert [f"{each.rule} {each.pointer}" for each in noted] == [WRONG_ID]
            noted.clear()
    assert {request.url.path for request in server.requests} == {f"/trips/{plain}/2026-03-01"}
    assert {body["id"] for body in server.bodies} == {plain}

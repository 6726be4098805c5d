"""A program with the clients of a harbour, as speclock wrote them at 262790d.

Each function is called by itself. A comment names what breaks a line.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator

import berths
import httpx
import tides
from berths.models import BerthsReserveResponse, Confirmed, Ship, Waiting
from tides.models import WaterLevel


def levels_of_all_pages() -> None:
    """Follow pages, with the pinned names of a method and a class."""

    def answer(request: httpx.Request) -> httpx.Response:
        levels = [{"at": "2026-03-01T06:00:00Z", "metres": 3.5}]
        if request.url.params.get("page", "1") != "1":
            levels = []
        return httpx.Response(200, json={"levels": levels})

    client = tides.Tides(region="west", transport=httpx.MockTransport(answer))
    pages: Iterator[WaterLevel] = iter(client.tides.at_all("Quay"))
    levels = list(pages)
    assert levels[0].at.astimezone(datetime.UTC).hour == 6
    assert levels[0].metres == 3.5


def reserve() -> None:
    """Send a body and read a union."""
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["x-reservation-key"])
        body = {"state": "waiting", "before": 2}
        return httpx.Response(201, json=body, headers={"x-request": "r7"})

    info = berths.ResponseInfo()
    with berths.HarbourBerths("key", transport=httpx.MockTransport(answer)) as client:
        result = client.berths.reserve(
            7, Ship(name="Ida", length=31.5), options=berths.Options(response=info)
        )
    assert isinstance(result, Waiting)
    assert result.before == 2
    assert keys != [""]
    assert info.request_id == "r7"


def script() -> None:
    """Let the fake answer with a model."""
    from berths.testing import Fake

    fake = Fake()
    fake.berths_reserve.answers(Confirmed(state="confirmed", number=4))
    result = berths.HarbourBerths("key", transport=fake).berths.reserve(7, Ship(name="Ida"))
    assert isinstance(result, Confirmed)
    assert fake.berths_reserve.calls[0].body == Ship(name="Ida")


def state(result: BerthsReserveResponse = Waiting(state="waiting")) -> None:  # noqa: B008
    """Tell the members of the union apart."""
    match result:
        case Confirmed():
            number: int = result.number
            assert number
        case Waiting():
            assert result.before is None
        case _:
            assert result.model_dump()


def from_environment() -> None:
    """Take the credential from the environment, or none."""
    os.environ["HARBOUR_BERTHS_KEY"] = "secret"
    assert berths.HarbourBerths.from_env(timeout=3)
    assert berths.HarbourBerths(berths.NO_CREDENTIALS, base_url="https://other.example")


def errors() -> None:
    """Name the errors of both clients."""
    from berths.errors import HarbourBerthsError
    from tides.errors import ResponseError, TidesError

    assert issubclass(HarbourBerthsError, Exception)
    assert issubclass(ResponseError, TidesError)

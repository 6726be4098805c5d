"""References by ``$anchor``, ``$id`` and ``$dynamicRef`` (JSON Schema 2020-12 §8.2)."""

from __future__ import annotations

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case, sent

SHIP = {
    "name": "Ada",
    "harbour": {"town": "Bergen"},
    "crew": {"captain": {"name": "Cy"}, "mates": [{"name": "Di"}]},
    "flag": "red",
    "sister": {"name": "Eve", "next": {"name": "Flo"}},
}


def test_each_reference_leads_to_its_schema(case: Case) -> None:
    server = Recorder(answering(200, SHIP))
    with case.connect(server) as client:
        ship = client.ships.get("Ada")
    assert sent(ship) == SHIP
    assert ship.harbour.town == "Bergen"
    assert type(ship.crew.captain) is type(ship.crew.mates[0]) is case.models.Person
    assert ship.flag is case.models.Colour.RED
    assert type(ship.sister.next) is case.models.Sister
    assert server.targets == ["GET /ships/Ada"]


def test_a_reference_into_another_response(case: Case) -> None:
    with case.connect(answering(200, SHIP)) as client:
        assert client.fleet.flagship().sister.next.name == "Flo"

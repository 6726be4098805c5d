"""Operations with faults that a client can live with: each is generated, with a warning."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case


def test_a_query_in_a_path_is_sent_as_a_query(case: Case) -> None:
    server = Recorder(answering(200, "x"))
    with case.connect(server) as client:
        client.trips.day("a b&c", page=2)
        client.trips.night()
        client.trips.plain()
    assert server.targets == [
        "GET /trips?kind=day&line=a%20b%26c&page=2", "GET /trips?kind=night", "GET /trips",
    ]  # fmt: skip


def test_the_fake_tells_such_operations_apart(case: Case) -> None:
    fake = case.fake()
    with httpx.Client(transport=fake, base_url="https://ferry.example") as client:
        client.get("/trips?kind=night")
        client.get("/trips?page=1")
        client.get("/trips?page=1&kind=night")
    assert len(fake.trips_night.calls) == 2


def test_headers_of_http_itself_are_no_arguments(case: Case) -> None:
    server = Recorder(200)
    with case.connect(server) as client:
        client.ships.steer("7", "ferry/2", b"bow", x_ids=[1, 2], tide="low", flag="a b")
    request = server.request
    assert (request.headers["host"], request.headers["content-length"]) == ("ferry.example", "3")
    assert request.headers["user-agent"] == "ferry/2"
    assert request.headers["x-ids"] == "1,2"
    assert request.headers["cookie"] == "flag=a%20b"
    assert server.targets == ["PUT /ships/7?tide=low"]


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_success_that_is_not_described(status: int, case: Case) -> None:
    info = case.package.ResponseInfo()
    with case.connect(Recorder(answering(status, {"a": 1} if status != 204 else None))) as client:
        value = client.ships.sink("7", options=case.package.Options(response=info))
    assert value == ({"a": 1} if status != 204 else None)
    assert info.status_code == status
    assert info.body == (b'{"a":1}' if status != 204 else b"")


def test_an_undeclared_security_scheme_is_not_asked_for(case: Case) -> None:
    server = Recorder(answering(200, "x"))
    with case.connect(server) as client:
        client.ships.sink("7")
        with pytest.raises(case.errors.RequestError, match="key"):
            client.ships.find("7")
    with case.connect(server, key="secret") as client:
        assert client.ships.find("7") == "x"
    assert server.headers("x-key") == [None, "secret"]


@pytest.mark.parametrize("status", [404, 500])
def test_statuses_in_odd_spellings(status: int, case: Case) -> None:
    with (
        case.connect(Recorder(answering(status, {"wrong": "w"})), key="k") as client,
        pytest.raises(case.errors.ApiError) as caught,
    ):
        client.ships.find("7")
    assert type(caught.value.error).__name__ == "Fault"


def test_a_response_that_no_example_fits_is_read(case: Case) -> None:
    with case.connect(Recorder({"wrong": "w", "where": "x"})) as client:
        assert client.either.read().where == "x"


def test_parts_of_the_wrong_shape_are_absent(case: Case) -> None:
    server = Recorder({"a": 1})
    with case.connect(server) as client:
        assert client.quays.list(near={"b": 2}) == {"a": 1}
        assert client.quays.build(case.models.Fault(wrong="w")) == {"a": 1}
        assert client.quays.move().length is None
    assert server.headers("content-type") == [
        None, "application/json", None,
    ]  # fmt: skip


def test_a_definition_of_the_schema_around_the_reference(case: Case) -> None:
    server = Recorder()
    with case.connect(server) as client:
        client.quays.paint(case.models.QuaysPaintRequest(colour="red"))
        with pytest.raises(ValueError, match="colour"):
            case.models.QuaysPaintRequest(colour="green")
    assert server.requests[0].content == b'{"colour":"red"}'


def test_a_form_without_members(case: Case) -> None:
    server = Recorder()
    with case.connect(server) as client:
        client.quays.sink({"depth": 3})
    assert server.requests[0].content == b"depth=3"


def test_the_fake_finds_the_status_of_a_list(case: Case) -> None:
    fake = case.fake()
    info = case.package.ResponseInfo()
    client = case.package.Sample(transport=fake)
    for answer, status in (([case.models.Quay()], 202), (case.models.Quay(length=2), 200)):
        fake.quays_move.answers(answer)
        assert client.quays.move(options=case.package.Options(response=info)) == answer
        assert info.status_code == status


def test_parameters_in_a_mapping_and_a_default_that_is_no_date(case: Case) -> None:
    server = Recorder(answering(200, "x"))
    since = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
    with case.connect(server) as client:
        client.logs.read()
        client.logs.read(zone="a", since=since)
    assert server.targets == ["GET /logs", "GET /logs?zone=a&since=2026-05-04T03%3A02%3A01Z"]


def test_a_member_beside_the_reference_of_a_path_item_is_used(case: Case) -> None:
    server = Recorder(answering(200, "x"))
    with case.connect(server) as client:
        assert client.logs.old() == "x"
    assert server.targets == ["GET /old-logs"]

"""What a path item says for all of its operations, by reference."""

from __future__ import annotations

from tests.support.answers import Recorder
from tests.support.generated_case import Case, refused


def test_what_a_path_item_says_holds_for_its_operations(case: Case) -> None:
    server = Recorder({"nights": 2})
    with case.connect(server) as client:
        client.berths.assign("9074729", 4, {"nights": 1}, x_pilot="Ann")
        client.berths.get("9074729", "four")
        assert refused(lambda: client.berths.assign("9", 4, {"nights": 1})) != []
        assert refused(lambda: client.berths.assign("9074729", 0, {"nights": 1})) != []
    assert [request.url.path for request in server.requests] == [
        "/v2/ships/9074729/berths/4", "/v2/ships/9074729/berths/four",
    ]  # fmt: skip
    assert {request.url.host for request in server.requests} == {"berths.example"}
    assert server.headers("x-pilot") == ["Ann", None]

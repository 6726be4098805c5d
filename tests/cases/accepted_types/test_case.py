"""The Accept header: the media types that the description has, by their names."""

from __future__ import annotations

import pytest

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case


@pytest.mark.parametrize(
    ("method", "accept"),
    [
        ("read", "application/vnd.api+json"),
        ("watch", "application/json"),
        ("watch_stream", "application/vnd.shelf.protobuf, */*;q=0.1"),
        ("drop", "application/json"),
    ],
)
def test_json_by_its_names(method: str, accept: str, case: Case) -> None:
    server = Recorder(answering(200, {"label": "a"}))
    with case.connect(server) as client:
        call = getattr(client.shelves, method)
        if method.endswith("stream"):
            with call() as items:
                list(items)
        else:
            call()
    assert server.headers("accept") == [accept]


def test_all_json_types_of_all_statuses(case: Case) -> None:
    server = Recorder(answering(200, {"label": "a"}, content_type="application/geo+json"))
    with case.connect(server) as client:
        shelf = client.shelves.map(case.models.Shelf(label="b"))
        assert shelf.label == "a"
        client.shelves.map(shelf, accept="application/fhir+json")
        client.shelves.watch(accept="application/json;stream=watch")
    assert server.headers("accept") == [
        "application/geo+json, application/fhir+json, application/json",
        "application/fhir+json",
        "application/json;stream=watch",
    ]

"""What a later version of OpenAPI has is read in every version; ``warnings.txt`` tells so."""

from __future__ import annotations

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case, refused


def test_the_keywords_of_json_schema(case: Case) -> None:
    make = case.models.Line
    assert refused(make, kind="other") == ["literal_error"]
    assert refused(make, count=5) == ["greater_than"]
    assert refused(make, pair=[1.5, 1])
    assert make(kind="line", text=None, nothing=None, count=6, pair=["a", 1]).count == 6


def test_the_query_and_its_items(case: Case) -> None:
    server = Recorder(answering(200, b'{"text": null}\n{"text": "b"}\n'))
    with case.connect(server) as client:
        assert [line.text for line in client.lines.read(filter={"a": 1})] == [None, "b"]
    assert server.request.method == "QUERY"
    assert server.request.url.query == b"%7B%22a%22%3A1%7D"


def test_the_cookie(case: Case) -> None:
    server = Recorder()
    with case.connect(server) as client:
        client.notes.add(mark="a+b")
    assert server.request.headers["cookie"] == "mark=a+b"

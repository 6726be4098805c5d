"""Bodies whose media type only their Content-Type tells: ranges, and several types of JSON."""

from __future__ import annotations

import httpx
import pytest

from tests.support.answers import Answer, Recorder, answering
from tests.support.generated_case import Case


def content(kind: str, body: bytes, status: int = 200) -> Answer:
    """Return a server that always gives the same bytes."""
    return answering(status, body, **({"content_type": kind} if kind else {}))


@pytest.mark.parametrize(
    ("kind", "body", "value"),
    [
        ("application/json", b'"plum"', "plum"),
        ("application/hal+json; charset=utf-8", b'"plum"', "plum"),
        ("text/plain;charset=utf-8", b"plum", "plum"),
        ("text/plain", b'"plum"', '"plum"'),
        ("", b'"plum"', "plum"),
        ("", b"plum", "plum"),
    ],
)
def test_text_of_any_media_type(kind: str, body: bytes, value: str, case: Case) -> None:
    with case.connect(content(kind, body)) as client:
        assert client.labels.read() == value


def test_what_does_not_fit_the_range(case: Case) -> None:
    with case.connect(content("image/png", b"\xff")) as client:
        assert client.jars.read() == b"\xff"
    with (
        case.connect(content("application/json", b"plum")) as client,
        pytest.raises(case.errors.ResponseError),
    ):
        client.jars.read()


def test_a_number_sent_as_text(case: Case) -> None:
    with case.connect(content("application/octet-stream", b"7")) as client:
        assert client.shelves.read() == 7


def test_the_range_is_asked_for_after_json(case: Case) -> None:
    server = Recorder(answering(200, "plum"))
    with case.connect(server) as client:
        client.labels.read()
    assert server.headers("accept") == ["application/json, */*"]
    assert server.headers("host") == ["pantry.example"]
    assert str(server.request.url) == "https://pantry.example/v1/labels"


@pytest.mark.parametrize(
    ("kind", "name"), [("application/json", "Jar"), ("application/vnd.crate+json", "Crate")]
)
def test_a_success_by_its_content_type(kind: str, name: str, case: Case) -> None:
    jar = case.models.Jar(plus_1=1)
    with case.connect(content(kind, b'{"+1": 1, "count": 2}')) as client:
        assert type(client.jars.fill(jar)).__name__ == name
        assert type(client.jars.fill(jar, accept=kind)).__name__ == name


def test_json_beside_a_range_are_both_sent(case: Case) -> None:
    server = Recorder({"+1": 1})
    with case.connect(server) as client:
        client.jars.fill(case.models.Jar(plus_1=1))
        client.jars.fill(case.models.Crate(count=2), content_type="*/*")
    assert server.headers("content-type") == ["application/json"] * 2
    assert server.bodies == [{"+1": 1}, {"count": 2}]


def test_a_media_type_with_a_parameter(case: Case) -> None:
    server = Recorder(answering(201, {"+1": 1}))
    with case.connect(server) as client:
        client.labels.write(case.models.Jar(plus_1=1))
    assert server.headers("content-type") == ["application/json;charset=utf-8"]


def test_a_media_type_without_a_name_is_bytes(case: Case) -> None:
    with case.connect(content("image/png", b"\xff")) as client:
        assert client.blobs.read() == b"\xff"


def test_bytes_of_any_media_type(case: Case) -> None:
    server = Recorder([1])
    with case.connect(server) as client:
        client.blobs.write(b"\xff")
        client.blobs.write(case.modules["files"].File(b"\xff", media_type="image/png"))
    assert server.headers("content-type") == ["application/octet-stream", "image/png"]


def test_a_media_type_without_an_object_is_any_json(case: Case) -> None:
    with case.connect(content("application/json", b"[1]")) as client:
        assert client.blobs.write() == [1]


@pytest.mark.parametrize(
    ("result", "status"), [(["plum"], 200), ([], 200), (None, 204)], ids=["list", "empty", "none"]
)
def test_the_fake_answers_with_a_status_that_has_such_a_body(
    result: object, status: int, case: Case
) -> None:
    fake = case.fake()
    fake.jars_empty.answers(result)
    info = case.package.ResponseInfo()
    client = case.package.Sample(transport=fake)
    assert client.jars.empty(options=case.package.Options(response=info)) == result
    assert info.status_code == status


def test_the_fake_answers_with_a_status_of_the_range(case: Case) -> None:
    fake = case.fake()
    client = case.package.Sample(transport=fake)
    for result in (7, "plum"):
        fake.shelves_count.answers(result)
        assert client.shelves.count() == result


def test_the_fake_takes_each_body_of_one_media_type(case: Case) -> None:
    fake = case.fake()
    fake.jars_fill.answers(case.models.Crate(count=1))
    client = case.package.Sample(transport=fake)
    client.jars.fill(case.models.Jar(plus_1=1))
    assert client.jars.fill(case.models.Crate(count=2), content_type="*/*").count == 1
    assert [type(call.body).__name__ for call in fake.jars_fill.calls] == ["Jar", "Crate"]


def test_the_fake_answers_a_range_with_json(case: Case) -> None:
    """A response has one media type, not a range."""
    fake = case.fake()
    request = httpx.Request("GET", "https://labels.example/")
    for script, answer, content in (
        (fake.labels_read, "plum", b'"plum"'),
        (fake.shelves_read, 7, b"7"),
    ):
        script.answers(answer)
        response = script.reply(request)
        assert response.headers["content-type"] == "application/json"
        assert response.content == content

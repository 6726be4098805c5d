"""Readers of responses by their Content-Type, of JSON, text and bytes for one status."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.answers import Recorder, answering
from tests.support.clients import method_of
from tests.support.generated_case import Case

JSON, XML = b'{"name": "a"}', b"<track/>"
ADDED = ["response/body/media-type/added"]


class Reader:
    """Calls with their results, and the deviations that were reported."""

    def __init__(self, case: Case, mode: str) -> None:
        self.case = case
        self.mode = mode
        self.found: list[Any] = []

    @property
    def rules(self) -> list[str]:
        """Return the rules of the deviations that were reported."""
        return [one.rule for one in self.found]

    def read(self, name: str, kind: str, body: bytes, status: int = 200, **arguments: Any) -> Any:
        """Return the result of a call; ``kind`` is the Content-Type, empty without one."""
        server = answering(status, body, **({"content_type": kind} if kind else {}))
        with self.case.connect(server, self.mode, on_deviation=self.found.append) as client:
            return method_of(client, name)(**arguments)


@pytest.fixture
def reader(case: Case, mode: str) -> Reader:
    return Reader(case, mode)


@pytest.mark.parametrize(
    ("name", "kind", "body", "value"),
    [
        ("tracks.read", "application/json", JSON, "Track"),
        ("tracks.read", "Application/JSON ; charset=UTF-8", JSON, "Track"),
        ("tracks.read", "application/vnd.short+json", JSON, "Short"),
        ("tracks.read", "text/plain", JSON, '{"name": "a"}'),
        ("tracks.read", "TEXT/PLAIN; charset=latin-1", b"caf\xe9", "café"),
        ("tracks.read", "application/xml; charset=utf-8", XML, "<track/>"),
        ("tracks.read", "image/png", b"\x89\xff", b"\x89\xff"),
        ("tracks.read", "IMAGE/svg+xml", b"<svg/>", b"<svg/>"),
        ("files.read", "application/octet-stream", b"[1", b"[1"),
        ("files.any", "application/json", b"[1", b"[1"),
        ("files.any", "a/b", b"x", b"x"),
        ("files.any", "", b"x", b"x"),
        ("files.ranges", "", JSON, JSON),
        ("files.note", "text/plain", b"x", "x"),
        ("files.ranges", "text/markdown", b"x", "x"),
        ("files.ranges", "application/hal+json", JSON, "Short"),
        ("files.ranges", "application/json", JSON, JSON),
        ("files.ranges", "image/png", b"\xff", b"\xff"),
    ],
)
def test_the_content_type_chooses(
    name: str, kind: str, body: bytes, value: object, reader: Reader
) -> None:
    result = reader.read(name, kind, body)
    known = getattr(reader.case.models, value, None) if isinstance(value, str) else None
    assert (type(result) is known) if known else (result == value)
    assert reader.rules == []


@pytest.mark.parametrize(
    ("accept", "kind", "name"),
    [
        ("text/plain", "application/json", "Track"),
        ("application/json", "text/plain", "str"),
        ("application/json", "application/vnd.short+json", "Short"),
        ("image/*", "image/gif", "bytes"),
    ],
)
def test_whatever_was_asked_for(accept: str, kind: str, name: str, reader: Reader) -> None:
    result = reader.read("tracks.read", kind, JSON, accept=accept)
    assert type(result).__name__ == name
    assert reader.rules == []


def test_the_accept_header_prefers_json(case: Case) -> None:
    server = Recorder(answering(200, {"name": "a"}))
    with case.connect(server) as client:
        client.tracks.read()
        client.tracks.read(accept="image/*")
        with pytest.raises(case.errors.RequestError, match="the API offers application/json, app"):
            client.tracks.read(accept="audio/ogg")
    assert server.headers("accept") == ["application/json, application/vnd.short+json", "image/*"]


@pytest.mark.parametrize(
    ("name", "kind", "body", "value"),
    [
        ("tracks.read", "", JSON, "Track"),
        ("tracks.read", "application/hal+json", JSON, "Track"),
        ("tracks.read", "text/html", JSON, "Track"),
        ("tracks.read", "nonsense", JSON, "Track"),
        ("tracks.read", "application/json, application/json", JSON, "Track"),
        ("tracks.read", ";;=/", JSON, "Track"),
        ("files.note", "", b"x", "x"),
        ("files.note", "application/json", b'{"a": 1}', '{"a": 1}'),
        ("files.note", "application/json", b'"x"', '"x"'),
        ("files.note", "text/html", b"<p>", "<p>"),
    ],
)
def test_another_media_type_is_reported(
    name: str, kind: str, body: bytes, value: object, reader: Reader
) -> None:
    """It is read as the default one."""
    result = reader.read(name, kind, body)
    known = getattr(reader.case.models, value, None) if isinstance(value, str) else None
    assert (type(result) is known) if known else (result == value)
    assert reader.rules == ADDED


def test_a_page_of_a_proxy_is_unreadable(reader: Reader) -> None:
    """A media type that isn't described is no text, whatever else the status has."""
    for name in ("tracks.read", "files.read"):
        with pytest.raises(reader.case.errors.ResponseError, match="unreadable body: not JSON"):
            reader.read(name, "text/html", b"<html>")
    with pytest.raises(reader.case.errors.ResponseError, match="unreadable body: not JSON"):
        reader.read("tracks.read", "application/json", b'{"name"')


def test_a_strict_client(case: Case, mode: str) -> None:
    for kind, is_described in (("text/plain", True), ("text/html", False), ("", False)):
        server = answering(200, JSON, **({"content_type": kind} if kind else {}))
        with case.connect(server, mode, strict=True) as client:
            if is_described:
                assert client.tracks.read() == '{"name": "a"}'
                continue
            with pytest.raises(case.errors.ResponseError, match="body/media-type/added"):
                client.tracks.read()


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        ("tracks.read", "", ""),
        ("tracks.read", "application/json", ""),
        ("files.read", "text/html", b""),
        ("files.note", "application/json", ""),
    ],
)
def test_no_body_is_empty_text(name: str, kind: str, value: object, reader: Reader) -> None:
    """Or no bytes, where the status has such a media type; the Content-Type is of nothing."""
    assert reader.read(name, kind, b"") == value
    assert reader.rules == []


@pytest.mark.parametrize(
    ("status", "kind", "body", "value"),
    [
        (200, "application/json", JSON, "Track"),
        (201, "text/csv", b"a,b", "a,b"),
        (201, "application/gpx+xml", b"<gpx/>", "<gpx/>"),
        (201, "application/json", b'[{"name": "a"}]', "list"),
    ],
)
def test_the_media_types_of_a_status(
    status: int, kind: str, body: bytes, value: str, reader: Reader
) -> None:
    result = reader.read("tracks.load", kind, body, status)
    assert value in (result, type(result).__name__)
    assert reader.rules == []


@pytest.mark.parametrize(
    ("kind", "error", "rules"),
    [
        ("application/problem+json", "Problem", []),
        ("text/plain", "str", []),
        ("application/json", "Problem", ADDED),
        ("", "Problem", ADDED),
        ("text/html", "Problem", ADDED),
    ],
)
def test_an_error(kind: str, error: str, rules: list[str], reader: Reader) -> None:
    with pytest.raises(reader.case.errors.ApiError) as caught:
        reader.read("tracks.read", kind, b'{"detail": "none"}', 404)
    assert type(caught.value.error).__name__ == error
    assert caught.value.body == b'{"detail": "none"}'
    assert reader.rules == rules


def test_an_error_of_another_kind(reader: Reader) -> None:
    """It isn't the documented one."""
    with pytest.raises(reader.case.errors.ApiError) as caught:
        reader.read("tracks.load", "text/html", b"<html>", 500)
    assert (caught.value.error, reader.rules) == (None, [])


def test_pages_are_json(reader: Reader) -> None:
    page = b'{"tracks": [{"name": "a"}]}'
    server = answering(200, page, content_type="application/json")
    with reader.case.connect(server) as client:
        assert [track.name for track in client.tracks.list_all()] == ["a"]
    server = answering(200, b"name", content_type="text/csv")
    with reader.case.connect(server) as client:
        assert client.tracks.list() == "name"
        with pytest.raises(reader.case.errors.ResponseError, match="no list of items"):
            list(client.tracks.list_all())


@pytest.mark.parametrize(
    ("kind", "body", "rules"),
    [
        ("text/event-stream", b'data: {"name": "a"}\n\n', []),
        ("application/jsonl; charset=utf-8", b'{"name": "a"}\n', []),
        ("application/x-ndjson", b'data: {"name": "a"}\n\n', ADDED),
        ("", b'data: {"name": "a"}\n\n', ADDED),
    ],
)
def test_a_stream(kind: str, body: bytes, rules: list[str], case: Case) -> None:
    found: list[Any] = []
    server = answering(200, body, **({"content_type": kind} if kind else {}))
    with (
        case.connect(server, on_deviation=found.append) as client,
        client.changes.watch() as items,
    ):
        assert [item.name for item in items] == ["a"]
    assert [one.rule for one in found] == rules


def test_the_raw_response(case: Case) -> None:
    server = answering(200, b"plain", content_type="text/plain")
    with case.connect(server) as client:
        raw = client.raw(client.tracks.read)
    assert (raw.value, raw.body, raw.headers["content-type"]) == ("plain", b"plain", "text/plain")


def test_a_retry_reads_the_last_response(case: Case) -> None:
    server = Recorder(
        answering(503, b"later", content_type="text/plain"),
        answering(200, b"plain", content_type="text/plain"),
    )
    retry = case.package.Retry(attempts=2, base=0)
    with case.connect(server, retry=retry) as client:
        assert client.tracks.read(accept="image/*") == "plain"
    assert server.headers("accept") == ["image/*", "image/*"]


def test_the_fake_answers_with_the_accepted_type(case: Case) -> None:
    client = case.package.Sample(transport=case.fake(), strict=True)
    assert type(client.tracks.read()) is case.models.Track
    for accept, kind in (
        ("application/json", case.models.Track),
        ("application/vnd.short+json", case.models.Short),
        ("text/plain", str),
        ("application/xml", str),
        ("image/*", bytes),
    ):
        assert type(client.tracks.read(accept=accept)) is kind


def test_the_fake_answers_with_a_result(case: Case) -> None:
    fake = case.fake()
    client = case.package.Sample(transport=fake, strict=True)
    results: list[tuple[Callable[[], Any], Any, list[Any]]] = [
        (client.tracks.read, fake.tracks_read, ["text", b"bytes", case.models.Short(name="a")]),
        (client.files.read, fake.files_read, [["a"], b"a"]),
        (client.files.note, fake.files_note, ["a"]),
    ]
    for call, script, values in results:
        for value in values:
            script.answers(value)
            assert call() == value

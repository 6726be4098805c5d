"""Files, media types of one's choice, answers that stream, and what reading forgives.

The generated tests of the case hold the details; here a caller does what the README shows.
"""

from __future__ import annotations

import io
from email import message_from_bytes
from pathlib import Path
from typing import Any

import httpx
import pytest

from generator.reading.openapi.model.schemas import Json
from tests.reading.openapi.typed import read
from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case


def parts(request: httpx.Request) -> dict[str, tuple[str | None, str, bytes]]:
    """The parts of a multipart body: file name, media type and content by name."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    found: dict[str, tuple[str | None, str, bytes]] = {}
    payload: Any = message_from_bytes(head + request.content).get_payload()
    for part in payload:
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        found[name] = (part.get_filename(), part.get_content_type(), content)
    return found


def test_a_form_with_files(case: Case, tmp_path: Path) -> None:
    """From bytes, from disk, from an open file; each part says what it is."""
    on_disk = tmp_path / "scan.png"
    on_disk.write_bytes(b"on disk")
    note = case.models.Note(text="hello")
    server = Recorder(answering(201, {"text": "kept"}))
    client = case.connect(server)
    body = case.models.PrintsUploadRequest
    named = case.modules["files"].File(io.BytesIO(b"open"), name="a/b.gif", media_type="image/gif")

    written = body(scan=on_disk, note=note, copies=2, label="a", lines="1\n")
    assert client.prints.upload(written).text == "kept"
    client.prints.upload(body(scan=b"bytes", proofs=[b"1", named], note=note))

    first, second = map(parts, server.requests)
    assert first["scan"] == ("scan.png", "image/png", b"on disk")
    assert first["note"] == (None, "application/json", b'{"text":"hello"}')
    assert first["copies"] == (None, "text/plain", b"2")
    assert first["label"] == (None, "application/json", b'"a"')
    assert first["lines"] == (None, "application/x-ndjson", b"1\n")
    assert second["scan"] == ("scan", "image/png", b"bytes")
    assert second["proofs"] == ("b.gif", "image/gif", b"open")


def test_what_is_no_file(case: Case, tmp_path: Path) -> None:
    """Text might be meant as a path; a path may lead nowhere: nothing is sent."""
    note = case.models.Note(text="hello")
    with pytest.raises(ValueError, match=r"bytes, a pathlib\.Path"):
        case.models.PrintsUploadRequest(scan="scan.png", note=note)
    body = case.models.PrintsUploadRequest(scan=tmp_path / "none.png", note=note)
    with pytest.raises(case.errors.RequestError, match=r"none\.png: No such file"):
        case.connect(server := Recorder()).prints.upload(body)
    assert server.requests == []


def test_a_file_whose_media_type_is_no_header(case: Case) -> None:
    file = case.modules["files"].File(b"a", media_type="image/png\r\nx-note: a")
    server = Recorder()
    with pytest.raises(case.errors.RequestError, match="header content-type"):
        case.connect(server).prints.replace("7", file)
    assert server.requests == []


def test_the_caller_chooses_media_types(case: Case) -> None:
    """Of the body and of the answer; what isn't offered is refused."""
    server = Recorder({"text": "a"}, answering(200, b"as text", content_type="text/plain"))
    client = case.connect(server)
    note = case.models.Note(text="a")

    made = client.notes.create(note, content_type="application/merge-patch+json")
    assert made == note
    assert client.notes.create("a", content_type="text/plain", accept="text/plain") == "as text"

    first, second = server.requests
    assert first.headers["content-type"] == "application/merge-patch+json"
    assert first.headers["accept"] == "application/json"
    assert second.headers["content-type"] == second.headers["accept"] == "text/plain"
    assert second.content == b"a"
    offers = "the API offers application/json, application/merge-patch"
    with pytest.raises(case.errors.RequestError, match=f"^content_type='a/b': {offers}"):
        client.notes.create(note, content_type="a/b")
    with pytest.raises(case.errors.RequestError, match=r"^accept='a/b': the API offers"):
        client.notes.create(note, accept="a/b")


def test_an_answer_streams(case: Case) -> None:
    """Events as typed items, until the server says that it is done."""
    events = b'data: {"word": "a"}\n\n: a comment\ndata: {"word":\ndata: "b"}\n\ndata: [DONE]\n\n'
    server = Recorder(answering(200, events, content_type="text/event-stream"))
    client = case.connect(server)
    with client.notes.create_stream(case.models.Note(text="a")) as words:
        assert [word.word for word in words] == ["a", "b"]
    assert server.request.headers["accept"] == "text/event-stream, */*;q=0.1"


def test_events_without_a_schema_are_texts(case: Case) -> None:
    """Those of any value are JSON."""
    events = b"data: a b\n\ndata: 7\n\n"
    marks = b'data: "a b"\n\ndata: 7\n\n'
    client = case.connect(
        Recorder(*(answering(200, c, content_type="text/event-stream") for c in (events, marks)))
    )

    assert list(client.log.ticks()) == ["a b", "7"]
    assert list(client.log.marks()) == ["a b", 7]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("retry: 3000\nid: 7", {"retry": 3000, "id": "7"}),
        ("retry: soon", {}),
        ("retry: -1", {}),
        ("retry: 1.5", {}),
        ("retry: \u0663", {}),
        ("retry:", {}),
        ("id: a\0b", {}),
        ("id: a\nid: b\0\nretry: 1\nretry: x", {"id": "a", "retry": 1}),
        ("id:\nname: x", {"id": ""}),
    ],
)
def test_fields_of_an_event_that_mean_nothing_are_ignored(
    lines: str, expected: dict[str, Any], case: Case, mode: str
) -> None:
    """An id with NUL, and a time that isn't digits (HTML standard §9.2.6); neither is reported."""
    content = f"data: x\n{lines}\n\n".encode()
    found: list[Any] = []
    server = answering(200, content, content_type="text/event-stream")
    with case.connect(server, mode, on_deviation=found.append) as client:
        events: list[Any] = [*client.log.events()]
    (event,) = events
    assert event.model_dump(exclude_unset=True) == {"data": "x", **expected}
    assert found == []


def test_the_fake_answers_as_it_is_asked(case: Case) -> None:
    """With a stream if the call wants one, else with the whole value."""
    fake = case.fake()
    note = case.models.Note(text="a")
    with case.package.Sample(transport=fake) as client:
        whole = client.notes.create(note)
        with client.notes.create_stream(note) as words:
            streamed = list(words)

    assert type(whole) is case.models.Note
    assert [type(word) for word in streamed] == [case.models.Word]
    assert len(fake.notes_create.calls) == 2


def test_the_fake_has_the_body_of_a_form(case: Case) -> None:
    fake = case.fake()
    body = case.models.PrintsUploadRequest(scan=b"a", note=case.models.Note(text="b"))
    with case.package.Sample(transport=fake) as client:
        client.prints.upload(body)
    assert [call.body for call in fake.prints_upload.calls] == [body]


def test_reading_forgives_broken_limits(case: Case) -> None:
    """The call did succeed: no text that is too long, nor another constant, is lost."""
    answer = {"text": "much too long for a note", "kind": "rich"}
    server = Recorder(answer)
    client = case.connect(server)

    made = client.notes.create(case.models.Note(text="a"))
    assert made.model_dump(exclude_unset=True) == answer
    client.notes.create(made)  # and what was read can be sent again
    assert b"much too long" in server.requests[1].content
    with pytest.raises(ValueError, match="at most 9"):
        case.models.Note(text="much too long for a note")


@pytest.mark.parametrize("id_", ["", ".", ".."])
def test_a_segment_that_leads_elsewhere_is_refused(case: Case, id_: str) -> None:
    """Servers and proxies remove such segments (RFC 3986 §5.2.4)."""

    client = case.connect(Recorder(AssertionError("something was sent")))
    with pytest.raises(case.errors.RequestError, match="can't be in a path"):
        client.prints.replace(id_, b"a")


def test_half_a_surrogate_pair_is_refused(case: Case) -> None:
    client = case.connect(Recorder(AssertionError("something was sent")), token="t")
    with pytest.raises(case.errors.RequestError, match="half a surrogate pair"):
        client.prints.replace("\ud800", b"a")
    with pytest.raises(case.errors.RequestError, match="the body can't be written"):
        client.notes.create("\ud800", content_type="text/plain")
    note = case.models.Note(text="a")
    object.__setattr__(note, "text", "\ud800")
    with pytest.raises(case.errors.RequestError, match="nothing was sent"):
        client.prints.upload(case.models.PrintsUploadRequest(scan=b"1", note=note))


def test_the_encoding_of_a_member_called_headers_is_one() -> None:
    form: Json = {"type": "object", "properties": {"headers": {"type": "string"}}}
    media: Json = {"schema": form, "encoding": {"headers": {"contentType": "text/csv"}}}
    body: Json = {"content": {"multipart/form-data": media}}
    post: Json = {"requestBody": body, "responses": {"204": {"description": ""}}}
    document = read(
        {
            "openapi": "3.1.0",
            "info": {"title": "Tables", "version": "1"},
            "paths": {"/tables": {"post": post}},
        }
    )
    request = document.operations[0].request_body
    assert request is not None
    encoding = request.content.media_types["multipart/form-data"].encoding
    assert [(name, one.content_type) for name, one in encoding.items()] == [("headers", "text/csv")]

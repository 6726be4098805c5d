"""Files, media types of one's choice, answers that stream, and what reading forgives.

The generated tests of the case hold the details; here a caller does what the README shows.
"""

from __future__ import annotations

import asyncio
import importlib
import io
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from tests.support.generated_case import Case


class Press:
    """The generated package, and what its server got."""

    def __init__(self, package: ModuleType) -> None:
        self.package = package
        self.models = importlib.import_module(f"{package.__name__}.models")
        self.errors = importlib.import_module(f"{package.__name__}.errors")
        self.files = importlib.import_module(f"{package.__name__}.files")
        self.requests: list[httpx.Request] = []

    def client(self, *answers: httpx.Response, **settings: Any) -> Any:
        """A client whose server gives these answers in turn."""
        left = list(answers)

        def answer(request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            return left.pop(0)

        return self.package.Sample(transport=httpx.MockTransport(answer), **settings)


@pytest.fixture
def press(case: Case) -> Press:
    return Press(case.package)


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


def test_a_form_with_files(press: Press, tmp_path: Path) -> None:
    """From bytes, from disk, from an open file; each part says what it is."""
    on_disk = tmp_path / "scan.png"
    on_disk.write_bytes(b"on disk")
    note = press.models.Note(text="hello")
    client = press.client(*[httpx.Response(201, json={"text": "kept"})] * 3)
    body = press.models.PrintsUploadRequest
    named = press.files.File(io.BytesIO(b"open"), name="a/b.gif", media_type="image/gif")

    assert client.prints.upload(body(scan=on_disk, note=note, copies=2)).text == "kept"
    client.prints.upload(body(scan=b"bytes", proofs=[b"1", named], note=note))

    first, second = map(parts, press.requests)
    assert first["scan"] == ("scan.png", "image/png", b"on disk")
    assert first["note"] == (None, "application/json", b'{"text":"hello"}')
    assert first["copies"] == (None, "text/plain", b"2")
    assert second["scan"] == ("scan", "image/png", b"bytes")
    assert second["proofs"] == ("b.gif", "image/gif", b"open")


def test_what_is_no_file(press: Press, tmp_path: Path) -> None:
    """Text might be meant as a path; a path may lead nowhere: nothing is sent."""
    note = press.models.Note(text="hello")
    with pytest.raises(ValueError, match=r"bytes, a pathlib\.Path"):
        press.models.PrintsUploadRequest(scan="scan.png", note=note)
    body = press.models.PrintsUploadRequest(scan=tmp_path / "none.png", note=note)
    with pytest.raises(press.errors.RequestError, match=r"none\.png: No such file"):
        press.client().prints.upload(body)
    assert press.requests == []


@pytest.mark.parametrize("wrap", [bytes, io.BytesIO], ids=["bytes", "file"])
def test_a_body_is_sent_again_where_that_is_safe(press: Press, wrap: Callable[..., Any]) -> None:
    """A file is rewound for the next attempt."""
    retry = press.package.Retry(attempts=2, base=0)
    client = press.client(httpx.Response(429), httpx.Response(204), retry=retry)

    client.prints.replace("7", wrap(b"picture"))

    assert [request.content for request in press.requests] == [b"picture", b"picture"]
    assert press.requests[0].headers["content-length"] == "7"
    assert press.requests[0].headers["content-type"] == "image/png"


def test_what_cant_be_read_twice_isnt_sent_twice(press: Press) -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.left = [b"", b"picture"]

        def read(self, _: int = -1) -> bytes:
            return self.left.pop()

    retry = press.package.Retry(attempts=2, base=0)
    with pytest.raises(press.errors.RateLimitError):
        press.client(httpx.Response(429), retry=retry).prints.replace("7", Pipe())
    assert press.requests[0].headers["transfer-encoding"] == "chunked"
    assert press.requests[0].content == b"picture"


def test_the_caller_chooses_media_types(press: Press) -> None:
    """Of the body and of the answer; what isn't offered is refused."""
    plain = httpx.Response(200, text="as text")
    client = press.client(httpx.Response(200, json={"text": "a"}), plain)
    note = press.models.Note(text="a")

    made = client.notes.create(note, content_type="application/merge-patch+json")
    assert made == note
    assert client.notes.create("a", content_type="text/plain", accept="text/plain") == "as text"

    first, second = press.requests
    assert first.headers["content-type"] == "application/merge-patch+json"
    assert first.headers["accept"] == "application/json"
    assert second.headers["content-type"] == second.headers["accept"] == "text/plain"
    assert second.content == b"a"
    offers = "the API offers application/json, application/merge-patch"
    with pytest.raises(press.errors.RequestError, match=f"content_type='a/b': {offers}"):
        client.notes.create(note, content_type="a/b")
    with pytest.raises(press.errors.RequestError, match="accept='a/b': the API offers"):
        client.notes.create(note, accept="a/b")


def test_an_answer_streams(press: Press) -> None:
    """Events as typed items, until the server says that it is done."""
    events = b'data: {"word": "a"}\n\n: a comment\ndata: {"word":\ndata: "b"}\n\ndata: [DONE]\n\n'
    kind = {"content-type": "text/event-stream"}
    client = press.client(httpx.Response(200, headers=kind, content=events))

    with client.notes.create_stream(press.models.Note(text="a")) as words:
        assert [word.word for word in words] == ["a", "b"]
    assert press.requests[0].headers["accept"] == "text/event-stream, */*;q=0.1"


def test_events_without_a_schema_are_texts(press: Press) -> None:
    """Those of any value are JSON."""
    events = b"data: a b\n\ndata: 7\n\n"
    kind = {"content-type": "text/event-stream"}
    client = press.client(
        httpx.Response(200, headers=kind, content=events),
        httpx.Response(200, headers=kind, content=b'data: "a b"\n\ndata: 7\n\n'),
    )

    assert list(client.log.ticks()) == ["a b", "7"]
    assert list(client.log.marks()) == ["a b", 7]


def test_an_answer_streams_to_a_task(press: Press) -> None:
    async def tail() -> list[str]:
        def answer(_: httpx.Request) -> httpx.Response:
            return httpx.Response(200, content=b'{"word": "a"}\n\n{"word": "b"}')

        async with press.package.AsyncSample(transport=httpx.MockTransport(answer)) as client:
            return [word.word async for word in await client.log.tail()]

    assert asyncio.run(tail()) == ["a", "b"]


def test_the_fake_answers_as_it_is_asked(press: Press) -> None:
    """With a stream if the call wants one, else with the whole value."""
    testing = importlib.import_module(f"{press.package.__name__}.testing")
    fake = testing.Fake()
    note = press.models.Note(text="a")
    with press.package.Sample(transport=fake) as client:
        whole = client.notes.create(note)
        with client.notes.create_stream(note) as words:
            streamed = list(words)

    assert type(whole) is press.models.Note
    assert [type(word) for word in streamed] == [press.models.Word]
    assert len(fake.notes_create.calls) == 2


def test_reading_forgives_broken_limits(press: Press) -> None:
    """The call did succeed: no text that is too long, nor another constant, is lost."""
    answer = {"text": "much too long for a note", "kind": "rich"}
    client = press.client(*[httpx.Response(200, json=answer)] * 2)

    made = client.notes.create(press.models.Note(text="a"))
    assert made.model_dump(exclude_unset=True) == answer
    client.notes.create(made)  # and what was read can be sent again
    assert b"much too long" in press.requests[1].content
    with pytest.raises(ValueError, match="at most 9"):
        press.models.Note(text="much too long for a note")


@pytest.mark.parametrize("id_", ["", ".", ".."])
def test_a_segment_that_leads_elsewhere_is_refused(case: Case, id_: str) -> None:
    """Servers and proxies remove such segments (RFC 3986 §5.2.4)."""

    def answer(_: httpx.Request) -> httpx.Response:
        raise AssertionError("something was sent")

    client = case.package.Sample(transport=httpx.MockTransport(answer))
    with pytest.raises(case.errors.RequestError, match="can't be in a path"):
        client.prints.replace(id_, b"a")


def test_half_a_surrogate_pair_is_refused(case: Case) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise AssertionError("something was sent")

    client = case.package.Sample(token="t", transport=httpx.MockTransport(answer))
    with pytest.raises(case.errors.RequestError, match="half a surrogate pair"):
        client.prints.replace("\ud800", b"a")
    with pytest.raises(case.errors.RequestError, match="the body can't be written"):
        client.notes.create("\ud800", content_type="text/plain")
    note = case.models.Note(text="a")
    object.__setattr__(note, "text", "\ud800")
    with pytest.raises(case.errors.RequestError, match="nothing was sent"):
        client.prints.upload(case.models.PrintsUploadRequest(scan=b"1", note=note))

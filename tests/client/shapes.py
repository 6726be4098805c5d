"""Calls of every shape that an operation has, each with its request and its result."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.answers import Recorder, Reply, answering
from tests.support.clients import method_of
from tests.support.generated_case import Case


@dataclass(frozen=True, slots=True)
class Shape:
    """A call of one case's client, and what is on the wire."""

    name: str
    topic: str
    call: str
    """The method, with its resource: ``notes.create``."""
    request: str
    """Method and URL."""
    arguments: Callable[[Case], Mapping[str, Any]] = field(default=lambda _: {})
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The credentials and the address that the client needs."""
    status: int = 204
    content: bytes = b""
    media_type: str = ""
    """Of the response."""
    result: object = None
    """What the caller gets, as plain JSON data."""
    is_idempotent: bool = True

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer as the description documents."""
        headers = {"content_type": self.media_type} if self.media_type else {}
        return answering(self.status, self.content, **headers)(request)


NOTE = {"text": "a"}
SHAPES = (
    Shape(
        "JSON", "bodies", "notes.create", "POST https://press.example/notes",
        lambda case: {"body": case.models.Note(**NOTE)},
        status=200, content=b'{"text":"b"}', media_type="application/json", result={"text": "b"},
        is_idempotent=False,
    ),
    Shape(
        "chosen media types", "bodies", "notes.create", "POST https://press.example/notes",
        lambda _: {"body": "a", "content_type": "text/plain", "accept": "text/plain"},
        status=200, content=b"b", media_type="text/plain", result="b", is_idempotent=False,
    ),
    Shape(
        "multipart", "bodies", "prints.upload", "POST https://press.example/prints",
        lambda case: {
            "body": case.models.PrintsUploadRequest(scan=b"a", note=case.models.Note(**NOTE))
        },
        status=201, content=b'{"text":"b"}', media_type="application/json", result={"text": "b"},
        is_idempotent=False,
    ),
    Shape(
        "a file", "bodies", "prints.replace", "PUT https://press.example/prints/7",
        lambda _: {"id": "7", "body": b"a"},
    ),
    Shape(
        "bytes", "bodies", "prints.download", "GET https://press.example/prints/7",
        lambda _: {"id": "7"}, status=200, content=b"\xff", media_type="image/png", result=b"\xff",
    ),
    Shape(
        "a stream of lines", "bodies", "log.tail", "GET https://press.example/log",
        status=200, content=b'{"word":"a"}\n{"word":"b"}\n', media_type="application/jsonl",
        result=[{"word": "a"}, {"word": "b"}],
    ),
    Shape(
        "a stream of events", "bodies", "log.events", "GET https://press.example/events",
        status=200, content=b"event: e\ndata: a\n\n", media_type="text/event-stream",
        result=[{"data": "a", "event": "e"}],
    ),
    Shape(
        "a stream that is chosen", "bodies", "notes.create_stream",
        "POST https://press.example/notes", lambda case: {"body": case.models.Note(**NOTE)},
        status=200, content=b'data: {"word": "a"}\n\n', media_type="text/event-stream",
        result=[{"word": "a"}], is_idempotent=False,
    ),
    Shape(
        "a stream of bytes", "bodies", "prints.download_stream",
        "GET https://press.example/prints/7", lambda _: {"id": "7"},
        status=200, content=b"\xff", media_type="image/png", result=[b"\xff"],
    ),
    Shape(
        "text", "text_and_bytes", "notes.write", "POST https://files.example/notes",
        lambda _: {"body": "a"},
        status=200, content=b"b", media_type="text/plain", result="b", is_idempotent=False,
    ),
    Shape(
        "a body left out", "text_and_bytes", "blobs.put", "PUT https://files.example/blobs",
        status=200, content=b"b", media_type="application/octet-stream", result=b"b",
    ),
    Shape(
        "a form", "forms", "tickets.open", "POST https://desk.example/tickets",
        lambda case: {"body": case.models.NewTicket(title="a b")}, {"token": "s3cr3t"},
        status=201, content=b'{"id":"7"}', media_type="application/json", result={"id": "7"},
        is_idempotent=False,
    ),
    Shape(
        "QUERY", "methods_of_32", "papers.find", "QUERY https://cache.example/papers",
        lambda case: {"body": case.models.PapersFindRequest(title="a")},
    ),
    Shape(
        "a method of the API's own", "methods_of_32", "papers.copy",
        "COPY https://cache.example/papers", is_idempotent=False,
    ),
    Shape(
        "two credentials", "security", "vault.both", "GET https://vault.example/both",
        settings={"key": "k-s3cr3t", "token": "t-s3cr3t"},
    ),
    Shape(
        "a key in the query", "security", "vault.query",
        "GET https://vault.example/query?vault%20key=q-s3cr3t",
        settings={"query_key": "q-s3cr3t"},
    ),
    Shape(
        "an address of the caller's", "servers_relative", "letters",
        "GET https://post.example/api/v3/letters", settings={"base_url": "https://post.example"},
    ),
)  # fmt: skip


def named(name: str) -> Shape:
    """Return a shape by its name."""
    (found,) = (shape for shape in SHAPES if shape.name == name)
    return found


def do(
    shape: Shape, case: Case, mode: str, *replies: Reply, options: Any = None, **settings: Any
) -> tuple[object, list[httpx.Request]]:
    """Do a shape's call; return its result as plain JSON data, and the requests that were sent."""
    server = Recorder(*replies)
    with case.connect(server, mode, **{**shape.settings, **settings}) as client:
        call = method_of(client, shape.call)
        return plain(call(**shape.arguments(case), options=options)), server.requests


def plain(result: Any) -> object:
    """Return a result as plain JSON data; of a stream, the list of its items."""
    if hasattr(result, "model_dump_json"):
        return json.loads(result.model_dump_json(by_alias=True, exclude_unset=True))
    if isinstance(result, str | bytes) or not hasattr(result, "__iter__"):
        return result
    return [plain(item) for item in result]

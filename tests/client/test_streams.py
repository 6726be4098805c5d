"""Answers that are read while they arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.client.shapes import SHAPES, Shape, do, named
from tests.support.answers import Answer, Pieces, answering
from tests.support.clients import method_of
from tests.support.generated_case import Case, GeneratedCases, load_spec, own_frames
from tests.support.sockets import Server, answer

STREAMS = [shape for shape in SHAPES if "stream" in shape.name]


@pytest.fixture
def case(load_case: Callable[[str], Case]) -> Case:
    return load_case("bodies")


@pytest.fixture(params=STREAMS, ids=lambda shape: shape.name)
def shape(request: pytest.FixtureRequest) -> Shape:
    found: Shape = request.param
    return found


def opened(shape: Shape, case: Case, mode: str, answer: Answer, use: Callable[[Any], Any]) -> Any:
    """Open a stream; return what `use` makes of it within `with`."""
    with (
        case.connect(answer, mode) as client,
        method_of(client, shape.call)(**shape.arguments(case)) as stream,
    ):
        return use(stream)


def arriving(shape: Shape, pieces: Iterable[bytes]) -> Answer:
    """Return a server whose answer arrives in these pieces."""
    return lambda _: httpx.Response(shape.status, stream=Pieces(pieces))


def test_pieces_may_end_anywhere(shape: Shape, case: Case, mode: str) -> None:
    content = [shape.content[at : at + 1] for at in range(len(shape.content))]
    result, _ = do(shape, case, mode, arriving(shape, content))
    assert result == shape.result


def test_status_and_headers_are_there_at_once(shape: Shape, case: Case, mode: str) -> None:
    def head(stream: Any) -> tuple[int, str]:
        return stream.status_code, stream.headers["x-note"]

    server = answering(shape.status, shape.content, x_note="here")
    assert opened(shape, case, mode, server, head) == (shape.status, "here")


def test_an_error_is_raised_when_the_stream_is_opened(shape: Shape, case: Case, mode: str) -> None:
    with pytest.raises(case.errors.ApiError) as caught:
        opened(shape, case, mode, answering(500, b"oh"), list)
    assert (caught.value.status_code, caught.value.body) == (500, b"oh")


def test_leaving_early_closes_the_answer(shape: Shape, case: Case, mode: str) -> None:
    body = Pieces([b"first", b"second"])
    opened(shape, case, mode, lambda _: httpx.Response(shape.status, stream=body), lambda _: None)
    assert body.is_closed


def test_an_answer_that_is_refused_when_it_is_opened_is_closed(
    shape: Shape, case: Case, mode: str
) -> None:
    body = Pieces([shape.content])

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(shape.status + 50, stream=body)

    with (
        case.connect(answer, mode, strict=True) as client,
        pytest.raises(case.errors.ResponseError),
        method_of(client, shape.call)(**shape.arguments(case)),
    ):
        pass
    assert body.is_closed


def test_a_connection_that_is_dropped_amid_the_answer(shape: Shape, case: Case, mode: str) -> None:
    def pieces() -> Iterator[bytes]:
        yield shape.content
        raise httpx.ReadError("gone")

    with pytest.raises(case.errors.TransportError, match="ReadError: gone, amid the answer") as it:
        do(shape, case, mode, arriving(shape, pieces()))
    assert it.value.may_have_reached_server
    assert f"{it.value.method} {it.value.url}" == shape.request


def test_saving_to_a_file(shape: Shape, case: Case, mode: str, tmp_path: Path) -> None:
    """The caller names the file; a name that the server sends is not used."""

    disposition = 'attachment; filename="../x"'
    server = answering(shape.status, shape.content, content_disposition=disposition)
    target = tmp_path / "saved"
    count = opened(shape, case, mode, server, lambda stream: stream.save(target))

    assert target.read_bytes() == shape.content
    assert count == len(shape.content)
    assert [path.name for path in tmp_path.iterdir()] == ["saved"]


def test_saving_from_a_connection_that_is_dropped(case: Case, mode: str, tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"first"
        raise httpx.ReadError("gone")

    shape = named("a stream of bytes")
    with pytest.raises(case.errors.TransportError, match="amid the answer"):
        opened(shape, case, mode, arriving(shape, pieces()), lambda s: s.save(tmp_path / "saved"))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a stream of lines", b'{"word":"a"}\n{no\n', "unreadable item: not JSON"),
        ("a stream that is chosen", b"data: {no\n\n", "unreadable item: not JSON"),
    ],
)
def test_an_item_that_does_not_fit(
    name: str, content: bytes, message: str, case: Case, mode: str
) -> None:
    """The call did succeed, and the error states that."""
    shape = named(name)
    with pytest.raises(case.errors.ResponseError, match=message) as caught:
        do(shape, case, mode, arriving(shape, [content]))
    assert "did succeed on the server" in str(caught.value)


def test_bytes_that_cannot_be_decompressed(shape: Shape, case: Case, mode: str) -> None:
    with pytest.raises(case.errors.ResponseError, match="unreadable item"):
        do(shape, case, mode, answering(shape.status, b"plain", content_encoding="gzip"))


@pytest.mark.parametrize(
    ("name", "content", "items"),
    [
        ("a stream of lines", b'{"word":"a"}\r\n\n{"word":"b"}', [{"word": "a"}, {"word": "b"}]),
        ("a stream of lines", b"", []),
        ("a stream of events", b"\xef\xbb\xbfdata: a\n\n", [{"data": "a"}]),
        ("a stream of events", b"data: a\r\rdata:b\r\r", [{"data": "a"}, {"data": "b"}]),
        ("a stream of events", b"data: a\r\n\r\n", [{"data": "a"}]),
        ("a stream of events", b"data: a\r\n\rdata: b\n\r", [{"data": "a"}, {"data": "b"}]),
        ("a stream of events", b"data: a\r\ndata: b\n\r\n", [{"data": "a\nb"}]),
        ("a stream of events", b"data: a\r\r\n\n\ndata: b\n\n", [{"data": "a"}, {"data": "b"}]),
        ("a stream of events", b"data: a\ndata:  b\n\n", [{"data": "a\n b"}]),
        ("a stream of events", b": note\nid: 1\nodd: x\ndata\n\n", [{"data": ""}]),
        ("a stream of events", b"event: e\n\ndata: a\n\n", [{"data": "a"}]),
        ("a stream of events", b"data: a\n\ndata: cut off", [{"data": "a"}]),
        ("a stream of events", b"data: [DONE]\n\ndata: a\n\n", [{"data": "[DONE]"}, {"data": "a"}]),
        (
            "a stream that is chosen",
            b'data: {"word":"a"}\n\ndata: [DONE]\n\ndata: {"word":"b"}\n\n',
            [{"word": "a"}],
        ),
        ("a stream that is chosen", b'data: {"word":"a"}', [{"word": "a"}]),
        ("a stream that is chosen", b'data: {"word":"a"}\n\ndata: {"word', [{"word": "a"}]),
        ("a stream that is chosen", b'data:\n\ndata: {"word":"a"}\n\n', [{"word": "a"}]),
        ("a stream that is chosen", b'\n{"word":\n\n"a"}\n', [{"word": "a"}]),
        ("a stream of events", b"<p>\n\nNo: id", [{"data": "<p>\n\nNo: id"}]),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_how_items_are_separated(
    name: str, content: bytes, items: list[Any], size: int, case: Case, mode: str
) -> None:
    """As in JSON lines and in the standard of server-sent events, wherever pieces end."""
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    result, _ = do(named(name), case, mode, arriving(named(name), pieces))
    assert without_ids(result) == items


DECODERS = {"Events": (b"data: ", b"\n\n"), "Lines": (b"", b"\n"), "JsonSequence": (b"\x1e", b"\n")}


@pytest.mark.parametrize("kind", DECODERS)
@pytest.mark.parametrize("size", [1, 16, 1000])
def test_each_byte_is_looked_at_once(kind: str, size: int, case: Case) -> None:
    """However long a line is, and in however many pieces it arrives."""
    before, after = DECODERS[kind]
    content = before + b'"' + b"x" * 50_000 + b'"' + after
    decoder = getattr(case.modules["_runtime.items"], kind)(lambda: str).decoder(print)
    pieces = decoder._lines if kind == "Events" else decoder._pieces
    split, looked_at = pieces._split, list[int]()

    def counted(chunk: bytes) -> list[bytes]:
        looked_at.append(len(chunk))
        found: list[bytes] = split(chunk)
        return found

    pieces._split = counted
    chunks = [content[at : at + size] for at in range(0, len(content), size)]
    items = [item for chunk in chunks for item in decoder.feed(chunk)] + [*decoder.end()]

    assert [len(item) for item in items] == [50_002 if kind == "Events" else 50_000]
    assert sum(looked_at) == len(content)


@pytest.mark.parametrize("kind", DECODERS)
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_the_size_of_an_item_is_limited(kind: str, size: int, case: Case) -> None:
    """What came before it is read; of what is too long no more is kept."""
    before, after = DECODERS[kind]
    one, long = before + b'"a"' + after, before + b'"' + b"x" * 50
    content = one + long
    decoder = getattr(case.modules["_runtime.items"], kind)(lambda: str).decoder(print, 20)
    items: list[str] = []

    def read() -> None:
        for at in range(0, len(content), size):
            items.extend(decoder.feed(content[at : at + size]))

    with pytest.raises(ValueError, match="more than 20 bytes"):
        read()
    assert items == ['"a"' if kind == "Events" else "a"]

    within = getattr(case.modules["_runtime.items"], kind)(lambda: str).decoder(
        print, len(before) + 3
    )
    assert [*within.feed(one * 9), *within.end()] == items * 9


def test_the_lines_of_an_event_are_limited_together(case: Case) -> None:
    decoder = case.modules["_runtime.items"].Events(lambda: str).decoder(print, 20)
    assert [*decoder.feed(b"data: a\ndata: b\n\n" * 9)] == ["a\nb"] * 9
    with pytest.raises(ValueError, match="more than 20 bytes"):
        [*decoder.feed(b"data: a\n" * 3)]


def test_an_item_that_is_too_long(case: Case, mode: str) -> None:
    body = Pieces([b'{"word":"a', b"b" * 50])
    shape = named("a stream of lines")
    with pytest.raises(case.errors.ResponseError, match=r"unreadable item: .* more than 10 bytes"):
        do(shape, case, mode, lambda _: httpx.Response(200, stream=body), max_size=10)
    assert body.is_closed


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from([b"data: a", b"data", b"\r", b"\n", b"\r\n", b": x", b"id: 1"])),
       st.lists(st.integers(0, 9)))  # fmt: skip
def test_where_pieces_end_makes_no_difference(
    load_case: Callable[[str], Case], written: list[bytes], sizes: list[int]
) -> None:
    content = b"".join(written)
    events = load_case("bodies").modules["_runtime.items"].Events(lambda: str)
    decoder, found, rest = events.decoder(print), list[str](), content
    for size in sizes:
        found += decoder.feed(rest[:size])
        rest = rest[size:]
    found += [*decoder.feed(rest), *decoder.end()]
    assert found == events.read(content, "", print)
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    assert found == events.read(lines, "", print)


def without_ids(items: Any) -> list[Any]:
    """Return events without their ids, which the description does not mention."""
    return [{k: v for k, v in item.items() if k != "id"} for item in items]


def test_a_documented_success_without_a_body_is_an_empty_stream(case: Case, mode: str) -> None:
    no_content = answering(204)
    shape = named("a stream of lines")
    assert do(shape, case, mode, no_content)[0] == []
    assert opened(shape, case, mode, no_content, lambda stream: stream.status_code) == 204
    assert do(named("a stream of events"), case, mode, no_content)[0] == []


def test_an_auth_of_the_callers_signs_the_request(case: Case, mode: str) -> None:
    shape = named("a stream of events")
    auth = httpx.BasicAuth("user", "password")
    _, (request,) = do(shape, case, mode, shape.answer, token=auth)
    assert request.headers["authorization"] == "Basic dXNlcjpwYXNzd29yZA=="


KEYED = """\
openapi: 3.1.0
info: {title: Keyed, version: "1"}
servers: [{url: "http://keyed.example"}]
security: [{key: []}]
paths:
  /lines:
    get:
      operationId: lines
      responses: {"200": {description: "", content: {application/jsonl: {schema: {type: integer}}}}}
components:
  securitySchemes: {key: {type: apiKey, in: query, name: key}}
"""


@pytest.mark.slow  # it generates, which the tests of the oldest libraries can't
@pytest.mark.parametrize("rest", [b"", b"x\n"])
def test_no_key_in_the_frames_of_a_stream(cases: GeneratedCases, mode: str, rest: bytes) -> None:
    """Of one that breaks off, or that can't be read."""
    keyed = load_spec(cases, "keyed_stream", KEYED)
    server = Server()
    server.answers["/lines?key=s3cr3t"] = answer(rest, content_length="99")
    with (
        keyed.connect(server, mode, key="s3cr3t") as client,
        pytest.raises(keyed.errors.SampleError) as caught,
        client.lines() as stream,
    ):
        list(stream)
    server.close()
    assert "s3cr3t" not in "\n".join(own_frames(caught.value, keyed.package))

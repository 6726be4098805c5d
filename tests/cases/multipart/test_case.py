"""Multipart bodies other than forms: what is sent, and what is read of what a server sends.

The standard library's ``email`` reads the requests; the responses are written here by hand.
"""

from __future__ import annotations

import io
import re
import tracemalloc
from collections.abc import Sequence
from contextlib import suppress
from email import message_from_bytes
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.answers import Recorder, answering
from tests.support.clients import method_of
from tests.support.generated_case import Case

RELATED = "multipart/related; boundary=b"
JSON = "Content-Type: application/json"
BASE64 = "Content-Transfer-Encoding: Base64"


def sent(case: Case, mode: str, path: str, body: Any, **options: Any) -> httpx.Request:
    """Return the request of a call with a body; its response is not looked at."""
    server = Recorder(answering(200, b"--b--", content_type="multipart/mixed; boundary=b"))
    with case.connect(server, mode) as client, suppress(case.errors.ResponseError):
        method_of(client, path)(body, **options)  # an empty body isn't always an answer
    return server.request


def parts(request: httpx.Request) -> list[tuple[str | None, str, bytes]]:
    """Return the Content-Disposition, the Content-Type and the content of each part."""
    head = f"content-type: {request.headers['content-type']}\r\n\r\n".encode()
    payload: Any = message_from_bytes(head + request.content).get_payload()
    return [
        (p["content-disposition"], p["content-type"], p.get_payload(decode=True)) for p in payload
    ]


def laid_out(*written: tuple[str, bytes], newline: str = "\r\n") -> bytes:
    """Return a multipart body of parts, each with its headers (RFC 2046 §5.1)."""
    line, body = newline.encode(), b""
    for head, content in written:
        heads = head.replace("\r\n", newline).encode() + (line if head else b"")
        body += b"--b" + line + heads + line + content + line
    return body + b"--b--" + line


def named(name: str, kind: str = "") -> str:
    """Return the headers of a part with a name."""
    disposition = f'Content-Disposition: form-data; name="{name}"'
    return f"Content-Type: {kind}\r\n{disposition}" if kind else disposition


NOTE = (named("note", "application/json"), b'{"text":"hi"}')
PICTURE = (named("picture", "image/png"), b"\x89PNG")


def ignored(_rule: str, _pointer: str = "", _count: int = 1) -> None:
    """Report nothing."""


class Reader:
    """Reads letters and albums that a server sends."""

    def __init__(self, case: Case, mode: str) -> None:
        self.case = case
        self.mode = mode
        self.found: list[Any] = []
        self.note = case.models.Note(text="n")

    def read(self, path: str, content: bytes, kind: str, **settings: Any) -> Any:
        """Return the result of a method for a response."""
        body: Sequence[Any] = ()
        if path == "letters.send":
            body = (self.case.models.Letter(note=self.note, picture=b""),)
        elif path == "albums.replace":
            body = ([],)
        server = answering(200, content, **({"content_type": kind} if kind else {}))
        settings = {"on_deviation": self.found.append, **settings}
        with self.case.connect(server, self.mode, **settings) as client:
            return method_of(client, path)(*body)

    def letter(self, *written: tuple[str, bytes], **settings: Any) -> Any:
        """Return a letter of these parts."""
        return self.read("letters.send", laid_out(*written), RELATED, **settings)


@pytest.fixture
def reader(case: Case, mode: str) -> Reader:
    return Reader(case, mode)


# ── requests ─────────────────────────────────────────────────────────────────────────────────────


def test_the_members_of_an_object_are_parts_in_the_order_of_the_description(
    case: Case, mode: str
) -> None:
    """Each with its media type; of a list each item is a part; the first one is the root."""
    note = case.models.Note
    letter = case.models.Letter(
        seal="aGk=", notes=[note(text="b"), note(text="ä", weight=0.5)], title='"t"',
        picture=b"\r\n-", sent_at="2026-01-02T03:04:05Z", proofs=[b"1", b""], note=note(text="a"),
        copies=2, any=1, style=b"<style/>",
    )  # fmt: skip

    request = sent(case, mode, "letters.send", letter)

    head = re.fullmatch(
        r'multipart/related; boundary=([0-9a-f]{32}); type="application/json"',
        request.headers["content-type"],
    )
    assert head
    assert request.content.endswith(f"\r\n--{head[1]}--\r\n".encode())
    assert request.headers["content-length"] == str(len(request.content))
    form, text = "form-data; name=", "text/plain; charset=utf-8"
    assert parts(request) == [
        (f'{form}"note"', "application/json", b'{"text":"a"}'),
        (f'{form}"picture"; filename="picture"', "image/png", b"\r\n-"),
        (f'{form}"title"', "application/json", b'"\\"t\\""'),
        (f'{form}"copies"', text, b"2"),
        (f'{form}"sent-at"', text, b"2026-01-02T03:04:05Z"),
        (f'{form}"proofs"; filename="proofs"', "application/octet-stream", b"1"),
        (f'{form}"proofs"; filename="proofs"', "application/octet-stream", b""),
        (f'{form}"notes"', "application/json", b'{"text":"b"}'),
        (f'{form}"notes"', "application/json", '{"text":"ä","weight":0.5}'.encode()),
        (f'{form}"seal"', text, b"aGk="),
        (f'{form}"any"', text, b"1"),
        (f'{form}"style"; filename="style"', "application/xml", b"<style/>"),
    ]


def test_the_items_of_a_list_are_parts_without_a_name(
    case: Case, mode: str, tmp_path: Path
) -> None:
    """Only a file with a name has a disposition."""
    path = tmp_path / 'a"\\é.gif'
    path.write_bytes(b"on disk")
    file = case.modules["files"].File

    first = sent(case, mode, "albums.replace", [{"text": "a"}, path, "ä", None, b"\xff"])
    second = sent(
        case, mode, "albums.replace", [case.models.Note(text="a"), file(b"1", media_type="a/b")]
    )

    named_file = (
        b'Content-Disposition: attachment; filename="a\\"\\\\\xc3\xa9.gif"\r\n\r\non disk\r\n'
    )
    assert b"Content-Type: image/png\r\n" + named_file in first.content
    assert [(kind, content) for _, kind, content in parts(first)] == [
        ("application/json", b'{"text":"a"}'),
        ("image/png", b"on disk"),
        ("text/plain; charset=utf-8", "ä".encode()),
        ("application/json", b"null"),
        ("application/octet-stream", b"\xff"),
    ]
    assert parts(second)[1] == (None, "a/b", b"1")
    assert "type=" not in first.headers["content-type"]


def test_members_without_a_description(case: Case, mode: str) -> None:
    """The parameters of the media type stay; without members no part is there."""
    request = sent(
        case, mode, "letters.note", {'"': {"text": "a"}, "b": case.models.Note(text="b")}
    )
    empty = sent(case, mode, "letters.note", {})

    assert request.headers["content-type"].startswith("multipart/mixed; x=1; boundary=")
    assert [name for name, *_ in parts(request)] == [
        'form-data; name="\\""', 'form-data; name="b"',
    ]  # fmt: skip
    assert re.fullmatch(rb"--[0-9a-f]{32}--\r\n", empty.content)


def test_a_file_has_headers_of_its_own(case: Case, mode: str) -> None:
    """The Content-ID, for instance, that other parts refer to."""
    file = case.modules["files"].File(b"1", name="a.gif", headers={"Content-ID": "<p@x>"})
    letter = case.models.Letter(note=case.models.Note(text="a"), picture=file, proofs=[file])

    content = sent(case, mode, "letters.send", letter).content

    assert content.count(b"\r\nContent-ID: <p@x>\r\n\r\n1\r\n") == 2
    assert b'Content-Type: image/gif\r\nContent-Disposition: form-data; name="proofs"' in content


@pytest.mark.parametrize("headers", [{"content-disposition": "x"}, {"A": "b\r\nC: d"}])
def test_a_header_that_would_change_the_part(headers: Any, case: Case, mode: str) -> None:
    file = case.modules["files"].File(b"", headers=headers)

    with pytest.raises(case.errors.RequestError, match="nothing was sent"):
        sent(case, mode, "albums.replace", [{"text": "a"}, file])


class Slow(io.RawIOBase):
    """A large file that is made while it is read, and can't be read again unless ``again``."""

    def __init__(self, size: int, *, again: bool) -> None:
        self.size = size
        self.at = 0
        self.again = again

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self.again

    def read(self, size: int = -1) -> bytes:
        found = min(size, self.size - self.at)
        self.at += found
        return b"x" * found

    def seek(self, offset: int, whence: int = 0) -> int:
        if not self.again:
            raise OSError
        self.at = offset + (self.size if whence == 2 else 0)
        return self.at

    def tell(self) -> int:
        if not self.again:
            raise OSError
        return self.at


def test_a_file_is_read_while_it_is_sent(case: Case, mode: str) -> None:
    """And again for another attempt, with its length; else in chunks, once."""
    statuses = [503, 200]
    heads: list[Any] = []
    size = 20_000_000

    class Server(httpx.BaseTransport, httpx.AsyncBaseTransport):
        def _answer(self, request: httpx.Request, length: int) -> httpx.Response:
            heads.append((request.headers.get("content-length"), length))
            kind = {"content-type": "multipart/mixed; boundary=b"}
            return httpx.Response(statuses.pop(0), content=b"--b--", headers=kind)

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            stream: Any = request.stream
            return self._answer(request, sum(map(len, stream)))

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            stream: Any = request.stream
            return self._answer(request, sum([len(chunk) async for chunk in stream]))

    tracemalloc.start()
    settings: Any = {"transport": Server(), "retry": case.package.Retry(attempts=2, base=0)}
    body = [{"text": "a"}, Slow(size, again=True)]
    with case.connect(None, mode, **settings) as client:
        client.albums.replace(body)
        statuses[:] = [200]
        body[1] = Slow(size, again=False)
        client.albums.replace(body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    whole = heads[0][1]
    assert size < whole < size + 1000
    assert heads == [(str(whole), whole)] * 2 + [(None, whole)]
    assert peak < 5_000_000


# ── responses ────────────────────────────────────────────────────────────────────────────────────


def test_the_parts_of_an_object(reader: Reader) -> None:
    """By name, in any order; a file with its bytes, a text in its charset."""
    letter = reader.letter(
        (named("proofs", "image/png"), b"\r\n\xff\r"), PICTURE, (named("copies"), b"2"),
        (named("title", 'text/plain; charset="latin-1"'), b"\xe4"), NOTE,
        (named("proofs"), b""), (named("notes", "application/json"), b'{"text":"b"}'),
        (named("seal") + "\r\nContent-Transfer-Encoding: base64", b"aGk="),
        (named("sent-at"), b"2026-01-02T03:04:05Z"),
        (named("style", "text/xml"), b'{"color": "red"}'),
    )  # fmt: skip

    assert letter.note.text == "hi"
    assert letter.picture == b"\x89PNG"
    assert letter.title == "ä"
    assert letter.copies == 2
    assert letter.proofs == [b"\r\n\xff\r", b""]
    assert [note.text for note in letter.notes] == ["b"]
    assert letter.seal == "aGk="
    assert letter.sent_at.year == 2026
    assert letter.style.color == "red"
    assert reader.found == []


@pytest.mark.parametrize(
    "heads",
    [
        ("Content-ID: <note>", "Content-ID: picture"),
        (JSON, "Content-Type: image/png"),
        ("", ""),
        ("", named("picture")),
        ("Content-ID: <other>", 'content-disposition:attachment;filename=x;name="picture"'),
        ("Content-Disposition: form-data; name=x; name*=utf-8''not%65", "Content-ID: <x@y>"),
        (
            'Content-Disposition: form-data; name="n\\ote"',
            'Content-Disposition: x; filename="; name=z"; name=picture',
        ),
        ("X: y\r\nContent-Disposition: form-data;\r\n\tNAME=note\r\nContent-Disposition: x", ""),
    ],
)
def test_parts_without_a_name(heads: tuple[str, str], reader: Reader) -> None:
    """By Content-ID, or else the next member that no part names."""
    letter = reader.letter((heads[0], b'{"text":"hi"}'), (heads[1], b"\n"))

    assert (letter.note.text, letter.picture) == ("hi", b"\n")
    assert reader.found == []


def test_a_list_as_one_part(reader: Reader) -> None:
    """Not as described, but without doubt."""
    letter = reader.letter(NOTE, PICTURE, (named("notes", "application/json"), b'[{"text":"b"}]'))

    assert [note.text for note in letter.notes] == ["b"]


def test_transfer_encodings(reader: Reader) -> None:
    """MIME libraries use them; a text in base64 stays as it is where the schema describes it."""
    letter = reader.letter(
        (f"{NOTE[0]}\r\n{BASE64}", b"eyJ0ZXh0Ijoi\r\nYSJ9"),
        (f"{PICTURE[0]}\r\n{BASE64}", b"/w==\r\n"),
        (named("title") + "\r\nContent-Transfer-Encoding: quoted-printable", b"=C3=A4=\r\n"),
    )  # fmt: skip

    assert (letter.note.text, letter.picture, letter.title) == ("a", b"\xff", "ä")


def test_the_parts_of_a_list(reader: Reader) -> None:
    kind = "multipart/mixed; boundary=b"
    content = laid_out((JSON, b'{"text":"a"}'), ("", b"\r\n"), ("Content-Type: image/png", b""))

    assert reader.read("albums.replace", content, kind) == [
        reader.case.models.Note.model_validate({"text": "a"}), b"\r\n", b"",
    ]  # fmt: skip
    notes = reader.read("log.tail", laid_out((JSON, b'{"text":"a"}')), kind)
    assert [note.text for note in notes] == ["a"]
    assert reader.read("log.tail", b"--b--", kind) == []
    named_note = laid_out((named("a", "application/json"), b'{"text":"a"}'))
    assert reader.read("log.any", named_note, kind)["a"].text == "a"
    assert reader.read("log.opaque", content, kind) == content
    assert reader.found == []


def test_what_deviates_has_its_place(reader: Reader) -> None:
    """As in JSON; a part of another kind too."""
    letter = reader.letter(
        (NOTE[0], b'{"text":"longer than nine","weight":"1"}'), PICTURE, (named("copies"), b'"2"'),
        (named("extra", "image/png"), b"\xff"), (named("any"), b"z"),
    )  # fmt: skip

    assert letter.note.text == "longer than nine"
    assert letter.extra == b"\xff"
    assert {(one.rule.removeprefix("response/schema/"), one.pointer) for one in reader.found} == {
        ("maxLength/widened", "/note/text"), ("type/changed", "/note/weight"),
        ("type/changed", "/copies"), ("property/added", "/extra"), ("enum/value-added", "/any"),
    }  # fmt: skip
    reader.found.clear()
    assert reader.letter(NOTE).note.text == "hi"
    assert [(one.rule, one.pointer) for one in reader.found] == [
        ("response/schema/required/removed", "/picture")
    ]
    reader.found.clear()
    assert reader.read("albums.replace", b"--b--", "multipart/parallel; boundary=b") == []
    assert [one.rule for one in reader.found] == ["response/body/media-type/added"]


@pytest.mark.parametrize(
    ("text", "kind", "value", "rules"),
    [
        (b"a", "text/plain", "a", []),
        (b"1", "text/plain", 1, []),
        (b"1", "", 1, []),
        (b'"1"', "application/json", "1", ["response/schema/enum/value-added"]),
        (b"2", "text/plain", "2", ["response/schema/enum/value-added"]),
        (b"NaN", "text/plain", "NaN", ["response/schema/enum/value-added"]),
    ],
)
def test_a_text_of_several_types_is_of_one_that_admits_it(
    text: bytes, kind: str, value: Any, rules: list[str], reader: Reader
) -> None:
    assert reader.letter(NOTE, PICTURE, (named("any", kind), text)).any == value
    assert [one.rule for one in reader.found] == rules


def test_items_of_several_types_are_read_one_by_one(case: Case) -> None:
    texts = case.modules["_runtime.parts_received"].NamedParts(
        lambda: dict[str, list[Literal["a"] | int]], "multipart/form-data", {"": "any*"}
    )
    content = laid_out(*((named("x", "text/plain"), one) for one in (b"1", b"a", b"01")))
    assert texts.read(content, RELATED, ignored) == {"x": [1, "a", "01"]}


def test_an_error(case: Case, mode: str) -> None:
    content = laid_out((named("reason"), b"no"), (named("dump"), b"\xff"))
    letter = case.models.Letter(note=case.models.Note(text="n"), picture=b"")

    with pytest.raises(case.errors.ApiError) as caught:
        case.exchange(mode, answering(400, content, content_type=RELATED), "letters.send", letter)

    assert (caught.value.error.reason, caught.value.error.dump) == ("no", b"\xff")


WHOLE = laid_out(NOTE, PICTURE)


@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        (WHOLE, "multipart/related", "the Content-Type has no boundary"),
        (WHOLE, "multipart/related; boundary=other", "no boundary in the body"),
        (WHOLE, "text/plain; boundary=b", "text/plain instead of multipart"),
        (WHOLE, "", "no media type instead of multipart"),
        (WHOLE[:-5], RELATED, "the last boundary is missing"),
        (WHOLE[:40], RELATED, "the last boundary is missing"),
        (b"x", RELATED, "no boundary in the body"),
        (laid_out((NOTE[0], b"{"), PICTURE), RELATED, "the part note: EOF"),
        (laid_out((NOTE[0], b'{},"picture":""')), RELATED, "the part note: trailing"),
        (laid_out((f"{NOTE[0]}\r\n{BASE64}", b"a"), PICTURE), RELATED, "the part note: "),
        (laid_out(NOTE, PICTURE, (named("title"), b"\xff")), RELATED, "UTF-8"),
        (laid_out(NOTE, (named("title", "text/plain; charset=x"), b"")), RELATED, "charset"),
        (laid_out(("X: " + "y" * 20_000, b"")), RELATED, "headers"),
        (b"--b\r\n\r\n\r\n" * 20_000 + b"--b--", RELATED, "parts"),
    ],
)  # fmt: skip
def test_a_malformed_body(content: bytes, kind: str, reason: str, reader: Reader) -> None:
    with pytest.raises(reader.case.errors.ResponseError, match=reason):
        reader.read("letters.send", content, kind)


def test_the_size_of_a_response_is_limited(reader: Reader) -> None:
    with pytest.raises(reader.case.errors.ResponseError, match="1000"):
        reader.letter(NOTE, (PICTURE[0], b"x" * 1000), max_size=1000)


@pytest.mark.parametrize(
    "content",
    [
        b"a preamble\r\n" + WHOLE,
        WHOLE + b"an epilogue\r\n--b\r\n\r\n",
        WHOLE.rstrip(),
        WHOLE.replace(b"--b\r\n", b"--b \t\r\n"),
        laid_out(NOTE, PICTURE, newline="\n"),
        WHOLE.replace(
            b"Content-Type: image/png\r\n", b"no header\r\n: \r\n\xff: \xff\r\nX:\r\n y\r\n"
        ),
    ],
)
def test_forms_of_a_body_that_are_read(content: bytes, reader: Reader) -> None:
    """RFC 2046 §5.1.1, and lines that end with LF alone."""
    letter = reader.read("letters.send", content, 'Multipart/Related; Boundary="b"')

    assert (letter.note.text, letter.picture) == ("hi", b"\x89PNG")


PIECES = st.sampled_from(
    [
        b"\r",
        b"\n",
        b"\r\n",
        b"a",
        b"--",
        b"--b",
        b"--bb",
        b"-",
        b"\xff",
        b"\0",
        b"\n--b\r\n",
        b"\r--b--",
        b" ",
    ]
)


@pytest.mark.slow
@given(st.lists(st.lists(PIECES, max_size=8).map(b"".join), max_size=4))
def test_files_keep_every_byte(case: Case, contents: list[bytes]) -> None:
    """Whatever is in them but their own boundary (RFC 2046 §5.1.1)."""
    reader = case.modules["_runtime.parts_received"].OrderedParts(
        lambda: list[bytes], "multipart/mixed", {"": "file"}
    )
    kept = [
        one
        for one in contents
        if not re.search(rb"\r\n--b(--)?[ \t]*(\r\n|\Z)", b"\r\n" + one + b"\r\n")
    ]
    content = laid_out(*((JSON, one) for one in kept))

    assert reader.read(content, "multipart/mixed; boundary=b", ignored) == kept


@given(
    st.lists(
        st.one_of(
            PIECES,
            st.sampled_from(
                [*re.split(rb"(\W)", WHOLE), b"--b\r\n", b"\r\n\r\n", b"*=utf-8''%", b";", b'"']
            ),
            st.binary(max_size=3),
        ),
        max_size=60,
    ).map(b"".join)
)
def test_any_bytes_are_read_or_a_value_error(case: Case, content: bytes) -> None:
    """No other exception, in the body and in the headers."""
    named_parts = case.modules["_runtime.parts_received"].NamedParts(
        lambda: case.models.LetterParts, "multipart/related", {"note": "json", "picture": "file"}
    )
    kind = content.decode("latin-1").replace("\r", "").replace("\n", "")
    for body, media_type in (
        (content, RELATED), (b"--b\r\n" + content + b"\r\n--b--", RELATED),
        (WHOLE, f"{RELATED}; {kind}"), (WHOLE, f"multipart/{kind}"),
    ):  # fmt: skip
        with suppress(ValueError):
            named_parts.read(body, media_type, ignored)


# ── the fake ─────────────────────────────────────────────────────────────────────────────────────


def test_the_fake_takes_and_gives_values(case: Case) -> None:
    models, testing = case.models, case.modules["testing"]
    fake = testing.Fake()
    client = case.package.Sample(transport=fake)
    letter = models.Letter(note=models.Note(text="a"), picture=b"1")

    assert client.letters.send(letter).picture == b"example"
    assert fake.letters_send.calls[0].body == letter
    answer = models.LetterParts(
        note=models.Note(text="a"), picture=b"\xff\r\n", title='"\\', proofs=[b"", b"\r"], any=1,
        notes=[models.Note(text="é"), models.Note(text="")], sent_at="2026-01-02T03:04:05Z",
    )  # fmt: skip
    fake.letters_send.answers(answer)
    assert client.letters.send(letter) == answer
    album = [models.Note(text="a"), b"\xff", b""]
    fake.albums_replace.answers(album)
    info = case.package.ResponseInfo()
    assert client.albums.replace([], options=case.package.Options(response=info)) == album
    assert info.body.count(b"Content-Type: application/octet-stream\r\n") == 2
    fake.letters_note.answers({'"': models.Note(text="a")})
    assert client.letters.note() == {'"': models.Note(text="a")}

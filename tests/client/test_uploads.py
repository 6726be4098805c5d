"""Files as bodies, read while they are sent."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.client.shapes import do, named
from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case

CONTENT = b"picture" * 30_000
"""More than is read at once."""


@pytest.fixture
def case(load_case: Callable[[str], Case]) -> Case:
    return load_case("bodies")


def file_of(kind: str, case: Case, folder: Path) -> Any:
    """Return the content as a caller may give it."""
    path = folder / "scan.png"
    path.write_bytes(CONTENT)
    wrap = case.modules["files"].File
    return {
        "bytes": CONTENT,
        "path": path,
        "open file": io.BytesIO(CONTENT),
        "File of bytes": wrap(CONTENT, media_type="image/gif"),
        "File of a path": wrap(path),
    }[kind]


KEPT = answering(201, {"text": "kept"})
KINDS = ("bytes", "path", "open file", "File of bytes", "File of a path")


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_sent_again(kind: str, case: Case, mode: str, tmp_path: Path) -> None:
    """From its start, with its length."""
    content = file_of(kind, case, tmp_path)
    shape = dataclasses.replace(named("a file"), arguments=lambda _: {"id": "7", "body": content})

    _, requests = do(shape, case, mode, 429, 204, retry=case.package.Retry(attempts=2, base=0))

    assert [request.content for request in requests] == [CONTENT, CONTENT]
    media_type = "image/gif" if kind == "File of bytes" else "image/png"
    for request in requests:
        assert request.headers["content-length"] == str(len(CONTENT))
        assert request.headers["content-type"] == media_type
        assert "transfer-encoding" not in request.headers


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_is_sent_again(kind: str, case: Case, mode: str, tmp_path: Path) -> None:
    shape = named("multipart")
    body = case.models.PrintsUploadRequest(
        scan=file_of(kind, case, tmp_path), note=case.models.Note(text="a")
    )
    shape = dataclasses.replace(shape, arguments=lambda _: {"body": body})

    result, requests = do(
        shape, case, mode, 429, KEPT, retry=case.package.Retry(attempts=2, base=0)
    )

    assert result == {"text": "kept"}
    assert len(requests) == 2
    for request in requests:
        assert CONTENT in request.content
        assert request.headers["content-length"] == str(len(request.content))
        assert request.headers["content-type"].startswith("multipart/form-data; boundary=")


class Pipe(io.RawIOBase):
    """A file that can be read once, and has no length."""

    def __init__(self) -> None:
        self.left = [b"", b"picture"]

    def read(self, _: int = -1) -> bytes:
        return self.left.pop()


@pytest.mark.parametrize("name", ["a file", "multipart"])
def test_what_can_be_read_once_is_sent_once(name: str, case: Case, mode: str) -> None:
    shape = named(name)
    note = case.models.Note(text="a")

    def arguments(_: Case) -> dict[str, Any]:
        if name == "a file":
            return {"id": "7", "body": Pipe()}
        return {"body": case.models.PrintsUploadRequest(scan=Pipe(), note=note)}

    server = Recorder(429)
    shape = dataclasses.replace(shape, arguments=arguments)
    with pytest.raises(case.errors.RateLimitError):
        do(shape, case, mode, server, retry=case.package.Retry(attempts=2, base=0))

    request = server.request
    assert b"picture" in request.content
    assert request.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in request.headers


def members(case: Case, body: Any) -> list[bytes]:
    """Return the parts of a form, sorted."""
    shape = named("multipart")
    shape = dataclasses.replace(shape, arguments=lambda _: {"body": body})
    _, (request,) = do(shape, case, "sync", shape.answer)
    boundary = request.headers["content-type"].partition("boundary=")[2].encode()
    return sorted(request.content.split(b"--" + boundary))


def test_members_of_a_form(case: Case) -> None:
    """A dictionary is sent as the model is; what was never set isn't sent."""
    fields: dict[str, Any] = {"scan": b"a", "note": {"text": "b"}, "proofs": [b"c", b"d"]}
    parts = members(case, case.models.PrintsUploadRequest(**fields))
    assert parts == members(case, fields)
    sent = b"".join(parts)
    assert [sent.count(b' name="%b"' % name) for name in (b"scan", b"note", b"proofs")] == [1, 1, 2]
    assert b'name="copies"' not in sent


@pytest.mark.parametrize("media_type", ["a/b\r\nX-Evil: 1", "a/b\n", "a/b\0", "é", "a\ud800"])
def test_a_media_type_that_no_header_can_hold(media_type: str, case: Case, mode: str) -> None:
    shape = named("a file")
    file = case.modules["files"].File(b"a", None, media_type)
    shape = dataclasses.replace(shape, arguments=lambda _: {"id": "7", "body": file})
    with pytest.raises(case.errors.RequestError, match=r"content-type .* nothing was sent"):
        do(shape, case, mode, AssertionError("something was sent"))

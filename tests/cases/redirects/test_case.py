"""Redirects that the description documents, none of which is followed."""

from __future__ import annotations

import pytest

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case

FAULT = b'{"message": "moved away"}'
BYTES = "application/octet-stream"


def redirect(status: int, body: bytes = b"", kind: str = "application/json") -> Recorder:
    """Return a server whose response has an address on the same server."""
    headers = {"location": "/v1/elsewhere"} | ({"content_type": kind} if body else {})
    return Recorder(answering(status, body, **headers))


def test_one_without_a_body_is_a_result(case: Case, mode: str) -> None:
    server = redirect(302)
    result, info = case.exchange(mode, server, "files.read", "7")
    assert (result, info.status_code) == (None, 302)
    assert info.headers["location"] == "/v1/elsewhere"
    assert len(server.requests) == 1


def test_beside_it_a_success_is_read(case: Case, mode: str) -> None:
    server = answering(200, b"\xff", content_type=BYTES)
    assert case.exchange(mode, server, "files.read", "7")[0] == b"\xff"


def test_beside_it_nothing_is_an_empty_success(case: Case, mode: str) -> None:
    server = answering(200, b"", content_type=BYTES)
    assert case.exchange(mode, server, "files.read", "7")[0] == b""


def test_one_that_asks_for_the_same_request_is_a_result(case: Case, mode: str) -> None:
    server = redirect(307)
    result, info = case.exchange(mode, server, "files.replace", "7", case.models.File(name="a"))
    assert (result, info.status_code) == (None, 307)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [303, 200])
def test_the_only_documented_answer(case: Case, mode: str, status: int) -> None:
    server = redirect(status)
    assert case.exchange(mode, server, "files.link", "7")[0] is None


def test_the_body_of_the_only_documented_answer(case: Case, mode: str) -> None:
    server = redirect(302, b"<p>in</p>", "text/html")
    result, info = case.exchange(mode, server, "sessions.begin")
    assert (result, info.headers["location"]) == ("<p>in</p>", "/v1/elsewhere")


@pytest.mark.parametrize(
    ("name", "status"), [("files.replace", 301), ("files.discard", 302), ("files.link", 302)]
)
def test_a_body_beside_a_success_is_an_error(case: Case, mode: str, name: str, status: int) -> None:
    """``3XX`` documents no redirect, and ``default`` none either."""
    server = redirect(status, FAULT)
    arguments = ["7", case.models.File(name="a")][: 2 if name == "files.replace" else 1]
    with pytest.raises(case.errors.ApiError, match="moved away") as caught:
        case.exchange(mode, server, name, *arguments)
    assert caught.value.error == case.models.Fault(message="moved away")
    assert caught.value.headers["location"] == "/v1/elsewhere"
    assert len(server.requests) == 1


@pytest.mark.parametrize("name", ["files.read_stream", "sessions.events"])
def test_a_stream_has_no_redirect(case: Case, mode: str, name: str) -> None:
    server = redirect(302 if name == "files.read_stream" else 308)
    with pytest.raises(case.errors.ApiError, match="which is not followed"):
        case.exchange(mode, server, name, *(["7"] if name.startswith("files") else []))


@pytest.mark.parametrize(
    ("name", "words"), [("files.read", "Not Modified"), ("files.replace", "The same file")]
)
def test_not_modified_is_an_error(case: Case, mode: str, name: str, words: str) -> None:
    """With its documented words."""
    server = answering(304)
    arguments = ["7", case.models.File(name="a")][: 2 if name == "files.replace" else 1]
    with pytest.raises(case.errors.ApiError, match=f"→ 304: {words}") as caught:
        case.exchange(mode, server, name, *arguments)
    assert caught.value.status_code == 304


def test_the_fake(case: Case) -> None:
    testing = case.modules["testing"]
    fake = case.fake()
    info = case.package.ResponseInfo()
    options = case.package.Options(response=info)
    client = case.package.Sample(transport=fake)
    assert client.files.link("7", options=options) is None
    assert info.status_code == 303
    fake.files_read.answers(None, testing.Reply(302, headers={"location": "https://b.example"}))
    assert client.files.read("7", options=options) is None
    assert info.status_code == 302
    assert client.files.read("7", options=options) is None
    assert info.headers["location"] == "https://b.example"
    assert client.sessions.begin(options=options) == "example"
    assert info.status_code == 302
    fake.sessions_begin.answers("page")
    assert client.sessions.begin(options=options) == "page"
    assert info.status_code == 302


def test_the_bytes_of_a_documented_answer_are_a_stream(case: Case, mode: str) -> None:
    """As they are the result of a call without one."""
    server = redirect(302, b"\xff", BYTES)
    assert case.exchange(mode, server, "sessions.page")[0] == b"\xff"
    with case.connect(server, mode) as client, client.sessions.page_stream() as pieces:
        assert b"".join(pieces) == b"\xff"
        assert pieces.status_code == 302

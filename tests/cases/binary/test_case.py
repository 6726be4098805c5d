"""Binary data as a whole body, as a part, in a webhook and inside JSON."""

from __future__ import annotations

import httpx

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case

BYTES = b"\x89PNG\xff\x00"


def echo(request: httpx.Request) -> httpx.Response:
    kind = request.headers["content-type"].replace("form-data", "mixed")
    return httpx.Response(200, content=request.read(), headers={"content-type": kind})


def test_a_whole_body(case: Case) -> None:
    server = Recorder(echo)
    with case.connect(server) as client:
        assert client.scans.add(BYTES) == BYTES
        with client.scans.add_stream(BYTES) as chunks:
            assert b"".join(chunks) == BYTES
    assert set(server.headers("content-type")) == {"application/json"}
    with case.connect(answering(200, BYTES, content_type="text/csv")) as client:
        assert client.scans.export() == BYTES


def test_parts(case: Case) -> None:
    letter = case.models.Letter(
        blob=BYTES, blobs=[BYTES, b"2"], encoded=BYTES, pictured=BYTES, optional=BYTES,
        named=BYTES, several=[BYTES, b"3"], sealed="aQ==",
    )  # fmt: skip
    with case.connect(echo) as client:
        received = client.letters.send(letter)
        assert received.blob == received.encoded == received.pictured == BYTES
        assert received.optional == received.named == BYTES
        assert received.blobs == [BYTES, b"2"]
        assert received.several == [BYTES, b"3"]
        assert received.sealed == "aQ=="
        assert client.letters.send(case.models.Letter(named=7, several=BYTES)).several == BYTES


def test_a_body_that_is_another_name_of_a_class(case: Case) -> None:
    with case.connect(server := Recorder()) as client:
        client.letters.stamp(case.models.StampMultipart(blob=BYTES))
    assert b'name="blob"; filename' in server.request.content


def test_a_union_of_bodies(case: Case) -> None:
    server = Recorder(echo)
    with case.connect(server) as client:
        client.pages.add(case.models.Upload(file=BYTES, title="t"))
        client.pages.add(case.models.Link(url="u"))
        received = client.pages.replace(case.models.Upload(file=BYTES))
        assert received.file == BYTES
        assert client.pages.replace(case.models.Link(url="u")).url == "u"
    assert b'filename="file"' in server.requests[0].content
    assert b"filename" not in server.requests[1].content


def test_parts_without_described_names(case: Case) -> None:
    with case.connect(server := Recorder(echo)) as client:
        assert client.folders.fill({"a": BYTES}) == {"a": BYTES}
        link = case.models.Link(url="u")
        assert client.folders.sort([BYTES, link]) == [BYTES, link]
    with case.connect(server) as client:
        server.replies = [204]
        client.folders.rename(case.models.FoldersRenameRequest(title="t", a=BYTES))
    assert b'name="a"; filename' in server.requests[-1].content


def test_a_webhook(case: Case) -> None:
    webhooks = case.modules["webhooks"]
    assert webhooks.parse("scan.ready", BYTES, {"content-type": "application/json"}) == BYTES


def test_members_of_json(case: Case) -> None:
    with case.connect(answering(200, ["a"])) as client:
        assert client.scans.label(case.models.Label(seal="a", stamp="b", ink="c")) == ["a"]

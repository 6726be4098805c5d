"""Parameters in the path whose slashes are sent as they are (OpenAPI 3.2.0 §4.12.2.2)."""

from __future__ import annotations

import pytest

from tests.support.answers import Recorder
from tests.support.generated_case import Case, GeneratedCases, generate_spec, load_spec

SPEC = """
openapi: 3.0.3
info: {title: Files, version: "1"}
servers: [{url: https://api.example.com/v1}]
paths:
  /files/{fileId}:
    parameters: [{name: fileId, in: path, required: true, schema: {type: string}}]
    get: {operationId: read, responses: {"204": {description: Done}}}
    delete: {operationId: remove, responses: {"204": {description: Done}}}
  /trees/{path}:
    parameters:
      - {name: path, in: path, required: true, allowReserved: true, schema: {type: string}}
    get: {operationId: tree, responses: {"204": {description: Done}}}
"""


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("a", "a"),
        ("docs/2026/report 1.txt", "docs/2026/report%201.txt"),
        ("a?b#c%d\\e\n;f", "a%3Fb%23c%25d%5Ce%0A%3Bf"),
        ("a/.b/..c/...", "a/.b/..c/..."),
        ("a%2Fb", "a%252Fb"),
        ("", ""),
        ("/", "/"),
    ],
)
def test_slashes_are_sent(value: str, sent: str, case: Case, mode: str) -> None:
    request = case.sent(mode, "files.note", value, "x/y")
    assert request.url.raw_path.decode() == f"/v1/files/{sent}/notes/x%2Fy"


@pytest.mark.parametrize(
    "value",
    [
        "//", "/a", "a/", "a//b", "%2Fa", "a/%2Fb", ".", "..", "a/../b", "../a", "a/.", "./a",
        "a/%2E%2e/b", "a/.%2e", "%2E/a", "a%2F..",
    ],
)  # fmt: skip
def test_a_value_cannot_lead_elsewhere(value: str, case: Case, mode: str) -> None:
    server = Recorder()
    with case.connect(server, mode) as client:
        with pytest.raises(case.errors.RequestError, match="can't be in a path"):
            client.files.note(value, "n")
        with pytest.raises(ValueError, match="can't be in a path"):
            client.files.many([value])
    assert server.requests == []


def test_items_of_a_list(case: Case) -> None:
    request = case.sent("sync", "files.many", ["a/b", "c?"])
    assert request.url.raw_path == b"/v1/many/.a/b.c%3F"


def test_the_fake_knows_the_path(case: Case, mode: str) -> None:
    fake = case.fake()
    with case.connect(None, mode, transport=fake) as client:
        client.files.read("a/notes/b c")
        client.files.read("")
        client.files.note("a/b", "c/d")
    assert [call.path for call in fake.files_read.calls] == [
        {"fileId": "a/notes/b c"},
        {"fileId": ""},
    ]
    assert fake.files_note.calls[0].path == {"fileId": "a/b", "noteId": "c/d"}


@pytest.mark.parametrize(
    ("settings", "paths"),
    [
        ("[]", ["/files/a%2Fb", "/files/a%2Fb", "/trees/a%2Fb"]),
        ('["fileId", "path"]', ["/files/a/b", "/files/a/b", "/trees/a/b"]),
        ('["GET /files/{fileId}:fileId"]', ["/files/a/b", "/files/a%2Fb", "/trees/a%2Fb"]),
        ('["remove:fileId"]', ["/files/a%2Fb", "/files/a/b", "/trees/a%2Fb"]),
    ],
)
def test_the_setting(
    settings: str, paths: list[str], cases: GeneratedCases, request: pytest.FixtureRequest
) -> None:
    """Before OpenAPI 3.2, ``allowReserved`` is about queries alone."""
    name = f"slashes_{request.node.callspec.indices['settings']}"
    own = load_spec(cases, name, SPEC, f"path_slashes = {settings}")
    sent = [own.sent("sync", call, "a/b") for call in ("read", "remove", "tree")]
    assert [one.url.raw_path.decode() for one in sent] == [f"/v1{path}" for path in paths]


def test_a_setting_for_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("slashes")
    outcome = generate_spec(folder, "unused", SPEC, 'path_slashes = ["GET /files/{fileId}:id"]')
    assert outcome.code == 2
    assert "'GET /files/{fileId}:id' names no path parameter" in outcome.err


def test_allow_reserved_without_effect(tmp_path_factory: pytest.TempPathFactory) -> None:
    outcome = generate_spec(tmp_path_factory.mktemp("slashes"), "earlier", SPEC)
    assert "'path' has no effect before OpenAPI 3.2" in outcome.err

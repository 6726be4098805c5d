"""``speclock probe`` of a server whose responses tell nothing: exit code 3, not a green report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import Outcome
from tests.support.project import Project, make_project
from tests.support.sockets import Server, answer

SPEC = """\
openapi: 3.0.3
info: {title: Things, version: "1"}
servers: [{url: "https://things.example"}]
paths:
  /things:
    get:
      operationId: list
      responses:
        "200": {description: OK, content: {application/json: {schema: {type: array, items: {}}}}}
        "404": {description: None.}
  /any:
    get:
      operationId: any
      responses:
        "200": {description: OK, content: {application/json: {schema: {type: array, items: {}}}}}
        default: {description: A fault.}
"""
LIST, ANY = ('[[call]]\noperation = "list"\n', '[[call]]\noperation = "any"\n')
JSON = answer(b"[]", content_type="application/json")
MOVED = answer(status=302, location="https://login.example/")


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path, SPEC, "things")


def probe(project: Project, server: Server, calls: str, *words: str) -> Outcome:
    project.write("probe.toml", f"interval = 0\n{calls}")
    return project.run("probe", "probe.toml", "--base-url", server.url(""), *words)


@pytest.mark.parametrize("reply", [answer(status=403), answer(status=500), MOVED])
@pytest.mark.parametrize("threshold", ["breaking", "never"])
def test_a_server_that_answers_everything_alike(
    project: Project, server: Server, reply: bytes, threshold: str
) -> None:
    server.answers = dict.fromkeys(["/things", "/any"], reply)
    outcome = probe(project, server, LIST + ANY, "--fail-on", threshold)
    status = reply.split()[1].decode()
    assert outcome.code == 3, outcome
    assert (
        f"probe.toml:2: call list: the server answered {status}, which isn't described, so nothing "
        "was compared. Check the arguments" in outcome.err
    )
    assert ("call any: the server answered 302" in outcome.err) == (reply is MOVED)
    assert f"no call succeeded (the server answered {status})" in outcome.err
    if reply is MOVED or status == "403":
        assert f"the status {status}, which isn't described" in outcome.out


@pytest.mark.parametrize(
    ("things", "any_", "fault"),
    [
        (JSON, JSON, ""),
        (answer(status=404), JSON, ""),
        (JSON, answer(status=500), ""),
        (
            answer(status=404),
            answer(status=500),
            "no call succeeded (the server answered 404",
        ),
        (answer(status=410), JSON, "call list: the server answered 410"),
        (answer(b"[]", 201, content_type="application/json"), JSON, ""),
        (JSON, MOVED, "call any: the server answered 302"),
    ],
)
def test_each_call_needs_a_described_response(
    project: Project, server: Server, things: bytes, any_: bytes, fault: str
) -> None:
    server.answers = {"/things": things, "/any": any_}
    outcome = probe(project, server, LIST + ANY, "--fail-on", "never")
    assert (outcome.code, fault in outcome.err) == (3 if fault else 0, True), outcome
    assert bool(outcome.err) == bool(fault)


# ── headers ──────────────────────────────────────────────────────────────────────────────────────

SECRET = "a-secret-of-eighteen"


@pytest.mark.parametrize("header", ["X-Key: $THINGS_KEY", "x-key=$THINGS_KEY"])
def test_a_header_is_sent_and_masked(
    project: Project, server: Server, header: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THINGS_KEY", SECRET)
    server.answers["/things"] = answer(f'["{SECRET}"]'.encode(), content_type="application/json")
    words = ("--header", header, "--record", "r.ndjson", "--show-values")
    outcome = probe(project, server, LIST, *words)
    assert outcome.code == 0, outcome
    assert [request.headers["x-key"] for request in server.requests] == [SECRET]
    assert SECRET not in project.read("r.ndjson") + outcome.out + outcome.err


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("X-Key: $NOT_SET", "the environment variable NOT_SET, for '$NOT_SET', is not set"),
        ("X-Key: a-secret", "--header needs the name of a header, and a text with"),
        ("X Key: $THINGS_KEY", "--header needs the name of a header"),
    ],
)
def test_a_wrong_header_is_refused(
    project: Project, server: Server, header: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THINGS_KEY", SECRET)
    outcome = probe(project, server, LIST, "--header", header)
    assert (outcome.code, message in outcome.err) == (2, True), outcome
    assert not server.connections


def test_the_server_of_the_description_gets_no_header_without_a_yes(
    project: Project, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THINGS_KEY", SECRET)
    project.replace("https://things.example", server.url(""))
    server.answers["/things"] = JSON
    project.write("probe.toml", LIST)
    words = ("probe", "probe.toml", "--header", "X-Key: $THINGS_KEY")
    outcome = project.run(*words)
    assert (outcome.code, "$THINGS_KEY would be sent to" in outcome.err) == (2, True), outcome
    assert not server.connections
    assert project.run(*words, "--yes", server.url("")).code == 0

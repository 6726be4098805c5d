"""``speclock probe``: GET and HEAD operations on a server of this machine."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.command import Outcome
from tests.support.project import ORCHARD, Project, make_project
from tests.support.sockets import Peer, Server, Step, answer

SECRET = "a-secret-of-eighteen"
TREE = """\
  /trees/{name}:
    get:
      operationId: trees/show
      tags: [trees]
      parameters:
        - {name: name, in: path, required: true, schema: {type: string, maxLength: 9}}
      responses:
        "200":
          description: The tree.
          content: {application/json: {schema: {$ref: "#/components/schemas/Tree"}}}
        default: {description: A fault.}
    head:
      operationId: trees/exists
      tags: [trees]
      parameters:
        - {name: name, in: path, required: true, schema: {type: string}}
      responses:
        "200": {description: There is one.}
  /elsewhere:
    servers: [{url: https://elsewhere.example}]
    get: {operationId: elsewhere, responses: {"200": {description: OK}}}
components:
"""
BASKETS = '[[call]]\noperation = "baskets/list"\n'
SHOW = '[[call]]\noperation = "trees/show"\narguments = {name = "oak"}\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("ORCHARD_TOKEN", SECRET)
    return make_project(tmp_path, ORCHARD.replace("components:\n", TREE, 1), client="Orchard")


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        yield made


def probe(project: Project, server: Server, calls: str, *more: str) -> Outcome:
    project.write("probe.toml", f"interval = 0\n{calls}")
    arguments = ("probe.toml", "--base-url", server.url(""), *more)
    return project.run("probe", *arguments)


def test_what_a_server_answers_is_compared(project: Project, server: Server) -> None:
    server.answers["/trees/oak"] = answer(b'{"kind": 1}', content_type="application/json")
    server.answers["/baskets?limit=7"] = answer(
        f'[{{"weight": 1, "key": "{SECRET}"}}]'.encode(), content_type="application/json"
    )
    server.answers["/trees/x"] = answer()
    calls = BASKETS + "arguments = {limit = 7}\n" + SHOW
    calls += '[[call]]\noperation = "HEAD /trees/{name}"\narguments = {name = "x"}\n'
    found = probe(project, server, calls, "--record", "new/probe.ndjson", "--show-values")
    assert found.code == 0, found
    assert "risk: 1 of 2 deviations is a risk to trees/show" in found.out
    sent = [(one.method, one.target) for one in server.requests]
    assert sent == [("GET", "/baskets?limit=7"), ("GET", "/trees/oak"), ("HEAD", "/trees/x")]
    assert {one.headers["authorization"] for one in server.requests} == {f"Bearer {SECRET}"}
    recorded = project.read("new/probe.ndjson")
    assert SECRET not in recorded + found.out + found.err
    arguments = ("--traffic", "new/probe.ndjson", "--base-url", server.url(""), "--show-values")
    assert project.run("drift", *arguments).out == found.out
    assert probe(project, server, calls, "--fail-on", "risk").code == 1
    again = probe(project, server, calls, "--record", "new/probe.ndjson")
    assert (again.code, again.err[:30]) == (2, "error: new/probe.ndjson exists")
    assert project.read("new/probe.ndjson") == recorded


@pytest.mark.parametrize(
    ("calls", "error"),
    [
        ('[[call]]\noperation = "trees/plant"', "7: call trees/plant: it is a POST, and only GET"),
        ('[[call]]\noperation = "trees/*"', "7: call trees/*: it is also"),
        ('[[call]]\noperation = "tree"', "7: call tree: no operation 'tree' in spec/orchard.yaml"),
        ("[[call]]\n" + SHOW, "7: call lacks 'operation'. Add it: an operationId"),
        (BASKETS + "arguments = {limits = 1}", "9: call.arguments baskets/list: got an un"),
        ('[[call]]\noperation = "trees/show"', "7: call.arguments trees/show: missing 1"),
        (BASKETS + "arguments = {limit = 101}", "9: call.arguments baskets/list: limit: must be"),
        ("[[call]]\n" * 2, "7: call lacks"),
        (BASKETS + "arguments = {options = {deadline = 1}}", "7: call baskets/list: only Python"),
        (BASKETS * 20, "45: call is one of 21 calls, and max_calls is 20. Remove some"),
        ("[[call]]\noperation = 1", "8: call.operation must be text, not 1"),
    ],
)
def test_nothing_is_sent_if_a_call_cannot_be_made(
    calls: str, error: str, project: Project, server: Server
) -> None:
    found = probe(project, server, f"timeout = 2\n\n{SHOW}{calls}")
    assert (found.code, f"error: probe.toml:{error}" in found.err) == (2, True), found.err
    assert not server.requests and not (project.root / "new").exists()


@pytest.mark.parametrize(
    ("calls", "error"),
    [
        ("call = []", "probe.toml:2: call is empty"),
        ("timeout = 0\n" + BASKETS, "probe.toml:2: timeout must be a whole number from 1 to 240"),
        ("times = 0\n" + BASKETS, "probe.toml:1: has no setting 'times'"),
        ("[[call]", "probe.toml: not well-formed TOML"),
    ],
)
def test_a_wrong_file(calls: str, error: str, project: Project, server: Server) -> None:
    found = probe(project, server, calls)
    assert (found.code, error in found.err) == (2, True), found.err


def test_no_other_server_gets_a_request(project: Project) -> None:
    project.write("probe.toml", '[[call]]\noperation = "elsewhere"')
    error = project.refuses("probe", "probe.toml")
    assert (
        "needs GET https://elsewhere.example/elsewhere; only GET and HEAD to https://orch" in error
    )


def test_a_server_is_missing(project: Project) -> None:
    project.write("relative.yaml", ORCHARD.replace("https://orchard.example", "/v1"))
    project.write("probe.toml", BASKETS)
    error = project.refuses("probe", "probe.toml", "--base", "relative.yaml")
    assert error == "error: the description has no server. Name it: --base-url URL\n"


def test_a_credential_is_missing(
    project: Project, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ORCHARD_TOKEN")
    found = probe(project, server, BASKETS)
    assert (found.code, found.err[:52]) == (
        2,
        "error: the environment variable ORCHARD_TOKEN is not",
    )
    assert not server.connections


def test_a_token_is_not_fetched(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Since that is a POST."""
    flow = f"{{tokenUrl: '{server.url('/token')}', scopes: {{}}}}"
    scheme = f"{{type: oauth2, flows: {{clientCredentials: {flow}}}}}"
    spec = ORCHARD.replace("{type: http, scheme: bearer}", scheme)
    project = make_project(tmp_path, spec, client="Orchard")
    monkeypatch.setenv("ORCHARD_TOKEN_CLIENT_ID", "me")
    monkeypatch.setenv("ORCHARD_TOKEN_CLIENT_SECRET", SECRET)
    found = probe(project, server, BASKETS)
    assert found.code == 2 and "needs POST" in found.err and SECRET not in found.err, found.err
    assert not server.connections


def endless(start: bytes, more: bytes) -> Callable[[Peer], None]:
    """Return what sends more and more."""

    def send(peer: Peer) -> None:
        peer.send(start)
        while not peer.server.stopped.is_set():
            peer.send(more)

    return send


def test_faults_of_a_server(project: Project, server: Server) -> None:
    """Each ends its call alone, in time."""
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
    chunked = head + b"transfer-encoding: chunked\r\n\r\n"
    bomb = gzip.compress(b" " * 50_000_000)
    json_type = {"content_type": "application/json"}
    answers: dict[str, bytes | Step] = {
        "moved": answer(status=302, location=server.url("/trees/never")),
        "away": answer(status=307, location="https://elsewhere.example/"),
        "broken": answer(b"{}", 500, **json_type),
        "body": endless(chunked, b"4000\r\n" + b"1" * 0x4000 + b"\r\n"),
        "headers": endless(head, b"a: " + b"b" * 4000 + b"\r\n"),
        "zip": answer(bomb, content_encoding="gzip", **json_type),
        "hangs": Peer.hold,
        "slow": lambda peer: peer.drip(chunked + b"1\r\n[\r\n" * 1000, 0.1),
        "interim": endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        "resets": Peer.reset,
        "echoes": f"HTTP/1.1 {SECRET}\r\n\r\n".encode(),
    }
    server.answers.update({f"/trees/{name}": found for name, found in answers.items()})
    calls = "timeout = 1\n" + "".join(SHOW.replace("oak", name) for name in answers)
    began = time.monotonic()
    found = probe(project, server, calls, "--record", "probe.ndjson")
    assert time.monotonic() - began < 30
    assert found.code == 3
    assert [one.target for one in server.requests] == [*server.answers]
    facts = {}
    for name in answers:
        line = 3 * [*answers].index(name) + 3
        facts[name] = [one for one in found.err.splitlines() if f"probe.toml:{line}: " in one]
    for name, status in (("moved", 302), ("away", 307)):
        assert f"the server answered {status}, which isn't described" in facts[name][0]
    assert not facts["broken"]
    for name in ("hangs", "slow", "interim"):
        assert "no response within 1 s" in facts[name][0]
    assert "the response isn't HTTP" in facts["headers"][0]
    assert "the response isn't HTTP" in facts["echoes"][0] and "no connection" in facts["resets"][0]
    lines = [json.loads(line) for line in project.read("probe.ndjson").splitlines()]
    statuses = {
        one["request"]["url"].rpartition("/")[2]: one["response"]["status"] for one in lines
    }
    assert statuses == {"moved": 302, "away": 307, "broken": 500, "body": 200, "zip": 200}
    assert found.err.count("the body of the response isn't compared") == 2
    assert max(map(len, map(json.dumps, lines))) < 3_000_000
    assert SECRET not in found.out + found.err + project.read("probe.ndjson")


def test_as_many_calls_as_max_calls(project: Project, server: Server) -> None:
    server.answers["/baskets"] = answer(b"[]", content_type="application/json")
    for most, number in (("", 20), ("max_calls = 2\n", 2)):
        server.requests.clear()
        found = probe(project, server, most + BASKETS * number)
        assert (found.code, len(server.requests)) == (0, number), found
        found = probe(project, server, most + BASKETS * (number + 1))
        assert (found.code, len(server.requests)) == (2, number), found


def test_calls_are_an_interval_apart(project: Project, server: Server) -> None:
    server.answers["/baskets"] = answer(b"[]", content_type="application/json")
    project.write("probe.toml", BASKETS * 3)
    began = time.monotonic()
    found = project.run("probe", "probe.toml", "--base-url", server.url(""), "-q")
    assert (found.code, time.monotonic() - began > 2) == (0, True), found
    assert (
        found.out
        == "none: no deviation of trees/plant, baskets/list, trees/show and 2 more in 3 exchanges\n"
    )


def test_a_server_that_is_not_there(project: Project, server: Server) -> None:
    server.close()
    found = probe(project, server, BASKETS)
    assert (found.code, found.out) == (3, "")
    assert "probe.toml:2: call baskets/list: " in found.err and "no connection" in found.err


def test_a_description_without_a_client(tmp_path: Path, server: Server) -> None:
    spec = ORCHARD.replace("security: [{key: []}]\n", "")
    project = Project(tmp_path)
    project.write("orchard.yaml", spec)
    server.answers["/baskets"] = answer(b"[1]", content_type="application/json")
    found = probe(project, server, BASKETS, "--base", "orchard.yaml")
    assert (found.code, "breaking" in found.out) == (1, True), found
    assert "→ the server\n" in found.out
    assert "probe.ndjson" not in found.out  # it isn't kept
    shared = '[tool.speclock.clients.shared]\nspec = "orchard.yaml"\nruntime = "acme"\n'
    project.write("pyproject.toml", shared)
    assert probe(project, server, BASKETS).code == 1
    two = tmp_path / "two"
    make_project(two, ORCHARD).configure('[tool.speclock.clients.b]\nspec = "spec/orchard.yaml"\n')
    error = probe(Project(two), server, BASKETS).err
    assert error == "error: the calls are of one client. Name it after the file: orchard, b\n"

"""``speclock probe`` in a checkout of somebody else: secrets of the user stay where they are."""

from __future__ import annotations

import builtins
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.workflow_files import ROOT, steps
from tests.support.command import Outcome, Terminal
from tests.support.project import Project, make_project
from tests.support.sockets import Server, answer

SECRET = "a-secret-of-eighteen"
SPEC = """\
openapi: 3.0.3
info: {title: Things, version: "1"}
servers: [{url: "https://things.example"}]
paths:
  /things:
    get:
      operationId: list
      security: [{SCHEME: []}]
      parameters: [{name: Host, in: header, schema: {type: string}}]
      responses: {"204": {description: Fine.}}
  /public:
    get: {operationId: public, security: [], responses: {"204": {description: Fine.}}}
  /either:
    get:
      operationId: either
      security: [{SCHEME: []}, {}]
      responses: {"204": {description: Fine.}}
components:
  securitySchemes:
    SCHEME: {type: apiKey, in: query, name: q}
"""
CASES = {
    "aws": ("aws", "secret_access_key", "AWS_SECRET_ACCESS_KEY"),
    "github": ("github", "token", "GITHUB_TOKEN"),
    "runner": ("actions", "id_token_request_token", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
}
LIST, PUBLIC, EITHER = (
    f'[[call]]\noperation = "{name}"\n' for name in ("list", "public", "either")
)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        made.answers |= dict.fromkeys(["/public", "/either"], answer(status=204))
        yield made


def hostile(
    folder: Path, server: Server, case: str, patch: pytest.MonkeyPatch, how: str = "servers"
) -> Project:
    """Return a project whose files name a variable with a secret, and the server."""
    package, scheme, variable = CASES.get(case, (case, "token", f"{case}_TOKEN".upper()))
    patch.setenv(variable, SECRET)
    server.answers[f"/things?q={SECRET}"] = answer(status=204)
    spec = SPEC if how == "credentials" else SPEC.replace("SCHEME", scheme)
    project = make_project(folder, spec, package)
    address = server.url("")
    if how == "overlay":
        project.configure('overlays = ["o.yaml"]\n')
        actions = f"[{{target: '$.servers[0]', update: {{url: '{address}'}}}}]"
        info = '{title: Servers, version: "1"}'
        project.write("o.yaml", f"overlay: 1.0.0\ninfo: {info}\nactions: {actions}\n")
    else:
        project.replace("https://things.example", address)
    if how == "credentials":
        project.configure(f'credentials = {{SCHEME = "{scheme}"}}\n')
    return project


def probe(project: Project, calls: str, *words: str) -> Outcome:
    project.write("probe.toml", f"interval = 0\n{calls}")
    return project.run("probe", "probe.toml", *words)


@pytest.mark.parametrize("how", ["servers", "overlay", "credentials"])
@pytest.mark.parametrize("case", CASES)
def test_a_server_of_the_checkout_gets_no_secret(
    case: str, how: str, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = hostile(tmp_path, server, case, monkeypatch, how)
    found = probe(project, LIST)
    address = server.url("")
    assert found.code == 2, found
    assert f"${CASES[case][2]} would be sent to {address}" in found.err
    assert found.err.endswith(f"may have the secret: --yes {address}\n")
    assert not server.connections


def test_the_action_s_own_token_is_no_credential(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even for a server that was typed; no program that speclock starts gets it either."""
    (step,) = (one for one in steps(ROOT / "action.yml") if one.get("name") == "Run speclock")
    (variable,) = (name for name, value in step["env"].items() if "token" in value)
    client, _, scheme = variable.lower().rpartition("_")
    assert scheme == "token"
    project = hostile(tmp_path, server, client, monkeypatch)
    assert os.environ[variable] == SECRET
    found = probe(project, LIST, "--base-url", server.url(""))
    assert found.code == 2, found
    assert variable not in os.environ
    assert not server.connections


def test_a_host_that_was_typed_gets_it(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = hostile(tmp_path, server, "aws", monkeypatch)
    for words in (("--base-url", server.url("")), ("--yes", server.url("/any/path"))):
        found = probe(project, LIST, *words)
        assert found.code == 0, found
    assert [request.target for request in server.requests] == [f"/things?q={SECRET}"] * 2


@pytest.mark.parametrize(
    "host", ["127.0.0.1:{}", "localhost:{}", "http://127.0.0.1", "things.example"]
)
def test_another_host_than_the_typed_one_gets_nothing(
    host: str, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scheme counts, too: https was meant, and http is readable on the way."""
    project = hostile(tmp_path, server, "aws", monkeypatch)
    found = probe(project, LIST, "--yes", host.format(server.url("").rpartition(":")[2]))
    assert (found.code, "and --yes names " in found.err) == (2, True), found
    assert not server.connections


@pytest.mark.parametrize(("reply", "code"), [("y", 0), ("", 2), ("no", 2)])
def test_the_question_names_host_and_variables(
    reply: str, code: int, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = hostile(tmp_path, server, "github", monkeypatch)
    questions: list[str] = []

    def ask(question: str) -> str:
        questions.append(question)
        return reply

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr(builtins, "input", ask)
    found = probe(project, LIST + LIST)
    assert questions == [f"Send $GITHUB_TOKEN to {server.url('')}? [y/N] "]
    assert (found.code, len(server.requests)) == (code, 2 if code == 0 else 0), found


def test_calls_without_a_secret_need_no_answer(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of operations that need none, and where no variable is set."""
    project = hostile(tmp_path, server, "aws", monkeypatch)
    assert probe(project, PUBLIC).code == 0
    assert probe(project, EITHER).code == 2
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert probe(project, EITHER).code == 0
    assert [request.target for request in server.requests] == ["/public", "/either"]


@pytest.mark.parametrize("argument", ["host", "Host", "options", "extra_headers"])
def test_a_call_cannot_name_another_server(
    argument: str, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind one address are many sites, of which the header Host chooses one."""
    project = hostile(tmp_path, server, "aws", monkeypatch)
    value = '{headers = {Host = "evil.example"}}'
    calls = f"{LIST}arguments = {{{argument} = {value}}}\n"
    found = probe(project, calls, "--base-url", server.url(""))
    assert (found.code, "error: probe.toml:" in found.err) == (2, True), found
    assert not server.connections


def test_the_printed_remedy_is_one_word(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is copied into a shell, and a host may have most punctuation (RFC 3986 §3.2.2)."""
    project = hostile(tmp_path, server, "aws", monkeypatch)
    project.replace(server.url(""), "https://a$(touch);b.example")
    assert probe(project, LIST).err.endswith("--yes 'a$(touch);b.example'\n")

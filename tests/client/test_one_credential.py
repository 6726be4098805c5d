"""APIs with one credential that every operation needs, of each kind."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.support.cases import package_of
from tests.support.generated_case import Case, GeneratedCases, load_spec
from tests.support.loopback import calls

if TYPE_CHECKING:
    from tests.support.answers import Server, Step

    Serve = Callable[..., Server]
    Answered = Callable[..., Step]

SPEC = """\
openapi: 3.0.3
info: {{title: Gate, version: "1"}}
servers: [{{url: https://gate.example}}]
security: [{{entry: []}}]
paths:
  /gate:
    get: {{operationId: gate/look, responses: {{"204": {{description: None.}}}}}}
components:
  securitySchemes:
    entry: {scheme}
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """A security scheme, and what a client does with it."""

    scheme: str
    variables: dict[str, str]
    sent: str
    """The header or the query with the secret; empty if it can't be in the environment."""
    needed: str = ""
    """The variables that are missing, as the error names them."""
    doc: str = ""
    """Its line in the client's docstring."""


FLOW = "{tokenUrl: https://gate.example/token, scopes: {}}"
KINDS = {
    "bearer": Kind(
        "{type: http, scheme: bearer, description: Ask the porter.}",
        {"SAMPLE_TOKEN": "t0"}, "Bearer t0", "SAMPLE_TOKEN",
        "``token`` is a bearer token (security scheme entry): Ask the porter.",
    ),
    "oauth": Kind(
        f"{{type: oauth2, flows: {{clientCredentials: {FLOW}}}}}",
        {"SAMPLE_TOKEN": "t0"}, "Bearer t0",
        "SAMPLE_TOKEN, or SAMPLE_TOKEN_CLIENT_ID and SAMPLE_TOKEN_CLIENT_SECRET",
        "``token`` is a bearer token, or ``ClientCredentials``, or ``RefreshToken`` "
        "(security scheme entry, OAuth 2 by client credentials).",
    ),
    "basic": Kind(
        "{type: http, scheme: basic}",
        {"SAMPLE_BASIC_USERNAME": "u", "SAMPLE_BASIC_PASSWORD": "p"}, "Basic dTpw",
        "SAMPLE_BASIC_USERNAME and SAMPLE_BASIC_PASSWORD",
        "``basic`` is a user name and a password (security scheme entry).",
    ),
    "header": Kind(
        "{type: apiKey, in: header, name: X-Entry}", {"SAMPLE_ENTRY": "k0"}, "k0", "SAMPLE_ENTRY",
        "``entry`` is the key in the header X-Entry (security scheme entry).",
    ),
    "query": Kind(
        "{type: apiKey, in: query, name: entry}", {"SAMPLE_ENTRY": "k0"}, "/gate?entry=k0",
        "SAMPLE_ENTRY", "``entry`` is the key in the query entry (security scheme entry).",
    ),
    "digest": Kind(
        "{type: http, scheme: digest}", {}, "",
        doc="``entry`` is an ``httpx.Auth`` (security scheme entry, HTTP digest).",
    ),
}  # fmt: skip
LOOK = [("gate.look", dict[str, Any]())]


@pytest.fixture(scope="module", params=KINDS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def kind(name: str) -> Kind:
    return KINDS[name]


@pytest.fixture(scope="module")
def gate(name: str, cases: GeneratedCases) -> Case:
    return load(name, cases)


def load(name: str, cases: GeneratedCases) -> Case:
    """The package with a kind of credential, generated once."""
    if (cases.folder / package_of(f"gate_{name}")).is_dir():
        return cases.load(f"gate_{name}")
    return load_spec(cases, f"gate_{name}", SPEC.format(scheme=KINDS[name].scheme))


def secrets_in(server: Server) -> list[str]:
    """The secrets that a server got."""
    places = ("authorization", "x-entry")
    found = [r.headers[place] for r in server.requests for place in places if place in r.headers]
    return found + [r.target for r in server.requests if "?" in r.target]


def test_no_credentials(gate: Case, mode: str, serve: Serve, answered: Answered) -> None:
    server = serve(answered(204))
    none = gate.package.NO_CREDENTIALS
    calls(gate.package, mode, LOOK, none, base_url=server.location)
    assert len(server.requests) == 1
    assert secrets_in(server) == []


def test_none(gate: Case, mode: str, serve: Serve) -> None:
    server = serve()
    with pytest.raises(gate.errors.RequestError, match="NO_CREDENTIALS"):
        calls(gate.package, mode, LOOK, None, base_url=server.location)
    assert server.connections == 0


def test_from_env(
    gate: Case,
    kind: Kind,
    mode: str,
    serve: Serve,
    answered: Answered,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = gate.package.Sample if mode == "sync" else gate.package.AsyncSample
    if not kind.variables:
        assert not hasattr(client, "from_env")
        return
    with pytest.raises(gate.errors.RequestError) as caught:
        client.from_env()
    assert str(caught.value) == f"the environment lacks {kind.needed}"
    for variable, value in kind.variables.items():
        monkeypatch.setenv(variable, value)
    server = serve(answered(204))
    calls(gate.package, mode, LOOK, make="from_env", base_url=server.location)
    assert secrets_in(server) == [kind.sent]


def test_client_credentials_from_env(
    cases: GeneratedCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = load("oauth", cases)
    monkeypatch.setenv("SAMPLE_TOKEN_CLIENT_ID", "me")
    with pytest.raises(gate.errors.RequestError, match=r"lacks SAMPLE_TOKEN_CLIENT_SECRET$"):
        gate.package.Sample.from_env()
    monkeypatch.setenv("SAMPLE_TOKEN_CLIENT_SECRET", "s3cr3t")
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(f"{request.url.path} {request.headers['authorization']}")
        token = {"access_token": "t1", "token_type": "bearer"}
        return httpx.Response(200 if len(seen) == 1 else 204, json=token)

    gate.package.Sample.from_env(transport=httpx.MockTransport(answer)).gate.look()
    assert seen == ["/token Basic bWU6czNjcjN0", "/gate Bearer t1"]


def test_the_docstring_tells_what_it_is(gate: Case, kind: Kind) -> None:
    for client in (gate.package.Sample, gate.package.AsyncSample):
        assert kind.doc in " ".join(str(client.__doc__).split())


@pytest.mark.slow
@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
def test_type_checkers_are_silent(checker: str, cases: GeneratedCases) -> None:
    """About the packages, and about calls of the constructors."""
    packages = [load(name, cases).package.__name__ for name in KINDS]
    for package, kind in zip(packages, KINDS.values(), strict=True):
        lines = [f"from {package} import NO_CREDENTIALS, AsyncSample, Sample"]
        lines += ["Sample(NO_CREDENTIALS, timeout=3)", "AsyncSample(NO_CREDENTIALS, deadline=3)"]
        lines += ["client: Sample = Sample.from_env(timeout=3)"] if kind.variables else []
        (cases.folder / f"use_{package}.py").write_text("\n".join(lines), encoding="utf-8")
    names = [*packages, *(f"use_{package}.py" for package in packages)]
    settings = {"typeCheckingMode": "strict", "pythonVersion": "3.11", "include": names}
    config = cases.folder / "one_credential.json"
    config.write_text(json.dumps(settings), encoding="utf-8")
    arguments = ["--strict", "--config-file=", *names]
    if checker == "basedpyright":
        arguments = ["--project", str(config), "--pythonpath", sys.executable]
    done = subprocess.run(
        [sys.executable, "-m", checker, *arguments],
        cwd=cases.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

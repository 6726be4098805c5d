"""APIs with one credential that every operation needs, of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.client.test_no_credentials import secrets_in
from tests.support.answers import Recorder
from tests.support.generated_case import Case, GeneratedCases, load_spec

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
    """Return the package with a kind of credential."""
    return load_spec(cases, f"gate_{name}", SPEC.format(scheme=KINDS[name].scheme))


def look(gate: Case, mode: str, *given: Any, **settings: Any) -> list[str]:
    """Return the secrets that a server got in a call."""
    with gate.connect(server := Recorder(), mode, *given, **settings) as client:
        client.gate.look()
    assert len(server.requests) == 1
    return secrets_in(server)


def test_no_credentials(gate: Case, mode: str) -> None:
    assert look(gate, mode, gate.package.NO_CREDENTIALS) == []
    with pytest.raises(gate.errors.RequestError, match="NO_CREDENTIALS"):
        look(gate, mode, None)


def test_from_env(gate: Case, kind: Kind, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = gate.package.Sample if mode == "sync" else gate.package.AsyncSample
    if not kind.variables:
        assert not hasattr(client, "from_env")
        return
    for value in ("", None):
        for variable, given in kind.variables.items():
            monkeypatch.setenv(f"ASYNC_{variable}", given)
            monkeypatch.setenv(variable, "") if value == "" else monkeypatch.delenv(variable)
        with pytest.raises(gate.errors.RequestError) as caught:
            client.from_env()
        one = f"the environment variable {kind.needed} is not set"
        several = f"these environment variables are not set: {kind.needed}"
        assert str(caught.value) == (several if " " in kind.needed else one)
    for variable, given in kind.variables.items():
        monkeypatch.setenv(variable, given)
    assert look(gate, mode, make="from_env") == [kind.sent]


def test_client_credentials_from_env(
    cases: GeneratedCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = load("oauth", cases)
    monkeypatch.setenv("SAMPLE_TOKEN_CLIENT_ID", "me")
    with pytest.raises(gate.errors.RequestError, match=r"SAMPLE_TOKEN_CLIENT_SECRET is not set$"):
        gate.package.Sample.from_env()
    monkeypatch.setenv("SAMPLE_TOKEN_CLIENT_SECRET", "s3cr3t")
    server = Recorder({"access_token": "t1", "token_type": "bearer"}, 204)
    gate.connect(server, make="from_env").gate.look()
    assert [request.url.path for request in server.requests] == ["/token", "/gate"]
    assert server.headers("authorization") == ["Basic bWU6czNjcjN0", "Bearer t1"]


def test_the_docstring_tells_what_it_is(gate: Case, kind: Kind) -> None:
    for client in (gate.package.Sample, gate.package.AsyncSample):
        assert kind.doc in " ".join(str(client.__doc__).split())

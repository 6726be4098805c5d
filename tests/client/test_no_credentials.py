"""Calls without a credential: wanted by the caller, or by the description."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pinterest_audiences import NO_CREDENTIALS, errors

from tests.client.conftest import AUDIENCE, Caller
from tests.support.answers import Recorder
from tests.support.generated_case import Case

PLACES = ("authorization", "cookie", "x-vault-key", "x-key", "x-headers", "x-entry")


@pytest.fixture
def vault(load_case: Callable[[str], Case]) -> Case:
    return load_case("security")


@pytest.fixture
def warned(vault: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a new process: nothing was warned of."""
    monkeypatch.setattr(vault.modules["_runtime.security"], "_WARNED", {})


def secrets_in(server: Recorder) -> list[str]:
    """Return every secret that a server got."""
    found = [r.headers[name] for r in server.requests for name in PLACES if name in r.headers]
    return found + [r.url.raw_path.decode() for r in server.requests if r.url.query]


def test_no_credentials(caller: Caller) -> None:
    server = Recorder(AUDIENCE)
    caller.create(server, token=NO_CREDENTIALS)
    caller.create(server, token=NO_CREDENTIALS, headers={"Authorization": "Signature s1"})
    assert len(server.requests) == 2
    assert secrets_in(server) == ["Signature s1"]


@pytest.mark.parametrize("token", [None, "", 7, lambda: None])
def test_nothing_is_not_no_credentials(token: Any, caller: Caller) -> None:
    """A variable that isn't set must not become a call without a token."""
    server = Recorder()
    with pytest.raises(errors.RequestError, match=r"isn't empty, or NO_CREDENTIALS; nothing was"):
        caller.create(server, token=token)
    assert server.requests == []


@pytest.mark.parametrize(
    ("method", "names"),
    [
        ("default", ["", "token"]), ("open", [""]), ("optional", [""]), ("header", ["", "key"]),
        ("query", ["", "query_key"]), ("cookie", ["", "session"]), ("basic", ["", "basic"]),
        ("both", [""]), ("either", ["", "oauth_token"]),
    ],
)  # fmt: skip
def test_no_credentials_of_several(method: str, names: list[str], vault: Case, mode: str) -> None:
    """As the first argument it is for every credential of the API."""
    none = vault.package.NO_CREDENTIALS
    for name in names:
        server = Recorder()
        given, named = ([], {name: none}) if name else ([none], {})
        with vault.connect(server, mode, *given, **named) as client:
            getattr(client.vault, method)()
        assert len(server.requests) == 1
        assert secrets_in(server) == []


def test_a_secret_beside_no_credentials(vault: Case, mode: str) -> None:
    """The one is sent, the other isn't missed."""
    server = Recorder()
    none = vault.package.NO_CREDENTIALS
    for given, named in ([], {"key": none}), ([none], dict[str, Any]()):
        with vault.connect(server, mode, *given, token="t0", **named) as client:
            client.vault.both()
            client.vault.header()
    assert secrets_in(server) == ["Bearer t0", "Bearer t0"]
    assert len(server.requests) == 4


@pytest.mark.parametrize("missing", ["key", "digest"])
def test_an_httpx_auth_beside_no_credentials(
    missing: str, load_case: Callable[[str], Case], mode: str
) -> None:
    """Neither takes the other's place."""
    bank = load_case("security_schemes")
    given: dict[str, Any] = {"digest": httpx.BasicAuth("user", "password"), "x_hyphen_key": "k1"}
    given["x_hyphen_key" if missing == "key" else "digest"] = bank.package.NO_CREDENTIALS
    with bank.connect(server := Recorder(), mode, **given) as client:
        client.signed()
    assert secrets_in(server) == ["Basic dXNlcjpwYXNzd29yZA==" if missing == "key" else "k1"]


def test_what_is_missing(vault: Case, mode: str) -> None:
    server, message = Recorder(), r"key and token; .* NO_CREDENTIALS"
    client = vault.connect(server, mode, key="k0")
    with client, pytest.raises(vault.errors.RequestError, match=message) as caught:
        client.vault.both()
    assert "k0" not in str(caught.value)
    assert server.requests == []


@pytest.mark.usefixtures("warned")
def test_a_secret_that_an_operation_does_not_declare(
    vault: Case, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It isn't sent, and one warning tells so for each process."""
    server = Recorder()
    for _ in range(2):
        with vault.connect(server, mode, token="t0", key="k0") as client:
            client.vault.open()
            client.vault.default()
            client.vault.open()
    assert secrets_in(server) == ["Bearer t0", "Bearer t0"]
    assert caplog.record_tuples == [
        (
            vault.package.__name__,
            logging.WARNING,
            "GET /open declares no credentials; those of the client aren't sent",
        )
    ]


@pytest.mark.usefixtures("warned")
@pytest.mark.parametrize("given", ["", "token", "first"])
def test_no_secret_no_warning(
    given: str, vault: Case, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    none = vault.package.NO_CREDENTIALS
    first = [none] if given == "first" else []
    named = {"token": none} if given == "token" else {}
    with vault.connect(Recorder(), mode, *first, **named) as client:
        client.vault.open()
    assert caplog.records == []

"""Calls without a credential: wanted by the caller, or by the description."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from pinterest_audiences import NO_CREDENTIALS, errors
from pinterest_audiences._http import httpx

from tests.support.generated_case import Case
from tests.support.loopback import Call, calls

if TYPE_CHECKING:
    from tests.client.conftest import Caller
    from tests.support.answers import Server, Step

    Serve = Callable[..., Server]
    Answered = Callable[..., Step]

PLACES = ("authorization", "cookie", "x-vault-key", "x-key", "x-headers")


@pytest.fixture
def vault(load_case: Callable[[str], Case]) -> Case:
    return load_case("security")


@pytest.fixture
def warned(vault: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a new process: nothing was warned of."""
    monkeypatch.setattr(vault.modules["_security"], "_WARNED", {})


def secrets_in(server: Server) -> list[str]:
    """Every secret that a server got."""
    found = [r.headers[name] for r in server.requests for name in PLACES if name in r.headers]
    return found + [r.target for r in server.requests if "?" in r.target]


def test_no_credentials(caller: Caller, serve: Serve) -> None:
    server = serve()
    caller.create(server.base_url, token=NO_CREDENTIALS)
    assert server.posts == 1
    assert secrets_in(server) == []


def test_no_credentials_but_a_header_of_ones_own(caller: Caller, serve: Serve) -> None:
    server = serve()
    headers = {"Authorization": "Signature s1"}
    caller.create(server.base_url, token=NO_CREDENTIALS, headers=headers)
    assert secrets_in(server) == ["Signature s1"]


@pytest.mark.parametrize("token", [None, "", 7, lambda: None])
def test_nothing_is_not_no_credentials(token: Any, caller: Caller, serve: Serve) -> None:
    """A variable that isn't set must not become a call without a token."""
    server = serve()
    with pytest.raises(errors.RequestError, match=r"isn't empty, or NO_CREDENTIALS; nothing was"):
        caller.create(server.base_url, token=token)
    assert server.connections == 0


METHODS = ["default", "open", "optional", "header", "query", "cookie", "basic", "both", "either"]


@pytest.mark.parametrize("method", METHODS)
def test_no_credentials_at_all(
    method: str, vault: Case, mode: str, serve: Serve, answered: Answered
) -> None:
    """As the first argument it is for every credential of the API."""
    server = serve(answered(204))
    none = vault.package.NO_CREDENTIALS
    calls(vault.package, mode, [(f"vault.{method}", {})], none, base_url=server.location)
    assert len(server.requests) == 1
    assert secrets_in(server) == []


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("default", "token"),
        ("header", "key"),
        ("query", "query_key"),
        ("cookie", "session"),
        ("basic", "basic"),
        ("either", "oauth_token"),
    ],
)
def test_no_credentials_for_one(
    method: str, name: str, vault: Case, mode: str, serve: Serve, answered: Answered
) -> None:
    server = serve(answered(204))
    none = {name: vault.package.NO_CREDENTIALS}
    calls(vault.package, mode, [(f"vault.{method}", {})], base_url=server.location, **none)
    assert len(server.requests) == 1
    assert secrets_in(server) == []


def test_a_secret_beside_no_credentials(
    vault: Case, mode: str, serve: Serve, answered: Answered
) -> None:
    """The one is sent, the other isn't missed."""
    server = serve(answered(204))
    both: list[Call] = [("vault.both", {}), ("vault.header", {})]
    none = vault.package.NO_CREDENTIALS
    calls(vault.package, mode, both, base_url=server.location, key=none, token="t0")
    calls(vault.package, mode, both, none, base_url=server.location, token="t0")
    assert secrets_in(server) == ["Bearer t0", "Bearer t0"]
    assert len(server.requests) == 4


@pytest.mark.parametrize("missing", ["key", "digest"])
def test_an_httpx_auth_beside_no_credentials(
    missing: str, load_case: Callable[[str], Case], mode: str, serve: Serve, answered: Answered
) -> None:
    """Neither takes the other's place."""
    bank = load_case("security_schemes").package
    server = serve(answered(204))
    given: dict[str, Any] = {"digest": httpx.BasicAuth("user", "password"), "x_hyphen_key": "k1"}
    given["x_hyphen_key" if missing == "key" else "digest"] = bank.NO_CREDENTIALS
    calls(bank, mode, [("signed", {})], base_url=server.location, **given)
    assert secrets_in(server) == ["Basic dXNlcjpwYXNzd29yZA==" if missing == "key" else "k1"]


def test_what_is_missing_names_no_credentials(vault: Case, mode: str, serve: Serve) -> None:
    server = serve()
    with pytest.raises(vault.errors.RequestError, match=r"key and token; .* NO_CREDENTIALS"):
        calls(vault.package, mode, [("vault.both", {})], base_url=server.location, key="k0")
    assert server.connections == 0


def test_a_secret_without_its_name(vault: Case, mode: str, serve: Serve) -> None:
    """Of several it can't be told which it is."""
    server = serve()
    with pytest.raises(vault.errors.RequestError, match="by the name of its argument") as caught:
        calls(vault.package, mode, [("vault.default", {})], "t0", base_url=server.location)
    assert "t0" not in str(caught.value)
    assert server.connections == 0


# ── secrets that no operation wants ──────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("warned")
def test_a_secret_that_an_operation_does_not_declare(
    vault: Case, mode: str, serve: Serve, answered: Answered, caplog: pytest.LogCaptureFixture
) -> None:
    """It isn't sent, and one warning tells so for each process."""
    server = serve(answered(204))
    many: list[Call] = [("vault.open", {}), ("vault.default", {}), ("vault.open", {})]
    for _ in range(2):
        calls(vault.package, mode, many, base_url=server.location, token="t0", key="k0")
    assert secrets_in(server) == ["Bearer t0", "Bearer t0"]
    own = [r for r in caplog.records if r.name == vault.package.__name__]
    assert [(r.levelno, r.getMessage()) for r in own] == [
        (
            logging.WARNING,
            "GET /open declares no credentials; those of the client aren't sent",
        )
    ]


@pytest.mark.usefixtures("warned")
@pytest.mark.parametrize("given", [[], ["token"], ["first"]])
def test_no_secret_no_warning(
    given: list[str],
    vault: Case,
    mode: str,
    serve: Serve,
    answered: Answered,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = serve(answered(204))
    none = vault.package.NO_CREDENTIALS
    first = [none] if given == ["first"] else []
    named = {"token": none} if given == ["token"] else {}
    calls(vault.package, mode, [("vault.open", {})], *first, base_url=server.location, **named)
    assert [r for r in caplog.records if r.name == vault.package.__name__] == []

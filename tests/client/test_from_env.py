"""Credentials from environment variables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_type_hints

import httpx
import pytest
from pinterest_audiences import Pinterest

from tests.support.generated_case import Case, own_frames


def test_an_argument_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINTEREST_TOKEN", "t0")
    with pytest.raises(TypeError, match="time_out"):
        Pinterest.from_env(time_out=3)  # type: ignore[call-arg]


@pytest.mark.parametrize("topic", ["security", "security_schemes", "forms", "servers_relative"])
@pytest.mark.parametrize("prefix", ["", "Async"])
def test_it_takes_every_argument_but_the_credentials(
    prefix: str, topic: str, load_case: Callable[[str], Case]
) -> None:
    kind = getattr(load_case(topic).client, f"{prefix}Sample")
    arguments, taken = get_type_hints(kind.from_env), get_type_hints(kind.__init__)
    read = {"every", "key", "basic", "oauth_token", "query_key", "session", "token", "clerk"}
    read |= {"guard", "x_hyphen_key", "x_key", "headers_", "settings_", "login_token", "return"}
    read |= {"credentials_", "follow_redirects_"}
    assert {n: t for n, t in taken.items() if n not in read} == {
        n: t for n, t in arguments.items() if n != "return"
    }


def test_a_subclass_is_what_it_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    class Own(Pinterest):
        pass

    monkeypatch.setenv("PINTEREST_TOKEN", "t0")
    assert type(Own.from_env()) is Own


def given_to(client: Any) -> dict[str, Any]:
    """The secrets of a client by the names of its arguments."""
    return {name: one._value for name, one in client._sender.settings.credentials.items()}


@pytest.mark.parametrize("kind", ["Sample", "AsyncSample"])
def test_several_credentials(
    kind: str, load_case: Callable[[str], Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What isn't set is left out."""
    vault = load_case("security").package
    make = getattr(vault, kind).from_env
    assert given_to(make()) == {}
    for name, value in {
        "SAMPLE_TOKEN": "t0", "SAMPLE_QUERY_KEY": "q0", "SAMPLE_KEY": "",
        "SAMPLE_BASIC_USERNAME": "u", "SAMPLE_BASIC_PASSWORD": "p",
        "SAMPLE_OAUTH_TOKEN_CLIENT_ID": "me", "SAMPLE_OAUTH_TOKEN_CLIENT_SECRET": "s3cr3t",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    found = given_to(make(timeout=3.0))
    oauth = found.pop("oauth_token")
    assert found == {"token": "t0", "query_key": "q0", "basic": ("u", "p")}
    assert isinstance(oauth, vault.ClientCredentials)
    assert oauth._client == ("me", "s3cr3t")
    monkeypatch.setenv("SAMPLE_OAUTH_TOKEN", "o0")
    assert given_to(make())["oauth_token"] == "o0"


@pytest.mark.parametrize(
    ("there", "lacks"),
    [
        ("SAMPLE_BASIC_USERNAME", "SAMPLE_BASIC_PASSWORD"),
        ("SAMPLE_BASIC_PASSWORD", "SAMPLE_BASIC_USERNAME"),
        ("SAMPLE_OAUTH_TOKEN_CLIENT_ID", "SAMPLE_OAUTH_TOKEN_CLIENT_SECRET"),
    ],
)
def test_half_of_a_pair(
    there: str, lacks: str, load_case: Callable[[str], Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = load_case("security")
    monkeypatch.setenv(there, "s3cr3t")
    with pytest.raises(vault.errors.RequestError, match=f"variable {lacks} is not set$") as it:
        vault.package.Sample.from_env()
    assert "s3cr3t" not in "\n".join(own_frames(it.value, vault.package))


def test_an_httpx_auth_is_still_an_argument(
    load_case: Callable[[str], Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = load_case("security_schemes").package
    monkeypatch.setenv("SAMPLE_TOKEN", "t0")
    auth = httpx.DigestAuth("user", "password")
    assert given_to(bank.Sample.from_env(digest=auth)) == {"digest": auth, "token": "t0"}


def test_the_docstring_names_the_variables(load_case: Callable[[str], Case]) -> None:
    assert "PINTEREST_TOKEN." in str(Pinterest.from_env.__doc__)
    docs = " ".join(str(load_case("security").package.Sample.from_env.__doc__).split())
    assert "SAMPLE_BASIC_USERNAME and SAMPLE_BASIC_PASSWORD; SAMPLE_OAUTH_TOKEN, or SAMPLE_" in docs

"""Secrets in every place that OpenAPI has for them, alone and together."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.answers import answering
from tests.support.generated_case import Case


@pytest.mark.parametrize(
    ("call", "header", "value", "query"),
    [
        ("default", "authorization", "Bearer t0", b""),
        ("open", "authorization", None, b""),
        ("optional", "authorization", "Bearer t0", b""),
        ("header", "x-vault-key", "k0", b""),
        ("query", "authorization", None, b"vault%20key=q0%26"),
        ("cookie", "cookie", "SID=s0", b""),
        ("basic", "authorization", "Basic dTpw", b""),
        ("both", "x-vault-key", "k0", b""),
        ("both", "authorization", "Bearer t0", b""),
        ("either", "authorization", "Basic dTpw", b""),
    ],
)
def test_secrets_go_where_the_description_wants_them(
    call: str, header: str, value: str | None, query: bytes, case: Case
) -> None:
    secrets = {"token": "t0", "basic": ("u", "p"), "key": "k0", "query_key": "q0&", "session": "s0"}
    request = case.sent("sync", f"vault.{call}", **secrets)
    assert request.headers.get(header) == value
    assert request.url.query.replace(b"+", b"%20") == query
    if call in ("open", "query", "cookie"):
        assert "x-vault-key" not in request.headers


def test_the_recorder_masks_secrets_of_every_place(case: Case, tmp_path: Path) -> None:
    secrets: dict[str, Any] = {"key": "k-s3cr3t", "query_key": "q-s3cr3t", "session": "s-s3cr3t"}
    server = httpx.MockTransport(answering(204, x_echo=" ".join(secrets.values())))
    recorder = case.modules["testing"].Recorder(tmp_path / "recording", server)
    for name, secret in zip(("header", "query", "cookie"), secrets.values(), strict=True):
        with case.connect(transport=recorder, **secrets) as client:
            getattr(client.vault, name)()
        line = (tmp_path / "recording").read_text(encoding="utf-8").splitlines()[-1]
        assert secret not in line


def test_alternatives_of_secrets(case: Case) -> None:
    with case.connect(lambda r: httpx.Response(204, headers=r.headers)) as client:
        client.vault.open()
        client.vault.optional()
        with pytest.raises(case.errors.RequestError, match="token"):
            client.vault.default()
        with pytest.raises(case.errors.RequestError, match="basic or oauth_token"):
            client.vault.either()
    with case.connect(answering(204), token="t0", oauth_token="o0") as client:
        client.vault.either()
        with pytest.raises(case.errors.RequestError, match="key"):
            client.vault.both()


@pytest.mark.parametrize(
    ("call", "line"),
    [
        ("either", "Scopes: read."),
        ("scopes", 'Scopes: write (Put things into it) and read, or vault:all""", or none.'),
        ("default", None),
    ],
)
def test_a_docstring_lists_the_scopes(call: str, line: str | None, case: Case) -> None:
    docs = str(inspect.getdoc(getattr(case.modules["resources.vault"].Vault, call)))
    assert line in docs.splitlines() if line else "Scopes" not in docs

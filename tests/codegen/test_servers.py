"""Warnings about servers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command import speclock
from tests.support.generated_case import GeneratedCases, load_spec


@pytest.mark.parametrize(
    ("url", "warning"),
    [
        ("http://api.example", "'http://api.example' is plain http"),
        ("HTTPS://api.example", ""),
        ("http://127.0.0.1:8080/v1", ""),
        ("http://[::1]:8080/v1", ""),
        ("http://127.evil.example", "is plain http"),
        ("//api.example/v1", "'//api.example/v1' has no scheme; https is used"),
        ("http://127.0.0.1.evil.example", "is plain http"),
        ("http://localhost.evil.example", "is plain http"),
        ("/v1", ""),
    ],
)
def test_plain_http_is_warned_of(tmp_path: Path, url: str, warning: str) -> None:
    """And so is a server that isn't used, where it makes no sense."""
    others = [{"url": f"{scheme}://sandbox.example"} for scheme in ("wss", "https", "https:")]
    spec = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": url}, *others],
        "paths": {"/": {"get": {"operationId": "a", "responses": {"204": {"description": "."}}}}},
    }
    (tmp_path / "spec.json").write_text(json.dumps(spec), encoding="utf-8")
    arguments = ("--spec", "spec.json", "--package", "p", "--output", "o", "--verbose")
    found = speclock(tmp_path, "generate", *arguments, layout=False)
    assert found.code == 0
    assert warning in found.err
    assert ("plain http" in found.err) is ("plain http" in warning)
    assert "'wss://sandbox.example' is neither http nor https" in found.err
    assert "'https:://sandbox.example' has no `//` after its scheme; it isn't used" in found.err


LEFT_OUT = """
openapi: 3.1.0
info: {title: T, version: "1"}
servers: [{url: "https://api.example"}]
paths:
  /left-out:
    servers: [{url: "ftp://files.example"}]
    put:
      operationId: leave_out
      requestBody: {content: {application/json: {schema: {type: string, not: {const: x}}}}}
      responses: {"204": {description: Done}}
  /x: {get: {operationId: x, responses: {"204": {description: Done}}}}
"""


def test_nothing_is_warned_of_in_an_operation_without_a_usable_server(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(LEFT_OUT, encoding="utf-8")
    arguments = ("--spec", "spec.yaml", "--package", "p", "--output", "o", "--verbose")
    generated = speclock(tmp_path, "generate", *arguments, layout=False)
    assert generated.code == 0
    assert "'ftp://files.example' is neither http nor https" in generated.err
    assert "the server alone checks it" not in generated.err


VARIABLES = """
openapi: 3.0.3
info: {title: T, version: "1"}
servers:
  - url: "URL"
    variables:
      endpoint: {default: ""}
      version: {default: "v0", enum: [v1, v2]}
      stage: {default: live, enum: [live, test]}
paths:
  /x: {get: {operationId: x, responses: {"204": {description: Done}}}}
"""


@pytest.mark.parametrize(
    "url",
    [
        "{endpoint}/v/api",
        "https://api.example/{endpoint}",
        "https://api.example/{version}",
        "/{stage}/{version}",
    ],
)
def test_a_default_that_cannot_be_used(
    url: str, cases: GeneratedCases, request: pytest.FixtureRequest
) -> None:
    """Nothing of such a server is sent anywhere: the caller's base URL is the whole address."""
    name = f"no_default_{request.node.callspec.indices['url']}"
    case = load_spec(cases, name, VARIABLES.replace("URL", url))
    sent = case.sent("sync", "x", base_url="http://127.0.0.1:1")
    assert str(sent.url) == "http://127.0.0.1:1/x"
    with pytest.raises(TypeError, match="base_url"):
        case.sent("sync", "x")


def test_a_default_that_cannot_be_used_is_warned_of(tmp_path: Path) -> None:
    spec = VARIABLES.replace("URL", "https://{stage}.example/{version}")
    (tmp_path / "spec.yaml").write_text(spec, encoding="utf-8")
    arguments = ("--spec", "spec.yaml", "--package", "p", "--output", "o")
    error = speclock(tmp_path, "generate", *arguments, layout=False).err
    assert "has {version}, a variable without a default that can be used; it isn't used" in error
    assert "pass base_url" in error

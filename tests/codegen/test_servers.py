"""Warnings about servers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command import speclock


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

"""Servers of Swagger 2.0: the schemes of the document, and those of an operation."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reading.openapi.typed import read

HTTP, HTTPS = "http://things.example/v1", "https://things.example/v1"


@pytest.mark.parametrize(
    ("common", "own", "expected"),
    [
        (None, None, [HTTPS]),
        (None, ["http"], [HTTP]),
        (None, ["https", "http"], [HTTPS, HTTP]),
        (["http"], None, [HTTP]),
        (["https"], ["http"], [HTTP]),
        (["http"], ["https"], [HTTPS]),
        (["https"], ["ws"], [HTTPS]),
        ([], ["http"], [HTTP]),
    ],
)
def test_schemes(common: list[str] | None, own: list[str] | None, expected: list[str]) -> None:
    operation: Any = {"responses": {"204": {"description": "-"}}}
    tree: Any = {
        "swagger": "2.0",
        "info": {"title": "Things", "version": "1"},
        "host": "things.example",
        "basePath": "/v1",
        "paths": {"/things": {"get": operation}},
    }
    for node, schemes in ((tree, common), (operation, own)):
        if schemes is not None:
            node["schemes"] = schemes
    document = read(tree)
    servers = document.operations[0].servers or document.servers
    assert [server.url for server in servers] == expected

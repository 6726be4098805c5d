"""Each request example of the description, on the wire."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from datetime import datetime
from itertools import zip_longest
from typing import Any, cast
from urllib.parse import parse_qsl, unquote

import pytest
from pydantic_core import SchemaError


def alike(found: str, wanted: str) -> bool:
    """One URL, but for the spelling of times, and of numbers in the JSON text of a parameter."""
    pairs = list(zip_longest(found.split("&"), wanted.split("&"), fillvalue=""))
    return all(left == right or json_of(left) == json_of(right) for left, right in pairs)


def json_of(piece: str) -> Any:
    """The name and the value in a piece of a query: a time, JSON data, or the piece itself."""
    name, _, value = piece.partition("=")
    for read in (datetime.fromisoformat, json.loads):
        with contextlib.suppress(ValueError):
            return name, read(unquote(value))
    return piece


def test_goes_out_as_described(
    api: Any, mode: str, request_case: dict[str, Any], same: Callable[[Any, Any], bool]
) -> None:
    """Method, URL, headers and exact body; one request, no more."""
    request = api.send(mode, request_case)

    assert request.method == request_case["method"]
    assert alike(str(request.url), request_case["url"])
    wanted = request_case["headers"]
    found = {name: request.headers[name] for name in wanted if name != "accept"}
    assert found == {name: value for name, value in wanted.items() if name != "accept"}
    if "accept" in wanted:
        accepted = [one.partition(";")[0].strip() for one in request.headers["accept"].split(",")]
        assert wanted["accept"].partition(";")[0].strip() in accepted
    assert "authorization" in wanted or "authorization" not in request.headers
    assert request.headers["user-agent"] == api.user_agent(request_case)
    assert request.extensions["timeout"]["read"] is not None

    if "body" not in request_case:
        assert request.content == b""
        return
    kind = request.headers["content-type"]
    if request_case["codec"] != "multipart":
        assert kind == request_case["content_type"]
    if request_case["codec"] == "json":
        assert same(json.loads(request.content), request_case["body"])
    elif request_case["codec"] == "form":
        sent = parse_qsl(request.content.decode(), keep_blank_values=True)
        body: dict[str, Any] = request_case["body"]
        objects = [cast("dict[str, Any]", v) for v in body.values() if isinstance(v, dict)]
        inner = [key for one in objects for key in one]
        assert {name.partition("[")[0] for name, _ in sent} <= {*body, *inner}
        assert sent or not body
    elif request_case["codec"] == "multipart":
        kind, _, boundary = kind.partition("; boundary=")
        assert kind == "multipart/form-data"
        assert boundary
        body, files = request_case["body"], request_case["sends"]["files"]
        for name in body:
            assert quoted(name).encode() in request.content or body[name] in (None, [])
        many: list[Any] = [body[name] for name in files if name in body]
        count = sum(len(one) if hasattr(one, "append") else one is not None for one in many)
        assert request.content.count(b"filename=") == count
    else:
        assert request.content == str(request_case["body"]).encode()


def quoted(name: str) -> str:
    """A part's name as httpx writes it: no quote or control character ends it."""
    escaped = name.replace("\\", "\\\\")
    return 'name="' + re.sub(r'[\x00-\x1a\x1c-\x1f"]', lambda m: f"%{ord(m[0]):02X}", escaped) + '"'


def test_satisfies_the_description(
    api: Any, request_case: dict[str, Any], schemas: dict[str, Any], validator: Any
) -> None:
    """The body that went out, checked against the description and not against the models."""
    request = api.send("sync", request_case)

    if request_case.get("schema"):
        schema = {**schemas, "$ref": request_case["schema"]}
        checker = validator.FORMAT_CHECKER
        try:
            validator(schema, format_checker=checker).validate(json.loads(request.content))
        except SchemaError:
            pytest.skip("a pattern that the engine doesn't know")

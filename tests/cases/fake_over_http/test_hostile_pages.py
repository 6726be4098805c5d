"""The fake over HTTP, and what a page of any web site may send to it."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cases.fake_over_http.test_case import Served, serving
from tests.support.cases import package_of
from tests.support.generated_case import GeneratedCases, load_spec

TEXT: Any = {"type": "string"}
ITEMS: Any = {"type": "array", "items": TEXT}
KINDS = [
    {"type": "object", "required": [f"a{n}"], "properties": {f"a{n}": TEXT}} for n in range(50)
]
UNIONS: Any = {"type": "array", "items": {"anyOf": KINDS}}
WIDE: Any = {
    "type": "object",
    "properties": {f"p{n}": ITEMS if n % 2 else {"type": "integer"} for n in range(300)},
}
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data"
TREE: Any = {"$ref": "#/components/schemas/Tree"}
TREES = {
    "anyOf": [
        {"type": "object", "required": [name], "properties": {"a": TREE, name: TEXT}}
        for name in ("b", "c", "d")
    ]
}
DONE = {"204": {"description": "Done."}}
BODIES: dict[str, Any] = {
    "wide": {FORM: {"schema": WIDE}},
    "styles": {FORM: {
        "schema": {"type": "object", "properties": {
            "deep": {"type": "object", "additionalProperties": TEXT}, "spaces": ITEMS,
            "numbers": UNIONS,
        }},
        "encoding": {
            "deep": {"style": "deepObject"},
            "spaces": {"style": "spaceDelimited", "explode": False},
        },
    }},
    "parts": {PARTS: {
        "schema": {"type": "object", "properties": {
            "data": {"type": "array", "items": {}}, "names": ITEMS, "kinds": UNIONS, "list": ITEMS,
        }},
        "encoding": {"list": {"style": "form", "explode": False}},
    }},
    "data": {PARTS: {"schema": {"type": "object", "properties": {"data": {"type": "array"}}}}},
    "kinds": {"application/json": {"schema": UNIONS}},
    "wide-list": {"application/json": {"schema": {"type": "array", "items": WIDE}}},
    "tree": {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}},
    "numbers": {"application/json": {"schema": {"type": "array", "items": {"type": "integer"}}}},
    "closed": {"application/json": {"schema": {
        "type": "object", "properties": {"a": TEXT}, "additionalProperties": False,
    }}},
    "any": {"application/json": {"schema": {}}},
    "lines": {"application/x-ndjson": {"schema": TEXT}},
    "file": {"application/vnd.shop+json": {"schema": {"type": "string", "format": "binary"}}},
}  # fmt: skip
PATHS = {
    "/y/{a}-{b}-{c}-{d}-{e}.z": "abcde", "/files/{p}": "p", "/of/{n}-{p}/raw": "np",
    "/of/{p}/by/{n}.json": "pn",
}  # fmt: skip


def description() -> str:
    """Return a description with bodies of every kind."""
    paths: dict[str, Any] = {}
    for name, content in BODIES.items():
        body = {"required": True, "content": content}
        paths[f"/{name}"] = {"post": {"operationId": name, "requestBody": body, "responses": DONE}}
    for path, names in PATHS.items():
        parameters = [
            {"name": name, "in": "path", "required": True, "schema": TEXT} for name in names
        ]
        operation = f"path-{len(paths)}"
        paths[path] = {
            "get": {"operationId": operation, "parameters": parameters, "responses": DONE}
        }
    deep = {"type": "object", "additionalProperties": TEXT}
    numbers = {"type": "array", "items": {"type": "integer"}}
    query = [
        {"name": "deep", "in": "query", "style": "deepObject", "schema": deep},
        {"name": "X-Numbers", "in": "header", "schema": numbers},
    ]
    paths["/query"] = {"get": {"operationId": "query", "parameters": query, "responses": DONE}}
    info = {"title": "Shop", "version": "1"}
    servers = [{"url": "https://shop.example"}]
    whole = {"openapi": "3.1.0", "info": info, "servers": servers, "paths": paths}
    return json.dumps({**whole, "components": {"schemas": {"Tree": TREES}}})


@pytest.fixture(scope="module")
def hostile(cases: GeneratedCases) -> Iterator[Served]:
    topic = "hostile_pages"
    load_spec(cases, topic, description(), 'features = ["testing"]', 'path_slashes = ["p"]')
    with serving(cases.folder, package_of(topic)) as served:
        yield served


def peak(served: Served) -> int:
    """Return the most MiB that the server has held."""
    lines = Path(f"/proc/{served.pid}/status").read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024


def part(name: str, content: bytes, *headers: bytes) -> bytes:
    disposition = b'content-disposition: form-data; name="%b"' % name.encode()
    return b"\r\n".join([b"--b", disposition, *headers, b"", content, b""])


def parts(*each: bytes) -> bytes:
    return b"".join(each) + b"--b--"


JSON = b"content-type: application/json"
MANY = 16_000_000
"""Bytes: nearly as many as the server takes."""
EMPTY = b"[" + b"[]," * (MANY // 3) + b"[]]"
ATTACKS: dict[str, tuple[str, str, bytes]] = {
    "separators": ("GET", "/y/" + "a-" * 2_000 + "x", b""),
    "separators alone": ("GET", "/y/" + "-" * 4_000, b""),
    "slashes": ("GET", "/of/" + "/" * 4_000, b""),
    "brackets in a query": ("GET", "/query?deep" + "[" * 7_000, b""),
    "pairs": (FORM, "/wide", b"p0=1&" * (MANY // 5)),
    "pairs of a list": (FORM, "/wide", b"p1=1&" * (MANY // 5)),
    "names": (FORM, "/wide", b"&".join(b"q%d=1" % n for n in range(1_000_000))),
    "names below the limit": (FORM, "/wide", b"&".join(b"q%d=1" % n for n in range(99_000))),
    "JSON in a field": (FORM, "/wide", b"p1=" + EMPTY),
    "encoded JSON in a field": (FORM, "/wide", b"p1=%5B" + EMPTY + b"]"),
    "brackets in a name": (FORM, "/styles", b"deep" + b"[" * MANY + b"=1"),
    "keys in brackets": (FORM, "/styles", b"deep" + b"[a]" * (MANY // 3) + b"=1"),
    "spaces": (FORM, "/styles", b"spaces=" + b"a+" * (MANY // 2)),
    "texts for a union": (FORM, "/styles", b"numbers=a&" * (MANY // 10)),
    "objects for a union": (FORM, "/styles", b"numbers=[" + b"{}," * (MANY // 3) + b"{}]"),
    "JSON in a part": (PARTS, "/parts", parts(part("data", EMPTY, JSON))),
    "a list in a part": (PARTS, "/parts", parts(part("list", b"a," * (MANY // 2)))),
    "union in a part": (PARTS, "/parts", parts(part("kinds", b"[" + b"{}," * 99_000 + b"{}]"))),
    "parts": (PARTS, "/parts", parts(*[part("names", b"a")] * 9_000)),
    "unions below the limit": ("application/json", "/kinds", b"[" + b"{}," * 1_900 + b"{}]"),
    "numbers for unions": ("application/json", "/kinds", b"[" + b"1," * 99_000 + b"1]"),
    "objects without members": ("application/json", "/wide-list", b"[" + b"{}," * 49_000 + b"{}]"),
    "nested": ("application/json", "/tree", b'{"a":' * 60 + b"1" + b"}" * 60),
    "unions": ("application/json", "/kinds", b"[" + b"{}," * 99_000 + b"{}]"),
    "problems": ("application/json", "/numbers", b"[" + b'"",' * 49_000 + b"1]"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_request_costs_little(attack: str, hostile: Served) -> None:
    """It is answered, also the next one; CPU and memory of the server stay small."""
    kind, target, content = ATTACKS[attack]
    more: dict[str, Any] = {"content": content, "headers": {"content-type": f"{kind}; boundary=b"}}
    before = hostile.cpu()
    answer = hostile.ask(*(("GET", target) if kind == "GET" else ("POST", target)), **more)
    assert answer.status_code in (204, 404, 422)
    assert len(answer.content) < 500_000
    assert hostile.ask("GET", "/y/a-b-c-d-e.z").status_code == 204
    assert hostile.cpu() - before < 4
    assert peak(hostile) < 500


def test_values_below_the_limit_are_read(hostile: Served) -> None:
    """Whatever is in a text, however many items a part has."""
    sentence = "a, b: [c] {d} " * 50_000
    headers = {"content-type": FORM}
    for body in (f"spaces={'a+' * 90_000}", f"spaces={sentence.replace(' ', '%20')[:200_000]}"):
        answer = hostile.ask("POST", "/styles", content=body, headers=headers)
        assert answer.status_code == 204, answer.text
    headers = {"content-type": f"{PARTS}; boundary=b"}
    for each in (part("list", b"a," * 90_000), part("names", sentence.encode())):
        answer = hostile.ask("POST", "/parts", content=parts(each), headers=headers)
        assert answer.status_code == 204, answer.text


@pytest.mark.parametrize(
    ("kind", "target", "content"),
    [
        (FORM, "/wide", b"p1=1&" * 100_001),
        (FORM, "/styles", b"spaces=" + b"a+" * 100_001),
        (PARTS, "/parts", parts(part("list", b"a," * 100_001))),
        (PARTS, "/data", parts(part("data", b"[" + b"1," * 100_001 + b"1]", JSON))),
    ],
)
def test_more_values_are_a_problem(kind: str, target: str, content: bytes, hostile: Served) -> None:
    headers = {"content-type": f"{kind}; boundary=b"}
    answer = hostile.ask("POST", target, content=content, headers=headers)
    assert answer.status_code == 422
    assert "more than 100,000 values" in answer.text


def test_of_many_problems_the_first_are_told(hostile: Served) -> None:
    answer = hostile.ask("POST", "/closed", json={f"b{n}": 1 for n in range(5_000)})
    assert len(answer.json()["errors"]) == 1_000
    assert "these are the first 1,000 problems" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/y/a-b-c-d-e.z", dict(zip("abcde", "abcde", strict=True))),
        ("/y/1-2-a-b-c-d-e.z", dict(zip("abcde", ["1-2-a", *"bcde"], strict=True))),
        ("/y/a--b-c-d-.z.z", {"a": "a-", "b": "b", "c": "c", "d": "d", "e": ".z"}),
        ("/y/a-b-c-d.z", None),
        ("/y/a-b-c-d-.z", None),
        ("/y/a-b-c/d-e.z", None),
        ("/files/a/b-c", {"p": "a/b-c"}),
        ("/files/", {"p": ""}),
        ("/of/x-y-a/b-c/raw", {"n": "x-y", "p": "a/b-c"}),
        ("/of/x/y-a/raw", None),
        ("/of/a/by/b/by/c.json", {"p": "a/by/b", "n": "c"}),
        ("/of/a/by/b/c.json", None),
    ],
)
def test_values_of_a_path(path: str, expected: dict[str, str] | None, hostile: Served) -> None:
    """Each is as long as it can be, the first one first; only those with slashes have some."""
    hostile.ask("DELETE", "/__speclock/calls")
    assert hostile.ask("GET", path).status_code == (404 if expected is None else 204)
    calls = hostile.ask("GET", "/__speclock/calls").json()
    assert [call["path"] for call in calls] == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("target", "content", "expected"),
    [
        ("/lines", b'{"a": 1}\n{"a": 2}\n', '{"a": 1}\n{"a": 2}\n'),
        ("/file", b"\xff{", "\ufffd{"),
        ("/file", b"[NaN]", "[NaN]"),
        ("/file", b'"\\ud800"', '"\\ud800"'),
        ("/file", b"[" * 300, "[" * 300),
        ("/file", b'{"a": [1.50, 12345678901234567890]}', {"a": [1.5, 12345678901234567890]}),
        ("/any", b" [1] ", [1]),
        ("/any", b'{"a": 1, "a": 2}', {"a": 2}),
    ],
)
def test_calls_are_listed_whatever_was_sent(
    target: str, content: bytes, expected: Any, hostile: Served
) -> None:
    """A body that says that it is JSON, and isn't, is a text there."""
    hostile.ask("DELETE", "/__speclock/calls")
    (kind,) = BODIES[target[1:]]
    answer = hostile.ask("POST", target, content=content, headers={"content-type": kind})
    assert answer.status_code == 204, answer.text
    (call,) = hostile.ask("GET", "/__speclock/calls").json()
    assert call["body"] == expected


@pytest.mark.slow
def test_more_connections_than_the_server_keeps(hostile: Served) -> None:
    """Those that have waited longest end, and others are served at once."""
    with contextlib.ExitStack() as stack:
        peers: list[socket.socket] = []
        for number in range(900):
            peer = socket.create_connection(("127.0.0.1", hostile.port), timeout=20)
            peers.append(stack.enter_context(peer))
            if number % 2:
                peer.sendall(b"POST /any HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n[")
        assert hostile.ask("GET", "/files/a").status_code == 204
        peers[0].settimeout(5)
        assert peers[0].recv(1) == b""
        peers[-2].sendall(b"GET /files/a HTTP/1.1\r\nhost: a\r\n\r\n")
        assert peers[-2].recv(1_000).startswith(b"HTTP/1.1 204")


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_more_bodies_than_the_server_holds(hostile: Served) -> None:
    """Bodies that stop before their end are held up to a limit, of all together."""
    head = b"POST /any HTTP/1.1\r\nhost: a\r\ncontent-length: 16000000\r\n\r\n"
    with contextlib.ExitStack() as stack:
        found: list[bytes] = []
        for _ in range(30):
            peer = socket.create_connection(("127.0.0.1", hostile.port), timeout=20)
            stack.enter_context(peer)
            with contextlib.suppress(ConnectionError):
                peer.sendall(head + b" " * 15_000_000)
            peer.settimeout(0.2)
            with contextlib.suppress(TimeoutError, ConnectionError):
                found.append(peer.recv(1_000))
        assert any(answer.startswith(b"HTTP/1.1 503") for answer in found)
        assert hostile.ask("GET", "/files/a").status_code == 204
        assert peak(hostile) < 800
    assert hostile.ask("POST", "/any", json=[1]).status_code == 204

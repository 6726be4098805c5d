"""Which operation an exchange belongs to, and what is no deviation at its edges."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.project.services.comparison.traffic import TrafficResult
from generator.watch.traffic.comparison import recordings
from tests.watch.traffic.exchanges import Exchange
from tests.watch.traffic.making import JSON
from tests.watch.traffic.recorded import compared, described


def _operation(*parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"parameters": [*parameters], "responses": {"204": {"description": "Done."}}, **more}


def _query(name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, **more}


def _object(properties: Any, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, **more}


_BODY = {JSON: {"schema": _object({"a": {"type": "string"}})}}
_OTHER = {JSON: {"schema": _object({"b": {"type": "string"}})}}
PATHS: dict[str, Any] = {
    "/doors#open": {"put": _operation(requestBody={"content": _BODY})},
    "/doors#shut": {"put": _operation(requestBody={"content": _OTHER})},
    "/do?action=a": {"post": _operation(_query("action", {"type": "string"}))},
    "/do?action=b": {
        "post": _operation(_query("action", {"type": "string"}), _query("x", {"type": "integer"}))
    },
    "/mixed": {
        "get": _operation(
            _query("at", {"oneOf": [{"type": "number"}, {"type": "string", "enum": ["now"]}]}),
            _query("items", {"type": "array", "items": {"type": "object"}}),
            _query("deep", {"type": "object"}, style="deepObject", required=True),
            _query(
                "spread",
                {"oneOf": [{"type": "object", "properties": {n: {}}} for n in ("p", "q")]},
            ),
        )
    },
}


def _found(
    tmp_path: Path, *targets: str, paths: Any = None, kind: str = JSON, **more: Any
) -> TrafficResult:
    """Compare exchanges that are each a method, a URL and, if there is one, a body."""
    exchanges: list[Exchange] = []
    for target in targets:
        method, url, body = (*target.split(" ", 2), "")[:3]
        headers = {"content-type": kind} if body else {}
        sent = body.encode() or None
        exchanges.append(Exchange(method, url, 204, None, sent=sent, sent_headers=headers))
    return compared(tmp_path, described(paths or PATHS, **more), exchanges)


def _rules(result: TrafficResult) -> list[str]:
    return [f"{one.deviation.rule} {one.deviation.expected}" for one in result.findings]


def _of_body(tmp_path: Path, content: Any, value: Any, kind: str = JSON) -> list[str]:
    paths = {"/": {"post": _operation(requestBody={"content": content})}}
    result = _found(tmp_path, f"POST http://x/ {json.dumps(value)}", paths=paths, kind=kind)
    return [one.deviation.name.removeprefix("schema/") for one in result.findings]


@pytest.mark.parametrize(
    ("target", "rules"),
    [
        ('PUT https://any.example/doors {"a": "x"}', []),
        ('PUT https://any.example/doors {"b": "x"}', []),
        ('PUT https://any.example/doors {"c": 1}', ["request/schema/property/added c"]),
        ("POST http://localhost:80/do?action=a", []),
        (
            "POST http://localhost/do?action=a&x=1",
            ["request/parameter/optional/added query parameter x"],
        ),
        ("POST http://localhost/do?action=b&x=1", []),
        (
            "POST http://localhost/do?action=c",
            ["api/operation/presence/added POST /do"],
        ),
        ("GET http://x/mixed?at=0.5&at=now&deep[a]=1&p=1", []),
        ("GET http://x/mixed?at=later&deep[a][b]=1", ["request/schema/enum/value-added now"]),
        ('GET http://x/mixed?items={"a":1}&items={}&deep[a]=1&q=2', []),
        (
            "GET http://x/mixed?items=1&deep[a]=1",
            ["request/schema/type/changed object"],
        ),
        ("GET http://x/mixed", ["request/parameter/presence/optional query parameter deep"]),
        ("GET http://x/mixed?deep=1", ["request/parameter/presence/optional query parameter deep"]),
    ],
)
def test_which_operation(target: str, rules: list[str], tmp_path: Path) -> None:
    """Without servers any host is right."""
    result = _found(tmp_path, target)
    assert sorted(_rules(result)) == rules


def test_other_hosts_are_counted(tmp_path: Path) -> None:
    servers = [{"url": "https://api.example.com/v1"}, {"url": "/relative"}]
    result = _found(
        tmp_path,
        'PUT https://api.example.com/v1/doors {"a": "x"}',
        'PUT https://anywhere/relative/doors {"a": "x"}',
        'PUT https://user:secret@other.example/v1/doors {"a": "x"}',
        "GET https://api.example.com/v2/doors",
        "OPTIONS https://api.example.com/v1/doors",
        servers=servers,
    )
    traffic = result.report.traffic
    assert traffic is not None
    assert (traffic.exchanges, traffic.judged) == (5, 2)
    assert traffic.hosts == ("other.example", "api.example.com")
    assert traffic.left["of operations that aren't in use"] == 1
    assert _rules(result) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://other.test#access_token=SECRET", "/login?redirect=https://SECRET.x/",
        "https://user:SEC/RET@other.test/", "https://other.test\\SECRET",
        "https://user:SECRET@other.test/", "https://SEC RET/", "SECRET",
    ],
)  # fmt: skip
def test_hosts_have_no_secrets(url: str, tmp_path: Path) -> None:
    result = _found(tmp_path, f"GET {url.replace(' ', '%20')}", servers=[{"url": "https://x.y"}])
    assert result.report.traffic is not None
    assert not {*"".join(result.report.traffic.hosts)} & {*"SECRT"}


def test_names_that_may_be_values_are_not_shown(tmp_path: Path) -> None:
    result = _found(
        tmp_path,
        "PUT http://x/doors?SECRETTOKEN",
        'PUT http://x/doors {"jane@example.com": 1, "plain": 1}',
        "SECRET http://x/other",
    )
    messages = {change.message for change in result.report.changes}
    assert messages == {
        "the query parameter {…}, which isn't described",
        "the member {…}, which isn't described",
        "the member plain, which isn't described",
        "a call of {…} /{…}, which isn't described",
    }


_SPREAD = {"type": "object", "additionalProperties": True}


@pytest.mark.parametrize(
    ("parameter", "query"),
    [
        (_query("p", _SPREAD, required=True), "?b=1&c=2"),
        (_query("p", {"type": "object"}, required=True), "?b=1"),
        (_query("ids", {"type": "array", "items": {"type": "integer"}}), "?ids="),
        (_query("f", {"type": "boolean"}, allowEmptyValue=True), "?f"),
        (_query("i", {"type": ["integer", "null"]}), "?i=null"),
        (_query("e", {"enum": [0.5, True, "x"]}), "?e=0.5&e=true"),
        ({"name": "s", "in": "cookie", "required": True, "schema": {"type": "string"}}, ""),
    ],
)
def test_parameters_at_the_edge(parameter: dict[str, Any], query: str, tmp_path: Path) -> None:
    paths = {"/": {"get": _operation(parameter)}}
    assert _rules(_found(tmp_path, f"GET http://x/{query}", paths=paths)) == []


@pytest.mark.parametrize(
    ("kind", "rules"),
    [
        ("application/json; v=1", []),
        ("Application/JSON;V=1", []),
        ("application/json;v=2", ["property/added"]),
    ],
)
def test_media_types_with_parameters(kind: str, rules: list[str], tmp_path: Path) -> None:
    content = {
        f"application/json;v={number}": {"schema": _object({name: {"type": "string"}})}
        for number, name in ((1, "a"), (2, "b"))
    }
    assert _of_body(tmp_path, content, {"a": "x"}, kind) == rules


def test_values_that_are_nested_deeply(tmp_path: Path) -> None:
    value = f'{{"a": {"[" * 300}{"]" * 300}, "b": 1}}'
    paths = {
        "/": {"post": _operation(requestBody={"content": {JSON: {"schema": _object({"a": {}})}}})}
    }
    rules = _rules(_found(tmp_path, f"POST http://x/ {value}", paths=paths))
    assert rules == ["request/schema/property/added b"]


_LETTERS: dict[str, Any] = {name: {"type": "string"} for name in "kab"}
_IS_A: Any = {"properties": {"k": {"const": "A"}}, "required": ["k"]}
_IF: Any = {"if": _IS_A, "then": {"required": ["a"]}}


@pytest.mark.parametrize(
    ("schema", "value", "rules"),
    [
        # Conditions are not closed: what they don't describe is no undocumented member.
        (_object(_LETTERS, **_IF, **{"else": {"required": ["b"]}}), {"k": "A", "a": "1"}, []),
        (_object(_LETTERS, **_IF), {"k": "A", "b": "1"}, ["required/removed"]),
        ({"type": "array", "contains": _IS_A}, [{"k": "A", "z": 1}], []),
        ({"type": "object", "not": _IS_A}, {"k": "A", "z": "1"}, ["not/changed"]),
        ({"type": "string", "format": "time"}, "09:30:00", []),
        ({"type": "string", "format": "time"}, "09:30:00.5+02:00", []),
        ({"type": "string", "format": "time"}, "25:00:00", ["format/changed"]),
        ({"type": "string", "format": "duration"}, "-P1DT2H", []),
        ({"type": "string", "format": "duration"}, "P", ["format/changed"]),
        ({"type": "string", "format": "date-time"}, "2026-01-01T00:00:00", ["format/changed"]),
        ({"type": "object", "propertyNames": {"type": "integer"}}, {"1": 1}, []),
        ({"type": "string"}, "***", []),
        ({"type": "integer"}, "***", []),
        ({"type": "integer"}, "**", ["type/changed"]),
    ],
)  # fmt: skip
def test_values_at_the_edge(schema: Any, value: Any, rules: list[str], tmp_path: Path) -> None:
    assert _of_body(tmp_path, {JSON: {"schema": schema}}, value) == rules


# ── templates and servers that regular expressions would take ages for ───────────────────────────

_MANY = "".join(f"{{p{i}}}" for i in range(30))


@pytest.mark.parametrize(
    ("path", "segment", "is_known"),
    [
        (f"/{_MANY}", "a" * 30, True),
        (f"/{_MANY}", "a" * 29, False),
        (f"/{_MANY}b", "a" * 5_000, False),
        ("/" + "a".join(f"{{p{i}}}" for i in range(60)) + "b", "a" * 5_000, False),
        ("/{a}.{b}.json", "x.y.json", True),
        ("/{a}.{b}.json", "x.y.z.json", True),
        ("/{a}.{b}.json", "x..json", False),
        ("/{a}.json", ".json", False),
        ("/a{x}a", "aa", False),
        ("/{x}-{x}", "1-2", True),
        ("/{x}a{y}", "aaa", True),
    ],
)
def test_a_template_matches_a_segment(
    path: str, segment: str, is_known: bool, tmp_path: Path
) -> None:
    result = _found(tmp_path, f"GET http://x/{segment}", paths={path: {"get": _operation()}})
    assert (result.report.traffic and result.report.traffic.judged) == is_known


@pytest.mark.parametrize("version", ["3.1.0", "3.2.0"])
@pytest.mark.parametrize(
    ("path", "is_known"),
    [("a", True), ("a/b/c", True), ("a/b/meta", True), ("a/b%2Fc", True), ("", True)],
)
def test_a_value_of_several_segments(
    path: str, is_known: bool, version: str, tmp_path: Path
) -> None:
    """A literal segment takes precedence, as elsewhere."""
    parameter = {"name": "p", "in": "path", "required": True, "schema": {"pattern": "^a|^$"}}
    named = {"name": "p", "in": "path", "required": True, "schema": {"const": "a/b"}}
    paths = {
        "/f/{p}": {"get": _operation({**parameter, "allowReserved": True})},
        "/f/{p}/meta": {"get": _operation({**named, "allowReserved": True})},
    }
    result = _found(tmp_path, f"GET http://x/f/{path}", paths=paths, version=version)
    is_known = is_known and (version == "3.2.0" or (path != "" and "/" not in path))
    assert (result.report.traffic and result.report.traffic.judged) == is_known
    if is_known:
        assert result.findings == ()


def test_a_segment_is_split_at_the_first_text_between_parameters(tmp_path: Path) -> None:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"enum": [value]}}
        for name, value in (("a", "x"), ("b", "y-z"))
    ]
    paths = {"/{a}-{b}": {"get": _operation(*parameters)}}
    assert _rules(_found(tmp_path, "GET http://x/x-y-z", paths=paths)) == []


def _variables(**values: str | list[str]) -> dict[str, Any]:
    lists = {name: [each] if isinstance(each, str) else each for name, each in values.items()}
    return {
        name: {"default": each[0], **({"enum": each} if len(each) > 1 else {})}
        for name, each in lists.items()
    }


@pytest.mark.parametrize(
    ("url", "variables", "host", "is_known"),
    [
        ("{b}/v1", _variables(b="https://api.x.com"), "api.x.com/v1", True),
        ("https://api.x.com/{b}", _variables(b="api/v3"), "api.x.com/api/v3", True),
        ("https://api.x.com/{b}", _variables(b=""), "api.x.com", True),
        ("https://{r}.x.com", _variables(r=["EU", "US"]), "us.x.com", True),
        ("//[x/v1", {}, "any/v1", True),
        ("https://user@api.x.com", {}, "api.x.com", True),
        (f"https://{_MANY}.x.com", {}, "a" * 5_000, False),
        (f"https://{_MANY}.x.com", {}, "a.x.com", True),
        (f"https://{_MANY}.x.com", _variables(**{f"p{i}": ["a", "aa"] for i in range(30)}),
         "a" * 45 + "!", False),
        ("https://{a}-{b}.x.com/{c}", _variables(a=["eu-1", "us-1"], b="p", c=["v1/api", "v2/api"]),
         "us-1-z.X.com/v2/API", True),
        ("/{v}/api", _variables(v="v1"), "any/v7/api", True),
        ("/{v}/api", _variables(v="v1"), "any/v7/v8/api", False),
    ],
)  # fmt: skip
def test_servers(url: str, variables: Any, host: str, is_known: bool, tmp_path: Path) -> None:
    servers = [{"url": url, "variables": variables}]
    paths = {"/": {"get": _operation()}}
    result = _found(tmp_path, f"GET https://{host}/", paths=paths, servers=servers)
    assert (result.report.traffic and result.report.traffic.judged) == is_known


@pytest.mark.slow
def test_templates_that_are_tried_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings, "_WORK", 50)
    paths = {f"/{{p}}x{i}": {"get": _operation()} for i in range(2_000)}
    result = _found(tmp_path, *["GET http://x/abc"] * 3, paths=paths)
    assert result.report.traffic
    assert recordings.TOO_COSTLY in result.report.traffic.left

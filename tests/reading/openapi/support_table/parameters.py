"""Rows about parameters (OpenAPI 3.1.1 §4.8.12, 3.2.0 §4.12)."""

# ruff: noqa: E501 - tables
from __future__ import annotations

import pytest

from tests.reading.openapi.support_table.harness import Made, Row, described, equal, parameter, row

_LIST = "schema: {type: array, items: {type: string}}"
_MAP = "schema: {type: object, additionalProperties: {type: integer}}"
_MAPPED = {"a": 1, "b": 2}
_PATH = "name: p, in: path, required: true, schema: {type: string}"


def _refused_values(made: Made) -> None:
    for value in ("", ".", ".."):
        with pytest.raises(made.module.errors.RequestError):
            made.call(p=value)
    assert made.requests == []


def _styled(place: str, style: str, schema: str, explode: bool | None = None) -> str:
    exploded = "" if explode is None else f", explode: {str(explode).lower()}"
    needed = "required: true, " if place == "path" else ""
    return f"name: p, in: {place}, {needed}style: {style}{exploded}, {schema}"


def _two_places(made: Made) -> None:
    request = made.sent("1", id_query="2", id_header="3")
    assert request.url.raw_path == b"/x/1?id=2"
    assert request.headers["id"] == "3"


def _ignored(made: Made) -> None:
    assert made.method() == "def call(self, *, options: Options | None=None) -> None"


def _replaced(made: Made) -> None:
    assert made.target(p=3) == "/x?p=3"
    _checked(made)


def _checked(made: Made) -> None:
    with pytest.raises(ValueError, match="less than or equal to 3"):
        made.call(p=4)
    assert len(made.requests) == 1


def _keyed(made: Made) -> None:
    assert made.sent().headers["idempotency-key"] != made.sent().headers["idempotency-key"]
    assert made.sent(idempotency_key="a").headers["idempotency-key"] == "a"


PATH = "/x/{p}"
ROWS: dict[str, dict[str, Row]] = {
    "Parameters in the path": {
        "`simple`, one value": parameter(_PATH, "a/b é", "/x/a%2Fb%20%C3%A9", path=PATH),
        "`simple`, array": parameter(_styled("path", "simple", _LIST), ["a,", "b"], "/x/a%2C,b", path=PATH),
        "`simple`, object": parameter(_styled("path", "simple", _MAP), _MAPPED, "/x/a,1,b,2", path=PATH),
        "`simple`, object, `explode`": parameter(
            _styled("path", "simple", _MAP, True), _MAPPED, "/x/a=1,b=2", path=PATH),
        "`label`, one value": parameter(
            _styled("path", "label", "schema: {type: string}"), "a", "/x/.a", path=PATH),
        "`label`, array": parameter(_styled("path", "label", _LIST), ["a", "b"], "/x/.a,b", path=PATH),
        "`label`, array, `explode`": parameter(
            _styled("path", "label", _LIST, True), ["a", "b"], "/x/.a.b", path=PATH),
        "`label`, object, `explode`": parameter(
            _styled("path", "label", _MAP, True), _MAPPED, "/x/.a=1.b=2", path=PATH),
        "`matrix`, one value": parameter(
            _styled("path", "matrix", "schema: {type: string}"), "a", "/x/;p=a", path=PATH),
        "`matrix`, array": parameter(_styled("path", "matrix", _LIST), ["a", "b"], "/x/;p=a,b", path=PATH),
        "`matrix`, array, `explode`": parameter(
            _styled("path", "matrix", _LIST, True), ["a", "b"], "/x/;p=a;p=b", path=PATH),
        "`matrix`, object, `explode`": parameter(
            _styled("path", "matrix", _MAP, True), _MAPPED, "/x/;a=1;b=2", path=PATH),
        "`allowReserved` (3.2)": parameter(
            f"{_PATH}, allowReserved: true", "a/b?c", "/x/a/b%3Fc", path=PATH, version="3.2.0"),
        "`allowReserved` before 3.2": parameter(
            f"{_PATH}, allowReserved: true", "a/b", "/x/a%2Fb", path=PATH),
        "the values `\"\"`, `.` and `..`": parameter(_PATH, path=PATH, check=_refused_values),
        "an undeclared path parameter": row(
            lambda made: equal(made.target(p="a"), "/x/a"), path=PATH),
        "a path parameter that is not in the path": parameter(_PATH, check=_ignored),
        "a path parameter without `required: true`": parameter(
            "name: p, in: path, schema: {type: string}", "a", "/x/a", path=PATH),
    },
    "Parameters in the query": {
        "`form`, one value": parameter("name: p, in: query, schema: {type: string}", "a&b c", "/x?p=a%26b%20c"),
        "`form`, array (exploded unless told otherwise)": parameter(
            _styled("query", "form", _LIST), ["a", "b"], "/x?p=a&p=b"),
        "`form`, array, `explode: false`": parameter(
            _styled("query", "form", _LIST, False), ["a", "b"], "/x?p=a,b"),
        "`form`, object (exploded unless told otherwise)": parameter(
            _styled("query", "form", _MAP), _MAPPED, "/x?a=1&b=2"),
        "`form`, list in an exploded object": parameter(
            _styled("query", "form", "schema: {type: object, additionalProperties: {type: array, items: {type: string}}}"),
            {"a": ["1", "2"]}, "/x?a=1&a=2"),
        "`form`, object, `explode: false`": parameter(
            _styled("query", "form", _MAP, False), _MAPPED, "/x?p=a,1,b,2"),
        "`spaceDelimited`, array": parameter(
            _styled("query", "spaceDelimited", _LIST, False), ["a", "b"], "/x?p=a%20b"),
        "`pipeDelimited`, array": parameter(
            _styled("query", "pipeDelimited", _LIST, False), ["a", "b"], "/x?p=a%7Cb"),
        "`deepObject`, object": parameter(
            _styled("query", "deepObject", _MAP, True), _MAPPED, "/x?p%5Ba%5D=1&p%5Bb%5D=2"),
        "null, and an empty list": parameter(
            _styled("query", "form", "schema: {type: array, items: {type: [string, 'null']}}", True), ["a", None], "/x?p=a"),
        "`allowReserved`": parameter(
            "name: p, in: query, allowReserved: true, schema: {type: string}", "a/b?c:d e&f", "/x?p=a/b?c:d%20e%26f"),
        "`content` with JSON": parameter(
            "name: p, in: query, content: {application/json: {schema: {type: object, additionalProperties: true}}}",
            check=lambda made: equal(made.target(p={"a": 1}), "/x?p=%7B%22a%22%3A1%7D")),
        "`content` with `text/plain` and other text": parameter(
            "name: p, in: query, content: {text/plain: {schema: {type: string}}}", "a b", "/x?p=a%20b"),
        "the whole query (`in: querystring`) as a form": parameter(
            "name: p, in: querystring, content: {application/x-www-form-urlencoded: {schema: {type: object, "
            "additionalProperties: {type: integer}}}}", _MAPPED, "/x?a=1&b=2", version="3.2.0"),
        "the whole query as JSON": parameter(
            "name: p, in: querystring, content: {application/json: {schema: {type: object, "
            "additionalProperties: {type: integer}}}}", _MAPPED, "/x?%7B%22a%22%3A1%2C%22b%22%3A2%7D", version="3.2.0"),
        "the whole query as a text of any media type": parameter(
            "name: p, in: querystring, content: {application/jsonpath: {schema: {type: string}}}", "$.a", "/x?%24.a", version="3.2.0"),
        "the whole query in another media type": parameter(
            "name: p, in: querystring, content: {application/xml: {schema: {type: object}}}", "<a/>", "/x?%3Ca%2F%3E", version="3.2.0"),
        "the whole query without `content`": parameter("name: p, in: querystring, schema: {type: object}", "a", "/x?a", version="3.2.0"),
        "the whole query in several media types": parameter(
            "name: p, in: querystring, content: {application/json: {schema: {type: string}}, application/x-www-form-urlencoded: {schema: {type: object, "
            "additionalProperties: {type: integer}}}}", _MAPPED, "/x?a=1&b=2", version="3.2.0"),
    },
    "Parameters in headers and cookies": {
        "an optional parameter without a name, or without a known place": parameter(
            "in: query, schema: {type: string}", check=lambda made: equal(made.target(), "/x")),
        "header, one value": parameter("name: P, in: header, schema: {type: integer}", 5, header=("P", "5")),
        "header, array": parameter(_styled("header", "simple", _LIST), ["a", "b"], header=("p", "a,b")),
        "header, object": parameter(_styled("header", "simple", _MAP), _MAPPED, header=("p", "a,1,b,2")),
        "header, object, `explode`": parameter(
            _styled("header", "simple", _MAP, True), _MAPPED, header=("p", "a=1,b=2")),
        "header, `content` with JSON": parameter(
            "name: p, in: header, content: {application/json: {schema: {type: object, additionalProperties: true}}}",
            {"a": 1}, header=("p", '{"a":1}')),
        "the headers `Accept`, `Content-Type` and `Authorization`": row(
            _ignored,
            operation="parameters: [{name: Accept, in: header, schema: {type: string}}, {name: content-type, in: header, "
            "schema: {type: string}}, {name: Authorization, in: header, schema: {type: string}}]"),
        "headers that HTTP itself sets": parameter(
            "name: Content-Length, in: header, required: true, schema: {type: integer}", check=_ignored),
        "`Idempotency-Key` and `X-Idempotency-Key` of a POST or PATCH": row(
            _keyed, method="post",
            operation="parameters: [{name: Idempotency-Key, in: header, required: true, schema: {type: string}}]"),
        "the header `User-Agent`": row(
            lambda made: equal(made.sent(user_agent="a/1").headers["user-agent"], "a/1"), shows="user-agent: a/1",
            operation="parameters: [{name: User-Agent, in: header, schema: {type: string}}]"),
        "an optional header whose name HTTP can't carry": parameter(
            "name: a b, in: header, schema: {type: string}", check=_ignored),
        "a required header whose name HTTP can't carry": parameter(
            "name: a b, in: header, required: true, schema: {type: string}"),
        "cookie, one value": parameter("name: p, in: cookie, schema: {type: string}", "a", header=("cookie", "p=a")),
        "cookie, array, `explode: false`": parameter(
            _styled("cookie", "form", _LIST, False), ["a", "b"], header=("cookie", "p=a%2Cb")),
        "cookie, `style: cookie` (3.2)": parameter(
            "name: p, in: cookie, style: cookie, schema: {type: string}", "a+b",
            header=("cookie", "p=a+b"), version="3.2.0"),
    },
    "Any parameter": {
        "types and bounds of its schema": parameter(
            "name: p, in: query, schema: {type: integer, maximum: 3}", 3, "/x?p=3", check=_checked),
        "`required`": parameter("name: p, in: query, required: true, schema: {type: string}", check=lambda made: equal(
            made.method(), "def call(self, p: str, *, options: Options | None=None) -> None")),
        "`default`": parameter("name: p, in: query, schema: {type: integer, default: 3}", check=lambda made: equal(
            made.target(), "/x")),
        "`deprecated`": parameter("name: p, in: query, deprecated: true, schema: {type: string}", "a", "/x?p=a"),
        "the same name in two places": row(
            _two_places, path="/x/{id}",
            operation="parameters: [{name: id, in: path, required: true, schema: {type: string}}, "
            "{name: id, in: query, schema: {type: string}}, {name: id, in: header, schema: {type: string}}]"),
        "a `style` that its place does not allow": parameter("name: p, in: query, style: simple, schema: {type: string}", "a", "/x?p=a"),
        "listed twice": row(lambda made: equal(made.target(p=3), "/x?p=3"), operation="parameters: [{name: p, in: query, "
            "schema: {type: string}}, {name: p, in: query, schema: {type: integer}}]"),
        "`example` beside `examples`": parameter(
            "name: p, in: query, schema: {type: string}, example: a, examples: {b: {value: b}}", "c", "/x?p=c"),
        "for a whole path": Row({"spec.json": described(root="paths: {/x: {parameters: [{name: p, in: query, schema: "
            "{type: string}}], get: {operationId: call, parameters: [{name: p, in: query, schema: {type: integer, maximum: 3}}], "
            "responses: {'204': {description: A}}}}}")}, _replaced),
        "a name that is not a Python identifier": parameter(
            "name: 'page[class]', in: query, schema: {type: string}",
            check=lambda made: equal(made.target(page_class="a"), "/x?page%5Bclass%5D=a")),
    },
}  # fmt: skip

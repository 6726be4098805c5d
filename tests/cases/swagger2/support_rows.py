"""Rows of docs/support.md about Swagger 2.0, executed by ``tests/reading/openapi/test_support_table.py``."""

# ruff: noqa: E501 - tables
from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
import yaml

from tests.reading.openapi.support_table.harness import (
    Check,
    Made,
    Row,
    equal,
    returns,
    sends,
    shows,
)

_M = "{M: {type: object, required: [v], properties: {v: %s}}}"
_BODY = "parameters: [{name: sent, in: body%s, schema: {$ref: '#/definitions/M'}}]"
_INTEGERS = _M % "{type: integer}"
_SENT = {"content-type": "application/json"}
_FORM = "parameters: [{name: a, in: formData, type: string}, {name: b, in: formData, type: %s, required: true}]"
_OK = "responses: {'200': {description: A, schema: %s}}"
_PET = (
    "{M: {type: object, required: [v], properties: {v: {$ref: '#/definitions/Pet'}}}, "
    "Pet: {type: object, discriminator: kind, required: [kind], properties: {kind: {type: string}}}, "
    "Cat: {allOf: [{$ref: '#/definitions/Pet'}, {type: object, properties: {lives: {type: integer}}}]}}"
)
_BY_CODE = _PET.replace("Cat: {", "Cat: {x-ms-discriminator-value: c, ")


def _read(text: str) -> Any:
    return yaml.load(text, yaml.CSafeLoader)


def described(
    *, path: str = "/x", method: str = "get", operation: str = "{}", root: str = "{}",
    schemas: str = "{}", version: Any = "2.0",
) -> str:  # fmt: skip
    """A description in Swagger 2.0 of one operation ``call``."""
    whole = {
        "swagger": version,
        "info": {"title": "T", "version": "1"},
        "host": "api.example.com",
        "schemes": ["https"],
        "paths": {
            path: {method: {"operationId": "call", "responses": {"204": {"description": "Done."}}}}
        },
    }
    whole["paths"][path][method] |= _read(operation)
    whole |= {"definitions": _read(schemas)} if schemas != "{}" else {}
    whole |= _read(root)
    return json.dumps({key: value for key, value in whole.items() if value is not None}, indent=1)


def _row(check: Check | None = None, *beside: str, **parts: Any) -> Row:
    return Row({"spec.json": described(**parts)}, check, beside)


def _called(target: str, *arguments: Any, **named: Any) -> Check:
    return lambda made: equal(made.target(*arguments, **named), target)


def _body(content: bytes, media_type: str, **named: Any) -> Check:
    def check(made: Made) -> None:
        request = made.sent(**named)
        assert request.content == content
        assert request.headers["content-type"] == media_type

    return check


def _accepts(expected: str) -> Check:
    def check(made: Made) -> None:
        made.answer = httpx.Response(200, json={})
        equal(made.sent().headers["accept"], expected)

    return check


def _multipart(made: Made) -> None:
    request = made.sent(body={"a": "x", "b": b"file"})
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="a"\r\n\r\nx' in request.content
    assert b'name="b"; filename="b"' in request.content


def _delimited(form: str, target: str, value: Any = ("a,", "b")) -> Row:
    named = f", collectionFormat: {form}" if form else ""
    text = f"parameters: [{{name: p, in: query, type: array, items: {{type: string}}{named}}}]"
    return _row(_called(target, p=[*value]), operation=text)


def _server(url: str, root: str, **parts: Any) -> Row:
    return _row(lambda made: equal(str(made.sent().url), url), root=root, **parts)


def _needs_base_url(made: Made) -> None:
    with pytest.raises(TypeError, match="base_url"):
        made.client()
    with made.client(base_url="https://a.example.com") as client:
        client.call()
    assert str(made.requests[-1].url) == "https://a.example.com/v1/x"


def _optional(made: Made) -> None:
    assert made.sent().content == b""
    _body(b'{"v":1}', "application/json", body=made.models.M(v=1))(made)


def _field(annotation: str, v: str) -> Row:
    return _row(
        lambda made: equal(made.field(), annotation), operation=_BODY % "", method="post", schemas=_M % v
    )  # fmt: skip


def _noted(annotation: str, v: str) -> Row:
    return Row(_field(annotation, v).files, lambda made: equal(annotation in made.field(), True))


def _members(*names: str) -> Check:
    return lambda made: equal([member.name for member in made.models.MV], [*names])


def _secured(scheme: str, expected: dict[str, str], **settings: Any) -> Row:
    root = f"securityDefinitions: {{key: {scheme}}}\nsecurity: [{{key: []}}]"
    return _row(sends(expected, **settings), root=root)


def _header(made: Made) -> None:
    made.answer = httpx.Response(204, headers={"x-total": "3"})
    made.call(options=made.module.Options(response=(info := made.module.ResponseInfo())))
    assert made.submodule("response_headers").CallHeaders.read(info.headers).x_total == 3


def _subtype(kind: str) -> Check:
    def check(made: Made) -> None:
        read = made.models.M.model_validate({"v": {"kind": kind, "lives": 9}})
        assert type(read.v) is made.models.Cat

    return check


ROWS: dict[str, dict[str, Row]] = {
    "Swagger 2.0": {
        '`swagger: "2.0"`': _row(sends({})),
        "`swagger: 2.0`, a number": _row(sends({}), version=2.0),
        "another version of Swagger": _row(version="1.2"),
        "`host`, `basePath`, `schemes`": _server("https://api.example.com/v1/x", "basePath: /v1"),
        "no `schemes`": _server("https://api.example.com/x", "schemes: null"),
        "no `host`": _row(_needs_base_url, root="host: null\nbasePath: /v1"),
        "a `host` that isn't text": _row(_needs_base_url, root="host: [a.example.com]\nbasePath: /v1"),
        "`schemes` of an operation": _row(
            lambda made: equal(str(made.sent().url), "http://api.example.com/x"), "server",
            operation="schemes: [http]",
        ),
        "`consumes`, `produces`": _row(
            _accepts("application/vnd.a+json"),
            root="produces: [application/vnd.a+json]", operation=_OK % "{}",
        ),
        "`produces: []`, or none": _row(
            _accepts("application/json, */*"), root="produces: [text/plain]",
            operation=f"produces: []\n{_OK % '{}'}",
        ),
        "`in: body`": _row(
            _body(b'{"v":1}', "application/vnd.a+json", body={"v": 1}), method="post",
            root="consumes: [application/vnd.a+json]", operation=_BODY % ", required: true",
            schemas=_INTEGERS,
        ),
        "`in: body`, not required": _row(_optional, operation=_BODY % "", method="post", schemas=_INTEGERS),
        "`in: body` in GET, DELETE or HEAD": _row(_optional, operation=_BODY % "", method="delete", schemas=_INTEGERS),
        "two bodies": _row(
            _body(b'"t"', "application/json", body="t"), method="post",
            operation="parameters: [{name: a, in: body, schema: {type: integer}}, {name: b, in: body, schema: {type: string}}]",
        ),
        "`in: formData`": _row(
            _body(b"a=x&b=1", "application/x-www-form-urlencoded", body={"a": "x", "b": 1}),
            method="post", operation=_FORM % "integer",
        ),
        "`in: formData` with `type: file`": _row(
            _multipart, method="post", operation=_FORM % "file", root="consumes: [multipart/form-data]"
        ),
        "a form without its media type in `consumes`": _row(
            _multipart, method="post", root="consumes: [application/x-www-form-urlencoded]", operation=_FORM % "file",
        ),
        "an array without `items`": _noted("list[Any]", "{type: array}"),
        "`items` that is a list of schemas": _noted("list[Any]", "{type: array, items: [{type: string}, {type: integer}]}"),
        "`items` that is a list of schemas, without `type`": _field("Annotated[Any, DIGITS]", "{items: [{type: 'null'}, {type: object, properties: {a: {}}}]}"),
        "`type: file` of a response": _row(
            returns((httpx.Response(200, content=b"\x89PNG"), b"\x89PNG")),
            operation=f"produces: [image/png]\n{_OK % '{type: file}'}",
        ),
        "no schema in a success, and `produces` of the operation without JSON": _row(
            returns((httpx.Response(200, content=b"\x89PNG"), b"\x89PNG")),
            operation="produces: [image/png]\nresponses: {'200': {description: A}}",
        ),
        "no `collectionFormat`, or `csv`": _delimited("", "/x?p=a%2C,b"),
        "`collectionFormat: multi`": _delimited("multi", "/x?p=a%2C&p=b"),
        "`collectionFormat: ssv`": _delimited("ssv", "/x?p=a%2C%20b"),
        "`collectionFormat: pipes`": _delimited("pipes", "/x?p=a%2C%7Cb"),
        "`collectionFormat: tsv`": _delimited("tsv", "/x?p=a%2C%09b"),
        "`collectionFormat` in a path": _row(
            _called("/1%7C2", [1, 2]), path="/{p}",
            operation="parameters: [{name: p, in: path, required: true, type: array, items: {type: integer}, collectionFormat: pipes}]",
        ),
        "`collectionFormat` in a header": _row(
            lambda made: equal(made.sent(p=[1, 2]).headers["p"], "1|2"),
            operation="parameters: [{name: p, in: header, type: array, items: {type: integer}, collectionFormat: pipes}]",
        ),
        "`collectionFormat` in a form": _row(
            _body(b"p=1%7C2", "application/x-www-form-urlencoded", body={"p": [1, 2]}), method="post",
            operation="parameters: [{name: p, in: formData, type: array, items: {type: integer}, collectionFormat: pipes}]",
        ),
        "`collectionFormat` of arrays in arrays": _row(
            _called("/x?p=a%7Cb,c", p=["a|b", "c"]),
            operation="parameters: [{name: p, in: query, type: array, items: {type: array, items: {type: string}, collectionFormat: pipes}}]",
        ),
        "a parameter without a type": _row(_called("/x?p=3", p=3), operation="parameters: [{name: p, in: query}]"),
        "a parameter with `schema`": _row(
            _called("/x?p=3", p=3), operation="parameters: [{name: p, in: query, schema: {type: integer}}]"
        ),
        "`parameters` of a path, and of the root": _row(
            _called("/x?p=3", p=3), operation="parameters: [{$ref: '#/parameters/p'}]",
            root="parameters: {p: {name: p, in: query, type: integer}}",
        ),
        "`responses` of the root": _row(
            returns((httpx.Response(200, json=3), 3)), operation="responses: {'200': {$ref: '#/responses/a'}}",
            root="responses: {a: {description: A, schema: {type: integer}}}",
        ),
        "`headers` of a response": _row(
            _header, operation="responses: {'204': {description: A, headers: {X-Total: {type: integer}}}}"
        ),
        "`examples` of a response": _row(
            lambda made: equal(b"4711" in b"".join(made.files.values()), True),
            operation="produces: [application/json]\nresponses: {'200': {description: A, schema: {type: integer}, examples: {application/json: 4711}}}",
        ),
        "`discriminator`, and `allOf`": _row(_subtype("Cat"), operation=_BODY % "", method="post", schemas=_PET),
        "`x-ms-discriminator-value`": _row(_subtype("c"), operation=_BODY % "", method="post", schemas=_BY_CODE),
        "`x-nullable`, `x-isnullable`": _field("int | None", "{type: integer, x-nullable: true}"),
        "`x-omitempty`": Row(
            _field("int", "{type: integer, x-omitempty: true}").files,
            without=next(iter(_field("int", "{type: integer}").files.values())),
        ),
        "`x-enum-varnames`": _row(
            _members("UP", "DOWN"), operation=_BODY % "", method="post",
            schemas=_M % "{type: string, enum: ['+', '-'], x-enum-varnames: [UP, DOWN]}",
        ),
        "`x-ms-enum`": _row(
            _members("UP", "DOWN"), operation=_BODY % "", method="post",
            schemas=_M % "{type: string, enum: ['+', '-'], x-ms-enum: {name: V, values: [{value: '+', name: up}, {value: '-', name: down}]}}",
        ),
        "`x-ms-parameterized-host`": _server(
            "https://a.example.com/x",
            "host: null\nx-ms-parameterized-host: {hostTemplate: '{h}.example.com', parameters: [{name: h, in: path, required: true, type: string, default: a}]}",
        ),
        "`x-ms-paths`": _row(
            _called("/x?comp=list"), root="paths: {}\nx-ms-paths: {/x?comp=list: {get: {operationId: call, responses: {'204': {description: A}}}}}"
        ),
        "`exclusiveMinimum: true`": _field("Annotated[int, Field(gt=0)]", "{type: integer, minimum: 0, exclusiveMinimum: true}"),
        "`oneOf`, `anyOf`, `nullable`, as in OpenAPI 3": _noted("int | None", "{type: integer, nullable: true}"),
        "the name of a schema as `$ref`": _row(
            returns((httpx.Response(200, json={"v": 3}), {"v": 3})), operation=_OK % "{$ref: M}", schemas=_INTEGERS
        ),
        "`type: basic`": _secured("{type: basic}", {"authorization": "Basic YTpi"}, basic=("a", "b")),
        "`type: apiKey`": _secured("{type: apiKey, in: header, name: X-Key}", {"x-key": "k"}, key="k"),
        "`type: oauth2`, `flow: implicit`": _secured(
            "{type: oauth2, flow: implicit, authorizationUrl: 'https://a.example', scopes: {}}", {"authorization": "Bearer t"}, token="t"
        ),
        "`flow: password`": _secured(
            "{type: oauth2, flow: password, tokenUrl: 'https://a.example', scopes: {}}", {"authorization": "Bearer t"}, token="t"
        ),
        "`flow: accessCode`": _secured(
            "{type: oauth2, flow: accessCode, authorizationUrl: 'https://a.example', tokenUrl: 'https://a.example', scopes: {}}",
            {"authorization": "Bearer t"}, token="t",
        ),
        "`flow: application`": _row(
            shows("ClientCredentials", "__init__.py"),
            root="securityDefinitions: {key: {type: oauth2, flow: application, tokenUrl: 'https://a.example', scopes: {}}}\nsecurity: [{key: []}]",
        ),
        "`security: []`": _row(
            sends({"x-key": None}), operation="security: []",
            root="securityDefinitions: {key: {type: apiKey, in: header, name: X-Key}}\nsecurity: [{key: []}]",
        ),
    }
}  # fmt: skip

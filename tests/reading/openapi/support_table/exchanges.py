"""Rows about bodies and responses (OpenAPI 3.1.1 §4.8.13 to §4.8.17, 3.2.0 §4.14)."""

# ruff: noqa: E501 - tables
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.reading.openapi.support_table.harness import (
    Check,
    Made,
    Row,
    equal,
    plain,
    response,
    returns,
    row,
)

_FORM = "{type: object, properties: {a: {type: string}, b: {type: array, items: {type: integer}}}}"
_EVENT = "{type: object, properties: {n: {type: integer}}}"


def _body(content: str, body: object, kind: str, sent: bytes, version: str = "3.1.0") -> Row:
    """A row about a body: ``body`` goes out as those bytes, under that media type."""

    def check(made: Made) -> None:
        request = made.sent(made.models.Body(**body) if isinstance(body, dict) else body)
        assert request.headers["content-type"] == kind
        assert request.content == sent

    return _post(content, check, version)


def _post(
    content: str,
    check: Check | None = None,
    version: str = "3.1.0",
    schemas: str = f"Body: {_FORM}",
) -> Row:
    return row(
        check, version=version, method="post", schemas=schemas,
        operation=f"requestBody: {{required: true, content: {content}}}",
    )  # fmt: skip


_REF = "schema: {$ref: '#/components/schemas/Body'}"
_GIVEN = {"a": "x y", "b": [1, 2]}


def _parts(body: Callable[[Made, Any], object], *texts: bytes) -> Check:
    """A check: of a body that is made of the models or the request's class these texts go out."""

    def check(made: Made) -> None:
        names = [name for name in vars(made.models) if name.startswith("CallRequest")]
        request = getattr(made.models, names[0]) if names else None
        content = made.sent(body(made, request)).content
        assert [text for text in texts if text not in content] == []
        assert made.requests[-1].headers["content-type"].startswith("multipart/")

    return check


def _without_body(made: Made) -> None:
    assert made.sent().content == b""


def _files(made: Made, request: Any) -> object:
    path = made.folder / "note.txt"
    path.write_bytes(b"content")
    two = made.submodule("files").File(b"2", name="two.bin")
    return request(one=path, many=[b"1", two], a="x")


def _either(kind: str, text: str) -> Check:
    """A check of a body in that media type, or in JSON."""

    def check(made: Made) -> None:
        request = made.sent(text, content_type=kind)
        assert (request.headers["content-type"], request.content) == (kind, text.encode())
        assert made.sent(made.models.Body(a="x")).content == b'{"a":"x"}'

    return check


def _unions(made: Made) -> None:
    assert b"filename" in made.sent(made.models.File(f=b"1")).content
    assert b"filename" not in made.sent(made.models.Link(l="1")).content


def _whole(made: Made) -> None:
    request = made.sent(b"\xff")
    assert (request.headers["content-type"], request.content) == ("application/json", b"\xff")


def _asks(accept: str) -> Check:
    def check(made: Made) -> None:
        returns((_answer(b"1"), 1))(made)
        assert made.requests[-1].headers["accept"] == accept

    return check


def _from_disk(made: Made) -> None:
    path = made.folder / "big.bin"
    path.write_bytes(b"big")
    assert made.sent(path).content == b"big"
    assert made.requests[-1].headers["content-type"] == "application/octet-stream"
    assert made.sent(b"1").content == b"1"


def _any(made: Made) -> None:
    assert made.sent(made.models.Body(a="x")).content == b'{"a":"x"}'
    assert made.sent(7, content_type="*/*").content == b"7"


def _answer(content: bytes, kind: str = "application/json", status: int = 200) -> httpx.Response:
    return httpx.Response(status, content=content, headers={"content-type": kind})


def _accepted(kind: str, text: str) -> Check:
    def check(made: Made) -> None:
        made.answer = _answer(text.encode(), kind)
        assert made.call(accept=kind) == text
        assert made.requests[-1].headers["accept"] == kind

    return check


def _binary(made: Made) -> None:
    returns((_answer(b"\x89P", "image/png"), b"\x89P"))(made)
    with made.client() as client, client.call_stream() as stream:
        stream.save(made.folder / "saved.png")
    assert (made.folder / "saved.png").read_bytes() == b"\x89P"


def _streams(content: bytes, kind: str, *items: object) -> Check:
    def check(made: Made) -> None:
        made.answer = _answer(content, kind)
        with made.client() as client, client.call() as found:
            assert [plain(getattr(item, "data", item)) for item in found] == [*items]

    return check


def _fails(status: int) -> Check:
    def check(made: Made) -> None:
        made.answer = httpx.Response(status, json={"a": 1})
        with pytest.raises(made.module.errors.ApiError) as caught:
            made.call()
        assert plain(caught.value.error) == {"a": 1}

    return check


def _typed_header(made: Made) -> None:
    info = made.informed(httpx.Response(204, headers={"X-Rate": "5", "X-Ids": "1,2"}))
    headers = made.submodule("response_headers").CallHeaders
    assert headers.read(info.headers) == headers(x_rate=5, x_ids=[1, 2])


def _redirect(made: Made) -> None:
    answer = httpx.Response(302, headers={"location": "https://b.example"})
    assert made.informed(answer).headers["location"] == "https://b.example"
    _one(made)


_one = returns((_answer(b'{"a": 1}'), {"a": 1}))
_NUMBERS = ({"n": 1}, {"n": 2})
_LETTER = "{type: object, properties: {a: {type: array, items: {type: integer}}, b: {type: string, format: binary}}}"
_LETTER_SENT = (
    b'--x\r\nContent-Disposition: form-data; name="b"\r\n\r\n\xff\r\n--x\r\n\r\n1\r\n--x--'
)
_JSON = "{application/json: {schema: {type: object, properties: {a: {type: integer}}}}}"

_PART = "schema: {type: object, properties: {a: {type: integer}}}"
_WITH_HEADER, _WITHOUT_HEADER = (
    response(f"{{multipart/mixed: {{{_PART}, encoding: {{a: {{{headers}}}}}}}}}")
    for headers in ("headers: {X-Rate: {schema: {type: integer}}}", "")
)

ROWS: dict[str, dict[str, Row]] = {
    "Request bodies": {
        "`application/json`, and what ends in `+json`": _body(
            f"{{application/merge-patch+json: {{{_REF}}}}}", _GIVEN, "application/merge-patch+json",
            b'{"a":"x y","b":[1,2]}'),
        "`application/x-www-form-urlencoded`": _body(
            f"{{application/x-www-form-urlencoded: {{{_REF}}}}}", _GIVEN, "application/x-www-form-urlencoded", b"a=x%20y&b=1&b=2"),
        "`style` and `explode` of a form's members": _body(
            f"{{application/x-www-form-urlencoded: {{{_REF}, encoding: {{b: {{explode: false}}}}}}}}", _GIVEN,
            "application/x-www-form-urlencoded", b"a=x%20y&b=1,2"),
        "`multipart/form-data` with files and lists of files": _post(
            "{multipart/form-data: {schema: {type: object, properties: {one: {type: string, format: binary}, many: {type: array, "
            "items: {type: string, format: binary}}, a: {type: string}}}, encoding: {one: {contentType: image/png}}}}", _parts(
                _files, b'name="one"; filename="note.txt"', b"Content-Type: image/png", b'; name="many"', b'filename="two.bin"')),
        "`text/plain` and other text, YAML": _body("{application/yaml: {schema: {type: object}}}", "a: 1", "application/yaml", b"a: 1"),
        "XML and other text, beside JSON": _post(
            f"{{application/xml: {{{_REF}}}, application/json: {{{_REF}}}}}", _either("application/xml", "<a/>")),
        "XML with a schema of an object or a list": _body("{application/xml: {schema: {type: object}}}", "<a/>", "application/xml", b"<a/>"),
        "`multipart/related`, `multipart/mixed` and other multipart types, of an object": _post(
            f"{{multipart/related: {{schema: {_LETTER}, encoding: {{b: {{contentType: image/png}}}}}}}}", _parts(
                lambda _, request: request(b=b"1", a=[1, 2]), b'name="a"\r\n', b"\r\n\r\n2\r\n", b"Content-Type: image/png\r\n", b'form-data; name="b"')),
        "a part that is binary by `format: binary`, `contentEncoding: binary` or `contentMediaType` alone": _post(
            "{multipart/form-data: {schema: {type: object, properties: {one: {anyOf: [{$ref: '#/components/schemas/Blob'}, {type: integer}]}, "
            "two: {type: array, items: {type: string, contentEncoding: binary}}, three: {type: string, contentMediaType: image/png}}}}}", _parts(
                lambda _, request: request(one=b"1", two=[b"2"], three=b"3"), b'name="one"; filename', b'name="two"; filename', b'name="three"; filename'),
            schemas="Blob: {type: string, format: binary}"),
        "a list in a multipart body whose `encoding` has a JSON media type": _post(
            "{multipart/form-data: {schema: {type: object, properties: {a: {type: array, items: {type: string}}}}, "
            "encoding: {a: {contentType: application/json}}}}",
            _parts(lambda _, request: request(a=["x", "y"]), b'\r\n\r\n["x","y"]\r\n')),
        "a multipart type of a union": _post(
            "{multipart/form-data: {schema: {oneOf: [{$ref: '#/components/schemas/File'}, {$ref: '#/components/schemas/Link'}]}}}", _unions,
            schemas="{File: {type: object, required: [f], properties: {f: {type: string, format: binary}}}, Link: {type: object, required: [l], properties: {l: {type: string}}}}"),
        "a body that is binary as a whole, in JSON too": _post("{application/json: {schema: {type: string, format: binary}}}", _whole),
        "multipart types of a list, by `prefixItems`, `items` and `prefixEncoding` (3.2)": _post(
            "{multipart/mixed: {schema: {type: array, prefixItems: [{$ref: '#/components/schemas/Body'}], items: {type: string, format: binary}}, "
            "prefixEncoding: [{contentType: application/vnd.a+json}], itemEncoding: {contentType: image/png}}}", _parts(lambda made, _: [made.models.Body(a="x"), b"1"],
                b'Content-Type: application/vnd.a+json\r\n\r\n{"a":"x"}\r\n', b"\r\nContent-Type: image/png\r\n\r\n1\r\n"), "3.2.0"),
        "a part that is an object in another media type than JSON": _post(
            "{multipart/mixed: {schema: {type: object, properties: {a: {$ref: '#/components/schemas/Body'}}}, "
            "encoding: {a: {contentType: application/xml}}}}", _parts(lambda _, request: request(a=b"<a/>"), b"\r\n\r\n<a/>\r\n")),
        "a multipart type without a schema": _body("{multipart/mixed: {}}", b"--a--", "multipart/mixed", b"--a--"),
        "a media type with parameters": _body(
            f"{{'application/json;charset=utf-8': {{{_REF}}}}}", {"a": "x"}, "application/json;charset=utf-8", b'{"a":"x"}'),
        "any other media type, from memory or from disk": _post("{application/octet-stream: {schema: {type: string, format: binary}}}", _from_disk),
        "JSON lines and events": _body("{application/jsonl: {schema: {type: object}}}", "{}\n", "application/jsonl", b"{}\n"),
        "several media types": _post(f"{{application/json: {{{_REF}}}, text/plain: {{}}}}", _either("text/plain", "text")),
        "`*/*` and `application/*`": _post(f"{{application/json: {{{_REF}}}, '*/*': {{schema: {{type: integer}}}}}}", _any),
        "an optional body": row(lambda made: equal(made.sent().content, b""), method="post", operation="requestBody: {content: {text/plain: {}}}"),
        "a body without a media type": _post("{}", _without_body),
        "an invalid media type": _post("{json: {}}", _without_body),
    },
    "Responses": {
        "JSON": response(_JSON, check=_one),
        "`*/*` and `application/*`": response("{'*/*': {schema: {type: string}}}", check=returns((_answer(b"a", "text/plain"), "a"), (_answer(b'"a"'), "a"))),
        "several media types of one status, of a success or an error": response(
            "{application/json: {schema: {type: integer}}, application/vnd.b+json: {schema: {type: array}}, text/csv: {}, 'image/*': {}}",
            check=returns((_answer(b"1"), 1), (_answer(b"[1]", "application/vnd.b+json"), [1]), (_answer(b"1", "text/csv"), "1"), (_answer(b"1", "image/png"), b"1"))),
        "another `Content-Type`, or none": response(
            "{application/json: {schema: {type: integer}}, text/csv: {}}", check=returns((_answer(b"1", "text/html"), 1), (httpx.Response(200, content=b"1"), 1))),
        "JSON under several names": response(
            "{application/vnd.api+json: {schema: {type: integer}}, application/json: {schema: {type: integer}}}", check=_asks("application/vnd.api+json, application/json")),
        "a media type with parameters, beside the same one without": response(
            "{application/json;stream=watch: {schema: {type: integer}}, application/json: {schema: {type: integer}}}", check=_asks("application/json")),
        "a body that is binary as a whole, in JSON and text too": response(
            "{application/json: {schema: {type: string, contentEncoding: binary}}}", check=returns((_answer(b"\xff"), b"\xff"))),
        "a media type without a name": response("{'': {}}", httpx.Response(200, content=b"x"), b"x"),
        "a media type without an object": response("{application/json: }", httpx.Response(200, json=[1]), [1]),
        "XML with a schema of an object or a list": response(
            "{text/xml: {schema: {type: array}}}", httpx.Response(200, text="<a/>", headers={"content-type": "text/xml"}), "<a/>"),
        "XML and other text, beside JSON": response(f"{{application/xml: {{schema: {{type: object}}}}, {_JSON[1:]}", check=_accepted("application/xml", "<a/>")),
        "text and YAML": response(
            "{text/csv: {schema: {type: string}}}", httpx.Response(200, text="a,b", headers={"content-type": "text/csv"}), "a,b"),
        "text with a `charset`": response(
            "{text/csv: {schema: {type: string}}}", httpx.Response(200, content=b"\xe9", headers={"content-type": "text/csv; charset=latin-1"}), "é"),
        "binary, whole or as a stream, to disk too": response("{image/png: {}}", check=_binary),
        "multipart types of an object": response(f"{{multipart/related: {{schema: {_LETTER}}}}}", check=returns((_answer(_LETTER_SENT, "multipart/related; boundary=x"), {"a": [1], "b": b"\xff"}))),
        "multipart types of a list, or with `itemSchema` (3.2)": response(
            "{multipart/mixed: {itemSchema: {type: integer}}}", check=returns((_answer(b"--x\r\n\r\n1\r\n--x\r\n\r\n2\r\n--x--", "multipart/mixed; boundary=x"), [1, 2])), version="3.2.0"),
        "`headers` of a part": replace(_WITH_HEADER, without=_WITHOUT_HEADER.files["spec.json"]),
        "`text/event-stream`": response(f"{{text/event-stream: {{schema: {_EVENT}}}}}", check=_streams(
                b'data: {"n": 1}\n\ndata: {"n": 2}\n\n', "text/event-stream", *_NUMBERS)),
        "`text/event-stream` without a schema": response("{text/event-stream: {}}", check=_streams(b"data: a b\n\ndata: 1\n\n", "text/event-stream", "a b", "1")),
        "JSON lines (`application/jsonl`, `application/x-ndjson` and the like)": response(
            f"{{application/x-ndjson: {{schema: {_EVENT}}}}}", check=_streams(b'{"n":1}\n{"n":2}\n', "application/x-ndjson", *_NUMBERS)),
        "`application/json-seq`": response(
            f"{{application/json-seq: {{schema: {_EVENT}}}}}", check=_streams(b'\x1e{"n":1}\n\x1e{"n":2}\n', "application/json-seq", *_NUMBERS)),
        "`itemSchema` (3.2)": response(
            f"{{application/jsonl: {{itemSchema: {_EVENT}}}}}", version="3.2.0", check=_streams(b'{"n":1}\n{"n":2}\n', "application/jsonl", *_NUMBERS)),
        "several media types": response("{application/json: {schema: {type: integer}}, text/plain: {}}", check=_accepted("text/plain", "t")),
        "several success statuses": row(returns((_answer(b'{"a": 1}'), {"a": 1}), (_answer(b'{"b": 2}', status=202), {"b": 2})), operation=f"responses: {{'200': {{description: A, content: {_JSON}}}, '202': {{description: B, "
            "content: {application/json: {schema: {type: object, properties: {b: {type: integer}}}}}}}"),
        "no content": response("{}", httpx.Response(204), None, status="204"),
        "ranges such as `2XX`": response(_JSON, check=_one, status="2XX"),
        "`default` beside successes": row(_fails(404), operation="responses: {'204': {description: A}, default: {description: B, content: "
            "{application/json: {schema: {type: object, properties: {a: {type: integer}}}}}}}"),
        "`default` alone": response(_JSON, check=_one, status="default"),
        "errors": row(_fails(404), operation="responses: {'204': {description: A}, '404': {description: B, content: "
            "{application/json: {schema: {type: object, properties: {a: {type: integer}}}}}}}"),
        "redirects (301, 302, 303, 307 and 308) without a body": row(_redirect,
            operation=f"responses: {{'200': {{description: A, content: {_JSON}}}, '302': {{description: B}}}}"),
        "redirects with a body, beside a success": row(_fails(301),
            operation=f"responses: {{'204': {{description: A}}, '301': {{description: B, content: {_JSON}}}}}"),
        "headers": row(lambda made: equal(made.informed(httpx.Response(204, headers={"X-Rate": "5"})).headers["x-rate"], "5"), operation="responses: {'204': {description: A}}"),
        "described headers": row(_typed_header, operation="responses: {'204': {description: A, headers: {X-Rate: {schema: {type: integer}}, "
            "X-Ids: {schema: {type: array, items: {type: integer}}}}}}"),
        "no responses": row(lambda made: equal(made.method()[-6:], "-> Any"), root="paths: {/x: {get: {operationId: call}}}"),
        "`$ref` in place of all responses": row(lambda made: equal(made.method()[-6:], "-> str"), operation="responses: {$ref: '#/x-all'}", root="x-all: {'200': {description: A, content: {application/json: {schema: {type: string}}}}}"),
        "errors alone": row(lambda made: equal(made.answered(httpx.Response(201, content=b"a")), "a"), operation="responses: {'404': {description: A}}"),
        "an invalid status": row(operation="responses: {'204': {description: A}, '20x': {description: B}}"),
    },
}  # fmt: skip

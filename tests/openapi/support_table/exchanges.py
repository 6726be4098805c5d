"""Rows about bodies and responses (OpenAPI 3.1.1 §4.8.13 to §4.8.17, 3.2.0 §4.14)."""

# ruff: noqa: E501 - tables
from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.openapi.support_table.harness import Check, Made, Row, equal, response, row

_FORM = "{type: object, properties: {a: {type: string}, b: {type: array, items: {type: integer}}}}"
_EVENT = "{type: object, properties: {n: {type: integer}}}"


def _body(content: str, body: object, kind: str, sent: bytes, version: str = "3.1.0") -> Row:
    """A row about a body: ``body`` goes out as those bytes, under that media type."""

    def check(made: Made) -> None:
        request = made.sent(made.models.Body(**body) if isinstance(body, dict) else body)
        assert request.headers["content-type"] == kind
        assert request.content == sent

    return _post(content, check, version)


def _post(content: str, check: Check | None = None, version: str = "3.1.0") -> Row:
    schemas = f"Body: {_FORM}"
    return row(
        check, version=version, method="post", schemas=schemas,
        operation=f"requestBody: {{required: true, content: {content}}}",
    )  # fmt: skip


_REF = "schema: {$ref: '#/components/schemas/Body'}"
_GIVEN = {"a": "x y", "b": [1, 2]}


def _multipart(made: Made) -> None:
    files = made.submodule("files")
    path = made.folder / "note.txt"
    path.write_bytes(b"content")
    model = next(m for n, m in vars(made.models).items() if n.startswith("CallRequest"))
    body = made.sent(model(one=path, many=[b"1", files.File(b"2", name="two.bin")], a="x")).content
    assert b'name="one"; filename="note.txt"' in body
    assert b"content-type: image/png" in body.lower()
    assert body.count(b'; name="many"') == 2
    assert b'filename="two.bin"' in body
    assert made.requests[-1].headers["content-type"].startswith("multipart/form-data; boundary=")


def _several(made: Made) -> None:
    request = made.sent("text", content_type="text/plain")
    assert request.headers["content-type"] == "text/plain"
    assert made.sent(made.models.Body(a="x")).headers["content-type"] == "application/json"


def _xml_chosen(made: Made) -> None:
    assert made.sent("<a/>", content_type="application/xml").content == b"<a/>"
    assert made.sent(made.models.Body(a="x")).content == b'{"a":"x"}'


def _accepted(kind: str, text: str) -> Check:
    def check(made: Made) -> None:
        made.answer = httpx.Response(200, text=text, headers={"content-type": kind})
        assert made.call(accept=kind) == text
        assert made.requests[-1].headers["accept"] == kind

    return check


def _from_disk(made: Made) -> None:
    path = made.folder / "big.bin"
    path.write_bytes(b"big")
    assert made.sent(path).content == b"big"
    assert made.requests[-1].headers["content-type"] == "application/octet-stream"
    assert made.sent(b"1").content == b"1"


def _binary(made: Made) -> None:
    made.answer = httpx.Response(200, content=b"\x89P", headers={"content-type": "image/png"})
    assert made.call() == b"\x89P"
    with made.client() as client, client.call_stream() as stream:
        stream.save(made.folder / "saved.png")
    assert (made.folder / "saved.png").read_bytes() == b"\x89P"


def _json(made: Made) -> None:
    made.answer = httpx.Response(200, json={"a": 1})
    assert made.call().a == 1


def _any(made: Made) -> None:
    assert made.sent(made.models.Body(a="x")).content == b'{"a":"x"}'
    assert made.sent(7, content_type="*/*").content == b"7"


def _any_content(made: Made) -> None:
    for kind, body in (("text/plain", b"a"), ("application/json", b'"a"')):
        made.answer = httpx.Response(200, content=body, headers={"content-type": kind})
        assert made.call() == "a"


def _by_content_type(made: Made) -> None:
    made.answer = httpx.Response(200, json=1)
    assert made.call() == 1
    headers = {"content-type": "application/vnd.b+json"}
    made.answer = httpx.Response(200, content=b"[1]", headers=headers)
    assert made.call() == [1]


def _body_of_none(made: Made) -> None:
    made.answer = httpx.Response(201, content=b"a")
    info = made.module.ResponseInfo()
    assert made.call(options=made.module.Options(response=info)) is None
    assert info.body == b"a"


def _streamed(made: Made, content: bytes, kind: str) -> list[Any]:
    made.answer = httpx.Response(200, content=content, headers={"content-type": kind})
    with made.client() as client, client.call() as items:
        return list(items)


def _numbers(content: bytes, kind: str) -> Check:
    def check(made: Made) -> None:
        assert [getattr(item, "n", None) for item in _streamed(made, content, kind)] == [1, 2]

    return check


def _events(made: Made) -> None:
    found = _streamed(made, b'data: {"n": 1}\n\ndata: {"n": 2}\n\n', "text/event-stream")
    assert [item.data.n if hasattr(item, "data") else item.n for item in found] == [1, 2]


def _texts(made: Made) -> None:
    assert _streamed(made, b"data: a b\n\ndata: 1\n\n", "text/event-stream") == ["a b", "1"]


def _error(made: Made) -> None:
    made.answer = httpx.Response(404, json={"code": 7})
    with pytest.raises(made.module.errors.ApiError) as caught:
        made.call()
    assert caught.value.error.code == 7


def _two(made: Made) -> None:
    _json(made)
    made.answer = httpx.Response(202, json={"b": 2})
    assert made.call().b == 2


def _info(made: Made) -> None:
    made.answer = httpx.Response(204, headers={"X-Rate": "5"})
    info = made.module.ResponseInfo()
    made.call(options=made.module.Options(response=info))
    assert info.headers["x-rate"] == "5"


def _typed_header(made: Made) -> None:
    made.answer = httpx.Response(204, headers={"X-Rate": "5", "X-Ids": "1,2"})
    info = made.module.ResponseInfo()
    made.call(options=made.module.Options(response=info))
    headers = made.submodule("response_headers").CallHeaders
    assert headers.read(info.headers) == headers(x_rate=5, x_ids=[1, 2])


def _redirect(made: Made) -> None:
    made.answer = httpx.Response(302, headers={"location": "https://b.example"})
    info = made.module.ResponseInfo()
    assert made.call(options=made.module.Options(response=info)) is None
    assert info.headers["location"] == "https://b.example"
    _json(made)


def _redirect_as_error(made: Made) -> None:
    made.answer = httpx.Response(301, json={"a": 1})
    with pytest.raises(made.module.errors.ApiError) as caught:
        made.call()
    assert caught.value.error.a == 1


_LETTER = "{type: object, properties: {a: {type: array, items: {type: integer}}, b: {type: string, format: binary}}}"


def _parts(request: httpx.Request) -> list[bytes]:
    boundary = request.headers["content-type"].partition("boundary=")[2].partition(";")[0]
    return request.content.split(b"--" + boundary.encode())[1:-1]


def _named_parts(made: Made) -> None:
    model = next(m for n, m in vars(made.models).items() if n.startswith("CallRequest"))
    first, second, third = _parts(made.sent(model(b=b"1", a=[1, 2])))
    assert (b'name="a"' in first, b'name="a"' in second) == (True, True)
    assert first.endswith(b"\r\n\r\n1\r\n")
    assert b"Content-Type: image/png\r\n" in third
    assert b'form-data; name="b"' in third


def _ordered_parts(made: Made) -> None:
    first, second = _parts(made.sent([made.models.Body(a="x"), b"1"]))
    assert first == b'\r\nContent-Type: application/vnd.a+json\r\n\r\n{"a":"x"}\r\n'
    assert second == b"\r\nContent-Type: image/png\r\n\r\n1\r\n"


def _opaque_part(made: Made) -> None:
    model = next(m for n, m in vars(made.models).items() if n.startswith("CallRequest"))
    (part,) = _parts(made.sent(model(a=b"<a/>")))
    assert part.endswith(b"\r\n\r\n<a/>\r\n")


def _read_parts(made: Made) -> None:
    content = (
        b'--x\r\nContent-Disposition: form-data; name="b"\r\n\r\n\xff\r\n--x\r\n\r\n1\r\n--x--'
    )
    made.answer = httpx.Response(
        200, content=content, headers={"content-type": "multipart/related; boundary=x"}
    )
    value = made.call()
    assert (value.a, value.b) == ([1], b"\xff")


def _read_list(made: Made) -> None:
    content = b"--x\r\n\r\n1\r\n--x\r\n\r\n2\r\n--x--"
    made.answer = httpx.Response(
        200, content=content, headers={"content-type": "multipart/mixed; boundary=x"}
    )
    assert made.call() == [1, 2]


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
            "items: {type: string, format: binary}}, a: {type: string}}}, encoding: {one: {contentType: image/png}}}}", _multipart),
        "`text/plain` and other text, YAML": _body("{application/yaml: {schema: {type: object}}}", "a: 1", "application/yaml", b"a: 1"),
        "XML with a schema, beside JSON": _post(
            f"{{application/xml: {{{_REF}}}, application/json: {{{_REF}}}}}", _xml_chosen),
        "XML with a schema of an object or a list": _body("{application/xml: {schema: {type: object}}}", "<a/>", "application/xml", b"<a/>"),
        "`multipart/related`, `multipart/mixed` and other multipart types, of an object": _post(
            f"{{multipart/related: {{schema: {_LETTER}, encoding: {{b: {{contentType: image/png}}}}}}}}", _named_parts),
        "multipart types of a list, by `prefixItems`, `items` and `prefixEncoding` (3.2)": _post(
            "{multipart/mixed: {schema: {type: array, prefixItems: [{$ref: '#/components/schemas/Body'}], items: {type: string, format: binary}}, "
            "prefixEncoding: [{contentType: application/vnd.a+json}], itemEncoding: {contentType: image/png}}}", _ordered_parts, "3.2.0"),
        "a part that is an object in another media type than JSON": _post(
            "{multipart/mixed: {schema: {type: object, properties: {a: {$ref: '#/components/schemas/Body'}}}, "
            "encoding: {a: {contentType: application/xml}}}}", _opaque_part),
        "a multipart type without a schema": _body("{multipart/mixed: {}}", b"--a--", "multipart/mixed", b"--a--"),
        "a media type with parameters": _body(
            f"{{'application/json;charset=utf-8': {{{_REF}}}}}", {"a": "x"}, "application/json;charset=utf-8", b'{"a":"x"}'),
        "any other media type, from memory or from disk": _post("{application/octet-stream: {schema: {type: string, format: binary}}}", _from_disk),
        "JSON lines and events": _body("{application/jsonl: {schema: {type: object}}}", "{}\n", "application/jsonl", b"{}\n"),
        "several media types": _post(f"{{application/json: {{{_REF}}}, text/plain: {{}}}}", _several),
        "`*/*` and `application/*`": _post(f"{{application/json: {{{_REF}}}, '*/*': {{schema: {{type: integer}}}}}}", _any),
        "an optional body": row(lambda made: equal(made.sent().content, b""), method="post", operation="requestBody: {content: {text/plain: {}}}"),
        "a body without a media type": _post("{}"),
        "an invalid media type": _post("{json: {}}"),
    },
    "Responses": {
        "JSON": response(_JSON, check=_json),
        "`*/*` and `application/*`": response("{'*/*': {schema: {type: string}}}", check=_any_content),
        "several media types of JSON, of a success or an error": response(
            "{application/json: {schema: {type: integer}}, application/vnd.b+json: {schema: {type: array}}}", check=_by_content_type),
        "a media type without a name": response("{'': {}}", httpx.Response(200, content=b"x"), b"x"),
        "a media type without an object": response("{application/json: }", httpx.Response(200, json=[1]), [1]),
        "XML with a schema of an object or a list": response(
            "{text/xml: {schema: {type: array}}}", httpx.Response(200, text="<a/>", headers={"content-type": "text/xml"}), "<a/>"),
        "XML with a schema, beside JSON": response(f"{{application/xml: {{schema: {{type: object}}}}, {_JSON[1:]}", check=_accepted("application/xml", "<a/>")),
        "text and YAML": response(
            "{text/csv: {schema: {type: string}}}", httpx.Response(200, text="a,b", headers={"content-type": "text/csv"}), "a,b"),
        "text with a `charset`": response(
            "{text/csv: {schema: {type: string}}}", httpx.Response(200, content=b"\xe9", headers={"content-type": "text/csv; charset=latin-1"}), "é"),
        "binary, whole or as a stream, to disk too": response("{image/png: {}}", check=_binary),
        "multipart types of an object": response(f"{{multipart/related: {{schema: {_LETTER}}}}}", check=_read_parts),
        "multipart types of a list, or with `itemSchema` (3.2)": response(
            "{multipart/mixed: {itemSchema: {type: integer}}}", check=_read_list, version="3.2.0"),
        "`headers` of a part": replace(_WITH_HEADER, without=_WITHOUT_HEADER.files["spec.json"]),
        "`text/event-stream`": response(f"{{text/event-stream: {{schema: {_EVENT}}}}}", check=_events),
        "`text/event-stream` without a schema": response("{text/event-stream: {}}", check=_texts),
        "JSON lines (`application/jsonl`, `application/x-ndjson` and the like)": response(
            f"{{application/x-ndjson: {{schema: {_EVENT}}}}}", check=_numbers(b'{"n":1}\n{"n":2}\n', "application/x-ndjson")),
        "`application/json-seq`": response(
            f"{{application/json-seq: {{schema: {_EVENT}}}}}", check=_numbers(b'\x1e{"n":1}\n\x1e{"n":2}\n', "application/json-seq")),
        "`itemSchema` (3.2)": response(
            f"{{application/jsonl: {{itemSchema: {_EVENT}}}}}", version="3.2.0", check=_numbers(b'{"n":1}\n{"n":2}\n', "application/jsonl")),
        "several media types": response("{application/json: {schema: {type: integer}}, text/plain: {}}", check=_accepted("text/plain", "t")),
        "several success statuses": row(_two, operation=f"responses: {{'200': {{description: A, content: {_JSON}}}, '202': {{description: B, "
            "content: {application/json: {schema: {type: object, properties: {b: {type: integer}}}}}}}"),
        "no content": response("{}", httpx.Response(204), None, status="204"),
        "ranges such as `2XX`": response(_JSON, check=_json, status="2XX"),
        "`default` beside successes": row(_error, operation="responses: {'204': {description: A}, default: {description: B, content: "
            "{application/json: {schema: {type: object, properties: {code: {type: integer}}}}}}}"),
        "`default` alone": response(_JSON, check=_json, status="default"),
        "errors": row(_error, operation="responses: {'204': {description: A}, '404': {description: B, content: "
            "{application/json: {schema: {type: object, properties: {code: {type: integer}}}}}}}"),
        "redirects (301, 302, 303, 307 and 308) without a body": row(_redirect,
            operation=f"responses: {{'200': {{description: A, content: {_JSON}}}, '302': {{description: B}}}}"),
        "redirects with a body, beside a success": row(_redirect_as_error,
            operation=f"responses: {{'204': {{description: A}}, '301': {{description: B, content: {_JSON}}}}}"),
        "headers": row(_info, operation="responses: {'204': {description: A}}"),
        "described headers": row(_typed_header, operation="responses: {'204': {description: A, headers: {X-Rate: {schema: {type: integer}}, "
            "X-Ids: {schema: {type: array, items: {type: integer}}}}}}"),
        "no responses": row(lambda made: equal(made.method()[-7:], "-> None"), root="paths: {/x: {get: {operationId: call}}}"),
        "errors alone": row(_body_of_none, operation="responses: {'404': {description: A}}"),
        "an invalid status": row(operation="responses: {'204': {description: A}, '20x': {description: B}}"),
    },
}  # fmt: skip

"""Exchanges that are as their description has them: nothing may be found in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import yaml

from generator.watch.traffic.comparison.recordings import NO_RESPONSE, PREFLIGHT
from tests.watch.traffic.exchanges import Exchange
from tests.watch.traffic.making import (
    CAT,
    FORM,
    JSON,
    MULTIPART,
    SPECS,
    UUID,
    call,
    form,
    parts,
    send,
)

REDACTED: Final = "REDACTED"
LEFT: Final[Mapping[str, Mapping[str, int]]] = {"shop": {PREFLIGHT: 1}, "zoo": {NO_RESPONSE: 1}}
"""What isn't judged, or not in full, and why."""
_DOG: Final = {"kind": "dog", "name": "Rex", "tricks": ["sit", "lie"]}
_STANDARD: Final = {
    "Date": "Fri, 01 May 2026 00:00:00 GMT", "Server": "nginx", "Vary": "Accept", "ETag": '"1"',
    "Strict-Transport-Security": "max-age=1", "X-Request-Id": "1", "Set-Cookie": "a=b",
    "Access-Control-Allow-Origin": "*", "CF-Ray": "1", "Content-Encoding": "identity",
    "x-amzn-requestid": "1", "Link": "</animals?page=2>; rel=next", "Retry-After": "1",
}  # fmt: skip
_MEMBERS: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"short": "😀😀😀😀", "long": "日本語", "code": "A1"},
    {"small": 10, "large": 100, "below": 0.999, "above": 1e-9, "even": -4},
    {"small": 10.0, "whole": 1.0, "even": 4e2, "real": 1, "below": -0.0},
    {"whole": 2**70, "real": 1e308, "big": 2**63 - 1, "large": 12345678901234567890},
    {"cents": 0.07}, {"cents": 19.99}, {"cents": 4.35}, {"cents": 1e10},
    {"few": [], "many": [1, 2], "set": [1, 2, 3]},
    {"pair": []}, {"pair": ["a"]}, {"pair": ["a", 1]},
    {"bag": {"a": 1}}, {"bag": {"a": 1, "b": 2}},
    {"names": {"ab": None}, "rest": {"x-a": "b", "other": 1}},
    {"card": {"owner": "A"}}, {"card": {"number": "1", "owner": "A"}},
    {"holds": [1, 7]}, {"colour": "red", "fixed": "here"}, {"colour": 3}, {"colour": None},
    {"moment": "2026-05-04T03:02:01Z"}, {"moment": "2026-05-04t03:02:01.123456789+05:30"},
    {"moment": "2016-12-31T23:59:60Z"}, {"day": "2024-02-29", "clock": "03:02:01Z"},
    {"clock": "23:59:59.9-00:00", "wait": "P1Y2M3DT4H5M6S"}, {"wait": "P4W"},
    {"key": UUID.upper(), "mail": "a.b+c@example.com", "link": "urn:a:b", "host": "a-b.example"},
    {"address": "127.0.0.1", "bytes": "AAE=", "secret": "any"},
    {"any": {"a": [None, {}]}, "never": 1, "flag": False, "none": None}, {"any": None},
    {"some": {"left": 1}}, {"some": {"right": "a"}}, {"some": {"left": 1, "right": "a"}},
    {"maybe": None, "word": "\u0000\u2028\ud7ff"},
    {"tree": {"value": 1, "parts": [{"value": 2, "parts": [{"value": 3, "parts": []}]}]}},
)  # fmt: skip


def clean() -> Iterator[tuple[str, Exchange]]:
    for value in _MEMBERS:
        yield "measures", call("measures", "GET /measures", 200, value)
        yield "measures", send(call("measures", "POST /measures", 204), value)
    for spec, made in _EXCHANGES.items():
        for one in made:
            yield spec, one
    yield from _audiences()


def redacted() -> Iterator[tuple[str, Exchange]]:
    for spec, made in _REDACTED.items():
        for one in made:
            yield spec, one


def _audiences() -> Iterator[tuple[str, Exchange]]:
    described = yaml.load(SPECS["audiences"].read_bytes(), yaml.CSafeLoader)
    (item,) = described["paths"].values()
    sent = item["post"]["requestBody"]["content"][JSON]["examples"]
    answers = item["post"]["responses"]
    headers = {"x-pinterest-rid": "1", "X-RateLimit-Limit": "100, 100;w=1, 1000;w=60",
               "X-RateLimit-Remaining": "99", "X-RateLimit-Reset": "1"}  # fmt: skip
    made = [(200, one["value"]) for one in answers["200"]["content"][JSON]["examples"].values()]
    errors = answers["default"]["content"][JSON]["examples"].values()
    made += [(status, one["value"]) for status, one in zip((401, 429, 403), errors, strict=True)]
    for index, one in enumerate(sent.values()):
        status, value = made[index % len(made)]
        answer = call("audiences", "POST /ad_accounts/12/audiences", status, value, headers=headers)
        yield "audiences", send(answer, one["value"], Authorization="Bearer t")


def _list(query: str, **more: Any) -> Exchange:
    return call("shop", f"GET /items?{query}", 200, [], **more)


def _order(*pairs: tuple[str, object], kind: str = FORM) -> Exchange:
    content = form(("item", "lamp"), ("count", 2), *pairs)
    return send(call("shop", "POST /orders", 201), content, kind)


def _upload(*more: Any, kind: str = MULTIPART) -> Exchange:
    answer = call("files", "POST /uploads", 202, headers={"location": "/uploads/1"})
    return send(answer, parts(("file", b"\x00\xff"), ("title", "Ünïcode"), *more), kind)


def _animals(body: Any, **more: Any) -> Exchange:
    return call("zoo", "GET /animals", 200, body, headers={"x-total": "2"}, **more)


def _zoo(url: str) -> Exchange:
    return call("zoo", f"GET {url}/animals/latest", 200, CAT)


def _reports(status: int, body: Any, kind: str) -> Exchange:
    return call("files", "GET /reports", status, body, kind=kind)


_ITEM: Final = {"id": 1, "name": "Lamp"}
_EXCHANGES: Final[Mapping[str, tuple[Exchange, ...]]] = {
    "queries": (
        call("queries", "GET /finds?%7B%22kind%22%3A%22a%26b%22%7D", 204),
        call("queries", "GET /finds?%7B%22kind%22:%22+%22%7D&key=s", 204),
        call("queries", "GET /paths?%24.a", 204),
        call("queries", "GET /paths", 204),
    ),
    "shop": (
        _list("q=a"), _list("q="), _list("q=a+b%20c"), _list("q=%C3%BC&api_key=secret"),
        _list("q=a&since=2026-05-04T03%3A02%3A01%2B02%3A00&limit=100&price=1.5&sold=false"),
        _list("q=a&price=10&price=1.0"), _list("q=a&price=1e1"),
        _list("q=a&filter[colour]=red&filter[size]=3"), _list("q=a&filter%5Bsize%5D=3"),
        _list("q=a&ids=1|2|3"), _list("q=a&ids=1%7C2"), _list("q=a&ids=1"),
        _list("q=a&words=a%20b"), _list("q=a&words=a+b+c"), _list("q=a&words=a"),
        _list("q=a&tags=red,blue"), _list("q=a&tags=red%2Cblue"), _list("q=a&tags=green"),
        _list("q=a&sort=a&sort=b"), _list("q=a&sort=a%2Cb"), _list("q=a&offset=5&reverse=true"),
        _list("q=a&range=from,1,to,2"), _list("q=a&where=%7B%22field%22%3A%22x%22%7D"),
        _list("q=a", sent_headers={"x-trace": UUID, "X-Flags": "1, 2,3", "X-Other": "x",
                                   "Accept": "*/*", "Authorization": "Basic eDp5"}),
        _list("q=a", sent_headers={"Cookie": "sid=1; theme=dark; other=1"}),
        _list("q=a#top"),
        call("shop", "GET /items/?q=a", 200, [_ITEM, {"id": 2}]),
        call("shop", "GET /%69tems/1", 200, _ITEM), call("shop", "GET /items/1/", 200, _ITEM),
        call("shop", "GET HTTPS://Shop.Example.COM:443/v1/items/1", 200, _ITEM),
        call("shop", "GET https://ann:secret@shop.example.com/v1/items/1", 200, _ITEM),
        call("shop", "GET /items/1", 200, _ITEM, kind="Application/JSON;charset=UTF-8"),
        call("shop", "GET /items/1", 200, b"\xef\xbb\xbf" + b'{"id": 1}', kind=JSON),
        call("shop", "GET /items/1", 200, '{"id": 1}', kind=""),
        call("shop", "GET /items/1", 404), call("shop", "GET /items/1", 304, headers=_STANDARD),
        call("shop", "HEAD /items/1", 200, kind=JSON, headers={"Content-Length": "10"}),
        call("shop", "HEAD /items/1", 200),
        replace(call("shop", "GET /items/1", 200, kind=JSON), body=None),
        call("shop", "GET /grid/;cell=1,2/.red.blue/x,1,y,2", 204),
        call("shop", "GET /grid/;cell=1/.red/x,1", 204),
        _order(), _order(("gift", "true"), ("labels", "a"), ("labels", "b"), ("codes", "1,2")),
        _order(("address[city]", "Köln"), ("address[zip]", 50667)), _order(("codes", 7)),
        _order(("details", '{"depth": 3}'), kind=f"{FORM}; charset=utf-8"),
        call("shop", "POST /orders", 201,
             sent_headers={"Content-Type": FORM, "Content-Length": "17"}),
        call("shop", "OPTIONS /items", 204, sent_headers={
            "Origin": "https://a.example", "Access-Control-Request-Method": "POST"}),
    ),
    "files": (
        _upload(), _upload(("kind", "final"), ("count", "3"), ("labels", "a"), ("labels", "b")),
        _upload(("meta", '{"page": 1}', JSON)), _upload(("meta", '{"page": 1}')),
        _upload(kind='multipart/form-data; boundary="b"; charset=utf-8'),
        _upload(("count", "3", "text/plain; charset=us-ascii")),
        send(call("files", "POST /letters", 204),
             parts(("scan", b"\xff", "image/png"), ("note", '{"page": 1}', JSON)),
             'Multipart/Related; type="application/json"; boundary=b'),
        *(send(call("files", "POST /letters", 204), b"--b\r\n\r\n1\r\n--b--", f"{kind}; boundary=b")
          for kind in ("multipart/related", "multipart/mixed")),
        call("files", "GET /notes/ab", 200, "A note", kind="text/plain"),
        call("files", "GET /notes/ab", 200, "Ä note".encode("latin-1"),
             kind="text/plain; charset=iso-8859-1"),
        call("files", "GET /notes/ab", 200, "<p>" * 20, kind="text/html; charset=utf-8"),
        call("files", "GET /notes/ab", 204), call("files", "GET /notes/a%2Fb", 204),
        call("files", "GET /notes/%C3%BC%20%C3%B6", 204), call("files", "GET /notes/ab;v=1", 204),
        call("files", "GET http://localhost:8080/files/notes/ab", 204),
        send(call("files", "PUT /notes/ab", 204), "text", "text/plain;charset=UTF-8"),
        call("files", "PUT /notes/ab", 204), call("files", "DELETE /notes/ab", 204),
        call("files", "DELETE /notes/ab", 204, sent=b"", sent_headers={"Content-Length": "0"}),
        call("files", "GET /events", 200, "data: a\n\ndata: b", kind="text/event-stream"),
        call("files", "GET /events", 200, '{"a": 1}\n{"a": ', kind="application/x-ndjson",
             is_cut=True),
        call("files", "GET /images/a.png", 200, b"\x89PNG\xff", kind="image/png"),
        call("files", "GET /images/a", 200, "<svg/>", kind="image/svg+xml"),
        call("files", "GET /images/a", 200, b"\xff", kind="application/octet-stream"),
        call("files", "GET /images/a", 206, b"\xff", kind="multipart/byteranges; boundary=x",
             headers={"Content-Range": "bytes 0-0/9"}),
        _reports(200, [{"id": 1}], "application/vnd.report+json; version=2"),
        _reports(200, [], "application/vnd.report+json;version=2"),
        _reports(404, {"title": "Not there"}, "application/problem+json"),
        _reports(429, {"title": "Slower", "status": 429}, "application/problem+json; charset=x"),
        call("files", "GET /files.zip", 200, b"PK", kind="application/octet-stream"),
        call("files", "GET /%66iles.tar", 200, b"\x00", kind="application/octet-stream"),
    ),
    "zoo": (
        _animals([]), _animals([CAT, _DOG]), _animals([{"kind": "dog", "name": "A"}]),
        call("zoo", "GET /animals?page=3", 200, [], headers={
            "X-Total": "2", "X-Next": "https://eu.zoo.example.com/api/animals?page=4",
            "X-Pages": "1, 2,3", **_STANDARD}),
        call("zoo", "GET /animals", 500, {"code": 1}),
        call("zoo", "GET /animals", 302, {"code": 1, "hint": "x"}, headers={"Location": "/"}),
        call("zoo", "GET /animals/latest", 200, CAT),
        replace(call("zoo", "GET /animals/latest", 0), headers={}),
        _zoo("https://us.zoo.example.com/api"), _zoo("https://us.zoo.example.com:8443/v2"),
        _zoo("https://EU.zoo.example.com:443/api"),
        call("zoo", f"GET /animals/{UUID}", 200, _DOG, headers={
            "Deprecation": "@1767225600", "Sunset": "Thu, 31 Jan 2030 23:59:59 GMT"}),
        call("zoo", f"GET /animals/{UUID}", 404, {"code": 4}),
        *(call("zoo", f"POST /animals/{UUID}:feed", 200, {"at": "noon", **body}) for body in (
            {"food": "hay"}, {"food": ["hay", "figs"], "amounts": {"hay": 2, "figs": 1.0}},
            {"food": [], "notes": {"cook": "A", "more": [1]}, "closed": {}},
            {"food": "", "closed": {"door": True}, "amounts": {}})),
        *(send(call("zoo", "POST /animals", 201, {"id": "1", **body}), {"secret": "s", **body})
          for body in ({"name": None}, {"name": "A", "owner": None, "born": "2020-02-29"},
                       {"name": "A", "owner": 1}, {"name": "A", "owner": "B"})),
        send(call("zoo", "POST /animals", 409, {"code": 9}), {"secret": "s", "name": "A"}),
    ),
}  # fmt: skip
_REDACTED: Final[Mapping[str, tuple[Exchange, ...]]] = {
    "shop": (
        _list(f"q=a&since={REDACTED}&limit={REDACTED}&tags={REDACTED}"),
        _list("q=a", sent_headers={"Cookie": f"theme={REDACTED}", "X-Trace": f"<{REDACTED}>"}),
        call("shop", f"GET /items/{REDACTED}", 200, {"id": REDACTED}),
        call("shop", "GET /items/1", 200, REDACTED, kind=JSON),
        call("shop", "GET /items/1", 200, f'{{"id": {REDACTED}}}'),
        send(call("shop", "POST /orders", 201), form(("item", REDACTED), ("count", 1)), FORM),
    ),
    "zoo": (
        call("zoo", "GET /animals", 200, [{"kind": REDACTED}], headers={"X-Total": REDACTED}),
        call("zoo", f"POST /animals/{UUID}:feed", 200, {"at": "", "food": {"a": [REDACTED]}}),
    ),
    "measures": (
        call("measures", "GET /measures", 200, {"set": [REDACTED, REDACTED], "day": REDACTED}),
        call("measures", "GET /measures", 200, {"colour": REDACTED, "whole": REDACTED}),
    ),
    "audiences": (
        send(call("audiences", f"POST /ad_accounts/{REDACTED}/audiences", 200, {"id": REDACTED}),
             {"audience_type": REDACTED, "name": "A", "rule": {"visitor_source_id": REDACTED}},
             Authorization=REDACTED),
    ),
}  # fmt: skip

"""Exchanges that deviate from a description in one way each, labelled by hand.

A label has the rule (its first part is the direction), the JSON pointer of what it deviates from,
and the level: ``breaking`` where the generated client raises or returns a value that isn't of the
described type, which ``test_labels.py`` tries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from tests.watch.traffic.exchanges import Exchange
from tests.watch.traffic.making import CAT, FORM, JSON, MULTIPART, UUID, call, form, parts, send


@dataclass(frozen=True, slots=True)
class Label:
    spec: str
    exchange: Exchange
    rule: str
    pointer: str
    level: str
    name: str = ""
    """Of what isn't described, where one place lacks several things."""


MEMBER: Final = "/components/schemas/Measures/properties"
MEASURES: Final[tuple[tuple[dict[str, Any], str, str, str], ...]] = (
    ({"short": "abcde"}, "maxLength/widened", "/short/maxLength", "risk"),
    ({"long": "a"}, "minLength/widened", "/long/minLength", "risk"),
    ({"code": "a1"}, "pattern/changed", "/code/pattern", "risk"),
    ({"small": 11}, "maximum/widened", "/small/maximum", "risk"),
    ({"large": 99}, "minimum/widened", "/large/minimum", "risk"),
    ({"below": 1}, "maximum/widened", "/below/exclusiveMaximum", "risk"),
    ({"above": 0}, "minimum/widened", "/above/exclusiveMinimum", "risk"),
    ({"even": 3}, "multipleOf/changed", "/even/multipleOf", "risk"),
    ({"few": [1, 2, 3]}, "maxItems/widened", "/few/maxItems", "risk"),
    ({"many": [1]}, "minItems/widened", "/many/minItems", "risk"),
    ({"set": [1, 1]}, "uniqueItems/removed", "/set/uniqueItems", "risk"),
    ({"pair": [1, 2]}, "type/changed", "/pair/prefixItems/0/type", "risk"),
    ({"bag": {"a": 1, "b": 2, "c": 3}}, "maxProperties/widened", "/bag/maxProperties", "risk"),
    ({"bag": {}}, "minProperties/widened", "/bag/minProperties", "risk"),
    ({"bag": {"a": "1"}}, "type/changed", "/bag/additionalProperties/type", "risk"),
    ({"names": {"A": 1}}, "propertyNames/changed", "/names/propertyNames", "risk"),
    ({"card": {"number": "1"}}, "dependentRequired/changed", "/card/dependentRequired", "risk"),
    ({"holds": [1]}, "contains/changed", "/holds/contains", "risk"),
    ({"colour": "blue"}, "enum/value-added", "/colour/enum", "risk"),
    ({"fixed": "there"}, "enum/value-added", "/fixed/enum", "risk"),
    ({"moment": "yesterday"}, "format/changed", "/moment/format", "breaking"),
    ({"day": "2026-13-01"}, "format/changed", "/day/format", "breaking"),
    ({"clock": "noon"}, "format/changed", "/clock/format", "breaking"),
    ({"wait": "a while"}, "format/changed", "/wait/format", "breaking"),
    ({"key": "k"}, "format/changed", "/key/format", "breaking"),
    ({"mail": "nobody"}, "format/changed", "/mail/format", "risk"),
    ({"address": "1.2.3"}, "format/changed", "/address/format", "risk"),
    ({"never": "text"}, "not/changed", "/never/not", "risk"),
    ({"flag": "true"}, "type/changed", "/flag/type", "breaking"),
    ({"whole": 1.5}, "type/changed", "/whole/type", "breaking"),
    ({"real": "1"}, "type/changed", "/real/type", "risk"),
    ({"word": 1}, "type/changed", "/word/type", "risk"),
    ({"none": 1}, "type/changed", "/none/type", "breaking"),
    ({"long": None}, "nullable/added", "/long/type", "risk"),
    ({"some": {"left": 1, "up": 1}}, "property/added", "/some/anyOf/0/properties", "safe"),
    ({"some": {"left": "1"}}, "type/changed", "/some/anyOf/0/properties/left/type", "risk"),
    ({"maybe": "abcde"}, "maxLength/widened", "/maybe/maxLength", "risk"),
)  # fmt: skip
"""Values of members, with the rule below ``schema`` and the place below the members."""


def labels() -> Iterator[Label]:
    for value, rule, at, level in MEASURES:
        answer = call("measures", "GET /measures", 200, value)
        yield Label("measures", answer, f"response/schema/{rule}", MEMBER + at, level)
        if _SENT & {*value}:
            sent = send(call("measures", "POST /measures", 204), value)
            yield Label("measures", sent, f"request/schema/{rule}", MEMBER + at, "risk")
    for spec, rows in _ROWS.items():
        for made, rule, at, level, *more in rows:
            yield Label(spec, made, rule, at, level, *more)


_SENT: Final = frozenset(("short", "bag", "colour", "key", "word", "long"))
_TREE: Final = "/components/schemas/Tree"
_LIST: Final = "/paths/~1items/get/parameters"
_ORDER: Final = "/components/schemas/Order/properties"
_LETTER: Final = "/paths/~1letters/post/requestBody/content/multipart~1related"
_UPLOAD: Final = "/paths/~1uploads/post/requestBody/content/multipart~1form-data/schema/properties"
_NOTE: Final = "/paths/~1notes~1{name}"
_FILTER: Final = "/paths/~1finds/get/parameters/0/content/application~1json/schema"
_OK: Final = "/responses/200"
_REPORTS: Final = f"/paths/~1reports/get{_OK}/content"
_REPORT: Final = f"{_REPORTS}/application~1vnd.report+json; version=2/schema"
_REPORT_KIND: Final = "application/vnd.report+json; version=2"
_ANIMALS: Final = f"/paths/~1animals/get{_OK}"
_MEAL: Final = "/components/schemas/Meal/properties"
_NEW: Final = "/components/schemas/NewAnimal/properties"
_AUDIENCE: Final = "/components/schemas/Audience/properties"
_MAKE: Final = "POST /ad_accounts/12/audiences"
_MAKE_AT: Final = "/paths/~1ad_accounts~1{ad_account_id}~1audiences/post"
_SMALLEST: Final = {"audience_type": "PERSONA", "name": "A", "rule": {}}


def _list(query: str, **more: Any) -> Exchange:
    return call("shop", f"GET /items?{query}", 200, [], **more)


def _order(*pairs: tuple[str, object]) -> Exchange:
    required = (("item", "lamp"), ("count", 1))
    names = [name for name, _ in pairs]
    whole = [pair for pair in required if pair[0] not in names]
    return send(call("shop", "POST /orders", 201), form(*whole, *pairs), FORM)


def _upload(*more: Any, **headers: str) -> Exchange:
    answer = call("files", "POST /uploads", 202, headers=headers or {"Location": "/uploads/1"})
    return send(answer, parts(*more), MULTIPART)


def _letter(*more: Any, kind: str = "multipart/related; boundary=b") -> Exchange:
    return send(call("files", "POST /letters", 204), parts(*more), kind)


def _animals(body: Any, **headers: str) -> Exchange:
    return call("zoo", "GET /animals", 200, body, headers={"X-Total": "1", **headers})


def _feed(body: dict[str, Any]) -> Exchange:
    return call("zoo", f"POST /animals/{UUID}:feed", 200, {"at": "noon", **body})


def _made(body: Any, status: int = 200) -> Exchange:
    return send(call("audiences", _MAKE, status, body), _SMALLEST)


_FILE: Final = ("file", b"\x00\xff")
_TITLE: Final = ("title", "A title")
_ROWS: Final[dict[str, tuple[tuple[Any, ...], ...]]] = {
    "queries": (
        (call("queries", "GET /finds?%7B%22kind%22%3A%22a+%26b%22%7D&key=s", 204),
         "request/schema/maxLength/widened", f"{_FILTER}/properties/kind/maxLength", "risk"),
        (call("queries", "GET /finds?%7B%7D", 204),
         "request/schema/required/removed", f"{_FILTER}/properties/kind", "risk"),
        (call("queries", "GET /finds?key=s", 204),
         "request/parameter/presence/optional", "/paths/~1finds/get/parameters/0", "risk"),
        (call("queries", "GET /paths?a%24", 204), "request/schema/pattern/changed",
         "/paths/~1paths/get/parameters/0/content/application~1jsonpath/schema/pattern", "risk"),
    ),
    "measures": (
        (call("measures", "GET /measures", 200, {"other": 1}),
         "response/schema/property/added", MEMBER, "safe"),
        (call("measures", "GET /measures", 200, {"tree": {"value": 1, "parts": [{}]}}),
         "response/schema/required/removed", f"{_TREE}/properties/value", "risk"),
        (call("measures", "GET /measures", 200, {"tree": {"value": None}}),
         "response/schema/nullable/added", f"{_TREE}/properties/value/type", "breaking"),
        (call("measures", "GET /measures", 200, {"tree": {"value": 1, "more": 1}}),
         "response/schema/property/added", f"{_TREE}/properties", "safe"),
        (call("measures", "GET /measures", 200, []),
         "response/schema/type/changed", "/components/schemas/Measures/type", "breaking"),
        (call("measures", "GET /measures", 200, '{"short": '),
         "response/body/content/malformed",
         f"/paths/~1measures/get{_OK}/content/application~1json", "breaking"),
        (call("measures", "GET /measures", 200, "<p>Moved.</p>", kind="text/html"),
         "response/body/media-type/added", f"/paths/~1measures/get{_OK}/content", "breaking",
         "text/html"),
        (call("measures", "GET /measures", 200, {"short": "a"}, kind="text/plain"),
         "response/body/media-type/added", f"/paths/~1measures/get{_OK}/content", "safe",
         "text/plain"),
        (send(call("measures", "POST /measures", 204), '{"short": NaN}'),
         "request/body/content/malformed",
         "/paths/~1measures/post/requestBody/content/application~1json", "risk"),
        (call("measures", "POST /measures", 204, b"{}"),
         "response/body/media-type/added", "/paths/~1measures/post/responses/204", "safe"),
    ),
    "shop": (
        (_list("limit=1"), "request/parameter/presence/optional", f"{_LIST}/0", "risk"),
        (_list("q=a&w=1"), "request/parameter/optional/added", _LIST, "risk"),
        (_list("q=" + "a" * 21), "request/schema/maxLength/widened", f"{_LIST}/0/schema/maxLength",
         "risk"),
        (_list("q=a&since=now"), "request/schema/format/changed", f"{_LIST}/1/schema/format",
         "risk"),
        (_list("q=a&limit=0"), "request/schema/minimum/widened", f"{_LIST}/2/schema/minimum",
         "risk"),
        (_list("q=a&limit=ten"), "request/schema/type/changed", f"{_LIST}/2/schema/type", "risk"),
        (_list("q=a&price=0.3"), "request/schema/multipleOf/changed",
         f"{_LIST}/3/schema/multipleOf", "risk"),
        (_list("q=a&sold=yes"), "request/schema/type/changed", f"{_LIST}/4/schema/type", "risk"),
        (_list("q=a&filter%5Bsize%5D=big"), "request/schema/type/changed",
         f"{_LIST}/5/schema/properties/size/type", "risk"),
        (_list("q=a&filter[weight]=1"), "request/schema/property/added",
         f"{_LIST}/5/schema/properties", "risk"),
        (_list("q=a&ids=1%7Cx"), "request/schema/type/changed", f"{_LIST}/6/schema/items/type",
         "risk"),
        (_list("q=a&tags=red,pink"), "request/schema/enum/value-added",
         "/components/schemas/Tag/enum", "risk"),
        (_list("q=a&tags=red,red,red,red"), "request/schema/maxItems/widened",
         f"{_LIST}/8/schema/maxItems", "risk"),
        (_list("q=a&sort=a&sort=a"), "request/schema/uniqueItems/removed",
         f"{_LIST}/9/schema/uniqueItems", "risk"),
        (_list("q=a&offset=x"), "request/schema/type/changed",
         f"{_LIST}/10/schema/properties/offset/type", "risk"),
        (_list("q=a&range=from,x"), "request/schema/type/changed",
         f"{_LIST}/11/schema/properties/from/type", "risk"),
        (_list("q=a&where=%7B%7D"), "request/schema/required/removed",
         "/components/schemas/Where/properties/field", "risk"),
        (_list("q=a", sent_headers={"X-Trace": "1"}), "request/schema/format/changed",
         f"{_LIST}/13/schema/format", "risk"),
        (_list("q=a", sent_headers={"X-Flags": "1, b"}), "request/schema/type/changed",
         f"{_LIST}/14/schema/items/type", "risk"),
        (_list("q=a", sent_headers={"Cookie": "sid=1; theme=blue"}),
         "request/schema/enum/value-added", f"{_LIST}/15/schema/enum", "risk"),
        (call("shop", "GET /items/abc", 404), "request/schema/type/changed",
         "/paths/~1items~1{id}/get/parameters/0/schema/type", "risk"),
        (call("shop", "GET /grid/;cell=1,b/.red/x,1,y,2", 204), "request/schema/type/changed",
         "/paths/~1grid~1{cell}~1{shades}~1{size}/get/parameters/0/schema/items/type", "risk"),
        (call("shop", "GET /grid/;cell=1/.red/x,a,y,2", 204), "request/schema/type/changed",
         "/paths/~1grid~1{cell}~1{shades}~1{size}/get/parameters/2/schema/properties/x/type",
         "risk"),
        (send(call("shop", "GET /items/1", 404), {}), "request/body/presence/added",
         "/paths/~1items~1{id}/get", "risk"),
        (call("shop", "POST /orders", 201, sent=b"", sent_headers={"Content-Type": FORM}),
         "request/body/required/removed", "/components/requestBodies/Order", "risk"),
        (send(call("shop", "POST /orders", 201), {"item": "lamp", "count": 1}),
         "request/body/media-type/added", "/components/requestBodies/Order/content", "risk"),
        (_order(("count", 0)), "request/schema/minimum/widened", f"{_ORDER}/count/minimum", "risk"),
        (_order(("item", "Lamp 2")), "request/schema/pattern/changed", f"{_ORDER}/item/pattern",
         "risk"),
        (send(call("shop", "POST /orders", 201), "item=lamp", FORM),
         "request/schema/required/removed", f"{_ORDER}/count", "risk"),
        (_order(("gift", "maybe")), "request/schema/type/changed", f"{_ORDER}/gift/type", "risk"),
        (_order(("codes", "1,x")), "request/schema/type/changed", f"{_ORDER}/codes/items/type",
         "risk"),
        (_order(("address[zip]", "x")), "request/schema/type/changed",
         f"{_ORDER}/address/properties/zip/type", "risk"),
        (_order(("details", '{"depth": "x"}')), "request/schema/type/changed",
         f"{_ORDER}/details/properties/depth/type", "risk"),
        (_order(("extra", 1)), "request/schema/property/added", _ORDER, "risk"),
        (call("shop", "GET /items/1", 410), "response/status/error/added",
         "/paths/~1items~1{id}/get/responses", "safe", "410"),
        (call("shop", "GET /items/1", 202), "response/status/success/added",
         "/paths/~1items~1{id}/get/responses", "breaking", "202"),
        (call("shop", "GET /items/1", 206, {"id": 1}), "response/status/success/added",
         "/paths/~1items~1{id}/get/responses", "breaking", "206"),
        (call("shop", "GET /items/1", 302, headers={"Location": "/v1/items/2"}),
         "response/status/error/added", "/paths/~1items~1{id}/get/responses", "breaking", "302"),
        (call("shop", "GET /items/1", 404, {"code": 1}), "response/body/media-type/added",
         "/paths/~1items~1{id}/get/responses/404", "safe"),
        (call("shop", "GET /items/1", 200, {"id": 1, "cost": 1}), "response/schema/property/added",
         "/components/schemas/Item/properties", "safe"),
        (call("shop", "GET /items/1", 200, {"name": "a"}), "response/schema/required/removed",
         "/components/schemas/Item/properties/id", "risk"),
        (call("shop", "GET /items/1", 200), "response/body/content/malformed",
         f"/paths/~1items~1{{id}}/get{_OK}/content", "breaking"),
    ),
    "files": (
        (_upload(_FILE, ("title", "A very long title")), "request/schema/maxLength/widened",
         f"{_UPLOAD}/title/maxLength", "risk"),
        (_upload(_TITLE), "request/schema/required/removed", f"{_UPLOAD}/file", "risk"),
        (_upload(_FILE, _TITLE, ("kind", "old")), "request/schema/enum/value-added",
         f"{_UPLOAD}/kind/enum", "risk"),
        (_upload(_FILE, _TITLE, ("count", "few")), "request/schema/type/changed",
         f"{_UPLOAD}/count/type", "risk"),
        (_upload(_FILE, _TITLE, ("meta", '{"page": "x"}', "application/json")),
         "request/schema/type/changed", f"{_UPLOAD}/meta/properties/page/type", "risk"),
        (_upload(_FILE, _TITLE, ("other", "x")), "request/schema/property/added", _UPLOAD, "risk"),
        (send(call("files", "POST /uploads", 202, headers={"Location": "/"}), "x", MULTIPART),
         "request/body/content/malformed",
         "/paths/~1uploads/post/requestBody/content/multipart~1form-data", "risk"),
        (_letter(("note", '{"page": "x"}', JSON)), "request/schema/type/changed",
         f"{_LETTER}/schema/properties/note/properties/page/type", "risk"),
        (_letter(("scan", b"\xff", "image/png")), "request/schema/required/removed",
         f"{_LETTER}/schema/properties/note", "risk"),
        (_letter(kind="multipart/related"), "request/body/content/malformed", _LETTER, "risk"),
        (_upload(_FILE, _TITLE, **{"Content-Length": "0"}), "response/header/presence/optional",
         "/paths/~1uploads/post/responses/202/headers/Location", "risk"),
        (send(call("files", "PUT /notes/ab", 204), "ab", "text/plain"),
         "request/schema/minLength/widened",
         f"{_NOTE}/put/requestBody/content/text~1plain/schema/minLength", "risk"),
        (send(call("files", "DELETE /notes/ab", 204), "why", "text/plain"),
         "request/body/presence/added", f"{_NOTE}/delete", "risk"),
        (call("files", "DELETE /notes/a", 204), "request/schema/minLength/widened",
         f"{_NOTE}/parameters/0/schema/minLength", "risk"),
        (call("files", "GET /notes/ab", 200, "a" * 31, kind="text/plain; charset=utf-8"),
         "response/schema/maxLength/widened",
         f"{_NOTE}/get{_OK}/content/text~1plain/schema/maxLength", "risk"),
        (call("files", "GET /notes/ab", 200, {}), "response/body/media-type/added",
         f"{_NOTE}/get{_OK}/content", "safe"),
        (call("files", "GET /files.rar", 200, b"\0", kind="application/octet-stream"),
         "request/schema/enum/value-added",
         "/paths/~1files.{extension}/get/parameters/0/schema/enum", "risk"),
        (call("files", "GET /reports", 200, [{"id": 1}] * 3, kind=_REPORT_KIND),
         "response/schema/maxItems/widened", f"{_REPORT}/maxItems", "risk"),
        (call("files", "GET /reports", 200, [{}], kind=_REPORT_KIND),
         "response/schema/required/removed", f"{_REPORT}/items/properties/id", "risk"),
        (call("files", "GET /reports", 200, "[", kind=_REPORT_KIND),
         "response/body/content/malformed", _REPORT.removesuffix("/schema"), "breaking"),
        (call("files", "GET /reports", 200, [], kind="application/json"),
         "response/body/media-type/added", _REPORTS, "safe"),
        (call("files", "GET /reports", 422, {"status": 1}, kind="application/problem+json"),
         "response/schema/required/removed", "/components/schemas/Problem/properties/title",
         "risk"),
        (call("files", "GET /reports", 500), "response/status/error/added",
         "/paths/~1reports/get/responses", "safe", "500"),
        (call("files", "GET /shelves/7", 200, {}), "api/operation/presence/added", "/paths",
         "safe"),
        (call("files", "POST /reports", 200, {}), "api/operation/presence/added", "/paths",
         "safe"),
    ),
    "zoo": (
        (_animals([{"kind": "emu"}]), "response/schema/branch/added-known",
         "/components/schemas/Animal/oneOf", "risk"),
        (_animals([{"kind": "cat"}]), "response/schema/required/removed",
         "/components/schemas/Cat/properties/lives", "risk"),
        (_animals([{"kind": "dog"}]), "response/schema/required/removed",
         "/components/schemas/Named/properties/name", "risk"),
        (_animals([{**CAT, "colour": "grey"}]), "response/schema/property/added",
         "/components/schemas/Cat/properties", "safe"),
        (call("zoo", "GET /animals/latest", 200, {**CAT, "lives": "9"}),
         "response/schema/type/changed", "/components/schemas/Cat/properties/lives/type",
         "risk"),
        (call("zoo", "GET /animals", 200, [], headers={"Content-Length": "2"}),
         "response/header/presence/optional", f"{_ANIMALS}/headers/X-Total", "risk"),
        (_animals([], **{"X-Total": "many"}), "response/schema/type/changed",
         f"{_ANIMALS}/headers/X-Total/schema/type", "risk"),
        (_animals([], **{"X-Next": "not a link"}), "response/schema/format/changed",
         f"{_ANIMALS}/headers/X-Next/schema/format", "risk"),
        (_animals([], **{"X-Pages": "1,x"}), "response/schema/type/changed",
         f"{_ANIMALS}/headers/X-Pages/schema/items/type", "risk"),
        (_animals([], **{"X-Zoo": "1"}), "response/header/optional/added", f"{_ANIMALS}/headers",
         "safe"),
        (call("zoo", "GET /animals", 503, {"hint": "later"}), "response/schema/required/removed",
         "/components/responses/Error/content/application~1json/schema/properties/code", "risk"),
        (_animals([], Deprecation="@1767225600"), "api/operation/deprecated/added",
         "/paths/~1animals/get/deprecated", "safe"),
        (_animals([], Sunset="Sat, 31 Oct 2026 23:59:59 GMT"), "api/operation/sunset/added",
         "/paths/~1animals/get/x-sunset", "risk"),
        (call("zoo", f"GET /animals/{UUID}", 200, CAT,
              headers={"Sunset": "Wed, 30 Jan 2030 00:00:00 GMT"}),
         "api/operation/sunset/added", "/paths/~1animals~1{id}/get/x-sunset", "risk"),
        (call("zoo", "GET /animals/eldest", 404, {"code": 1}), "request/schema/format/changed",
         "/paths/~1animals~1{id}/parameters/0/schema/format", "risk"),
        (call("zoo", "GET /animals?page=one", 500, {"code": 1}), "request/schema/type/changed",
         "/paths/~1animals/get/parameters/0/schema/type", "risk"),
        (_feed({"food": 7}), "response/schema/type/changed", f"{_MEAL}/food/oneOf", "risk"),
        (_feed({"food": "hay", "amounts": {"hay": "2"}}), "response/schema/type/changed",
         f"{_MEAL}/amounts/additionalProperties/type", "risk"),
        (_feed({"food": "hay", "closed": {"window": True}}), "response/schema/property/added",
         f"{_MEAL}/closed/properties", "safe"),
        (_feed({"food": None}), "response/schema/nullable/added", f"{_MEAL}/food/oneOf",
         "breaking"),
        (send(call("zoo", "POST /animals", 201, {"id": "1", "name": None}), {"secret": "s"}),
         "request/schema/required/removed", f"{_NEW}/name", "risk"),
        (call("zoo", f"POST /animals/{UUID}:feed", 200, {"food": "hay"}),
         "response/schema/required/removed", f"{_MEAL}/at", "risk"),
        (call("zoo", f"POST /animals/{UUID}:feed", 200, {}),
         "response/schema/required/removed", "/components/schemas/Meal/required", "risk"),
        (send(call("zoo", "POST /animals", 201, {"id": "1", "name": "A", "owner": 1.5}),
              {"name": "A", "secret": "s"}),
         "response/schema/type/changed", f"{_NEW}/owner/anyOf", "breaking"),
    ),
    "audiences": (
        (_made({"id": "x1"}), "response/schema/pattern/changed", f"{_AUDIENCE}/id/pattern", "risk"),
        (_made({"size": "12"}), "response/schema/type/changed", f"{_AUDIENCE}/size/type",
         "risk"),
        (_made({"rule": {"objective_type": ["FAME"]}}), "response/schema/enum/value-added",
         "/components/schemas/ObjectiveType/enum", "risk"),
        (_made({"owner": "me"}), "response/schema/property/added", _AUDIENCE, "safe"),
        (_made({"name": None}), "response/schema/nullable/added", f"{_AUDIENCE}/name/type",
         "risk"),
        (_made({"message": "no"}, 400), "response/schema/required/removed",
         "/components/schemas/Error/properties/code", "risk"),
        (_made("<html>", 502), "response/body/content/malformed",
         f"{_MAKE_AT}/responses/default/content/application~1json", "risk"),
        (replace(_made({}), url="https://api.pinterest.com/v5/ad_accounts/me/audiences"),
         "request/schema/pattern/changed", "/components/parameters/AdAccountId/schema/pattern",
         "risk"),
        (send(call("audiences", _MAKE, 200, {}), {**_SMALLEST, "audience_type": "FRIENDS"}),
         "request/schema/enum/value-added", "/components/schemas/AudienceType/enum", "risk"),
        (send(call("audiences", _MAKE, 200, {}), {**_SMALLEST, "rule": {"url": {"like": "x"}}}),
         "request/schema/property/added", "/components/schemas/UrlCondition/properties", "risk"),
        (call("audiences", "GET /ad_accounts/12/audiences", 200, {}),
         "api/operation/presence/added", "/paths", "safe"),
    ),
}  # fmt: skip

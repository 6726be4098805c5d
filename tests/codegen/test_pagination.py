"""Lists that come in pages by the rules of the settings, and rules that don't fit."""

from __future__ import annotations

import asyncio
import importlib
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from tests.support.paged_shop import (
    CURSOR,
    LINK,
    OFFSET,
    PAGE,
    Rule,
    queries,
    run,
    serving,
)

pytestmark = pytest.mark.slow

HEADER: Rule = {"style": "link"}


@dataclass(frozen=True, slots=True)
class Shop:
    package: ModuleType
    client: Any
    transport: httpx.MockTransport
    sent: list[httpx.Request]

    @property
    def queries(self) -> list[dict[str, str]]:
        return queries(self.sent)

    def fails(self, says: str) -> AbstractContextManager[object]:
        errors = importlib.import_module(f"{self.package.__name__}.errors")
        return pytest.raises(errors.ResponseError, match=says)


Open = Callable[..., Shop]


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """Yield the function that opens a shop; the package of its rules is generated once."""
    folder = tmp_path_factory.mktemp("shops")
    packages: dict[str, ModuleType] = {}

    def opened(*rules: Rule, bodies: Sequence[object], attempts: int = 1, **settings: Any) -> Shop:
        if (key := str(rules)) not in packages:
            name = f"shop_{len(packages)}"
            outcome = run(folder, *rules, package=name)
            assert outcome.code == 0, outcome.err
            importlib.invalidate_caches()
            packages[key] = importlib.import_module(name)
        package, sent = packages[key], list[httpx.Request]()
        transport = httpx.MockTransport(serving(sent, bodies, **settings.pop("headers", {})))
        retry = package.Retry(attempts=attempts)
        client = package.Shop("secret", transport=transport, retry=retry, **settings)
        return Shop(package, client, transport, sent)

    sys.path.insert(0, str(folder / "out"))
    yield opened
    sys.path.remove(str(folder / "out"))


def pages(*items: list[int] | None, **members: Sequence[object]) -> list[object]:
    """Return bodies with these items and with further members, of which each has a list."""
    return [
        {"data": data, **{name: values[i] for name, values in members.items() if i < len(values)}}
        for i, data in enumerate(items)
    ]


@pytest.mark.parametrize(
    ("rule", "bodies", "asked"),
    [
        (PAGE | {"first": 0}, [{"data": [1, 2, 3]}, {}], [{}, {"page": "1"}]),
        (PAGE | {"total": "total"}, pages([1, 2], [3], total=[2, 2]), [{}, {"page": "2"}]),
        (PAGE | {"next": "next"}, pages([1, 2], [3], next=["x"]), [{}, {"page": "2"}]),
        (OFFSET | {"next": "next"}, pages([1, 2], [3], next=["x", None]), [{}, {"offset": "2"}]),
        (PAGE, pages([1, 2], [3], [], next=["x"]), [{}, {"page": "2"}, {"page": "3"}]),
        (CURSOR, pages([1, 2], [3], next=["a b", ""]), [{}, {"cursor": "a b"}]),
        (CURSOR, pages([1, 2], [3], next=["a", "0"]), [{}, {"cursor": "a"}]),
        (
            CURSOR | {"next": "/odd.next"},
            pages([1, 2], [3], **{"odd.next": ["x"]}),
            [{}, {"cursor": "x"}],
        ),
        (
            LINK,
            pages([1, 2], [3], next=["/v1/things?at=2&c=d,e", None]),
            [{}, {"at": "2", "c": "d,e"}],
        ),
    ],
)
def test_styles(
    rule: Rule, bodies: list[object], asked: list[dict[str, str]], open_shop: Open
) -> None:
    shop = open_shop(rule, bodies=bodies)
    things = shop.client.things.list_all()
    assert isinstance(things, shop.package.Paginated)
    assert list(things) == [1, 2, 3]
    assert shop.queries == asked


def test_the_header_link(open_shop: Open) -> None:
    """RFC 8288: a relation among several, relative to the page's own URL."""
    link = '</v1/names>; rel="first", <?p=9>; rel=next; anchor="#x", <?p=2>; rel="Next last"'
    shop = open_shop(HEADER, bodies=[["a"], ["b"]], headers={"link": link})
    assert list(shop.client.names.list_all()) == ["a", "b"]
    assert [str(request.url) for request in shop.sent] == [
        "https://api.example.com/v1/names",
        "https://api.example.com/v1/names?p=2",
    ]


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example.com/v1/things",
        "http://api.example.com/v1/things",
        "https://api.example.com.evil.com/v1/things",
        "https://api.example.com@evil.com/v1/things",
        "https://api.example.com:8443/v1/things",
        "//evil.example.com/v1/things",
        "https://api.example.com/v2/things",
        "/v1/../admin",
        "/v1/%2e%2e/admin",
        "/v1/%2E%2E/admin?at=2",
        "/v1/.%2e/admin",
        "/v1/things/%2E./..%2fadmin",
        "/v1/..%2fadmin",
        "/v1%2f..%2fadmin",
        "/v1/..%5cadmin",
        "/v1/..\\admin",
        "/v1/a%5C..%5C..%5Cadmin",
        "/v1/a\\..\\..\\admin",
        "/v1/..;x=1/admin",
        "/v1/%2e%2e",
        "https://api.example.com/v1/%2e%2e/%2e%2e/admin#/v1/",
        "https://api.example.com/v1/a\nb",
        pytest.param("https://api.example.com/v1/" + "a" * 70_000, id="long"),
        "https://api.example.com:99999999/v1/",
        "https://[/",
    ],
)
def test_a_link_that_leads_elsewhere(target: str, open_shop: Open) -> None:
    """No request, so no secret: what isn't below the base URL isn't followed."""
    shop = open_shop(LINK, bodies=[{"data": [1], "next": target}])
    things = shop.client.things.list_all()
    assert next(things) == 1
    with shop.fails("the next page isn't below https://api"):
        next(things)
    assert len(shop.sent) == 1


def test_a_link_may_have_dots(open_shop: Open) -> None:
    """Those that are no segment of their own, and those in the query."""
    shop = open_shop(LINK, bodies=pages([1], [2], next=["/v1/a..b/...?at=../..%2f%2e%2e"]))
    assert list(shop.client.things.list_all()) == [1, 2]
    assert shop.sent[1].url.path == "/v1/a..b/..."
    assert shop.sent[1].url.params["at"] == "../../.."


def test_a_link_keeps_headers_and_secrets(open_shop: Open) -> None:
    """The same origin spelt otherwise is the same; parameters outside the URL go along."""
    target = "HTTPS://API.example.com:443/v1/things?at=2"
    shop = open_shop(LINK, bodies=pages([1], [2], next=[target]))
    info = shop.package.ResponseInfo()
    options = shop.package.Options(headers={"x-mine": "yes"}, response=info)
    assert list(shop.client.things.list_all(x_shop="here", options=options)) == [1, 2]
    for request in shop.sent:
        assert request.headers["authorization"] == "Bearer secret"
        assert request.headers["x-shop"] == "here"
        assert request.headers["x-mine"] == "yes"
    assert info.status_code == 200


def test_a_base_url_of_the_callers_own(open_shop: Open) -> None:
    bodies = pages([1], [2], next=["?at=2", "https://api.example.com/v1/x"])
    shop = open_shop(LINK, bodies=bodies, base_url="http://localhost:1/proxy")
    with shop.fails("isn't below http://localhost:1/proxy"):
        list(shop.client.things.list_all())
    assert str(shop.sent[1].url) == "http://localhost:1/proxy/things?at=2"


def test_going_on_from_a_cursor(open_shop: Open) -> None:
    """The page that the caller sees has what a later walk begins with."""
    things = open_shop(CURSOR, bodies=pages([1], next=["a"])).client.things.list_all()
    assert next(things) == 1
    shop = open_shop(CURSOR, bodies=pages([2], [3], next=["a"]))
    walk = shop.client.things.list_all(cursor=things.page.next)
    assert next(walk) == 2
    with shop.fails("repeats a page"):
        next(walk)
    assert shop.queries == [{"cursor": "a"}]


@pytest.mark.parametrize(
    ("rule", "bodies", "count"),
    [
        (CURSOR, [{"data": [i], "next": "ab"[i % 2]} for i in range(9)], 3),
        (CURSOR, [{"data": [1], "next": "a"}] * 9, 2),
        (LINK, [{"data": [1], "next": "/v1/things?at=2"}] * 9, 2),
        (OFFSET, [{"data": [1]}] * 9, 3),
        (PAGE, [{"data": [1]}] * 9, 3),
    ],
    ids=["a circle of cursors", "a cursor", "a link", "no offset is heeded", "no page is heeded"],
)
def test_a_page_that_repeats(rule: Rule, bodies: list[object], count: int, open_shop: Open) -> None:
    shop = open_shop(rule, bodies=bodies)
    with shop.fails("repeats a page"):
        list(shop.client.things.list_all())
    assert len(shop.sent) == count


@pytest.mark.parametrize("rule", [PAGE, OFFSET])
def test_items_that_are_equal(rule: Rule, open_shop: Open) -> None:
    """Measurements, for instance, have no id."""
    shop = open_shop(rule, bodies=pages([0, 0], [0, 0], [1, 2], [0, 0], [0, 0], []))
    assert list(shop.client.things.list_all()) == [0, 0, 0, 0, 1, 2, 0, 0, 0, 0]


def test_a_retry_belongs_to_its_page(open_shop: Open) -> None:
    busy = httpx.Response(429, headers={"retry-after": "0"})
    first, second = pages([1], [2], next=["a"])
    shop = open_shop(CURSOR, bodies=[first, busy, second], attempts=2)
    assert list(shop.client.things.list_all()) == [1, 2]
    assert shop.queries == [{}, {"cursor": "a"}, {"cursor": "a"}]


def test_asynchronously(open_shop: Open) -> None:
    """Page by page too."""
    shop = open_shop(CURSOR, bodies=pages([1, 2], [3], [4], next=["a"]))

    async def walk() -> tuple[list[int], list[Any]]:
        async with shop.package.AsyncShop("secret", transport=shop.transport) as client:
            items = [item async for item in client.things.list_all()]
            return items, [page.data async for page in client.things.list_all().pages()]

    assert asyncio.run(walk()) == ([1, 2, 3], [[4]])


def test_a_body_goes_along(open_shop: Open) -> None:
    header = {"items": "", "header": "X-Next", "operations": ["names/find"]}
    rule = without(CURSOR, "next") | header
    shop = open_shop(rule, bodies=[["a"], ["b"]], headers={"x-next": "n"})
    models = importlib.import_module(f"{shop.package.__name__}.models")
    body = models.NamesFindRequest(like="x")
    assert list(shop.client.names.find_all(body)) == ["a", "b"]
    assert [json.loads(request.content) for request in shop.sent] == [{"like": "x"}] * 2
    assert shop.queries == [{}, {"cursor": "n"}]
    assert not hasattr(shop.client.things, "list_all")


def test_the_first_rule_that_fits_counts(open_shop: Open) -> None:
    rules = (HEADER | {"operations": ["names/list"]}, CURSOR, PAGE)
    shop = open_shop(*rules, bodies=[*pages([1], [2], next=["a"]), ["x"]])
    assert list(shop.client.things.list_all()) == [1, 2]
    assert list(shop.client.names.list_all()) == ["x"]
    assert shop.queries == [{}, {"cursor": "a"}, {}]


TABLE = "tool.speclock.clients.shop.pagination"
ANSWER = "(spec.yaml:20:17, #/paths/~1things/get/responses/200/content/application~1json/schema)"
PLACE = "(spec.yaml:8:7, #/paths/~1things/get)"
PARAMETER = "Add it: the query parameter that asks for a page;"
PLACES = "needs one of 'next', 'header', 'last' with the style 'cursor'."
STYLES = "style must be one of cursor, offset, page, link"


def without(rule: Rule, name: str) -> Rule:
    return {key: value for key, value in rule.items() if key != name}


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        # of every style
        (CURSOR | {"style": "cursors"}, f"{STYLES}, not 'cursors'. Did you mean 'cursor'?"),
        (without(LINK, "style"), "lacks 'style'. Add it: `cursor`, `offset`, `page` or `link`."),
        (CURSOR | {"item": "x"}, "has no setting 'item'. Did you mean 'items'?"),
        (PAGE | {"operations": [3]}, "operations must be a list of text."),
        # cursor
        (without(CURSOR, "parameter"), f"lacks 'parameter' with the style 'cursor'. {PARAMETER}"),
        (without(CURSOR, "next"), f"{PLACES} Add one."),
        (CURSOR | {"header": "x"}, f"{PLACES} It has 'next' and 'header'. Keep one."),
        (
            CURSOR | {"first": 1},
            "'first' … style, operations, parameter, items, next, header, last, more.",
        ),
        (without(CURSOR, "next") | {"header": ""}, "header is empty. Give it a value, or …"),
        (without(CURSOR, "next") | {"header": 1}, "header must be text, not 1."),
        (CURSOR | {"parameter": "cursors"}, f"= 'cursors': … {PLACE}. Did you mean 'cursor'?"),
        (CURSOR | {"parameter": "X-Shop"}, "query parameters: 'offset', 'page', 'cursor'."),
        (CURSOR | {"items": "dat"}, f"has no member 'dat' … {ANSWER}. Did you mean 'data'?"),
        (CURSOR | {"items": "/dat"}, "has no member '/dat' … Did you mean '/data'?"),
        (CURSOR | {"items": "x"}, "Name one of its members: 'data'. If it has no pages, remove"),
        (
            CURSOR | {"items": "total"},
            f"no list in 'total' {ANSWER}. Name one of its lists: 'data'.",
        ),
        (CURSOR | {"next": "nxet"}, "next = 'nxet': … Did you mean 'next'?"),
        (CURSOR | {"next": "total.x.y"}, f"'total.x' … {ANSWER}. If it has no pages, remove"),
        (CURSOR | {"next": "total"}, "str as 'cursor', but 'total' is int … 'next', '/odd.next'."),
        # offset
        (OFFSET | {"parameter": "cursor"}, f"but str {PLACE}. Name … int: 'offset', 'page'."),
        (OFFSET | {"total": "next"}, f"no whole number in 'next' {ANSWER}. … numbers: 'total'."),
        # page
        (PAGE | {"first": "1"}, "first must be a whole number, not '1'."),
        (PAGE | {"header": "x"}, "no setting 'header' with … items, next, total, more, first."),
        # link
        (LINK | {"parameter": "page"}, "'parameter' with … Known: style, operations, items, next."),
        (LINK | {"next": "total"}, "no text in 'total' … of its texts: 'next', '/odd.next'."),
    ],
)
def test_a_wrong_setting(rule: Rule, says: str, tmp_path: Path) -> None:
    found = run(tmp_path, {"operations": ["things/list"]} | rule)

    assert (found.code, found.err.count("\n")) == (2, 1)
    assert TABLE in found.err
    assert re.search(".*".join(map(re.escape, says.split("…"))), found.err), found.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (CURSOR | {"operations": ["names/list"]}, "names/list has no member 'data'"),
        (CURSOR | {"items": "dat"}, "If no operation has such pages, remove this table."),
    ],
)
def test_the_operations_that_it_does_not_fit(rule: Rule, says: str, tmp_path: Path) -> None:
    found = run(tmp_path, rule)

    assert found.code == 2
    assert says in found.err
    assert not (tmp_path / "out").exists()


def test_operations_that_are_not_there(tmp_path: Path) -> None:
    found = run(tmp_path, CURSOR | {"operations": ["pets/list"]})

    assert found.code == 0
    assert "'pets/list' in `operations` of a table `pagination` names no operation" in found.err
    assert "Did you mean 'names/list'? Or remove it from `operations`" in found.err

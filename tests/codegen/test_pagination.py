"""Lists that come in pages by the rules of the settings, and rules that don't fit."""

from __future__ import annotations

import asyncio
import importlib
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from tests.support.command import python, run_tests
from tests.support.paged_shop import (
    CURSOR,
    LINK,
    OFFSET,
    PAGE,
    Answer,
    Rule,
    queries,
    run,
    serving,
)

pytestmark = pytest.mark.slow

HEADER: Rule = {"style": "link"}
Make = Callable[..., ModuleType]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Yield the function that generates and imports the package of some rules, each once."""
    folder = tmp_path_factory.mktemp("shops")
    packages: dict[str, ModuleType] = {}

    def make(*rules: Rule) -> ModuleType:
        if (key := str(rules)) not in packages:
            name = f"shop_{len(packages)}"
            outcome = run(folder, *rules, package=name)
            assert outcome.code == 0, outcome.err
            importlib.invalidate_caches()
            packages[key] = importlib.import_module(name)
        return packages[key]

    sys.path.insert(0, str(folder / "out"))
    yield make
    sys.path.remove(str(folder / "out"))


def client(package: ModuleType, answer: Answer, **settings: Any) -> Any:
    settings.setdefault("retry", package.Retry(attempts=1))
    return package.Shop("secret", transport=httpx.MockTransport(answer), **settings)


def pages(*items: list[int] | None, **members: Sequence[object]) -> list[object]:
    """Return bodies with these items and with further members, of which each has a list."""
    return [
        {"data": data, **{name: values[i] for name, values in members.items() if i < len(values)}}
        for i, data in enumerate(items)
    ]


@pytest.mark.parametrize(
    ("rule", "bodies", "asked"),
    [
        (OFFSET, pages([1, 2], [3], []), [{}, {"offset": "2"}, {"offset": "3"}]),
        (OFFSET | {"total": "total"}, pages([1, 2], [3], total=[3, 3]), [{}, {"offset": "2"}]),
        (PAGE, pages([1, 2], [3], None), [{}, {"page": "2"}, {"page": "3"}]),
        (PAGE | {"first": 0}, [{"data": [1, 2, 3]}, {}], [{}, {"page": "1"}]),
        (PAGE | {"total": "total"}, pages([1, 2], [3], total=[2, 2]), [{}, {"page": "2"}]),
        (
            CURSOR,
            [{"data": [1], "next": "a b"}, {"next": "c"}, {"data": [2, 3], "next": ""}],
            [{}, {"cursor": "a b"}, {"cursor": "c"}],
        ),
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
def test_styles(rule: Rule, bodies: list[object], asked: list[dict[str, str]], made: Make) -> None:
    package = made(rule)
    sent: list[httpx.Request] = []

    things = client(package, serving(sent, bodies)).things.list_all()

    assert isinstance(things, package.Paginated)
    assert list(things) == [1, 2, 3]
    assert queries(sent) == asked


def test_the_header_link(made: Make) -> None:
    """RFC 8288: a relation among several, relative to the page's own URL."""
    package = made(HEADER)
    sent: list[httpx.Request] = []
    link = '</v1/names>; rel="first", <?p=9>; rel=next; anchor="#x", <?p=2>; rel="Next last"'

    names = client(package, serving(sent, [["a"], ["b"]], link=link)).names.list_all()

    assert list(names) == ["a", "b"]
    assert [str(request.url) for request in sent] == [
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
def test_a_link_that_leads_elsewhere(target: str, made: Make) -> None:
    """No request, so no secret: what isn't below the base URL isn't followed."""
    package = made(LINK)
    errors = importlib.import_module(f"{package.__name__}.errors")
    sent: list[httpx.Request] = []
    things = client(package, serving(sent, [{"data": [1], "next": target}])).things.list_all()

    assert next(things) == 1
    with pytest.raises(errors.ResponseError, match="the next page isn't below https://api"):
        next(things)
    assert len(sent) == 1


def test_a_link_may_have_dots(made: Make) -> None:
    """Those that are no segment of their own, and those in the query."""
    package = made(LINK)
    sent: list[httpx.Request] = []
    target = "/v1/a..b/...?at=../..%2f%2e%2e"
    things = client(package, serving(sent, [{"data": [1], "next": target}, {"data": [2]}]))

    assert list(things.things.list_all()) == [1, 2]
    assert sent[1].url.path == "/v1/a..b/..."
    assert sent[1].url.params["at"] == "../../.."


def test_a_link_keeps_headers_and_secrets(made: Make) -> None:
    """The same origin spelt otherwise is the same; parameters outside the URL go along."""
    package = made(LINK)
    sent: list[httpx.Request] = []
    pages = [{"data": [1], "next": "HTTPS://API.example.com:443/v1/things?at=2"}, {"data": [2]}]
    shop = client(package, serving(sent, pages))
    info = package.ResponseInfo()

    options = package.Options(headers={"x-mine": "yes"}, response=info)
    assert list(shop.things.list_all(x_shop="here", options=options)) == [1, 2]

    for request in sent:
        assert request.headers["authorization"] == "Bearer secret"
        assert request.headers["x-shop"] == "here"
        assert request.headers["x-mine"] == "yes"
    assert info.status_code == 200


def test_a_base_url_of_the_callers_own(made: Make) -> None:
    package = made(LINK)
    sent: list[httpx.Request] = []
    pages = [{"data": [1], "next": "?at=2"}, {"data": [2], "next": "https://api.example.com/v1/x"}]
    shop = client(package, serving(sent, pages), base_url="http://localhost:1/proxy")
    errors = importlib.import_module(f"{package.__name__}.errors")

    with pytest.raises(errors.ResponseError, match="isn't below http://localhost:1/proxy"):
        list(shop.things.list_all())
    assert str(sent[1].url) == "http://localhost:1/proxy/things?at=2"


def test_going_on_from_a_cursor(made: Make) -> None:
    """The page that the caller sees has what a later walk begins with."""
    package = made(CURSOR)
    sent: list[httpx.Request] = []
    things = client(package, serving(sent, [{"data": [1], "next": "a"}])).things.list_all()
    assert next(things) == 1
    cursor = things.page.next

    shop = client(package, serving(sent, [{"data": [2], "next": "a"}, {"data": [3]}]))
    errors = importlib.import_module(f"{package.__name__}.errors")
    walk = shop.things.list_all(cursor=cursor)

    assert next(walk) == 2
    with pytest.raises(errors.ResponseError, match="repeats a page"):
        next(walk)
    assert queries(sent) == [{}, {"cursor": "a"}]


@pytest.mark.parametrize(
    ("rule", "bodies", "count"),
    [
        (CURSOR, [{"data": [i], "next": "ab"[i % 2]} for i in range(9)], 3),
        (OFFSET, [{"data": [1]}] * 9, 2),
    ],
    ids=["a circle of cursors", "a server that ignores the offset"],
)
def test_a_page_that_repeats(rule: Rule, bodies: list[object], count: int, made: Make) -> None:
    package = made(rule)
    errors = importlib.import_module(f"{package.__name__}.errors")
    sent: list[httpx.Request] = []

    with pytest.raises(errors.ResponseError, match="repeats a page"):
        list(client(package, serving(sent, bodies)).things.list_all())
    assert len(sent) == count


def test_a_retry_belongs_to_its_page(made: Make) -> None:
    package = made(CURSOR)
    answers = iter(
        [
            httpx.Response(200, json={"data": [1], "next": "a"}),
            httpx.Response(429, headers={"retry-after": "0"}),
            httpx.Response(200, json={"data": [2]}),
        ]
    )
    sent: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return next(answers)

    shop = client(package, respond, retry=package.Retry(attempts=2))
    assert list(shop.things.list_all()) == [1, 2]
    assert queries(sent) == [{}, {"cursor": "a"}, {"cursor": "a"}]


def test_asynchronously(made: Make) -> None:
    """Page by page too."""
    package = made(CURSOR)
    sent: list[httpx.Request] = []
    transport = httpx.MockTransport(serving(sent, pages([1, 2], [3], [4], next=["a"])))

    async def walk() -> tuple[list[int], list[Any]]:
        async with package.AsyncShop("secret", transport=transport) as shop:
            items = [item async for item in shop.things.list_all()]
            return items, [page.data async for page in shop.things.list_all().pages()]

    assert asyncio.run(walk()) == ([1, 2, 3], [[4]])


def test_a_body_goes_along(made: Make) -> None:
    package = made(
        without(CURSOR, "next") | {"items": "", "header": "X-Next", "operations": ["names/find"]}
    )
    models = importlib.import_module(f"{package.__name__}.models")
    sent: list[httpx.Request] = []
    shop = client(package, serving(sent, [["a"], ["b"]], **{"x-next": "n"}))

    assert list(shop.names.find_all(models.NamesFindRequest(like="x"))) == ["a", "b"]

    assert [json.loads(request.content) for request in sent] == [{"like": "x"}] * 2
    assert queries(sent) == [{}, {"cursor": "n"}]
    assert not hasattr(shop.things, "list_all")


def test_the_first_rule_that_fits_counts(made: Make) -> None:
    package = made(HEADER | {"operations": ["names/list"]}, CURSOR, PAGE)
    sent: list[httpx.Request] = []
    shop = client(package, serving(sent, [{"data": [1], "next": "a"}, {"data": [2]}, ["x"]]))

    assert list(shop.things.list_all()) == [1, 2]
    assert list(shop.names.list_all()) == ["x"]
    assert queries(sent) == [{}, {"cursor": "a"}, {}]


@pytest.mark.nightly
def test_the_generated_tests_of_every_style(tmp_path: Path) -> None:
    """They pass, and the packages are clean under mypy --strict."""
    rules = {
        "offset": OFFSET,
        "page_of": PAGE | {"total": "total"},
        "cursor": CURSOR,
        "link": LINK,
        "header": HEADER,
    }
    for name, rule in rules.items():
        assert run(tmp_path, rule, package=name).code == 0
    run_tests(tmp_path / "out", *(f"tests/{name}" for name in rules))
    checker = ("-m", "mypy", "--strict", "--python-version", "3.11", "--config-file=")
    python(tmp_path / "out", *checker, *rules)


TABLE = "error: [tool.speclock.clients.shop.pagination] "
ANSWER = "(spec.yaml:20:17, #/paths/~1things/get/responses/200/content/application~1json/schema)"
PLACE = "(spec.yaml:8:7, #/paths/~1things/get)"
PARAMETER = "requires. Add it: the query parameter that asks for a page."
PLACES = "needs either 'next' or 'header', the place of the next cursor, and has"
STYLES = "style must be one of cursor, offset, page, link"


def without(rule: Rule, name: str) -> Rule:
    return {key: value for key, value in rule.items() if key != name}


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        # of every style
        (CURSOR | {"style": "cursors"}, f"{STYLES}, not 'cursors'. Did you mean 'cursor'?"),
        ({"style": 3}, "style must be text, not 3."),
        (without(LINK, "style"), f"{STYLES}; it is missing."),
        (CURSOR | {"item": "x"}, "has no setting 'item'. Did you mean 'items'?"),
        (PAGE | {"operations": 3}, "operations must be a list of text, not 3."),
        (PAGE | {"operations": [3]}, "operations must be a list of text, not [3]."),
        # cursor
        (without(CURSOR, "parameter"), f"lacks 'parameter', which the style 'cursor' {PARAMETER}"),
        (without(CURSOR, "next"), f"{PLACES} neither. Add one."),
        (CURSOR | {"header": "x"}, f"{PLACES} both. Remove one."),
        (CURSOR | {"first": 1}, "'first' … style, operations, parameter, items, next, header."),
        (without(CURSOR, "next") | {"header": ""}, "header is empty. Give it a value, or …"),
        (without(CURSOR, "next") | {"header": 1}, "header must be text, not 1."),
        (CURSOR | {"parameter": "cursors"}, f"= 'cursors': … {PLACE}. Did you mean 'cursor'?"),
        (CURSOR | {"parameter": "X-Shop"}, "query parameters: 'offset', 'page', 'cursor'."),
        (CURSOR | {"items": "dat"}, f"has no member 'dat' … {ANSWER}. Did you mean 'data'?"),
        (CURSOR | {"items": "/dat"}, "has no member '/dat' … Did you mean '/data'?"),
        (CURSOR | {"items": "x"}, "Name one of its members: 'data', 'total', 'next', '/odd.next'."),
        (
            CURSOR | {"items": "total"},
            f"no list in 'total' {ANSWER}. Name one of its lists: 'data'.",
        ),
        (without(CURSOR, "items"), "items = '': things/list answers with no list … lists: 'data'."),
        (CURSOR | {"next": "nxet"}, "next = 'nxet': … Did you mean 'next'?"),
        (CURSOR | {"next": "total.x.y"}, f"'total.x' … {ANSWER}. Take it out of `operations`."),
        (CURSOR | {"next": "total"}, "str as 'cursor', but 'total' is int … 'next', '/odd.next'."),
        # offset
        (without(OFFSET, "parameter"), f"lacks 'parameter', which the style 'offset' {PARAMETER}"),
        (OFFSET | {"next": "x"}, "'next' isn't … has style, operations, parameter, items, total."),
        (OFFSET | {"parameter": "cursor"}, f"but str {PLACE}. Name … int: 'offset', 'page'."),
        (OFFSET | {"total": "totl"}, "total = 'totl': … Did you mean 'total'?"),
        (OFFSET | {"total": "next"}, f"no whole number in 'next' {ANSWER}. … numbers: 'total'."),
        (OFFSET | {"total": True}, "total must be text, not True."),
        # page
        (PAGE | {"first": "1"}, "first must be a number, not '1'."),
        (PAGE | {"first": True}, "first must be a number, not True."),
        (PAGE | {"header": "x"}, "'header' isn't a setting of … items, total, first."),
        # link
        (LINK | {"parameter": "page"}, "'parameter' isn't … has style, operations, items, next."),
        (LINK | {"next": "total"}, "no text in 'total' … of its texts: 'next', '/odd.next'."),
    ],
)
def test_a_wrong_setting(rule: Rule, says: str, tmp_path: Path) -> None:
    found = run(tmp_path, {"operations": ["things/list"]} | rule)

    assert (found.code, found.err.count("\n")) == (2, 1)
    assert found.err.startswith(TABLE)
    assert re.search(".*".join(map(re.escape, says.split("…"))), found.err), found.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (CURSOR | {"operations": ["names/list"]}, "names/list has no member 'data'"),
        (
            CURSOR | {"operations": ["pets/list"]},
            "[tool.speclock.clients.shop.pagination] operations). Did you mean 'names/list'",
        ),
        (CURSOR | {"items": "dat"}, "The setting doesn't fit 1 other operation either."),
    ],
)
def test_the_operations_that_it_does_not_fit(rule: Rule, says: str, tmp_path: Path) -> None:
    found = run(tmp_path, rule)

    assert found.code == 2
    assert says in found.err
    assert not (tmp_path / "out").exists()

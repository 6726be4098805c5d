"""Lists that come in pages, by the settings' rules and by links: who gets an iterator, and how one
goes through the pages.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from tests.support.paged_shop import (
    AGAIN,
    CURSOR,
    LINK,
    OFFSET,
    PAGE,
    Answer,
    queries,
    run,
    serving,
)

pytestmark = pytest.mark.slow

HEADER = 'style = "link"\n'


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Makes and imports the package of one rule."""

    def make(rules: str) -> ModuleType:
        name = f"shop_{abs(hash((rules, str(tmp_path))))}"
        outcome = run(tmp_path, rules, name)
        assert outcome.code == 0, outcome.err
        monkeypatch.syspath_prepend(tmp_path / "out")
        return importlib.import_module(name)

    return make


def client(package: ModuleType, answer: Answer, **settings: Any) -> Any:
    settings.setdefault("retry", package.Retry(attempts=1))
    return package.Shop("secret", transport=httpx.MockTransport(answer), **settings)


@pytest.mark.parametrize(
    ("rule", "bodies", "asked"),
    [
        (
            OFFSET,
            [{"data": [1, 2]}, {"data": [3]}, {"data": []}],
            [{}, {"offset": "2"}, {"offset": "3"}],
        ),
        (
            OFFSET + 'total = "total"\n',
            [{"data": [1, 2], "total": 3}, {"data": [3], "total": 3}],
            [{}, {"offset": "2"}],
        ),
        (
            PAGE,
            [{"data": [1, 2]}, {"data": [3]}, {"data": None}],
            [{}, {"page": "2"}, {"page": "3"}],
        ),
        (PAGE + "first = 0\n", [{"data": [1, 2, 3]}, {}], [{}, {"page": "1"}]),
        (
            PAGE + 'total = "total"\n',
            [{"data": [1, 2], "total": 2}, {"data": [3], "total": 2}],
            [{}, {"page": "2"}],
        ),
        (
            CURSOR,
            [{"data": [1], "next": "a b"}, {"next": "c"}, {"data": [2, 3], "next": ""}],
            [{}, {"cursor": "a b"}, {"cursor": "c"}],
        ),
        (
            CURSOR.replace('"next"\n', '"/odd.next"\n'),
            [{"data": [1, 2], "odd.next": "x"}, {"data": [3]}],
            [{}, {"cursor": "x"}],
        ),
        (
            LINK,
            [{"data": [1, 2], "next": "/v1/things?at=2&c=d,e"}, {"data": [3], "next": None}],
            [{}, {"at": "2", "c": "d,e"}],
        ),
    ],
)
def test_styles(
    rule: str,
    bodies: list[object],
    asked: list[dict[str, str]],
    made: Callable[[str], ModuleType],
) -> None:
    package = made(rule)
    sent: list[httpx.Request] = []

    things = client(package, serving(sent, bodies)).things.list_all()

    assert isinstance(things, package.Paginated)
    assert list(things) == [1, 2, 3]
    assert queries(sent) == asked


def test_the_header_link(made: Callable[[str], ModuleType]) -> None:
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
def test_a_link_that_leads_elsewhere(target: str, made: Callable[[str], ModuleType]) -> None:
    """No request, so no secret: what isn't below the base URL isn't followed."""
    package = made(LINK)
    errors = importlib.import_module(f"{package.__name__}.errors")
    sent: list[httpx.Request] = []
    things = client(package, serving(sent, [{"data": [1], "next": target}])).things.list_all()

    assert next(things) == 1
    with pytest.raises(errors.ResponseError, match="the next page isn't below https://api"):
        next(things)
    assert len(sent) == 1


def test_a_link_may_have_dots(made: Callable[[str], ModuleType]) -> None:
    """Those that are no segment of their own, and those in the query."""
    package = made(LINK)
    sent: list[httpx.Request] = []
    target = "/v1/a..b/...?at=../..%2f%2e%2e"
    things = client(package, serving(sent, [{"data": [1], "next": target}, {"data": [2]}]))

    assert list(things.things.list_all()) == [1, 2]
    assert sent[1].url.path == "/v1/a..b/..."
    assert sent[1].url.params["at"] == "../../.."


def test_a_link_keeps_headers_and_secrets(made: Callable[[str], ModuleType]) -> None:
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


def test_a_base_url_of_the_callers_own(made: Callable[[str], ModuleType]) -> None:
    package = made(LINK)
    sent: list[httpx.Request] = []
    pages = [{"data": [1], "next": "?at=2"}, {"data": [2], "next": "https://api.example.com/v1/x"}]
    shop = client(package, serving(sent, pages), base_url="http://localhost:1/proxy")
    errors = importlib.import_module(f"{package.__name__}.errors")

    with pytest.raises(errors.ResponseError, match="isn't below http://localhost:1/proxy"):
        list(shop.things.list_all())
    assert str(sent[1].url) == "http://localhost:1/proxy/things?at=2"


def test_going_on_from_a_cursor(made: Callable[[str], ModuleType]) -> None:
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


def test_pages_that_lead_in_a_circle(made: Callable[[str], ModuleType]) -> None:
    package = made(CURSOR)
    errors = importlib.import_module(f"{package.__name__}.errors")
    sent: list[httpx.Request] = []
    pages = [{"data": [i], "next": "ab"[i % 2]} for i in range(9)]

    with pytest.raises(errors.ResponseError, match="repeats a page"):
        list(client(package, serving(sent, pages)).things.list_all())
    assert len(sent) == 3


def test_a_server_that_ignores_the_offset(made: Callable[[str], ModuleType]) -> None:
    package = made(OFFSET)
    errors = importlib.import_module(f"{package.__name__}.errors")
    sent: list[httpx.Request] = []

    with pytest.raises(errors.ResponseError, match="repeats a page"):
        list(client(package, serving(sent, [{"data": [1]}] * 9)).things.list_all())
    assert len(sent) == 2


def test_a_retry_belongs_to_its_page(made: Callable[[str], ModuleType]) -> None:
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

    retry = package.Retry(attempts=2)
    assert list(client(package, respond, retry=retry).things.list_all()) == [1, 2]
    assert queries(sent) == [{}, {"cursor": "a"}, {"cursor": "a"}]


def test_asynchronously(made: Callable[[str], ModuleType]) -> None:
    package = made(CURSOR)
    sent: list[httpx.Request] = []
    pages = [{"data": [1, 2], "next": "a"}, {"data": [3]}, {"data": [4]}]
    transport = httpx.MockTransport(serving(sent, pages))

    async def walk() -> tuple[list[int], list[Any]]:
        async with package.AsyncShop("secret", transport=transport) as shop:
            items = [item async for item in shop.things.list_all()]
            return items, [page async for page in shop.things.list_all().pages()]

    items, shown = asyncio.run(walk())

    assert items == [1, 2, 3]
    assert [page.data for page in shown] == [[4]]


def test_a_body_goes_along(made: Callable[[str], ModuleType]) -> None:
    rule = (
        'style = "cursor"\nparameter = "cursor"\nheader = "X-Next"\noperations = ["names/find"]\n'
    )
    package = made(rule)
    models = importlib.import_module(f"{package.__name__}.models")
    sent: list[httpx.Request] = []
    shop = client(package, serving(sent, [["a"], ["b"]], **{"x-next": "n"}))

    assert list(shop.names.find_all(models.NamesFindRequest(like="x"))) == ["a", "b"]

    assert [json.loads(request.content) for request in sent] == [{"like": "x"}] * 2
    assert queries(sent) == [{}, {"cursor": "n"}]
    assert not hasattr(shop.things, "list_all")


def test_the_first_rule_that_fits_counts(made: Callable[[str], ModuleType]) -> None:
    package = made(f"{AGAIN}{HEADER}operations = ['names/list']\n{AGAIN}{CURSOR}{AGAIN}{PAGE}")
    sent: list[httpx.Request] = []
    shop = client(package, serving(sent, [{"data": [1], "next": "a"}, {"data": [2]}, ["x"]]))

    assert list(shop.things.list_all()) == [1, 2]
    assert list(shop.names.list_all()) == ["x"]
    assert queries(sent) == [{}, {"cursor": "a"}, {}]


def test_the_generated_tests_of_every_style(tmp_path: Path) -> None:
    """They pass, and the packages are clean under mypy --strict."""
    rules = {
        "offset": OFFSET,
        "page_of": PAGE + 'total = "total"\n',
        "cursor": CURSOR,
        "link": LINK,
        "header": HEADER,
    }
    for name, rule in rules.items():
        assert run(tmp_path, rule, name).code == 0
    options = ["-q", "-pno:cacheprovider", "-pno:asyncio", "-W", "error", "--import-mode=importlib"]
    tests = [f"tests/{name}" for name in rules]
    for tool, *arguments in (
        ["pytest", *options, "--rootdir=.", *tests],
        ["mypy", "--strict", "--python-version", "3.11", "--config-file=", *rules],
    ):
        command = [sys.executable, "-m", tool, *arguments]
        done = subprocess.run(
            command, cwd=tmp_path / "out", capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout

"""The fake that answers with what requests made, of the resources that the description tells."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.cases.fake_over_http.test_case import serving
from tests.support.generated_case import Case, GeneratedCases

SHELVES = ["shelves_create", "shelves_list", "shelves_get", "shelves_replace", "shelves_update"]
REMEMBERED = {
    "/shelves/{shelf_id}": [*SHELVES, "shelves_delete"],
    "/shelves/{shelf_id}/books/{bookId}": [
        "books_create", "books_list", "books_get", "books_delete",
    ],
    "/users/{userName}": ["users_create", "users_get"],
    "/tokens/{id}": ["tokens_create", "tokens_get"],
    "/rooms/{room}/lamps/{id}": ["lamps_create", "lamps_get", "lamps_replace"],
}  # fmt: skip


@pytest.fixture
def fake(case: Case) -> Any:
    return case.fake(remember=True)


@pytest.fixture(params=["sync", "async"])
def client(request: pytest.FixtureRequest, case: Case, fake: Any) -> Any:
    with case.connect(None, request.param, transport=fake) as client:
        yield client


def test_it_lists_what_it_remembers(case: Case, fake: Any) -> None:
    """A report isn't: POST answers without it."""
    resources = {r.path: [call.script for call in r.calls] for r in fake.remembers}
    assert resources == REMEMBERED
    assert str(fake.remembers[2]) == "/users/{userName}: users_create, users_get"
    assert case.fake().remembers == ()


def test_without_remember_the_examples_are_the_answers(case: Case) -> None:
    with case.connect(None, transport=case.fake()) as client:
        shelf = client.shelves.create({"name": "Novels"})
        assert shelf.name != "Novels"
        assert client.shelves.get("nothing was made").name == shelf.name


def test_an_item_is_what_was_sent_with_the_rest_by_its_schema(client: Any) -> None:
    shelf = client.shelves.create({"name": "Novels", "price": Decimal("1.10"), "lock": "secret"})

    assert (shelf.id, shelf.name, shelf.size, shelf.sealed) == ("shf_000001", "Novels", 12, None)
    assert shelf.made.year == 2026
    assert str(shelf.price) == "1.10"
    assert shelf.model_dump(exclude_unset=True).keys() == {
        "id", "name", "made", "size", "sealed", "price",
    }  # fmt: skip
    assert client.shelves.get(shelf.id) == shelf
    assert client.shelves.create({"name": "Poems"}).id == "shf_000002"
    assert [each.name for each in client.shelves.list()] == ["Novels", "Poems"]


def test_put_replaces_and_patch_merges(client: Any) -> None:
    made = client.shelves.create({
        "name": "Novels", "size": 3, "price": Decimal(5), "place": {"room": "A", "floor": 2},
    })  # fmt: skip

    patched = client.shelves.update(made.id, {"place": {"room": None}, "sealed": True})
    assert (patched.name, patched.size, patched.price) == ("Novels", 3, 5)
    assert patched.place.model_dump(exclude_unset=True) == {"floor": 2}
    assert patched.sealed is True
    # A member that must be there is null, if it may be.
    assert client.shelves.update(made.id, {"sealed": None}).sealed is None

    replaced = client.shelves.replace(made.id, {"name": "Poems"})
    assert (replaced.id, replaced.made, replaced.name) == (made.id, made.made, "Poems")
    assert (replaced.size, replaced.price, replaced.place) == (12, None, None)
    assert client.shelves.get(made.id) == replaced


def test_what_was_deleted_is_gone(case: Case, client: Any) -> None:
    first = client.shelves.create({"name": "Novels"})
    second = client.shelves.create({"name": "Poems"})

    assert client.shelves.delete(first.id) is None

    assert client.shelves.list() == [second]
    with pytest.raises(case.errors.NotFoundError) as caught:
        client.shelves.get(first.id)
    assert caught.value.error.title == "No such shelf"
    for call, *body in (("delete",), ("replace", {"name": "x"}), ("update", {})):
        with pytest.raises(case.errors.NotFoundError, match="not found"):
            getattr(client.shelves, call)(first.id, *body)
    assert client.shelves.create({"name": "Essays"}).id == "shf_000003"


def test_items_of_two_parents_are_apart(case: Case, client: Any) -> None:
    """A parent need not have been made; its parameter may have another name in the other path."""
    novel = client.books.create("a/b", {"title": "Emma", "tags": ["old"], "secret": "s"})
    poem = client.books.create("c", {"title": "Ode"})

    assert (novel.id, novel.title, novel.shelf_id, novel.tags) == (100, "Emma", "a/b", ["old"])
    assert (poem.id, poem.shelf_id, poem.tags) == (101, "c", None)
    assert client.books.get("a/b", 100) == novel
    with pytest.raises(case.errors.NotFoundError):
        client.books.get("c", 100)
    assert client.books.delete("c", 101) == poem
    assert client.books.list("c").items == []


def test_a_member_has_the_parameter_of_the_path_unless_it_is_sent(client: Any) -> None:
    lamp = client.lamps.create(7, {"watts": 1})
    assert lamp.model_dump() == {"id": "1", "room": 7, "watts": 1}
    assert client.lamps.create(7, {"room": 8}).room == 8

    assert client.lamps.replace(7, "1", {}) is None

    assert client.lamps.get(7, "1").model_dump(exclude_unset=True) == {"id": "1", "room": 7}


def test_a_page_has_all_items_and_is_the_last(client: Any) -> None:
    for number in range(3):
        client.books.create("a", {"title": str(number)})

    page = client.books.list("a")
    assert (len(page.items), page.total, page.has_more, page.next) == (3, 3, False, None)
    assert page.warnings is None
    assert [book.title for book in client.books.list_all("a")] == ["0", "1", "2"]


def test_an_id_may_be_that_of_the_request(case: Case, client: Any) -> None:
    client.users.create({"user_name": "ann", "mail": "a@b.example", "password": "secret"})
    user = client.users.get("ann")
    assert (user.mail, str(user.joined)) == ("a@b.example", "2026-01-02")
    assert user.password is None
    with pytest.raises(case.errors.NotFoundError):
        client.users.get("000001")
    token = client.tokens.create()
    assert client.tokens.get(token.id) == token
    assert token.id != client.tokens.create().id


def test_a_scripted_answer_wins(case: Case, client: Any, fake: Any) -> None:
    testing = case.modules["testing"]
    made = client.shelves.create({"name": "Novels"})
    fake.shelves_get.answers(testing.Reply(418, "a teapot"))
    with pytest.raises(case.errors.ApiError, match="418"):
        client.shelves.get(made.id)
    fake.shelves_get.answers()
    assert client.shelves.get(made.id) == made
    assert len(fake.shelves_get.calls) == 2


def test_another_resource_has_its_example(client: Any) -> None:
    client.reports.create({"user_name": "ann"})
    assert client.reports.get("any").id == "the example"


class SlowNumber(int):
    """A number that other threads use, too, while it is counted up and written."""

    def __add__(self, other: int) -> SlowNumber:
        time.sleep(0.0005)
        return SlowNumber(int(self) + other)

    def __str__(self) -> str:
        time.sleep(0.0005)
        return int.__repr__(self)


def test_no_item_of_300_threads_is_lost(case: Case, fake: Any) -> None:
    slow = [replace(resource, first_id=SlowNumber(100)) for resource in fake.remembers]
    case.modules["_runtime.fake_memory"].remember(fake, slow)
    titles = [str(number) for number in range(300)]
    with case.connect(None, transport=fake) as client, ThreadPoolExecutor(300) as pool:
        made = [*pool.map(lambda title: client.books.create("a", {"title": title}), titles)]
        assert len({book.id for book in made}) == 300
        assert sorted(book.title for book in client.books.list("a").items) == sorted(titles)
        [*pool.map(lambda book: client.books.delete("a", book.id), made[:150])]
        assert len(client.books.list("a").items) == 150


def test_no_item_of_300_tasks_is_lost(case: Case, fake: Any) -> None:
    async def run() -> int:
        async with case.package.AsyncSample(transport=fake) as client:
            calls = (client.shelves.create({"name": str(number)}) for number in range(300))
            await asyncio.gather(*calls)
            return len(await client.shelves.list())

    assert asyncio.run(run()) == 300


# ── over HTTP ────────────────────────────────────────────────────────────────────────────────────


def test_it_remembers_over_http(case: Case, cases: GeneratedCases) -> None:
    with serving(cases.folder, case.package.__name__, "--remember") as served:
        made = served.ask("POST", "/v1/shelves", json={"name": "Novels", "price": 1.10})
        assert made.status_code == 201
        assert made.json() == {
            "id": "shf_000001", "name": "Novels", "made": "2026-01-02T03:04:05Z", "size": 12,
            "sealed": None, "price": 1.1,
        }  # fmt: skip
        url = "/shelves/shf_000001"
        assert served.ask("GET", url).json() == made.json()
        assert served.ask("PATCH", url, json={"size": 1}).status_code == 422
        assert served.ask("PATCH", url, json={"name": "N"}).json()["name"] == "N"
        script = {"shelves_get": [{"status_code": 503}]}
        assert served.ask("PUT", "/__speclock/answers", json=script).status_code == 204
        assert served.ask("GET", url).status_code == 503
        assert served.ask("PUT", "/__speclock/answers", json={}).status_code == 204
        assert served.ask("DELETE", url).status_code == 204
        gone = served.ask("GET", url)
        assert (gone.status_code, gone.json()) == (404, {"title": "No such shelf"})
        assert gone.headers["content-type"] == "application/problem+json"
        assert served.ask("GET", "/shelves").json() == []
        assert len(served.ask("GET", "/__speclock/calls").json()) == 7


def test_the_server_prints_what_it_remembers(case: Case, cases: GeneratedCases) -> None:
    lines: list[str] = []
    with serving(cases.folder, case.package.__name__, "--remember", printed=lines) as served:
        served.ask("GET", "/shelves")
    expected = [f"remembers {path}: {', '.join(calls)}" for path, calls in REMEMBERED.items()]
    assert lines == expected


def test_without_the_option_the_server_has_examples(case: Case, cases: GeneratedCases) -> None:
    lines: list[str] = []
    with serving(cases.folder, case.package.__name__, printed=lines) as served:
        assert served.ask("GET", "/shelves/any").status_code == 200
    assert lines == []

"""A fake that remembers: the ids of items, and the parents that are part of their key."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from tests.support.generated_case import Case

REMEMBERED = {
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


def test_it_lists_what_it_remembers(fake: Any) -> None:
    resources = {r.path: [call.script for call in r.calls] for r in fake.remembers}
    assert resources == REMEMBERED
    assert str(fake.remembers[1]) == "/users/{userName}: users_create, users_get"


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


def test_a_json_patch_has_its_example(client: Any, fake: Any) -> None:
    """So it isn't in the list of what is remembered."""
    client.tokens.create()  # its id is that of the example
    token = client.tokens.create()
    changed = client.tokens.change(token.id, [{"op": "remove", "path": "/id"}])
    assert changed.id != token.id
    assert client.tokens.get(token.id) == token
    assert "tokens_change" not in [call.script for r in fake.remembers for call in r.calls]


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
    fake._remember(slow)
    titles = [str(number) for number in range(300)]
    with case.connect(None, transport=fake) as client, ThreadPoolExecutor(300) as pool:
        made = [*pool.map(lambda title: client.books.create("a", {"title": title}), titles)]
        assert len({book.id for book in made}) == 300
        assert sorted(book.title for book in client.books.list("a").items) == sorted(titles)
        [*pool.map(lambda book: client.books.delete("a", book.id), made[:150])]
        assert len(client.books.list("a").items) == 150

"""The fake that answers with what requests made, of the resources that the description tells."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from tests.cases.fake_over_http.test_case import serving
from tests.support.generated_case import Case, GeneratedCases

SHELVES = ["shelves_create", "shelves_list", "shelves_get", "shelves_replace", "shelves_update"]
REMEMBERED = {"/shelves/{shelf_id}": [*SHELVES, "shelves_delete"]}


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
    assert case.fake().remembers == ()


def test_without_remember_the_examples_are_the_answers(case: Case) -> None:
    with case.connect(None, transport=case.fake()) as client:
        shelf = client.shelves.create({"name": "Novels"})
        assert shelf.name != "Novels"
        assert client.shelves.get("nothing was made").name == shelf.name


def test_an_item_is_what_was_sent_with_the_rest_by_its_schema(case: Case, client: Any) -> None:
    shelf = client.shelves.create({"name": "Novels", "price": Decimal("1.10"), "lock": "secret"})

    assert (shelf.id, shelf.name, shelf.size, shelf.sealed) == ("shf_000001", "Novels", 12, None)
    assert shelf.made.year == 2026
    assert str(shelf.price) == "1.10"
    assert shelf.model_dump(exclude_unset=True).keys() == {
        "id", "name", "made", "size", "sealed", "price",
    }  # fmt: skip
    assert client.shelves.get(shelf.id) == shelf
    response = case.package.ResponseInfo()
    client.shelves.get(shelf.id, options=case.package.Options(response=response))
    assert response.headers["content-type"] == "application/json"
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
        with pytest.raises(case.errors.NotFoundError, match="not found") as unnamed:
            getattr(client.shelves, call)(first.id, *body)
        assert unnamed.value.headers["content-type"] == "text/plain"
    assert client.shelves.create({"name": "Essays"}).id == "shf_000003"


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
    client.reports.create({"room": "A"})
    assert client.reports.get("any").id == "the example"


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

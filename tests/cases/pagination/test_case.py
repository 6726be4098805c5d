"""Links that lead to the next page (OpenAPI 3.1.1 §4.8.20)."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.support.generated_case import Case
from tests.support.paged_shop import queries, serving


def test_links_declare_pages(case: Case) -> None:
    sent: list[httpx.Request] = []
    bodies: list[object] = [
        {"pets": [{"id": "a"}], "meta": {"next": "n"}},
        {"pets": [{"id": "b"}]},
        ["x"],
        ["y"],
    ]
    answer = serving(sent, bodies, **{"x-next": "7"})
    sample = case.package.Sample(transport=httpx.MockTransport(answer))

    assert [pet.id for pet in sample.pets.list_all(kind="dog")] == ["a", "b"]
    assert queries(sent) == [{"kind": "dog"}, {"kind": "dog", "cursor": "n"}]
    sent.clear()
    assert list(sample.owners_list_all()) == ["x", "y"]
    assert queries(sent) == [{}, {"after": "7"}]
    assert not hasattr(sample.visits, "list_all")


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_options_are_for_each_page(case: Case, mode: str) -> None:
    sent: list[httpx.Request] = []
    bodies: list[object] = [{"pets": [{"id": "a"}], "meta": {"next": "n"}}, {"pets": []}]
    settings: dict[str, Any] = {"transport": httpx.MockTransport(serving(sent, bodies))}
    options = case.package.Options(headers={"x-test": "yes"})

    async def run() -> None:
        async with case.package.AsyncSample(**settings) as client:
            assert [pet.id async for pet in client.pets.list_all(options=options)] == ["a"]

    if mode == "async":
        asyncio.run(run())
    else:
        client = case.package.Sample(**settings)
        assert [pet.id for pet in client.pets.list_all(options=options)] == ["a"]
    assert [request.headers["x-test"] for request in sent] == ["yes", "yes"]

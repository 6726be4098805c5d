"""Links that lead to the next page (OpenAPI 3.1.1 §4.8.20)."""

from __future__ import annotations

import httpx

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

"""Links that lead to the next page (OpenAPI 3.1.1 §4.8.20)."""

from __future__ import annotations

import pytest

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case


def test_links_declare_pages(case: Case) -> None:
    server = Recorder(
        answering(200, {"pets": [{"id": "a"}], "meta": {"next": "n"}}), {"pets": [{"id": "b"}]},
        answering(200, ["x"], x_next="7"), ["y"],
    )  # fmt: skip
    sample = case.connect(server)

    assert [pet.id for pet in sample.pets.list_all(kind="dog")] == ["a", "b"]
    assert list(sample.owners_list_all()) == ["x", "y"]
    assert [dict(request.url.params) for request in server.requests] == [
        {"kind": "dog"}, {"kind": "dog", "cursor": "n"}, {}, {"after": "7"},
    ]  # fmt: skip
    assert not hasattr(sample.visits, "list_all")


def test_options_are_for_each_page(case: Case, mode: str) -> None:
    server = Recorder({"pets": [{"id": "a"}], "meta": {"next": "n"}}, {"pets": []})
    options = case.package.Options(headers={"x-test": "yes"})
    with case.connect(server, mode) as client:
        assert [pet.id for pet in client.pets.list_all(options=options)] == ["a"]
    assert server.headers("x-test") == ["yes", "yes"]


@pytest.mark.parametrize("page", [1, 2])
def test_an_error_is_raised_and_going_on_asks_for_the_page_again(
    case: Case, mode: str, page: int
) -> None:
    before = [{"pets": [{"id": "a"}], "meta": {"next": "n"}}] * (page - 1)
    server = Recorder(*before, answering(404, {}), {"pets": [{"id": "b"}]})
    with case.connect(server, mode) as client:
        pets = client.pets.list_all()
        with pytest.raises(case.errors.ApiError):
            list(pets)
        assert [pet.id for pet in pets] == ["b"]
    assert server.requests[-1].url == server.requests[-2].url

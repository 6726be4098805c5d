"""The pagination that a description shows: the settings, and iterators over the pages of a fake."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from tests.support.clients import method_of
from tests.support.command import speclock
from tests.support.generated_case import Case

FOLDER = Path(__file__).parent


def songs(*ids: str) -> list[dict[str, str]]:
    return [{"id": one} for one in ids]


def test_the_settings_are_those_that_ls_proposes(tmp_path: Path) -> None:
    """What isn't clear has a reason, and no setting."""
    (tmp_path / "case_pagination_settings.yaml").write_bytes((FOLDER / "spec.yaml").read_bytes())
    outcome = speclock(
        tmp_path, "ls", "--pagination", "case_pagination_settings.yaml", "--format", "json"
    )
    (listed,) = json.loads(outcome.out)
    text = (FOLDER / "pyproject.toml").read_text(encoding="utf-8")
    assert text.partition("\n\n")[2] == listed["settings"]
    unclear = {one["id"]: one["pages"] for one in listed["operations"] if one["state"] == "unclear"}
    assert unclear == {
        "search": "has 2 lists in its response: 'songs', 'albums'",
        "pages/list": "takes 'page', but no default, minimum or text tells the first",
    }


NEXT = "https://api.example.com/v1/albums?offset={}"
WALKS: dict[str, tuple[list[Any], list[dict[str, str]]]] = {
    "albums": (
        [
            {"items": songs("a", "b"), "next": NEXT.format(2)},
            {"items": [], "next": NEXT.format(4)},
            {"items": songs("c"), "next": None},
        ],
        [{}, {"offset": "2"}, {"offset": "4"}],
    ),
    "artists": (
        [{"artists": songs(*ids), "total_count": 3} for ids in ("a", "b", "c")],
        [{}, {"offset": "1"}, {"offset": "2"}],
    ),
    "authors": (
        [{"authors": songs(*ids)} for ids in ("ab", "c", "")],
        [{}, {"offset": "2"}, {"offset": "3"}],
    ),
    "notes": (
        [
            {"data": songs("a", "b"), "has_more": True},
            {"data": songs("c"), "has_more": True},
            {"data": songs(), "has_more": False},
        ],
        [{}, {"after": "b"}, {"after": "c"}],
    ),
    "songs": (
        [songs("a", "b"), songs("c"), []],
        [{}, {"page": "2"}, {"page": "3"}],
    ),
    "users": (
        [
            {"users": songs("a"), "nextPageToken": "x"},
            {"nextPageToken": "y"},
            {"users": songs("b", "c"), "nextPageToken": ""},
        ],
        [{}, {"pageToken": "x"}, {"pageToken": "y"}],
    ),
}


@pytest.mark.parametrize("name", WALKS)
def test_three_pages(name: str, case: Case, mode: str) -> None:
    """One of them is empty or shorter than the others."""
    pages, queries = WALKS[name]
    fake, reply = case.fake(), case.modules["testing"].Reply
    script = getattr(fake, f"{name}_list")
    script.answers(*(reply(200, page) for page in pages))
    with case.connect(mode=mode, transport=fake) as client:
        items = [song.id for song in method_of(client, f"{name}.list_all")()]
    assert items == ["a", "b", "c"]
    assert [dict(call.request.url.params) for call in script.calls] == queries


@pytest.mark.parametrize(
    ("name", "pages", "ids"),
    [
        ("users", [{"users": songs("a"), "nextPageToken": False}], "a"),
        ("users", [songs("a")], "a"),
        ("users", [{"users": None}], ""),
        ("artists", [{"artists": songs("a"), "total_count": "x"}, {"artists": []}], "a"),
        ("notes", [{"data": songs("a")}, {"data": songs()}], "a"),
        ("albums", [{"items": songs("a")}], "a"),
        ("users", [{"users": "abc"}], None),
        ("users", [{"users": {"a": 1}}], None),
        ("users", [{"users": songs("a"), "nextPageToken": {"a": 1}}], None),
        ("albums", [{"items": songs("a"), "next": ["b"]}], None),
        ("notes", [{"data": [{}], "has_more": True}], None),
    ],
)
def test_pages_that_are_not_as_described(
    name: str, pages: list[Any], ids: str | None, case: Case, mode: str
) -> None:
    """What tells of no further page ends a list; a page whose items can't be told is an error."""
    fake, reply = case.fake(), case.modules["testing"].Reply
    getattr(fake, f"{name}_list").answers(*(reply(200, page) for page in pages))
    with case.connect(mode=mode, transport=fake) as client:
        walk = method_of(client, f"{name}.list_all")()
        with nullcontext() if ids is not None else pytest.raises(case.errors.ResponseError):
            found = [one["id"] if isinstance(one, dict) else getattr(one, "id", "") for one in walk]
            assert found == [*(ids or "")]


def test_the_header_link(case: Case, mode: str) -> None:
    fake, reply = case.fake(), case.modules["testing"].Reply
    links = [{"link": f'<?at={number}>; rel="next"'} for number in (1, 2)]
    bodies = zip((songs("a"), [], songs("b")), (*links, {}), strict=True)
    fake.releases_list.answers(*(reply(200, body, headers) for body, headers in bodies))
    with case.connect(mode=mode, transport=fake) as client:
        assert [one.id for one in client.releases.list_all(limit=5)] == ["a", "b"]
    sent = [dict(call.request.url.params) for call in fake.releases_list.calls]
    assert sent == [{"limit": "5"}, {"at": "1"}, {"at": "2"}]


def test_more_is_false_in_the_last_page(case: Case, mode: str) -> None:
    fake, reply = case.fake(), case.modules["testing"].Reply
    fake.notes_list.answers(reply(200, {"data": songs("a"), "has_more": False}))
    with case.connect(mode=mode, transport=fake) as client:
        assert [note.id for note in client.notes.list_all()] == ["a"]
    assert len(fake.notes_list.calls) == 1


def test_a_404_after_the_last_page_ends_pages_by_number(case: Case, mode: str) -> None:
    """The walk stays at its end: no further request is sent."""
    fake, reply = case.fake(), case.modules["testing"].Reply
    fake.songs_list.answers(reply(200, songs("a")), reply(200, songs("b")), reply(404, {}))
    with case.connect(mode=mode, transport=fake) as client:
        walk = client.songs.list_all()
        assert [song.id for song in walk] == ["a", "b"]
        assert list(walk) == []
        assert len(fake.songs_list.calls) == 3


@pytest.mark.parametrize(
    ("name", "replies"),
    [
        ("songs", [(404, {})]),
        ("songs", [(200, songs("a")), (500, {})]),
        ("artists", [(200, {"artists": songs("a")}), (404, {})]),
    ],
)
def test_an_error_that_is_no_end(
    name: str, replies: list[tuple[int, Any]], case: Case, mode: str
) -> None:
    """A 404 of the first page, another status, and a 404 of what isn't counted in pages."""
    fake, reply = case.fake(), case.modules["testing"].Reply
    getattr(fake, f"{name}_list").answers(*(reply(*one) for one in replies))
    with case.connect(mode=mode, transport=fake) as client:
        walk = method_of(client, f"{name}.list_all")()
        with pytest.raises(case.errors.ApiError):
            list(walk)

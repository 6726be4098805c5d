"""Tags and ids become resources and methods."""

from __future__ import annotations

import inspect

import httpx
import pytest

from tests.support.answers import answering
from tests.support.clients import method_of
from tests.support.generated_case import Case


def test_resources_and_methods(case: Case) -> None:
    with case.connect(lambda request: httpx.Response(200, json=[request.url.path])) as client:
        assert client.books.list() == ["/api/books"]
        assert client.books.recent() == ["/api/books/new"]
    calls = ("books.create", "library_shelves.list", "library_shelves.clear", "get_health",
             "close_", "reading_rooms.list_rooms")  # fmt: skip
    with case.connect(answering(204)) as client:
        for call in calls:
            assert method_of(client, call)() is None
        with pytest.warns(DeprecationWarning, match="deprecated"):
            client.reading_rooms.open_room()
    rooms = case.modules["resources.reading_rooms"].ReadingRoomsResource
    doc = inspect.getdoc(rooms.list_rooms) or ""
    assert doc.splitlines()[0] == "List the rooms."
    assert "- so are rooms that don't exist" in doc.splitlines()
    assert rooms.__doc__ == "Where people read."

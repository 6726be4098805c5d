"""``$dynamicRef`` leads to the schema that the outermost schema binds to its anchor.

Source: JSON Schema 2020-12 §8.2.3.2.
"""

from __future__ import annotations

from typing import Any

from tests.support.answers import answering
from tests.support.generated_case import Case, refused, sent


def test_a_page_of_each_kind(case: Case) -> None:
    models = case.models
    pages: list[tuple[str, dict[str, Any], Any]] = [
        ("letters", {"to": "Ada"}, models.Letter),
        ("maps", {"scale": 5}, models.Map),
        ("entries", {"any": "thing"}, dict),
    ]
    for resource, entry, kind in pages:
        page = {"entries": [entry], "first": {"content": entry}}
        answer = {**page, "next": page}
        with case.connect(answering(200, answer)) as client:
            read = getattr(client, resource).list()
        assert sent(read) == answer
        inner = [read.entries[0], read.first.content, read.next.entries[0]]
        assert [type(one) for one in inner] == [kind] * 3


def test_a_class_that_extends_another_refers_to_itself(case: Case) -> None:
    models = case.models
    shelf = models.LockedShelf(lock="brass", above=models.LockedShelf(lock="iron"))
    assert sent(shelf) == {"lock": "brass", "above": {"lock": "iron"}}
    assert refused(models.LockedShelf, lock="brass", above={"label": "b"}) == ["missing"]
    assert sent(models.Shelf(above={"label": "b"})) == {"above": {"label": "b"}}

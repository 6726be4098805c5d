"""The calls of Django Ninja's app."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from generator import Pagination
from tests.qa.live.rows import Row, call

pagination = (
    Pagination("link", items="results", next="next"),
    Pagination("offset", parameter="offset", items="items", total="count"),
)
NIL = UUID(int=0)


def rows(package: Any) -> list[Row]:
    """Return a row for each call; they share the database."""
    files, m = package.files, package.models
    return [*books(m), *media(m, files), *security(m)]


def books(m: Any) -> list[Row]:
    """Books."""
    ink, pen = uuid5(NIL, "Ink"), uuid5(NIL, "Pén")
    added = datetime(2026, 1, 2, tzinfo=UTC)
    first = m.BookOut(
        id=ink, title="Ink", genre="novel", price="9.90", published=date(2026, 2, 28), added=added,
        pages=7,
    )  # fmt: skip
    second = m.BookOut(
        id=pen, title="Pén", genre="comic", price=None, published=None, added=added, pages=100
    )
    changed = first.model_copy(update={"price": None, "pages": 8})
    listed = [
        m.Listed(title="Ink", genre=m.Genre.NOVEL),
        m.Listed(title="Pén", genre=m.Genre.COMIC),
    ]
    return [
        call(
            "books.app_create_book",
            m.BookIn(title="Ink", price=Decimal("9.90"), published=date(2026, 2, 28), pages=7),
        ).gives(first.model_copy(update={"price": "9.9"}), 201),
        call("books.app_create_book", m.BookIn(title="Pén", genre="comic")).gives(second, 201),
        call("books.app_create_book", m.BookIn(title="x", price="y")).raises(422, body={"detail": [{
            "type": "decimal_parsing", "loc": ["body", "book", "price"],
            "msg": "Input should be a valid decimal",
        }]}),
        call("books.app_list_books").gives(m.PagedBookOut(items=[first, second], count=2)),
        call(
            "books.app_list_books", genre=[m.AppListBooksGenreItem.NOVEL], after=date(2026, 2, 27)
        ).gives(m.PagedBookOut(items=[first], count=1)),
        call("books.app_list_books", pages_gte=-1).refuses(),
        call("books.app_list_books_all", limit=1).gives([first, second]),
        call("books.app_walk_books").satisfies(
            lambda page: page.results == listed[:1] and page.previous is None and page.next
        ),
        call("books.app_walk_books_all", page_size=1).gives(listed),
        call("books.app_get_book", ink).gives(first),
        call("books.app_get_book", NIL).raises(404, m.Problem(message=f"no book {NIL}")),
        call("books.app_update_book", ink, m.BookInPatch(price=None, pages=8)).gives(changed),
        call("books.app_delete_book", pen).answers(204),
    ]  # fmt: skip


def media(m: Any, files: Any) -> list[Row]:
    """Files and streams."""
    png = files.File(b"\x89PNG\r\n", name="ü.png", media_type="image/png")
    plain = m.Details(title=" ", count=1, born=None)
    texts = [m.Message(text="grüße\n2"), m.Message(text="")]
    upload, size = m.MorePostUploadRequest, Path(__file__).stat().st_size
    return [
        call("more.post_upload", upload(title=" ", files=[png, Path(__file__)])).gives(
            m.Received(
                names=["ü.png image/png", "calls.py text/x-python"], size=size + 6, details=plain
            )
        ),
        call("more.get_lines").gives(texts),
        call("more.get_events").gives([m.MoreGetEventsResponse(data=text) for text in texts]),
    ]


def security(m: Any) -> list[Row]:
    """Security."""
    return [
        call("more.get_more_me_query").by(query_key="q").gives(m.Message(text="q")),
        call("more.get_more_me_any").by(query_key="q&a").gives(m.Message(text="q&a")),
        call("more.get_more_me_any").by(header_key="h").gives(m.Message(text="h")),
        call("more.get_more_me_any").by(cookie_key="c").gives(m.Message(text="c")),
        call("more.get_more_me_any").refuses("RequestError"),
    ]


recorded = {
    "response/status/error/added 422",
}
"""What `drift --traffic` finds in the recorded calls: the rule, and what isn't described."""

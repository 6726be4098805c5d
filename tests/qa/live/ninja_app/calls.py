"""The calls of Django Ninja's app."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
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
    return [*books(m), *values(m), *media(m, files), *security(m)]


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


def values(m: Any) -> list[Row]:
    """Bodies and parameters."""
    animals = [m.Cat(kind="cat", lives=3), m.Dog(kind="dog", born=date(2020, 2, 29))]
    home = {"animals": animals, "owner": 7, "open_at": time(9, 30)}
    plain = [m.Dog(kind="dog", born=None), m.Cat(kind="cat", lives=9)]
    return [
        call("more.more_put_home", m.Home(**home, price=Decimal("2.50"))).gives(
            m.Home(**home, price="2.5")
        ),
        call("more.more_put_home", m.Home(animals=[m.Dog(kind="dog"), m.Cat(kind="cat")])).gives(
            m.Home(animals=plain, owner=None, open_at=time(8), price="1.50")
        ),
        call(
            "more.more_get_day", date(2026, 3, 1), 3, "a b?ü",
            datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2))), timedelta(hours=-1),
            Decimal("1.10"), [3, -4], NIL, on=True, ui_theme="dark",
        ).gives([
            "datetime.date(2026, 3, 1)", "3", "'a b?ü'",
            "datetime.datetime(2026, 1, 1, 0, 0, tzinfo=TzInfo(7200))",
            "datetime.timedelta(days=-1, seconds=82800)", "Decimal('1.10')", repr(NIL), "[3, -4]",
            "'dark'", "True",
        ]),
        call("more.more_get_cookie").gives(m.Message(text="baked")),
        call("more.more_get_cookie", status=202).gives(m.Message(text="baked"), 202),
        call("more.more_get_teapot", "green").gives(m.Message(text="green")),
        call("more.more_get_teapot", "crash").raises(418, body={"detail": "I'm a teapot"}),
    ]  # fmt: skip


def media(m: Any, files: Any) -> list[Row]:
    """Forms, files and streams."""
    png = files.File(b"\x89PNG\r\n", name="ü.png", media_type="image/png")
    details = m.Details(title="a&b=ü", count=2, born=date(2020, 2, 29))
    plain = m.Details(title=" ", count=1, born=None)
    texts = [m.Message(text="grüße\n2"), m.Message(text="")]
    upload, size = m.MorePostUploadRequest, Path(__file__).stat().st_size
    return [
        call(
            "more.more_post_form",
            m.MorePostFormRequest(title="a&b=ü", count=2, born=date(2020, 2, 29)),
        ).gives(details),
        call("more.more_post_form", m.MorePostFormRequest(title=" ")).gives(plain),
        call("more.more_post_upload", upload(title=" ", files=[png, Path(__file__)])).gives(
            m.Received(
                names=["ü.png image/png", "calls.py text/x-python"], size=size + 6, details=plain
            )
        ),
        call("more.more_post_one", m.MorePostOneRequest(file=png, details=details)).gives(
            m.Received(names=["ü.png"], size=6, details=details)
        ),
        call("more.more_get_download").gives(None),
        call("more.more_get_lines").gives(texts),
        call("more.more_get_events").gives([m.MoreGetEventsResponse(data=text) for text in texts]),
    ]


def security(m: Any) -> list[Row]:
    """Security."""
    return [
        call("more.get_api_more_me_bearer").by(token="secret").gives(m.Message(text="secret")),
        call("more.get_api_more_me_bearer")
        .by(token="x")
        .raises(401, body={"detail": "Unauthorized"}),
        call("more.get_api_more_me_basic").by(basic=("jö", "pä:ss")).gives(m.Message(text="jö")),
        call("more.get_api_more_me_any").by(query_key="q&a").gives(m.Message(text="q&a")),
        call("more.get_api_more_me_any").by(header_key="h").gives(m.Message(text="h")),
        call("more.get_api_more_me_any").by(cookie_key="c").gives(m.Message(text="c")),
        call("more.get_api_more_me_any").refuses("RequestError"),
    ]


recorded = {
    "response/body/media-type/added text/x-python",
    "response/status/error/added 401",
    "response/status/error/added 418",
    "response/status/error/added 422",
}
"""What `drift --traffic` finds in the recorded calls: the rule, and what isn't described."""

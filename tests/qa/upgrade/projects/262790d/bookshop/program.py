"""A program with the client of a bookshop, as speclock wrote it at 262790d.

Each function is called by itself. A comment names what breaks a line.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from pathlib import Path

import httpx
from bookshop import AsyncBookshop, Bookshop, Deviation, Options, RawResponse, ResponseInfo, Retry
from bookshop.errors import ApiError, BookshopError, RateLimitError, RequestError, TransportError
from bookshop.models import Book, Fault, Genre
from bookshop.testing import Fake, Reply, Script
from bookshop.testing import Fault as NetworkFault
from pydantic import ValidationError

DOOR = Book(title="The Third Door", genre=Genre.CRIME, pages=None)


def search() -> None:
    """Search, with every argument of the client and of the call."""
    deviations: list[Deviation] = []
    answer = [{"title": "Rain", "genre": "crime", "pages": 90, "colour": "red"}]
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=answer))
    info = ResponseInfo()
    options = Options(timeout=5, headers={"x-branch": "2"}, response=info)
    with Bookshop(
        "token", transport=transport, retry=Retry(attempts=2), on_deviation=deviations.append
    ) as shop:
        books: list[Book] = shop.books.search(genre="crime", binding="hard", options=options)
    assert [book.title for book in books] == ["Rain"]
    assert info.status_code == 200
    assert [deviation.operation for deviation in deviations] == ["books.search"]


def search_with_await() -> None:
    """Search with the asynchronous client."""

    async def titles() -> list[str]:
        async with AsyncBookshop("token", transport=Fake()) as shop:
            return [book.title for book in await shop.books.search(genre=Genre.POETRY)]

    assert isinstance(asyncio.run(titles()), list)


def failures() -> None:
    """Catch each kind of error."""
    fake = Fake()
    script: Script[Book, Book | str] = fake.books_replace  # breaks: features text; page: "text"
    shop = Bookshop("token", transport=fake, retry=Retry(attempts=1))
    script.answers(Reply(409, {"code": "sold", "message": "It is sold."}))
    try:
        shop.books.replace("1", DOOR)
    except ApiError as error:
        assert error.error is None or isinstance(error.error, Fault)
        assert error.status_code == 409
    script.answers(Reply(429, {"message": "Wait."}, {"retry-after": "7"}))
    try:
        shop.books.replace("1", DOOR)
    except RateLimitError as error:
        assert error.retry_after == 7
    script.answers(NetworkFault.REFUSED)
    try:
        shop.books.replace("1", DOOR)
    except TransportError as error:
        assert not error.may_have_reached_server
    script.answers(Reply(404))
    with contextlib.suppress(BookshopError):
        shop.books.replace("1", DOOR)
    with contextlib.suppress(RequestError, ValueError):
        shop.books.replace("1", DOOR, options=Options(headers={"x": "a\nb"}))
    with contextlib.suppress(ValidationError):
        Book(title=201 * "x", genre=Genre.CRIME)


def raw_response() -> None:
    """Read a response as it arrived."""
    shop = Bookshop("token", transport=Fake())
    raw: RawResponse[Book] = shop.raw(shop.books.replace, "1", DOOR)
    assert raw.status_code == 200
    assert raw.value.title == "The Third Door"


def recording() -> None:
    """Record a call."""
    from bookshop.testing import Recorder  # breaks: Recorder; page: `testing.Recorder`

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "recording.ndjson")
        Bookshop("token", transport=Recorder(path, Fake())).books.search()
        assert "books.search" in path.read_text(encoding="utf-8")


def count() -> None:
    """Read a header of a response."""
    from bookshop.response_headers import BooksSearchHeaders  # breaks: features response_headers; page: `response_headers`

    shop = Bookshop("token", transport=Fake())
    headers = BooksSearchHeaders.read(shop.raw(shop.books.search).headers)
    assert headers.x_total_count is None or headers.x_total_count >= 0


def fixture() -> None:
    """Use the fixture of pytest."""
    from bookshop.pytest_plugin import fake_bookshop  # breaks: features testing; page: `pytest_plugin`

    assert fake_bookshop is not None


def label() -> None:
    """Ask for text beside JSON."""
    fake = Fake()
    fake.books_replace.answers(Reply(200, "The Third Door, crime"))
    shop = Bookshop("token", transport=fake)
    text: str = shop.books.replace("1", DOOR, accept="text/plain")  # breaks: accept; page: `accept=`
    assert text.startswith("The Third Door")


def alias_of_responses(genre: str = "crime") -> None:
    """Name the type of an enumeration in responses."""
    from bookshop.models import GenreOrStr  # breaks: GenreOrStr; page: …OrStr

    value: GenreOrStr = genre
    assert value == Genre.CRIME


def alias_of_requests() -> None:
    """Name the type of an enumeration in requests."""
    from bookshop.models import GenreOrValue  # breaks: GenreOrValue; page: …OrValue

    value: GenreOrValue = Genre.POETRY
    Bookshop("token", transport=Fake()).books.search(genre=value)


def one_parameter_in_two_operations() -> None:
    """Name the enumerations of a parameter that two operations share."""
    from bookshop.models import BooksReplaceBinding  # breaks: BooksReplaceBinding; page: equal enumerations
    from bookshop.models import BooksSearchBinding  # breaks: BooksSearchBinding; page: equal enumerations

    shop = Bookshop("token", transport=Fake())
    shop.books.search(binding=BooksSearchBinding.HARD)
    shop.books.replace("1", DOOR, binding=BooksReplaceBinding.SOFT)


def resource() -> None:
    """Name the class of a resource."""
    from bookshop.resources.books import Books  # breaks: Books; page: …Resource

    books: Books = Bookshop("token", transport=Fake()).books
    assert books.search() is not None


def resource_with_await() -> None:
    """Name the class of a resource of the asynchronous client."""
    from bookshop.resources.books import AsyncBooks  # breaks: AsyncBooks; page: …Resource

    books: AsyncBooks = AsyncBookshop("token", transport=Fake()).books
    assert books is not None

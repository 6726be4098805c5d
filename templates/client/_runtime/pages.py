"""Lists that come in pages: which page follows, and iterators that fetch one when it is needed."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast
from urllib.parse import unquote

from .deviations import Report
from .errors import ApiError, Exchange, ResponseError
from .operation import Operation, RequestBuilder
from .own_errors import own_errors

if TYPE_CHECKING:
    from .options import Options
    from .transport import AsyncSender, Sender

Item = TypeVar("Item")
Page = TypeVar("Page")


_ABSENT = (AttributeError, LookupError, TypeError)
"""What reading a member raises where the server left it out, or sent another value around it."""


def _read(read: Callable[[Any], Any], value: Any) -> Any:
    """Return what is read of a page or an item; None if it isn't there."""
    with suppress(*_ABSENT):
        return read(value)
    return None


@dataclass(frozen=True)
class Step:
    """The request for one page; ``mark`` tells it from those for the others."""

    arguments: Sequence[Any]
    body: Any
    mark: str | int = ""
    url: str = ""
    """Where the page is, if the server said so."""
    base: str = ""
    """What the operation's path is added to."""
    content: int = 0
    """The hash of the page before."""
    repeats: int = 0
    """The number of pages before that one with the same content."""

    def at(self, index: int, value: Any, mark: str | int) -> Step:
        """Return the same request with another argument."""
        arguments = (*self.arguments[:index], value, *self.arguments[index + 1 :])
        return replace(self, arguments=arguments, mark=mark)


class _Paged(Operation[Any]):
    """An operation whose result has its exchange, and whose body is a step's."""

    def build(
        self, arguments: Sequence[Any], body: Step, *, has_other_body: bool = False
    ) -> RequestBuilder:
        builder = super().build(arguments, body.body, has_other_body=has_other_body)
        if body.url:
            path, _, query = body.url.partition("#")[0].partition("?")
            builder.path = path.removeprefix(body.base)
            builder.query = [part for part in query.split("&") if part]
        return builder

    def read(self, exchange: Exchange, report: Report) -> tuple[Exchange, Any]:
        return exchange, super().read(exchange, report)


@dataclass(frozen=True)
class Paging(ABC, Generic[Item, Page]):
    """An operation that answers with a page of a list, and how the next page is found."""

    operation: Operation[Any]
    items: Callable[[Page], Iterable[Item] | None]
    more: Callable[[Page], bool | None] | None = field(default=None, kw_only=True)
    """Reads the member that is false in the last page."""

    @cached_property
    def paged(self) -> Operation[tuple[Exchange, Page]]:
        """The operation as a walk through its pages calls it: a page is JSON, the default."""
        own = {field.name: getattr(self.operation, field.name) for field in fields(_Paged)}
        own["answers"] = {
            status: getattr(answer, "of_default_kind", answer)
            for status, answer in self.operation.answers.items()
        }
        return _Paged(**own)

    def index(self, parameter: str) -> int:
        """Return the position of a parameter among the arguments."""
        return [one.name for one in self.operation.parameters].index(parameter)

    def first(self, arguments: Sequence[Any], body: Any) -> Step:
        """Return the first page as the caller wants it."""
        return Step(arguments, body)

    def items_of(self, exchange: Exchange, page: Page) -> Sequence[Item]:
        """Return the items of a page, none for null; raises :class:`ResponseError` for no list."""
        items: Any = page  # as some servers send the list alone
        with suppress(*_ABSENT):
            items = self.items(page)
        if items is None or isinstance(items, list):
            return cast("Sequence[Item]", items or ())
        raise ResponseError(exchange, "the page has no list of items where it is described")

    def is_last(self, page: Page) -> bool:
        """Return whether no page follows, by the member `more`."""
        return self.more is not None and _read(self.more, page) is False

    def is_end(self, error: ApiError) -> bool:  # noqa: ARG002 - a subclass reads it
        """Return whether an error is the answer to a request beyond the last page."""
        return False

    @abstractmethod
    def after(self, step: Step, exchange: Exchange, page: Page) -> Step | None:
        """Return the page that follows; None after the last."""


@dataclass(frozen=True)
class ByCursor(Paging[Item, Page]):
    """An answer has the next page's parameter, in a member, in a header or in its last item."""

    parameter: str
    following: Callable[[Page], Any] | None = None
    header: str = ""
    last: Callable[[Item], Any] | None = None
    """Reads the parameter from the last item of a page."""

    def first(self, arguments: Sequence[Any], body: Any) -> Step:
        return Step(arguments, body, str(arguments[self.index(self.parameter)]))

    def after(self, step: Step, exchange: Exchange, page: Page) -> Step | None:
        value: Any = None
        if self.last is not None:
            if items := self.items_of(exchange, page):
                value = _read(self.last, items[-1])
                if value is None:
                    raise ResponseError(exchange, "the last item doesn't tell the next page")
        elif self.following is not None:
            value = _read(self.following, page)
        else:
            value = exchange.headers.get(self.header)
        if value is None or value is False or value == "":
            return None
        if self.last is None and value in (0, "0"):  # which would begin the list again
            return None
        if isinstance(value, (dict, list)):
            raise ResponseError(exchange, "the next page's cursor isn't a text")
        index = self.index(self.parameter)
        argument = self.operation.parameters[index].read_value(value)
        return step.at(index, argument, str(value))


@dataclass(frozen=True)
class ByNumber(Paging[Item, Page]):
    """A parameter counts items, or pages where ``by_page``; an empty page ends the list.

    Two pages in a row may be equal, as measurements are; a server that gives a third one doesn't
    heed the parameter.
    """

    parameter: str
    start: int = 0
    by_page: bool = False
    end: Callable[[Page], float | None] | None = None
    """Reads how many items there are, or which page is the last."""
    following: Callable[[Page], Any] | None = None
    """Reads a member that is absent in the last page."""

    def is_end(self, error: ApiError) -> bool:
        return self.by_page and error.status_code == 404

    def after(self, step: Step, exchange: Exchange, page: Page) -> Step | None:
        count = len(self.items_of(exchange, page))
        given = step.arguments[self.index(self.parameter)]
        value = (self.start if given is None else given) + (1 if self.by_page else count)
        end: Any = _read(self.end, page) if self.end is not None else None
        is_known = isinstance(end, (int, float)) and not isinstance(end, bool)
        if not count or (is_known and value >= end + self.by_page):
            return None
        if self.following is not None and not _read(self.following, page):
            return None
        content = hash(exchange.content)
        repeats = step.repeats + 1 if content == step.content else 0
        mark = value if repeats < 2 else step.mark
        following = step.at(self.index(self.parameter), value, mark)
        return replace(following, content=content, repeats=repeats)


@dataclass(frozen=True)
class ByLink(Paging[Item, Page]):
    """An answer holds the next page's URL, in a member or in the header Link (RFC 8288)."""

    following: Callable[[Page], str | None] | None = None

    def after(self, step: Step, exchange: Exchange, page: Page) -> Step | None:
        target: Any = _read(self.following, page) if self.following else _link(exchange)
        if target and not isinstance(target, str):
            raise ResponseError(exchange, "the next page's address isn't a text")
        return replace(step, url=target, mark=target) if target else None


def _link(exchange: Exchange) -> str | None:
    """Return the target of the header Link's relation ``next``."""
    from .http import httpx

    header = {"link": exchange.headers.get("link", "")}
    for link in httpx.Response(200, headers=header).links.values():
        if "next" in link.get("rel", "").lower().split() and "anchor" not in link:
            return link.get("url")
    return None


def _climbs(url: str) -> bool:
    """Return whether a segment of the path may be ``..`` to a server, which may decode it first
    (RFC 3986 §6.2.2.2) and read a backslash as a slash.
    """
    path = unquote(url.partition("?")[0])
    return any(part.partition(";")[0] == ".." for part in re.split(r"[/\\]", path))


class _Progress(Generic[Item, Page]):
    """The state of a walk through the pages; no I/O."""

    page: Page
    """The page fetched last, which the item handed out last is of."""

    def __init__(
        self,
        sender: Any,
        paging: Paging[Item, Page],
        body: Any,
        options: Options | None,
        *arguments: Any,
    ) -> None:
        self._sender = sender
        self._paging = paging
        self._options = options
        self._step = paging.first(arguments, body)
        self._exchange: Exchange | None = None
        self._is_over = False
        self._seen: set[str | int] = set()
        self._rest: Iterator[Item] = iter(())

    def _upcoming(self) -> Step | None:
        """Return the page to fetch; None after the last."""
        if self._exchange is None:
            return self._step
        if self._is_over or self._paging.is_last(self.page):
            return None
        step = self._paging.after(self._step, self._exchange, self.page)
        if step is not None and step.mark in self._seen:
            raise ResponseError(self._exchange, "the server repeats a page")
        return self._located(step, self._exchange) if step is not None and step.url else step

    def _located(self, step: Step, exchange: Exchange) -> Step:
        """Return a step with its whole URL; raise :class:`ResponseError` for one elsewhere."""
        from .http import httpx

        settings = self._sender.settings
        base = str(httpx.URL(settings.server(self._paging.paged))).rstrip("/")
        try:
            url = str(httpx.URL(exchange.url).join(step.url))
        except (httpx.InvalidURL, ValueError):
            url = ""
        if not url.startswith(f"{base}/") or _climbs(url):
            fact = f"the next page isn't below {base}, but at {url or step.url}"
            raise ResponseError(exchange, fact)
        if self._options is not None:  # the URL has the whole query
            self._options = replace(self._options, query=None)
        return replace(step, url=url, base=base)

    def _end(self, error: ApiError) -> None:
        """End the walk at the error of a page after the first, or raise the error."""
        if self._exchange is None or not self._paging.is_end(error):
            raise error
        self._is_over = True

    def _take(self, step: Step, answer: tuple[Exchange, Page]) -> None:
        items = self._paging.items_of(*answer)
        self._step = step
        self._seen.add(step.mark)
        self._exchange, self.page = answer
        self._rest = iter(items)


class Paginated(_Progress[Item, Page], Iterator[Item]):
    """The items of all pages. A page is fetched when its first item is asked for.

    After an error, going on asks for the same page again. Raises what the operation's own method
    does, and :class:`ResponseError` where the server repeats a page or leads elsewhere.
    """

    _sender: Sender

    def __next__(self) -> Item:
        while True:
            for item in self._rest:
                return item
            if not self._fetch():
                raise StopIteration

    def pages(self) -> Iterator[Page]:
        """Yield the pages themselves, those that were fetched already left out."""
        while self._fetch():
            yield self.page

    def _fetch(self) -> bool:
        with own_errors(self._sender.settings.api.errors):
            step = self._upcoming()
            if step is not None:
                call = self._sender.call
                try:
                    self._take(step, call(self._paging.paged, step, self._options, *step.arguments))
                except ApiError as error:
                    self._end(error)
            return step is not None and not self._is_over


class AsyncPaginated(_Progress[Item, Page], AsyncIterator[Item]):
    """The items of all pages. As :class:`Paginated`, for ``async for``."""

    _sender: AsyncSender

    async def __anext__(self) -> Item:
        while True:
            for item in self._rest:
                return item
            if not await self._fetch():
                raise StopAsyncIteration

    async def pages(self) -> AsyncIterator[Page]:
        """Yield the pages themselves, those that were fetched already left out."""
        while await self._fetch():
            yield self.page

    async def _fetch(self) -> bool:
        with own_errors(self._sender.settings.api.errors):
            step = self._upcoming()
            if step is not None:
                call = self._sender.call
                try:
                    self._take(
                        step, await call(self._paging.paged, step, self._options, *step.arguments)
                    )
                except ApiError as error:
                    self._end(error)
            return step is not None and not self._is_over

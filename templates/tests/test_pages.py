"""Lists that come in pages."""

from __future__ import annotations

import asyncio
import json
import operator
import warnings
from collections.abc import Callable
from typing import Any

import pytest


class Walk:
    """What came of going through a list: items or pages, each with the page shown beside it."""

    def __init__(self, api: Any, mode: str, case: dict[str, Any], respond: Any) -> None:
        self.client = api.client(mode, respond)
        method = operator.attrgetter(case["call"])(self.client)
        self.arguments: dict[str, Any] = api.arguments(method, case)
        self.method = method
        self.mode = mode
        self.found: list[Any] = []
        self.shown: list[Any] = []
        self.errors: list[Exception] = []

    def run(self, *, by_page: bool = False, at_most: int = 1000) -> Walk:
        """Go on to the end, over errors too, but not over two in a row."""
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            pages = self.method(**self.arguments)
        steps = pages.pages() if by_page else pages
        if self.mode == "sync":
            with self.client:
                while len(self.found) < at_most and self._goes_on(lambda: next(steps), pages):
                    pass
            return self

        async def run() -> None:
            async with self.client:
                while len(self.found) < at_most:
                    try:
                        made = await anext(steps)
                    except Exception as error:  # noqa: BLE001 - whatever it is, it is noted
                        caught = error
                        if not self._goes_on(lambda: _raise(caught), pages):  # noqa: B023
                            return
                    else:
                        self._goes_on(lambda: made, pages)  # noqa: B023

        asyncio.run(run())
        return self

    def _goes_on(self, step: Callable[[], Any], pages: Any) -> bool:
        try:
            self.found.append(step())
        except (StopIteration, StopAsyncIteration):
            return False
        except Exception as error:  # noqa: BLE001 - whatever it is, it is noted
            self.errors.append(error)
            return len(self.errors) < 2
        self.shown.append(pages.page)
        return True


def _raise(error: Exception) -> Any:
    raise error


def answers(api: Any, case: dict[str, Any], *indices: int) -> Callable[[Any], Any]:
    """A server that gives these pages in turn, and the last of them for ever; -1 is an error."""
    left = list(indices)

    def respond(_: Any) -> Any:
        index = left.pop(0) if len(left) > 1 else left[0]
        if index < 0:
            return api.httpx.Response(500)
        headers = {"content-type": case["content_type"], **(case["headers"] if not index else {})}
        content = json.dumps(case["pages"][index]).encode()
        return api.httpx.Response(case["status"], headers=headers, content=content)

    return respond


def test_every_item_in_order(
    api: Any, mode: str, page_case: dict[str, Any], plain: Callable[[Any], Any]
) -> None:
    """Two requests; the second asks for what the first answer names."""
    walk = Walk(api, mode, page_case, answers(api, page_case, 0, 1)).run()

    assert walk.errors == []
    assert len(walk.found) == len(page_case["items"])
    pages = list({id(page): page for page in walk.shown}.values())
    lists = [_at(plain(page), page_case["path"]) for page in pages]
    assert plain(walk.found) == [item for one in lists for item in one]
    assert len(api.sent) == 2
    asks = page_case["asks"]
    assert str(api.sent[1].url.params[asks["name"]]) == str(asks["value"])
    assert api.sent[0].headers.get("authorization") == api.sent[1].headers.get("authorization")


def _at(value: Any, path: list[str]) -> Any:
    """A member of a plain answer."""
    for name in path:
        value = value[name]
    return value


def test_page_by_page(api: Any, mode: str, page_case: dict[str, Any]) -> None:
    """The pages themselves, each of the type that the operation's own method returns."""
    walk = Walk(api, mode, page_case, answers(api, page_case, 0, 1)).run(by_page=True)

    assert walk.errors == []
    assert len(walk.found) == 2
    assert walk.shown == walk.found


def test_a_page_is_fetched_when_it_is_needed(
    api: Any, mode: str, page_case: dict[str, Any]
) -> None:
    """Nothing is asked ahead."""
    walk = Walk(api, mode, page_case, answers(api, page_case, 0, 1))
    assert api.sent == []

    walk.run(at_most=1)

    assert len(api.sent) == 1


def test_an_error_on_the_second_page(api: Any, mode: str, page_case: dict[str, Any]) -> None:
    """It is raised as of any call; going on asks for that page again."""
    walk = Walk(api, mode, page_case, answers(api, page_case, 0, -1, 1)).run()

    (error,) = walk.errors
    assert isinstance(error, api.errors.ApiError)
    assert len(walk.found) == len(page_case["items"])
    assert api.sent[1].url == api.sent[2].url


def test_a_server_that_repeats_a_page(api: Any, mode: str, page_case: dict[str, Any]) -> None:
    """No endless loop."""
    if page_case["is_counted"]:
        pytest.skip("the count ends it")
    walk = Walk(api, mode, page_case, answers(api, page_case, 0)).run()

    assert len(api.sent) == 2
    assert isinstance(walk.errors[0], api.errors.ResponseError)
    assert "repeats a page" in str(walk.errors[0])

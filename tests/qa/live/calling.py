"""Rows are called with the synchronous and with the asynchronous client."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pydantic

from tests.qa.live.rows import Row, difference

SHOWN = 2000
"""The number of bytes of a body that a failure shows."""
_LOOPBACK = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True)
class Failure:
    """A fact that isn't as expected."""

    fault: str
    exchange: tuple[str, ...] = ()
    """The requests, their answers, and the last body."""
    mode: str = ""
    """The client: sync or async."""


Made = Callable[..., Any]
"""Makes a client of a class, perhaps with more settings."""


@dataclass
class Noted:
    """The facts of one call besides its outcome."""

    exchange: list[str] = field(default_factory=list[str])
    """The requests, and the heads of their answers."""
    deviations: list[Any] = field(default_factory=list[Any])

    def clear(self) -> None:
        """Forget the call before."""
        self.exchange.clear()
        self.deviations.clear()


def failures(
    package: ModuleType, mode: str, rows: Sequence[Row], settings: Mapping[str, Any], file: Path
) -> list[Failure]:
    """Make all calls with one of both clients, and return what wasn't as expected.

    The exchanges are recorded in ``file``.
    """
    recorder: Any = import_module(f"{package.__name__}.testing").Recorder
    with _recording() as noted:
        settings = {**settings, "on_deviation": noted.deviations.append}
        made = partial(_made, settings, lambda: recorder(file))
        if mode == "sync":
            found = [*_failures(package, rows, made, noted)]
        else:
            found = asyncio.run(_async_failures(package, rows, made, noted))
    return [replace(failure, mode=mode) for failure in found]


def _failures(
    package: ModuleType, rows: Sequence[Row], made: Made, noted: Noted
) -> Iterator[Failure]:
    kept: dict[str, Any] = {}
    with made(package.Live) as common:
        for row in rows:
            noted.clear()
            info, outcome = package.ResponseInfo(), None
            client = common
            try:
                if row.settings is not None:
                    client = made(package.Live, row.settings)
                method = attrgetter(row.call)(client)
                result = method(
                    *row.arguments(kept), **row.named, options=package.Options(response=info)
                )
                if hasattr(result, "__enter__"):
                    with result:
                        outcome = _whole([*result])
                else:
                    outcome = [*result] if _paginates(result) else result
            except Exception as error:  # noqa: BLE001 - any error is compared with the row's
                outcome = error
            finally:
                if client is not common:
                    client.close()
            if not isinstance(outcome, Exception):
                kept[row.name] = outcome
            yield from _judged(row, outcome, info, noted)


async def _async_failures(
    package: ModuleType, rows: Sequence[Row], made: Made, noted: Noted
) -> list[Failure]:
    found: list[Failure] = []
    kept: dict[str, Any] = {}
    async with made(package.AsyncLive) as common:
        for row in rows:
            noted.clear()
            info, outcome = package.ResponseInfo(), None
            client = common
            try:
                if row.settings is not None:
                    client = made(package.AsyncLive, row.settings)
                method = attrgetter(row.call)(client)
                result = method(
                    *row.arguments(kept), **row.named, options=package.Options(response=info)
                )
                if hasattr(result, "__await__"):
                    result = await result
                if hasattr(result, "__aenter__"):
                    async with result:
                        outcome = _whole([item async for item in result])
                elif _paginates(result):
                    outcome = [item async for item in result]
                else:
                    outcome = result
            except Exception as error:  # noqa: BLE001 - any error is compared with the row's
                outcome = error
            finally:
                if client is not common:
                    await client.aclose()
            if not isinstance(outcome, Exception):
                kept[row.name] = outcome
            found += _judged(row, outcome, info, noted)
    return found


def _made(
    settings: Mapping[str, Any],
    recorder: Callable[[], Any],
    client: Callable[..., Any],
    more: Mapping[str, Any] | None = None,
) -> Any:
    """Return a client that records, with a transport of its own."""
    return client(**{**settings, "transport": recorder(), **(more or {})})


def _paginates(result: Any) -> bool:
    return type(result).__module__.endswith("._pages")


def _whole(items: list[Any]) -> Any:
    """Return the items of a stream; its pieces of bytes as one."""
    return b"".join(items) if items and all(type(item) is bytes for item in items) else items


def _judged(row: Row, outcome: Any, info: Any, noted: Noted) -> Iterator[Failure]:
    """Yield the fault of a call, if it has one."""
    deviations = [f"{one.rule} {one.place}".strip() for one in noted.deviations]
    fault = _fault(row, outcome, info) or difference([*row.deviations], deviations, "deviations")
    if fault:
        body = outcome.body if hasattr(outcome, "body") else info.body
        shown = [*noted.exchange, f"{body[:SHOWN]!r}"] if noted.exchange else ["nothing was sent"]
        yield Failure(f"{row.call}: {_LOOPBACK.sub('', fault)}", tuple(shown))


def _fault(row: Row, outcome: Any, info: Any) -> str:
    """Return what is wrong with an outcome; "" if nothing is."""
    if isinstance(outcome, Exception):
        name = type(outcome).__name__
        if name != row.error or (row.error == "ValidationError") is not isinstance(
            outcome, pydantic.ValidationError
        ):
            return f"{name} instead of {row.error or 'a result'}: {outcome}"
        if not row.status:
            return ""
        status, body = info.status_code, info.body
        if status != row.status:
            return f"status {status} instead of {row.status}: {outcome}"
        attribute = "retry_after" if name == "RateLimitError" else "error"
        return difference(row.expected, getattr(outcome, attribute, None), attribute) or (
            difference(row.body, json.loads(body), "body") if row.body is not None else ""
        )
    if row.error:
        return f"no {row.error}, but {outcome!r}"
    if info.status_code != row.status:
        return f"status {info.status_code} instead of {row.status}"
    if row.check is not None:
        return "" if row.check(outcome) else f"result: {outcome!r}"
    return difference(row.expected, outcome)


@contextmanager
def _recording() -> Iterator[Noted]:
    """Note each request and the head of its answer, in the transports of clients by default."""
    noted = Noted()
    handle, handle_async = (
        httpx.HTTPTransport.handle_request,
        httpx.AsyncHTTPTransport.handle_async_request,
    )

    def note(request: httpx.Request, response: httpx.Response | None = None) -> None:
        sent = request.stream
        body = b"".join(sent) if isinstance(sent, httpx.ByteStream) else b"(a stream)"
        noted.exchange.append(
            f"{request.method} {request.url} {dict(request.headers)} {body[:SHOWN]!r}"
        )
        if response is not None:
            noted.exchange.append(f"→ {response.status_code} {dict(response.headers)}")

    def handle_request(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        response = handle(self, request)
        note(request, response)
        return response

    async def handle_async_request(
        self: httpx.AsyncHTTPTransport, request: httpx.Request
    ) -> httpx.Response:
        response = await handle_async(self, request)
        note(request, response)
        return response

    httpx.HTTPTransport.handle_request = handle_request  # type: ignore[method-assign]
    httpx.AsyncHTTPTransport.handle_async_request = handle_async_request  # type: ignore[method-assign]
    try:
        yield noted
    finally:
        httpx.HTTPTransport.handle_request = handle  # type: ignore[method-assign]
        httpx.AsyncHTTPTransport.handle_async_request = handle_async  # type: ignore[method-assign]

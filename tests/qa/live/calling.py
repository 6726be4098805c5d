"""Rows are called with the synchronous or with the asynchronous client."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from inspect import isawaitable
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any

import pydantic

from tests.qa.live.rows import Row, difference

SHOWN = 2000
"""The number of characters of an exchange that a failure shows."""
_LOOPBACK = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True)
class Failure:
    """A fact that isn't as expected."""

    fault: str
    exchange: tuple[str, ...] = ()
    """The requests and their answers, as they are recorded."""
    mode: str = ""
    """The client: sync or async."""


def failures(
    package: ModuleType, mode: str, rows: Sequence[Row], settings: Mapping[str, Any], file: Path
) -> list[Failure]:
    """Make all calls with one of both clients, and return what wasn't as expected.

    The exchanges are recorded in ``file``.
    """
    return asyncio.run(_failures(package, mode, rows, settings, file))


async def _failures(
    package: ModuleType, mode: str, rows: Sequence[Row], settings: Mapping[str, Any], file: Path
) -> list[Failure]:
    recorder: Any = import_module(f"{package.__name__}.testing").Recorder
    deviations: list[Any] = []
    found: list[Failure] = []

    def made(**more: Any) -> Any:
        """Return a client that records, with a transport of its own."""
        given = {"transport": recorder(file), "on_deviation": deviations.append}
        client = package.AsyncLive if mode == "async" else package.Live
        return client(**{**settings, **given, **more})

    common = made()
    for row in rows:
        deviations.clear()
        before = len(_recorded(file))
        client = common if row.settings is None else made(**row.settings)
        info = package.ResponseInfo()
        try:
            method, options = attrgetter(row.call)(client), package.Options(response=info)
            outcome = await _whole(method(*row.positional, **row.named, options=options))
        except Exception as error:  # noqa: BLE001 - any error is compared with the row's
            outcome = error
        finally:
            if client is not common:
                await _closed(client)
        told = [f"{one.rule} {one.place}".strip() for one in deviations]
        fault = _fault(row, outcome, info) or difference([*row.deviations], told, "deviations")
        if fault:
            exchange = _recorded(file)[before:] or ["nothing was recorded"]
            fault = f"{row.call}: {_LOOPBACK.sub('', fault)}"
            found.append(Failure(fault, tuple(exchange), mode))
    await _closed(common)
    return found


def _recorded(file: Path) -> list[str]:
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [line[:SHOWN] for line in lines]


async def _closed(client: Any) -> None:
    if hasattr(client, "aclose"):
        await client.aclose()
    else:
        client.close()


async def _whole(result: Any) -> Any:
    """Return a result; of a stream or of pages all items, of pieces of bytes as one."""
    if isawaitable(result):
        result = await result
    if hasattr(result, "__aenter__"):
        async with result:
            return _joined([item async for item in result])
    if hasattr(result, "__enter__"):
        with result:
            return _joined([*result])
    if type(result).__module__.endswith("._runtime.pages"):
        is_async = hasattr(result, "__aiter__")
        return [item async for item in result] if is_async else [*result]
    return result


def _joined(items: list[Any]) -> Any:
    return b"".join(items) if items and all(type(item) is bytes for item in items) else items


def _fault(row: Row, outcome: Any, info: Any) -> str:
    """Return what is wrong with an outcome; "" if nothing is."""
    if isinstance(outcome, Exception):
        name = type(outcome).__name__
        names = [base.__name__ for base in type(outcome).__mro__]
        if row.error not in names or (row.error == "ValidationError") is not isinstance(
            outcome, pydantic.ValidationError
        ):
            return f"{name} instead of {row.error or 'a result'}: {outcome}"
        if not row.status:
            return ""
        status, body = info.status_code, info.body
        if status != row.status:
            return f"status {status} instead of {row.status}: {outcome}"
        return difference(row.expected, getattr(outcome, "error", None), "error") or (
            difference(row.body, json.loads(body), "body") if row.body is not None else ""
        )
    if row.error:
        return f"no {row.error}, but {outcome!r}"
    if info.status_code != row.status:
        return f"status {info.status_code} instead of {row.status}"
    if row.check is not None:
        return "" if row.check(outcome) else f"result: {outcome!r}"
    return difference(row.expected, outcome)

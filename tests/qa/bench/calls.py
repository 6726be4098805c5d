"""CPU for each call, and calls per second, in one process; prints the samples as JSON.

Runs in the peers' environment; the argument is the address of the loopback server.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections.abc import Callable
from importlib import import_module

from tests.qa.bench.contestants import (
    ASYNC,
    SYNC,
    AsyncCall,
    Call,
    Transport,
    mock,
    no_mock,
    ours_async,
    raw_async,
)
from tests.qa.bench.measure import interleaved
from tests.qa.bench.payloads import BASE_URL

CPU_ROUNDS, MOCK_BATCH, SOCKET_BATCH = 25, 250, 150
RATE_ROUNDS, CONCURRENCY, CALLS = 5, (1, 16, 64), 600


def main() -> None:
    """Measure everything."""
    base_url = sys.argv[1]
    loop = asyncio.new_event_loop()
    result = {
        "mock": cpu("CPU without a network", loop, BASE_URL, mock, MOCK_BATCH),
        "socket": cpu("CPU over loopback", loop, base_url, no_mock, SOCKET_BATCH),
        "rate": rates(loop, base_url),
    }
    json.dump(result, sys.stdout)


def cpu(
    title: str, loop: asyncio.AbstractEventLoop, base_url: str, transport: Transport, batch: int
) -> dict[str, list[float]]:
    """Seconds of CPU for one call of each contestant, one sample for each round."""
    trials: dict[str, Callable[[], float]] = {}
    for name, make in SYNC.items():
        trials[name] = _sync_trial(make(base_url, transport), batch)
    for name, make_async in ASYNC.items():
        trials[name] = _async_trial(loop, make_async(base_url, transport), batch)
    for warm_up in trials.values():
        warm_up()
    return interleaved(title, CPU_ROUNDS, trials)


def _sync_trial(call: Call, batch: int) -> Callable[[], float]:
    def trial() -> float:
        gc.collect()
        began = time.process_time()
        for _ in range(batch):
            call()
        return (time.process_time() - began) / batch

    return trial


def _async_trial(
    loop: asyncio.AbstractEventLoop, call: AsyncCall, batch: int
) -> Callable[[], float]:
    async def calls() -> float:
        began = time.process_time()
        for _ in range(batch):
            await call()
        return (time.process_time() - began) / batch

    def trial() -> float:
        gc.collect()
        return loop.run_until_complete(calls())

    return trial


def rates(loop: asyncio.AbstractEventLoop, base_url: str) -> dict[str, dict[str, list[float]]]:
    """Calls per second by the number of concurrent ones."""

    aiohttp = import_module("httpx_aiohttp").AiohttpTransport()

    async def contestants() -> dict[str, AsyncCall]:
        return {
            "raw httpx, async": raw_async(base_url, no_mock),
            "ours, httpx's transport": ours_async(base_url, no_mock),
            "ours, aiohttp's transport": ours_async(base_url, lambda: aiohttp),
        }

    calls = loop.run_until_complete(contestants())
    found: dict[str, dict[str, list[float]]] = {}
    for workers in CONCURRENCY:
        trials = {name: _rate_trial(loop, call, workers) for name, call in calls.items()}
        for warm_up in trials.values():
            warm_up()
        found[str(workers)] = interleaved(f"{workers} at once", RATE_ROUNDS, trials)
    loop.run_until_complete(aiohttp.aclose())
    return found


def _rate_trial(
    loop: asyncio.AbstractEventLoop, call: AsyncCall, workers: int
) -> Callable[[], float]:
    async def work(left: list[None]) -> None:
        while left:
            left.pop()
            await call()

    async def all_of_it() -> float:
        left = [None] * CALLS
        began = time.perf_counter()
        await asyncio.gather(*(work(left) for _ in range(workers)))
        return CALLS / (time.perf_counter() - began)

    def trial() -> float:
        gc.collect()
        return loop.run_until_complete(all_of_it())

    return trial


if __name__ == "__main__":
    main()

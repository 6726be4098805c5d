"""The generated client beside raw httpx: the processor's time for a call, without a network."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from tests.qa.bench.measure import MICROSECONDS, Row, interleaved, table
from tests.qa.bench.peers import PACKAGE
from tests.qa.corpus.process import ROOT

AIMS = {"synchronous": 1.0, "asynchronous": 1.3}
BATCH = 250
ACCOUNT, TOKEN = "549755885175", "test-token"
REQUEST: dict[str, Any] = {
    "ad_account_id": ACCOUNT,
    "audience_type": "VISITOR",
    "name": "Lamp and bulb buyers",
    "rule": {
        "visitor_source_id": "2614009876543",
        "retention_days": 180,
        "event_data": {
            "currency": "EUR",
            "value": "74.50",
            "line_items": [
                {"product_id": 501, "product_name": "Reading lamp", "product_price": "64.50"},
                {"product_id": 502, "product_name": "Light bulb", "product_price": "5.00"},
            ],
        },
        "event_source": {"=": ["web", "mobile"]},
    },
}
RESPONSE = json.dumps({**REQUEST, "id": "2542620333444", "size": 1200, "type": "audience"}).encode()
HEADERS = {"content-type": "application/json", "x-pinterest-rid": "1234567890"}


def bench(rounds: int) -> bool:
    """Measure and print; are the aims met?"""
    sys.path.insert(0, str(ROOT / "generated"))
    from pinterest_audiences import AsyncPinterest, Pinterest
    from pinterest_audiences.models import AudienceCreateRequest

    server = httpx.MockTransport(lambda _: httpx.Response(200, headers=HEADERS, content=RESPONSE))
    url = f"https://api.pinterest.com/v5/ad_accounts/{ACCOUNT}/audiences"
    sent: dict[str, Any] = {"headers": {"Authorization": f"Bearer {TOKEN}"}, "json": REQUEST}
    raw = httpx.Client(transport=server, timeout=30.0)
    async_raw = httpx.AsyncClient(transport=server, timeout=30.0)
    ours = Pinterest(TOKEN, transport=server)
    async_ours = AsyncPinterest(TOKEN, transport=server)
    body = AudienceCreateRequest(**REQUEST)

    async def read() -> object:
        return (await async_raw.post(url, **sent)).json()

    calls: dict[str, Callable[[], object]] = {
        "raw httpx": lambda: raw.post(url, **sent).json(),
        PACKAGE: lambda: ours.audiences.create(ACCOUNT, body),
        "the same, body built for each call": lambda: ours.audiences.create(
            ACCOUNT, AudienceCreateRequest(**REQUEST)
        ),
    }
    waiting: dict[str, Callable[[], Awaitable[object]]] = {
        "raw httpx": read,
        PACKAGE: lambda: async_ours.audiences.create(ACCOUNT, body),
    }
    met = True
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        for how, trials in (
            ("synchronous", {name: _sync(call) for name, call in calls.items()}),
            ("asynchronous", {name: _async(loop, call) for name, call in waiting.items()}),
        ):
            for warm_up in trials.values():
                warm_up()
            samples = interleaved(how, rounds, trials)
            rows = [
                Row(one, samples[one], AIMS[how] if one == PACKAGE else None) for one in samples
            ]
            met &= table(f"One audiences.create without a network, CPU, {how}", MICROSECONDS, rows)
    return met


def _sync(call: Callable[[], object]) -> Callable[[], float]:
    def trial() -> float:
        gc.collect()
        began = time.process_time()
        for _ in range(BATCH):
            call()
        return (time.process_time() - began) / BATCH

    return trial


def _async(
    loop: asyncio.AbstractEventLoop, call: Callable[[], Awaitable[object]]
) -> Callable[[], float]:
    async def calls() -> float:
        gc.collect()
        began = time.process_time()
        for _ in range(BATCH):
            await call()
        return (time.process_time() - began) / BATCH

    return lambda: loop.run_until_complete(calls())

"""Many calls at once of a server that fails most of them.

    python -m tests.qa.load.run sync|async [--calls 2000] [--at-once 300]

Exits with 1 if a call ended later than its deadline and a second, returned another call's value,
was read twice by the server, or was told as never sent although the server has read it; if a
connection is still in use after the last call; or if the memory of the process has grown by more
than 20 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pinterest_audiences import AsyncPinterest, Pinterest, errors

DEADLINE = 3.0
TIMEOUT = 1.0
"""Seconds; a synchronous call may exceed its deadline by one time-out."""
LATE = 1.0
MEGABYTES = 20


@dataclass
class Outcome:
    """What came of one call."""

    number: int
    seconds: float
    value: str | None = None
    error: str = ""
    kind: str = "a value"
    may_have_reached_server: bool = True


@dataclass
class Report:
    """What came of all calls."""

    outcomes: list[Outcome]
    posts: dict[int, int]
    connections: list[str]
    """Those that are still in use."""
    megabytes: float
    faults: list[str] = field(default_factory=list[str])

    def judge(self) -> None:
        """Fill in the faults."""
        for outcome in self.outcomes:
            seen = self.posts.get(outcome.number, 0)
            if outcome.seconds > DEADLINE + LATE:
                self.faults.append(
                    f"call {outcome.number} took {outcome.seconds:.1f} s: {outcome.error}"
                )
            if outcome.value not in (None, str(outcome.number)):
                self.faults.append(f"call {outcome.number} returned {outcome.value}")
            if seen > 1:
                self.faults.append(f"call {outcome.number} was sent {seen} times")
            if seen and not outcome.may_have_reached_server:
                self.faults.append(f"call {outcome.number} reached the server: {outcome.error}")
        self.faults += [f"still in use: {connection}" for connection in self.connections]
        if self.megabytes > MEGABYTES:
            self.faults.append(f"{self.megabytes:.0f} MB more than before")

    def __str__(self) -> str:
        kinds = Counter(outcome.kind for outcome in self.outcomes)
        seconds = sorted(outcome.seconds for outcome in self.outcomes)
        return (
            f"{len(self.outcomes)} calls: {dict(kinds.most_common())}; "
            f"longest {seconds[-1]:.2f} s, median {seconds[len(seconds) // 2]:.2f} s; "
            f"memory {self.megabytes:+.1f} MB"
        )


def failed(number: int, began: float, error: errors.TransportError) -> Outcome:
    """Return the outcome of a call without its error, which would stay in memory."""
    return Outcome(
        number,
        time.monotonic() - began,
        error=str(error),
        kind=type(error.__cause__).__name__,
        may_have_reached_server=error.may_have_reached_server,
    )


def body_of(mode: str, number: int) -> dict[str, Any]:
    return {"audience_type": "VISITOR", "name": f"{mode} {number}", "rule": {}}


def resident_megabytes() -> float:
    """Return the memory of this process; 0 on systems without ``/proc``."""
    gc.collect()
    status = Path("/proc/self/status")
    if not status.is_file():
        return 0.0
    (line,) = (text for text in status.read_text().splitlines() if text.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def connections_in_use(client: Any) -> list[str]:
    """Return the connections of a client's pool that aren't idle; it has no public name."""
    pool = client._sender._http._transport._pool
    return [repr(each) for each in pool.connections if not (each.is_idle() or each.is_closed())]


def call_in_threads(client: Pinterest, numbers: range, at_once: int) -> list[Outcome]:
    """Make calls in threads."""

    def call(number: int) -> Outcome:
        began = time.monotonic()
        try:
            value = client.audiences.create("1", body_of("sync", number)).id
        except errors.TransportError as error:
            return failed(number, began, error)
        return Outcome(number, time.monotonic() - began, value)

    with ThreadPoolExecutor(at_once) as threads:
        return [*threads.map(call, numbers)]


async def call_in_tasks(client: AsyncPinterest, numbers: range, at_once: int) -> list[Outcome]:
    """Make calls in tasks."""
    places = asyncio.Semaphore(at_once)

    async def call(number: int) -> Outcome:
        async with places:
            began = time.monotonic()
            try:
                value = (await client.audiences.create("1", body_of("async", number))).id
            except errors.TransportError as error:
                return failed(number, began, error)
            return Outcome(number, time.monotonic() - began, value)

    return [*await asyncio.gather(*map(call, numbers))]


@contextmanager
def running_server() -> Generator[str]:
    """Start the server in a process of its own; yield its URL."""
    command = [sys.executable, str(Path(__file__).with_name("server.py"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


def read_posts(url: str) -> dict[int, int]:
    """Return how many times the server has read each call."""
    with urllib.request.urlopen(f"{url}/counts") as response:
        return {int(number): count for number, count in json.load(response).items()}


def measure(mode: str, calls: int, at_once: int) -> Report:
    """Make all calls; a first round of them is for what stays in memory."""
    settings: dict[str, Any] = {"deadline": DEADLINE, "timeout": TIMEOUT}
    warm_up, measured = range(at_once), range(at_once, at_once + calls)
    with running_server() as url:
        if mode == "sync":
            with Pinterest("token", base_url=url, **settings) as client:
                outcomes = call_in_threads(client, warm_up, at_once)
                before = resident_megabytes()
                outcomes += call_in_threads(client, measured, at_once)
                connections = connections_in_use(client)
                report = Report(outcomes, read_posts(url), connections, 0.0)
        else:

            async def run() -> tuple[list[Outcome], float, list[str]]:
                async with AsyncPinterest("token", base_url=url, **settings) as client:
                    outcomes = await call_in_tasks(client, warm_up, at_once)
                    before = resident_megabytes()
                    outcomes += await call_in_tasks(client, measured, at_once)
                    return outcomes, before, connections_in_use(client)

            outcomes, before, connections = asyncio.run(run())
            report = Report(outcomes, read_posts(url), connections, 0.0)
    report.megabytes = resident_megabytes() - before
    report.judge()
    return report


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("mode", choices=["sync", "async"])
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--at-once", type=int, default=300)
    options = parser.parse_args()
    report = measure(options.mode, options.calls, options.at_once)
    print(f"{options.mode}: {report}")
    for fault in report.faults[:20]:
        print(f"  {fault}")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""The generated client beside raw httpx, a hand-written client and the peer's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.qa.bench import peers
from tests.qa.bench.measure import (
    MEGABYTES,
    MICROSECONDS,
    MILLISECONDS,
    PER_SECOND,
    Row,
    interleaved,
    progress,
    table,
)

CALL_AIM, FIRST_AIM = 1.0, 1.1
FIRST_CALLS = {
    "handwritten": "hand-written httpx + pydantic",
    "ours": "ours",
    "peer": "openapi-python-client's",
    "raw": "raw httpx",
}


def bench(rounds: int) -> bool:
    """Measure and print; are the aims met?"""
    env = peers.environment()
    paths = [peers.ROOT, peers.ROOT / "generated", peers.peer_client()]
    env["PYTHONPATH"] = os.pathsep.join(map(str, paths))
    first = _first_calls(env, rounds)
    calls = _calls(env)
    return all([first, calls])


def _first_calls(env: dict[str, str], rounds: int) -> bool:
    memory: dict[str, list[float]] = {name: [] for name in FIRST_CALLS}

    def trial(name: str) -> Callable[[], float]:
        def once() -> float:
            command = [str(peers.python()), "-m", "tests.qa.bench.first_call", name]
            seconds, peak = map(float, peers.run(command, env=env).split())
            memory[name].append(peak)
            return seconds

        return once

    trials = {name: trial(name) for name in FIRST_CALLS}
    for warm_up in trials.values():
        warm_up()
    seconds = interleaved("import and first call", rounds, trials)
    met = []
    for title, unit, samples in (
        ("Importing and calling once, each in a fresh process, wall time", MILLISECONDS, seconds),
        ("The same, most memory held", MEGABYTES, memory),
    ):
        aims = {"ours": FIRST_AIM} if samples is seconds else {}
        rows = [Row(said, samples[name], aims.get(name)) for name, said in FIRST_CALLS.items()]
        met.append(table(title, unit, rows))
    return all(met)


def _calls(env: dict[str, str]) -> bool:
    with _server() as port:
        progress("calls")
        command = [str(peers.python()), "-m", "tests.qa.bench.calls", f"http://127.0.0.1:{port}/v5"]
        try:
            done = subprocess.run(
                command, cwd=peers.ROOT, env=env, stdout=subprocess.PIPE, timeout=180, check=False
            )
        except subprocess.TimeoutExpired:
            raise peers.Failed(f"{' '.join(command)}\n  took more than 180 s") from None
        if done.returncode:
            raise peers.Failed(f"{' '.join(command)}\n  ended with {done.returncode}")
    result = json.loads(done.stdout)
    met = []
    for key, where in (("mock", "without a network"), ("socket", "over loopback")):
        samples: dict[str, list[float]] = result[key]
        aims = {"ours": CALL_AIM, "ours, async": CALL_AIM}
        rows = [Row(name, values, aims.get(name)) for name, values in samples.items()]
        split = next(at for at, row in enumerate(rows) if row.name.endswith("async"))
        title = f"One audiences.create {where}, CPU"
        met.append(table(title, MICROSECONDS, rows[:split]))
        met.append(table(f"{title}, asynchronous", MICROSECONDS, rows[split:]))
    for workers, rates in result["rate"].items():
        rows = [Row(name, values) for name, values in rates.items()]
        met.append(table(f"{workers} calls at once over loopback", PER_SECOND, rows))
    return all(met)


@contextmanager
def _server() -> Iterator[int]:
    """The loopback server in a process of its own; its port."""
    script = str(peers.ROOT / "tests" / "qa" / "bench" / "server.py")
    with subprocess.Popen(
        [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="ascii"
    ) as server:
        assert server.stdout is not None
        try:
            line = server.stdout.readline()
            if not line:
                raise peers.Failed(f"{script} didn't start")
            yield int(line)
        finally:
            server.terminate()

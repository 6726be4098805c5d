"""A whole API of hundreds of operations: generating it, checking it, and calling one operation."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.qa.bench import peers
from tests.qa.bench.measure import MEGABYTES, MILLISECONDS, Row, interleaved, table

SPEC = peers.ROOT.parent / "shared" / "corpus" / "pinterest-5.23.yaml"
"""Pinterest's whole description, which isn't part of the project."""
PACKAGE = "pinterest_whole"
GENERATE_AIM, CHECK_AIM, FIRST_CALL_AIM, MEMORY_AIM = 0.9, 0.1, 2.0, 200e6
FIRST_CALL = """
import sys, time
token = sys.argv[2]
began = time.process_time()
sys.path.insert(0, sys.argv[1])
import httpx
from {package} import Pinterest
answer = httpx.MockTransport(lambda _: httpx.Response(200, json={{"id": "1", "name": "a"}}))
body = {{"name": "a", "audience_type": "VISITOR", "rule": {{"visitor_source_id": "1"}}}}
with Pinterest(**{{token: "token"}}, transport=answer) as client:
    client.audiences.create("1", body)
print(time.process_time() - began)
"""


def bench(rounds: int) -> bool:
    """Measure, and print; are the aims met? Without the description there is nothing to do."""
    if not SPEC.is_file():
        print(f"\nA whole API: skipped, {SPEC.name} isn't there.")
        return True
    peers.python()
    rounds = max(3, rounds // 5)  # each run takes seconds
    with tempfile.TemporaryDirectory(prefix="speclock-bench-") as scratch:
        ours, theirs = Path(scratch, "ours"), Path(scratch, "theirs")
        memory: list[float] = []
        commands: Mapping[str, Callable[[], float]] = {
            "peer": lambda: _timed(
                peers.peer_generate(theirs, SPEC), [], remove=theirs, env=peers.peer_environment()
            ),
            "generate": lambda: _timed(_speclock("generate", ours), memory, remove=ours),
            "check": lambda: _timed(_speclock("check", ours), []),
        }
        for name in ("peer", "generate", "check"):
            commands[name]()
        samples = interleaved("a whole API", rounds, commands)
        met = table(
            f"Generating {SPEC.name}, wall time of {rounds} alternating runs each",
            MILLISECONDS,
            [
                Row(f"{peers.PEER} {peers.PEER_VERSION} generate", samples["peer"]),
                Row("speclock generate, with tests", samples["generate"], GENERATE_AIM),
                Row("speclock check, nothing changed", samples["check"], CHECK_AIM),
            ],
        )
        met &= table(
            "Generating it, most memory held, of what is allowed",
            MEGABYTES,
            [Row("allowed", [MEMORY_AIM]), Row("speclock generate", memory, 1.0)],
        )
        places = {
            "pinterest_audiences": (peers.ROOT / "generated", "token"),
            PACKAGE: (ours, "pinterest_oauth2_token"),
        }
        calls = interleaved(
            "the first call",
            rounds * 3,
            {name: _first_call(name, *place) for name, place in places.items()},
        )
        return met & table(
            "Importing a client and calling audiences.create, CPU",
            MILLISECONDS,
            [
                Row("of one operation", calls["pinterest_audiences"]),
                Row("of the whole API", calls[PACKAGE], FIRST_CALL_AIM),
            ],
        )


def _first_call(package: str, folder: Path, token: str) -> Callable[[], float]:
    program = FIRST_CALL.format(package=package)
    return lambda: float(peers.run([sys.executable, "-c", program, str(folder), token]))


def _speclock(command: str, output: Path) -> list[str]:
    where = ["--spec", str(SPEC), "--package", PACKAGE, "--client", "Pinterest"]
    return [sys.executable, "-m", "generator", command, *where, "--output", str(output), "--quiet"]


def _timed(
    command: Sequence[str],
    memory: list[float],
    *,
    remove: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> float:
    """Seconds that a command takes, with its earlier output gone; notes the most bytes it held."""
    if remove is not None:
        shutil.rmtree(remove, ignore_errors=True)
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=peers.ROOT,
        env=dict(env or peers.environment()),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise peers.Failed(f"{' '.join(command)}\n  ended with {process.returncode}")
    memory.append(usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
    return time.perf_counter() - began

"""Generating and checking, beside the peer's generator."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.qa.bench import peers
from tests.qa.bench.measure import MILLISECONDS, Row, interleaved, table

GENERATE_AIM, UNCHANGED_AIM, CHECK_AIM = 1.05, 0.55, 0.3


def bench(rounds: int) -> bool:
    """Time each command `rounds` times, and print; are the aims met?"""
    peers.python()
    with tempfile.TemporaryDirectory(prefix="speclock-bench-") as scratch:
        ours, kept, theirs = (Path(scratch, name) for name in ("ours", "kept", "theirs"))
        commands: Mapping[str, Callable[[], float]] = {
            "peer": lambda: _timed(
                peers.peer_generate(theirs), remove=theirs, env=peers.peer_environment()
            ),
            "generate": lambda: _timed(_speclock("generate", ours), remove=ours),
            "unchanged": lambda: _timed(_speclock("generate", kept)),
            "check": lambda: _timed(_speclock("check", kept)),
        }
        peers.run(_speclock("generate", kept))
        for warm_up in commands.values():
            warm_up()
        samples = interleaved("generate and check", rounds, commands)
        written = sum(1 for path in ours.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return table(
        f"Generating {peers.SPEC.name}, wall time of {rounds} alternating runs each; no output and "
        f"no manifest before, {written} files after",
        MILLISECONDS,
        [
            Row(f"{peers.PEER} {peers.PEER_VERSION} generate", samples["peer"]),
            Row("speclock generate, with tests", samples["generate"], GENERATE_AIM),
            Row("speclock generate, nothing changed", samples["unchanged"], UNCHANGED_AIM),
            Row("speclock check, nothing changed", samples["check"], CHECK_AIM),
        ],
    )


def _speclock(command: str, output: Path) -> list[str]:
    spec = str(peers.SPEC.relative_to(peers.ROOT))
    where = ["--spec", spec, "--package", peers.PACKAGE, "--output", str(output)]
    return [sys.executable, "-m", "generator", command, *where]


def _timed(
    command: Sequence[str], *, remove: Path | None = None, env: Mapping[str, str] | None = None
) -> float:
    """Seconds that a command takes, with its earlier output gone."""
    if remove is not None:
        shutil.rmtree(remove, ignore_errors=True)
    began = time.perf_counter()
    peers.run(command, env=env)
    return time.perf_counter() - began

"""How fast a command starts, beside an empty Python."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from tests.qa.bench.measure import MILLISECONDS, Row, interleaved, table

ROOT = Path(__file__).resolve().parents[3]
SPEC = ROOT / "spec" / "pinterest-audiences.yaml"
SPECLOCK = (sys.executable, "-m", "generator")


def bench(rounds: int) -> bool:
    """Print the table; is every aim met?"""
    with tempfile.TemporaryDirectory() as folder:
        any_client, named = (
            completing(line, Path(folder)) for line in ("show aud", f"ls {SPEC} --operation aud")
        )
        trials: dict[str, Callable[[], float]] = {
            "python -c pass": partial(seconds, (sys.executable, "-c", "pass")),
            "--version": partial(seconds, (*SPECLOCK, "--version")),
            "--help": partial(seconds, (*SPECLOCK, "--help")),
            "complete an operation": partial(seconds, SPECLOCK, any_client),
            "complete one of a file": partial(seconds, SPECLOCK, named),
        }
        samples = interleaved("start", rounds, trials)
    aims = (None, 2, 4, 5, 5)
    rows = [Row(name, samples[name], aim) for name, aim in zip(samples, aims, strict=True)]
    return table("The start of a command", MILLISECONDS, rows)


def completing(line: str, folder: Path) -> dict[str, str]:
    """The environment in which a shell asks how a line can continue."""
    line = f"speclock {line}"
    return {
        "_ARGCOMPLETE": "1", "_ARGCOMPLETE_IFS": "\n", "COMP_LINE": line,
        "COMP_POINT": str(len(line)), "COMP_TYPE": "9",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(folder / "answer"),
    }  # fmt: skip


def seconds(command: Sequence[str], environment: Mapping[str, str] | None = None) -> float:
    """The wall time of a process."""
    start = time.perf_counter()
    subprocess.run(
        command, cwd=ROOT, env={**os.environ, **(environment or {})}, check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    return time.perf_counter() - start

"""The processor time and the memory of one command, with the processes that it starts."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 10
"""Processor time that a command over a few kilobytes may take."""
MEGABYTES = 500
_CODES = (0, 1, 2, 3)
"""The documented exit codes."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command cost, and how it ended."""

    seconds: float
    megabytes: float
    code: int
    said: str

    @property
    def fault(self) -> str:
        """What is wrong, ``""`` if nothing is."""
        if self.seconds > SECONDS:
            return f"more than {SECONDS} s of processor time"
        if self.megabytes > MEGABYTES:
            return f"more than {MEGABYTES} MB of memory"
        return "" if self.code in _CODES else f"exit code {self.code}: {self.said}"


def cost_of(folder: Path, *arguments: str) -> Cost:
    """Run a command of speclock in ``folder``."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "generator", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=_limit,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read().decode("utf-8", "replace").strip().rpartition("\n")[2][:300]
    seconds = used.ru_utime + used.ru_stime
    return Cost(seconds, used.ru_maxrss / 1024, process.returncode, said)


def _limit() -> None:
    """End what would take the machine: it is a fault by then."""
    resource.setrlimit(resource.RLIMIT_CPU, (2 * SECONDS, 2 * SECONDS))
    space = 8 * MEGABYTES * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (space, space))

"""The processor time and the memory of one command, with the processes that it starts."""

from __future__ import annotations

import resource
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.qa.corpus.process import ROOT, Ended, run

SECONDS = 10
"""Processor time that a command over a few kilobytes may take."""
MEGABYTES = 500
_WAIT = 300
_CODES = (0, 1, 2, 3)
"""The documented exit codes."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command cost, and how it ended."""

    ended: Ended

    @property
    def fault(self) -> str:
        """What is wrong, ``""`` if nothing is."""
        ended = self.ended
        if ended.processor > SECONDS or ended.timed_out:
            return f"more than {SECONDS} s of processor time"
        if ended.mebibytes > MEGABYTES:
            return f"more than {MEGABYTES} MB of memory"
        last = ended.text.strip().rpartition("\n")[2][:300]
        return "" if ended.code in _CODES else f"exit code {ended.code}: {last}"


def cost_of(folder: Path, *arguments: str) -> Cost:
    """Run a command of speclock in ``folder``."""
    command = [sys.executable, "-m", "generator", *arguments]
    environment = {"PYTHONPATH": str(ROOT)}
    return Cost(run(command, cwd=folder, env=environment, timeout=_WAIT, before=_limit))


def _limit() -> None:
    """End what would take the machine: it is a fault by then."""
    resource.setrlimit(resource.RLIMIT_CPU, (2 * SECONDS, 2 * SECONDS))
    space = 8 * MEGABYTES * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (space, space))

"""The processor time and the memory of one command, with the processes that it starts."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.qa.corpus.process import ROOT, run

SECONDS = 10
"""Processor time that a command over a few kilobytes may take."""
MEGABYTES = 500
_WAIT = 300
_CODES = (0, 1, 2, 3)
"""The documented exit codes."""


_MEASURE: Final = """
import json, os, sys
child = os.fork()
if not child:
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
_, status, used = os.wait4(child, 0)
cost = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)
print(json.dumps(cost))
"""
"""A small program between this process and the command: Linux counts the memory of a process that
forks as that of its child."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command cost, and how it ended."""

    seconds: float
    """Of processor time."""
    mebibytes: float
    code: int
    said: str
    """The last line that it printed."""

    @property
    def fault(self) -> str:
        """What is wrong, ``""`` if nothing is."""
        if self.seconds > SECONDS:
            return f"more than {SECONDS} s of processor time"
        if self.mebibytes > MEGABYTES:
            return f"more than {MEGABYTES} MB of memory"
        return "" if self.code in _CODES else f"exit code {self.code}: {self.said}"


def cost_of(folder: Path, *arguments: str, program: Sequence[str] = ("-m", "generator")) -> Cost:
    """Run a command of speclock, or another Python program, in ``folder``."""
    ended = run(
        [sys.executable, "-S", "-c", _MEASURE, *program, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        timeout=_WAIT,
        before=_limit,
    )
    if ended.timed_out:
        return Cost(_WAIT, ended.mebibytes, ended.code, "")
    *_, last = ended.out.splitlines()
    seconds, mebibytes, code = json.loads(last)
    said = ended.err.strip().rpartition("\n")[2][:300]
    return Cost(seconds, mebibytes, code, said)


def _limit() -> None:
    """End what would take the machine: it is a fault by then."""
    resource.setrlimit(resource.RLIMIT_CPU, (2 * SECONDS, 2 * SECONDS))
    space = 8 * MEGABYTES * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (space, space))

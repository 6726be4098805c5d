"""Running a program: what it printed, how it ended, how long it took and how much memory."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Ended:
    """A program that has ended."""

    code: int
    """The exit code; negative for the signal that ended it."""
    out: str
    err: str
    seconds: float
    """From start to end, on the wall's clock."""
    processor: float
    """The seconds of processor time of it and its children."""
    mebibytes: float
    """The most memory that it, or the largest of its children, had resident at once.

    Linux counts from the fork on, so it is never less than what this process holds itself.
    """
    timed_out: bool

    @property
    def text(self) -> str:
        """Standard output and standard error, one after the other."""
        return self.out + self.err


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    timeout: float,
    before: Callable[[], None] | None = None,
) -> Ended:
    """Run ``command`` to its end; after ``timeout`` seconds it and its children are killed.

    ``before`` runs in the child before the program does, for limits.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.monotonic()
        child = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env={**os.environ, "COLUMNS": "240", **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
            preexec_fn=before,
        )
        late = threading.Event()

        def kill() -> None:
            late.set()
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)

        timer = threading.Timer(timeout, kill)
        timer.start()
        try:
            _, status, usage = os.wait4(child.pid, 0)
        finally:
            timer.cancel()
        seconds = time.monotonic() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        texts: list[str] = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
    return Ended(
        child.returncode,
        texts[0],
        texts[1],
        seconds,
        usage.ru_utime,
        usage.ru_maxrss / 1024,
        late.is_set(),
    )

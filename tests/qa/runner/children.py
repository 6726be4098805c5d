"""Work done in a forked child, which inherits the libraries that are loaded and has limits."""

from __future__ import annotations

import json
import os
import resource
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

SECONDS = 60
"""Of processor time, which other programs don't prolong; ten times as much of the clock's."""
MEBIBYTES = 6144
"""Of address space, of which the libraries alone take one."""


class Failed(Exception):
    """Work that ended without a result; the message is one line."""


def in_child(work: Callable[[], Any], folder: Path, seconds: int = SECONDS) -> Any:
    """Do ``work`` in a child with its own session, in ``folder``; return its result, JSON data.

    Raise :class:`Failed` for an exception, with its type and place, for a child that took more
    than ``seconds``, and for one that ended early.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(reading)
            with os.fdopen(writing, "w", encoding="utf-8") as pipe:
                pipe.write(_outcome(work, folder, seconds))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # programs that it started
    if not text:
        code = os.waitstatus_to_exitcode(status)
        late = code in (-signal.SIGALRM, -signal.SIGXCPU)
        raise Failed(f"took more than {seconds} s" if late else f"ended early with {code}")
    outcome = json.loads(text)
    if outcome["error"]:
        raise Failed(outcome["error"])
    return outcome["result"]


def _outcome(work: Callable[[], Any], folder: Path, seconds: int) -> str:
    os.setsid()
    signal.alarm(10 * seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEBIBYTES << 20, MEBIBYTES << 20))
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.chdir(folder)
    try:
        return json.dumps({"error": "", "result": work()})
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent tells
        frame = traceback.extract_tb(error.__traceback__)[-1]
        text = " ".join(str(error).split())[:500]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        return json.dumps({"error": f"{type(error).__name__} at {place}: {text}", "result": None})

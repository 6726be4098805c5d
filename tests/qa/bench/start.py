"""How fast a command starts where the wheel is installed, beside an empty Python."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from tests.qa.bench.measure import MILLISECONDS, Row, interleaved, table
from tests.support.wheel import build_wheel

ROOT = Path(__file__).resolve().parents[3]
SPEC = ROOT / "spec" / "pinterest-audiences.yaml"


def bench(rounds: int) -> bool:
    """Print the table; is every aim met?"""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python, speclock = installed(folder)
        command, any_client, named = (
            completing(line, folder) for line in ("ge", "show aud", f"ls {SPEC} --operation aud")
        )
        trials: dict[str, Callable[[], float]] = {
            "python -c pass": partial(seconds, (python, "-c", "pass")),
            "--version": partial(seconds, (speclock, "--version")),
            "--help": partial(seconds, (speclock, "--help")),
            "complete a command": partial(seconds, (speclock,), command),
            "complete an operation": partial(seconds, (speclock,), any_client),
            "complete one of a file": partial(seconds, (speclock,), named),
        }
        samples = interleaved("start", rounds, trials)
    aims = (None, 2, 3, 4, 4, 4)
    rows = [Row(name, samples[name], aim) for name, aim in zip(samples, aims, strict=True)]
    return table("The start of a command", MILLISECONDS, rows)


def installed(folder: Path) -> tuple[str, str]:
    """Install the wheel into an environment; return the paths of its Python and of speclock.

    The dependencies are those of this environment, so nothing is downloaded.
    """
    venv.create(folder / "env")
    programs = folder / "env" / "bin"
    wheel = build_wheel(folder)
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--quiet",
         "--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)],
        check=True,
    )  # fmt: skip
    own = sysconfig.get_path("purelib", "venv", {"base": str(folder / "env")})
    Path(own, "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return str(programs / "python"), str(programs / "speclock")


def completing(line: str, folder: Path) -> dict[str, str]:
    """The environment in which a shell asks how a line can continue."""
    line = f"speclock {line}"
    return {
        "_ARGCOMPLETE": "1", "_ARGCOMPLETE_IFS": "\n", "COMP_LINE": line,
        "COMP_POINT": str(len(line)), "COMP_TYPE": "9",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(folder / "answer"),
    }  # fmt: skip


def seconds(command: Sequence[str], environment: Mapping[str, str] | None = None) -> float:
    """The wall time of a process that runs in the clone."""
    start = time.perf_counter()
    subprocess.run(
        command, cwd=ROOT, env={**os.environ, **(environment or {})}, check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    return time.perf_counter() - start

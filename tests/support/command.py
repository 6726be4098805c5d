"""The command line in this process, and Python in a process of its own."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[2]
_HIDDEN = ("PYTEST_", "PYTHON")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str


@contextlib.contextmanager
def without_layout() -> Iterator[None]:
    """Generate with only one of ruff's two runs: the one that sorts and removes imports."""
    from generator.codegen.render.source import format as layout

    ruff = layout.run_ruff

    def sort_only(command: str, *arguments: str) -> str:
        return ruff(command, *arguments) if command == "check" else ""

    with patch.object(layout, "run_ruff", sort_only):
        yield


class _Captured(io.TextIOWrapper):
    """A stream whose text can be read again; unlike a StringIO, it has a buffer of bytes."""

    def __init__(self) -> None:
        self._data = io.BytesIO()
        super().__init__(self._data, "utf-8", newline="", write_through=True)

    def text(self) -> str:
        return self._data.getvalue().decode()


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


def speclock(folder: Path, *arguments: str | Path, layout: bool = True) -> Outcome:
    """Run the command line from ``folder`` in this process."""
    from generator.project.cli import main

    out, err = _Captured(), _Captured()
    with contextlib.ExitStack() as stack:
        for context in (
            contextlib.chdir(folder),
            contextlib.nullcontext() if layout else without_layout(),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            stack.enter_context(context)
        try:
            code = main([str(one) for one in arguments])
        except SystemExit as end:  # argparse
            code = end.code if isinstance(end.code, int) else 2
    return Outcome(code, out.text(), err.text())


def clean_environment(path: Iterable[str | Path] = (), **variables: str) -> dict[str, str]:
    """Return the environment without what concerns pytest, Python and proxies.

    ``path`` becomes ``PYTHONPATH``.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_HIDDEN) and not name.lower().endswith("_proxy")
    }
    found = os.pathsep.join(map(str, path))
    return {**kept, **({"PYTHONPATH": found} if found else {}), **variables}


def start(
    folder: Path, *arguments: str | Path, path: Iterable[str | Path] = (),
    terminal: int | None = None, **variables: str,
) -> subprocess.Popen[str]:  # fmt: skip
    """Start Python in a group of its own, to be interrupted or killed, on a terminal if given."""

    def obey() -> None:  # a shell's background job ignores the signal
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    streams = (subprocess.DEVNULL, *2 * (subprocess.PIPE,)) if terminal is None else 3 * (terminal,)
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=folder, env=clean_environment(path, **variables),
        stdin=streams[0], stdout=streams[1], stderr=streams[2], text=True, encoding="utf-8",
        start_new_session=True, preexec_fn=obey,
    )  # fmt: skip


def python(
    folder: Path, *arguments: str | Path, code: int | None = 0,
    path: Iterable[str | Path] = (), **variables: str,
) -> Outcome:  # fmt: skip
    """Run Python in a process of its own; its exit code must be ``code``."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=clean_environment(path, **variables),
        stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert code is None or done.returncode == code, done.stdout[-3000:] + done.stderr[-3000:]
    return Outcome(done.returncode, done.stdout, done.stderr)


def build_wheel(folder: Path) -> Path:
    """Build the wheel into ``folder`` and return its path."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def run_tests(folder: Path, *arguments: str | Path, code: int | None = 0) -> Outcome:
    """Run tests as a user would, in a process of its own and with warnings as errors."""
    options = "-m pytest -q -Werror -pno:cacheprovider -pno:asyncio --import-mode=importlib"
    return python(folder, *options.split(), "--rootdir=.", *arguments, code=code)

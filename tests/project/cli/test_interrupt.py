"""Ctrl-C at any moment: one line, the exit code 130, and files that the next run completes."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator.project.cli.interrupt import INTERRUPTED, MESSAGE
from tests.support.command import ROOT, speclock, start
from tests.support.project import Project, make_project

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="process groups are those of POSIX"),
]

LINE = f"error: {MESSAGE}"
START = "generator.project.cli.parser"
"""The first module that a command imports after it has changed what Ctrl-C does."""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    spec = (ROOT / "tests/cases/one_of/spec.yaml").read_text(encoding="utf-8")
    return make_project(tmp_path / "project", spec, "shapes")


class Command:
    """A command in a process group of its own, as a shell starts it."""

    def __init__(self, project: Project, *arguments: str) -> None:
        words = ("-X", "importtime", "-m", "generator", *arguments)
        self.process = start(project.root, *words, path=[ROOT])
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if START in line:
                break

    def interrupt(self, *, whole_group: bool = True) -> tuple[int, list[str]]:
        """Send SIGINT; return the exit code, and the lines that aren't about imports."""
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if whole_group else os.kill)(self.process.pid, signal.SIGINT)
        try:
            _, text = self.process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise
        lines = text.splitlines()
        return self.process.returncode, [x for x in lines if not x.startswith("import time:")]


PARTS = 16


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(n, marks=[pytest.mark.nightly] if n not in (7, 12) else [])
        for n in range(PARTS)
    ],
)
def test_ctrl_c_at_any_moment(project: Project, part: int) -> None:
    command = Command(project, "generate", "--fresh", "--quiet")
    began = time.perf_counter()
    command.process.communicate()
    assert command.process.returncode == 0
    duration = time.perf_counter() - began

    command = Command(project, "generate", "--fresh", "--quiet")
    time.sleep(duration * (part + random.random()) / PARTS)
    code, lines = command.interrupt(whole_group=part % 4 != 3)
    assert (code, lines) in [(INTERRUPTED, [LINE]), (0, [])]
    assert speclock(project.root, "generate").code == 0
    assert speclock(project.root, "check", "--full").code == 0


def test_ctrl_c_while_arguments_are_parsed(project: Project) -> None:
    for _ in range(2):
        assert Command(project, "generate").interrupt() == (INTERRUPTED, [LINE])


def test_ctrl_c_while_a_server_is_silent(project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/api.yaml"
        command = Command(project, "slice", url, "--operation", "x", "--insecure")
        server.settimeout(60)
        connection, _ = server.accept()
        with connection:
            assert command.interrupt() == (INTERRUPTED, [LINE])


def interrupt(process: subprocess.Popen[str]) -> None:
    """Send SIGINT to a process that is about to wait; kill it if it doesn't end."""
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def outcome(program: str, folder: Path) -> tuple[int, str, str]:
    """Run a program, and interrupt its process group as soon as it prints; what it came to."""
    with start(folder, "-c", program, path=[ROOT], TMPDIR=str(folder)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        interrupt(process)
        out, err = process.communicate()
    return process.returncode, out, err


HANDLED = (
    "from generator.project.cli.interrupt import end_at_ctrl_c as f; f(); import time, tempfile\n"
)
SLEEP = "print('ready', flush=True); time.sleep(60)"
POOL = """
import signal, time
from generator.codegen.render.models import _pool
with _pool(1) as pool:
    pool.submit(time.sleep, 0).result()
    pool.submit(time.sleep, 60)
    try:
        print('ready', flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        print('caught')
"""


def test_temporary_folders_are_removed(tmp_path: Path) -> None:
    program = f"{HANDLED}kept = tempfile.TemporaryDirectory(); {SLEEP}"
    assert outcome(program, tmp_path) == (INTERRUPTED, "", f"{LINE}\n")
    assert not list(tmp_path.iterdir())


def test_an_exception_cannot_swallow_it(tmp_path: Path) -> None:
    program = f"{HANDLED}try:\n    {SLEEP}\nexcept BaseException:\n    time.sleep(60)"
    assert outcome(program, tmp_path) == (INTERRUPTED, "", f"{LINE}\n")


def test_it_stays_ignored(tmp_path: Path) -> None:
    ignored = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    program = f"{ignored}{HANDLED}print('ready', flush=True); time.sleep(0.3); print('done')"
    assert outcome(program, tmp_path) == (0, "done\n", "")


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one processor forks no process")
@pytest.mark.parametrize("handled", [False, True], ids=["library", "command"])
def test_a_process_that_makes_models_is_silent(tmp_path: Path, handled: bool) -> None:
    found = outcome(f"{HANDLED if handled else ''}{POOL}", tmp_path)
    assert found == ((INTERRUPTED, "", f"{LINE}\n") if handled else (0, "caught\n", ""))


def test_at_a_question() -> None:
    pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
    program = f"{HANDLED}from generator.project.cli.console import Console\n"
    program += "Console(quiet=False).confirm('Write it?', '')"
    reader, writer = pty.openpty()
    words = ("-c", program)
    with start(ROOT, *words, path=[ROOT], terminal=writer, NO_COLOR="1") as process:
        os.close(writer)
        text = b""
        while b"[y/N] " not in text:
            text += os.read(reader, 1000)
        interrupt(process)
        assert process.wait() == INTERRUPTED
        shown = os.read(reader, 1000)
        os.close(reader)
    assert shown.decode() == f"\r\x1b[K{LINE}\r\n"

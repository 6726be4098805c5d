"""Ctrl-C at any moment: one line, the exit code 130, and files that the next run completes."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from generator.cli.interrupt import INTERRUPTED, MESSAGE
from tests.support.command_line import speclock

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="process groups are those of POSIX"),
]

ROOT = Path(__file__).parents[2]
LINE = f"error: {MESSAGE}"
SETTINGS = '[tool.speclock.clients.shapes]\nspec = "api.yaml"\n'
START = b"generator.cli.parser"
"""The first module that a command imports after it has changed what Ctrl-C does."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a client of several modules."""
    folder = tmp_path / "project"
    (folder / "scratch").mkdir(parents=True)
    shutil.copy(ROOT / "tests/cases/one_of/spec.yaml", folder / "api.yaml")
    (folder / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    return folder


class Command:
    """A command in a process group of its own, as a shell starts it."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        scratch = str(folder / "scratch")
        self.process = subprocess.Popen(
            [sys.executable, "-X", "importtime", "-m", "generator", *arguments],
            cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": scratch},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if START in line:
                break

    def interrupt(self, *, whole_group: bool = True) -> tuple[int, list[str]]:
        """Send SIGINT; return the exit code, and the lines that aren't about imports."""
        try:
            (os.killpg if whole_group else os.kill)(self.process.pid, signal.SIGINT)
        except ProcessLookupError:
            pass
        _, text = self.process.communicate(timeout=60)
        lines = text.decode().splitlines()
        return self.process.returncode, [x for x in lines if not x.startswith("import time:")]


@pytest.fixture(scope="module")
def duration(tmp_path_factory: pytest.TempPathFactory) -> float:
    """The seconds that ``generate --fresh`` takes from the moment that Ctrl-C is handled."""
    folder = tmp_path_factory.mktemp("timed")
    (folder / "scratch").mkdir()
    shutil.copy(ROOT / "tests/cases/one_of/spec.yaml", folder / "api.yaml")
    (folder / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    command = Command(folder, "generate", "--fresh")
    start = time.perf_counter()
    command.process.communicate()
    assert command.process.returncode == 0
    return time.perf_counter() - start


@pytest.mark.parametrize("part", range(16))
def test_ctrl_c_at_any_moment(project: Path, duration: float, part: int) -> None:
    command = Command(project, "generate", "--fresh")
    time.sleep(duration * (part + random.random()) / 16)  # noqa: S311 - any moment will do
    code, lines = command.interrupt(whole_group=part % 4 != 3)

    assert (code, lines) in [(INTERRUPTED, [LINE]), (0, [])]
    assert not list((project / "scratch").iterdir())
    assert speclock(project, "generate").code == 0
    assert speclock(project, "check", "--full").code == 0

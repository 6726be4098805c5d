"""A client withstands a server that fails most of its calls."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.client.conftest import HOME
from tests.support.command import ROOT


@pytest.mark.nightly
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_load(mode: str) -> None:
    """2,000 calls, 300 at once; in a process of its own, whose memory is measured."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.qa.load.run", mode],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": HOME},
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr

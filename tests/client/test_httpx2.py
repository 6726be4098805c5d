"""The generated client over httpx2, which continues httpx: one setting, the same tests."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.generated_case import GeneratedCases, load_over

pytestmark = pytest.mark.slow

CALL = """
import httpx2, sys
from PACKAGE import Sample

with Sample("token") as client:
    assert isinstance(client._sender.connections.current(), httpx2.Client)
assert "httpx" not in sys.modules, "httpx was imported"
"""


def test_the_client_runs_on_httpx2(cases: GeneratedCases) -> None:
    """Its generated tests pass; calls over a socket are in ``tests/works_with/test_mocks.py``."""
    name = load_over(cases, "httpx2").package.__name__
    program = CALL.replace("PACKAGE", name)
    tests = f"tests/{name}"
    for command in (
        ["-m", "pytest", "-q", "-W", "error", "-pno:cacheprovider", "-pno:asyncio", tests],
        ["-W", "error", "-c", program],
    ):
        done = subprocess.run(
            [sys.executable, *command],
            cwd=cases.folder,
            env={"PYTHONPATH": str(cases.folder), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]

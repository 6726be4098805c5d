"""The generated client over httpx2, which continues httpx: one setting, the same tests."""

from __future__ import annotations

import pytest

from tests.support.command import python, run_tests
from tests.support.generated_case import GeneratedCases, load_over

pytestmark = pytest.mark.slow

CALL = """
import httpx2, sys
from PACKAGE import Sample

with Sample("token") as client:
    assert isinstance(client._sender.current(), httpx2.Client)
assert "httpx" not in sys.modules, "httpx was imported"
"""


def test_the_client_runs_on_httpx2(cases: GeneratedCases) -> None:
    """Its generated tests pass; calls over a socket are in ``tests/works_with/test_mocks.py``."""
    name = load_over(cases, "httpx2").package.__name__
    run_tests(cases.folder, f"tests/{name}")
    python(cases.folder, "-W", "error", "-c", CALL.replace("PACKAGE", name), path=["."])

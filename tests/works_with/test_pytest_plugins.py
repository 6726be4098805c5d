"""The generated tests, and a user's, with plugins of pytest that a project may have."""

from __future__ import annotations

import re

import pytest

from tests.support.answers import Server
from tests.works_with.user_project import Project

pytestmark = pytest.mark.slow

SHUFFLED = """\
import random


def pytest_collection_modifyitems(items):
    before = [*items]
    random.Random(7).shuffle(items)
    assert items != before
"""
"""What pytest-randomly does."""
PLUGINS = {
    "strict, in another order": ["-o", "asyncio_mode=strict", "-p", "shuffled"],
    "auto, on a worker of xdist": ["-o", "asyncio_mode=auto", "-n", "1"],
}


@pytest.mark.parametrize("plugins", PLUGINS)
def test_plugins(plugins: str, project: Project) -> None:
    """The generated tests, and two that need pytest-asyncio and anyio; none is skipped."""
    project.show("test_plugins.py")
    project.write("shuffled.py", SHUFFLED)
    passed = project.pytest(*PLUGINS[plugins], "test_plugins.py", "generated/tests")
    assert re.fullmatch(r"\d+ passed in \S+s", passed)
    assert int(passed.split()[0]) > 2


def test_a_client_for_all_tests(project: Project, staging: Server) -> None:
    """With the loop of the page; without it, the second test fails before it sends anything."""
    project.show("test_shared_client.py")
    variables = {"PINTEREST_STAGING": staging.base_url}
    assert project.pytest("test_shared_client.py", **variables).startswith("2 passed")
    text = (project.root / "test_shared_client.py").read_text(encoding="utf-8")
    without = text.replace('asyncio(loop_scope="session")', "asyncio")
    assert without != text
    project.write("test_shared_client.py", without)
    done = project.run("-m", "pytest", "-q", "-p", "no:cacheprovider", **variables)
    assert "the client belongs to another event loop" in done.stdout
    assert len(staging.requests) == 3


def test_unittest(project: Project) -> None:
    project.show("test_unittest.py")
    done = project.run("-W", "error", "-m", "unittest", "test_unittest")
    assert "Ran 1 test" in done.stderr
    assert done.returncode == 0, done.stderr

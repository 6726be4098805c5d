"""The generated tests, and a user's, with plugins of pytest that a project may have."""

from __future__ import annotations

import re

import pytest

from tests.support.sockets import Server
from tests.works_with.page import UserProject

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


@pytest.mark.parametrize(
    "plugins",
    [
        "strict, in another order",
        pytest.param("auto, on a worker of xdist", marks=pytest.mark.nightly),
    ],
)
def test_plugins(plugins: str, project: UserProject) -> None:
    """The generated tests, and two that need pytest-asyncio and anyio; none is skipped."""
    project.show("test_plugins.py")
    project.write("shuffled.py", SHUFFLED)
    passed = project.pytest(*PLUGINS[plugins], "test_plugins.py", "generated/tests")
    assert re.fullmatch(r"\d+ passed in \S+s", passed)
    assert int(passed.split()[0]) > 2


def test_a_client_for_all_tests(project: UserProject, staging: Server) -> None:
    """With the loop of the page; without it, the second test fails before it sends anything."""
    project.show("test_shared_client.py")
    url = staging.base_url
    assert project.pytest("test_shared_client.py", PINTEREST_STAGING=url).startswith("2 passed")
    project.replace('asyncio(loop_scope="session")', "asyncio", "test_shared_client.py")
    done = project.python("-m", "pytest", "-q", "-p", "no:cacheprovider", PINTEREST_STAGING=url)
    assert "the client belongs to another event loop" in done.out
    assert len(staging.requests) == 3


def test_unittest(project: UserProject) -> None:
    project.show("test_unittest.py")
    assert (
        "Ran 1 test" in project.python("-W", "error", "-m", "unittest", "test_unittest", code=0).err
    )

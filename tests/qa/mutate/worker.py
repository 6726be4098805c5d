"""Tests of a tree, run in one fork after another: a program of its own that works in any tree.

It reads jobs as lines of JSON and writes a line for each. What `generator/` imports from other
projects is imported before the first fork; `generator/` and `tests/` are imported by each fork.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis  # noqa: F401 - for the forks
import pytest

PROBES = "__speclock_probes__"
"""The set in each probed module; see `probes.py`."""
MARKERS = ("slow", "nightly")
HARD = 3600.0
"""Seconds of the clock after which a fork is killed; processor time has a limit of its own."""
ROUNDS = (3, 12, 40)
"""Numbers of files that are collected at once: the first failure is often in the first."""

COMMAND = (
    "-q", "-pno:cacheprovider", "-pno:xdist", "--tb=line",
    "-Wignore::pytest.PytestAssertRewriteWarning",  # the first fork's parent has imported plugins
)  # fmt: skip


class Plugin:
    """The tests of a job in their order, until one fails; and the probes that each test hits."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._wanted: dict[str, int] | None = None
        self._hits = Path(job["hits"])
        self._budget: float = job["budget"]
        self._of_fixtures: defaultdict[Any, set[int]] = defaultdict(set)
        self._own: set[int] = set()
        self.cases: dict[str, tuple[float, list[int]]] = {}
        self.failed: list[str] = []

    def want(self, cases: list[str]) -> None:
        """Select cases, in this order; without a call of this all are run."""
        self._wanted = {name: at for at, name in enumerate(cases)}

    def pytest_configure(self, config: pytest.Config) -> None:
        for marker in MARKERS:  # an older tree doesn't have all of them
            config.addinivalue_line("markers", f"{marker}: as in this tree")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self._wanted is not None:
            wanted = self._wanted
            items[:] = sorted(
                (item for item in items if item.nodeid in wanted),
                key=lambda item: wanted[item.nodeid],
            )

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, Any, Any]:
        self._own |= self._drained()
        try:
            return (yield)
        finally:
            self._of_fixtures[fixturedef] |= self._drained()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        self._own.clear()
        self._drained()
        began = _seconds()
        result = yield
        hits = self._own | self._drained()
        for definitions in vars(item)["_fixtureinfo"].name2fixturedefs.values():
            for definition in definitions:
                hits |= self._of_fixtures.get(definition, set())
        self.cases[item.nodeid] = (round(_seconds() - began, 4), sorted(hits))
        if _seconds() > self._budget:
            item.session.shouldstop = "the budget is spent"
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)

    def _drained(self) -> set[int]:
        """Return the probes that were hit since the last call, also in other processes."""
        for module in list(sys.modules.values()):
            if hits := module.__dict__.get(PROBES) if hasattr(module, "__dict__") else None:
                hits.clear()
        found = set[int]()
        with contextlib.suppress(FileNotFoundError):
            for entry in self._hits.iterdir():
                found.add(int(entry.name))
                entry.unlink()
        return found


def _seconds() -> float:
    """Return the processor time of this process and of those that it waited for."""
    return sum(os.times()[:4])


def preload(tree: Path) -> None:
    """Import what the generator needs, and forget the generator."""
    for path in sorted((tree / "generator").rglob("*.py")):
        name = ".".join(path.relative_to(tree).with_suffix("").parts)
        if not name.endswith("__main__"):
            with contextlib.suppress(Exception):
                importlib.import_module(name.removesuffix(".__init__"))
    for name in [name for name in sys.modules if name.partition(".")[0] == "generator"]:
        del sys.modules[name]


def main() -> None:
    """Take jobs until the input ends."""
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    sys.path[0] = str(Path.cwd())  # instead of this file's folder
    preload(Path.cwd())
    for line in sys.stdin:
        job = json.loads(line)
        print(json.dumps(_forked(job)), file=replies, flush=True)


def _forked(job: dict[str, Any]) -> dict[str, Any]:
    result = Path(job["result"])
    result.unlink(missing_ok=True)
    pid = os.fork()
    if pid == 0:
        _be_fork(job, result)
    until = time.monotonic() + HARD
    while True:
        ended, _ = os.waitpid(pid, os.WNOHANG)
        if ended or time.monotonic() > until:
            break
        time.sleep(0.005)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    if not ended:
        os.waitpid(pid, 0)
    if result.is_file():
        reply: dict[str, Any] = json.loads(result.read_bytes())
        return reply
    return {"cases": {}, "failed": ["(no result: a crash, or the time limit)"]}


def _be_fork(job: dict[str, Any], result: Path) -> None:
    try:
        os.setsid()
        log = os.open(job["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        if job["limit"]:
            resource.setrlimit(resource.RLIMIT_CPU, (job["limit"], job["limit"] + 5))
        plugin = Plugin(job)
        for files in _rounds(job["files"]):
            arguments = [*COMMAND, "-m", job["marks"]]
            if job["first"]:
                arguments.append("-x")
                plugin.want([case for file in files for case in job["files"][file]])
            code = pytest.main([*arguments, *files], plugins=[plugin])
            if code not in (0, 1, 5) and not plugin.failed:  # 5: no test has these marks
                plugin.failed.append(f"(pytest ended with {code})")
            if job["first"] and (plugin.failed or _seconds() > job["budget"]):
                break
        found = {"cases": plugin.cases, "failed": plugin.failed}
        result.write_text(json.dumps(found), encoding="utf-8")
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
        traceback.print_exc()
    finally:
        os._exit(0)


def _rounds(files: dict[str, list[str]]) -> Iterator[list[str]]:
    names, at = list(files), 0
    for size in (*ROUNDS, len(names)):
        if names[at : at + size]:
            yield names[at : at + size]
        at += size


if __name__ == "__main__":
    main()

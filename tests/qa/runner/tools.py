"""Runs of mypy and pyright over many packages at once, and of pytest in this process."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from tests.qa.corpus.process import Ended, run

PATIENCE = 1800.0
"""Seconds after which a program is given up."""
_FRAME = re.compile(r"\S+\.py:\d+: ")
OTHERS = ""
"""The name under which a tool's report has what is of no package."""


def python(
    *arguments: str | Path, folder: Path, path: Path | None = None, timeout: float = PATIENCE
) -> Ended:
    """Run this environment's Python in a folder with packages."""
    environment = {"PYTHONPATH": str(path or folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return run([sys.executable, *arguments], cwd=folder, env=environment, timeout=timeout)


def ending(tool: str, ended: Ended) -> list[str]:
    """Describe how a tool ended that has no report."""
    return [f"{tool} ended with {ended.code}", *ended.text.splitlines()[-8:]]


def mypy(folder: Path, packages: Sequence[str]) -> dict[str, list[str]]:
    """Return what ``mypy --strict`` reports of each package and its tests."""
    places = [place for one in packages for place in (one, f"tests/{one}")]
    ended = python(
        "-m", "mypy", "--strict", "--config-file=", "--explicit-package-bases",
        "--python-version=3.11", "--no-error-summary", "--no-color-output", "--hide-error-context",
        f"--cache-dir={folder / '.mypy'}", *places, folder=folder,
    )  # fmt: skip
    errors = [line for line in ended.out.splitlines() if ": error: " in line]
    if ended.code not in (0, 1) or ended.timed_out or bool(ended.code) != bool(errors):
        return {OTHERS: ending("mypy", ended)}
    return _by_package(errors)


def pyright(folder: Path, packages: Sequence[str]) -> dict[str, list[str]]:
    """Return what pyright, strict, reports of each package and its tests."""
    settings = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "include": [*packages, "tests"],
        "extraPaths": ["."],
    }
    config = folder / "pyrightconfig.json"
    config.write_text(json.dumps(settings), encoding="utf-8")
    ended = python(
        "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable, "--project", config,
        folder=folder,
    )  # fmt: skip
    try:
        found = json.loads(ended.out)["generalDiagnostics"]
    except (ValueError, KeyError):
        return {OTHERS: ending("pyright", ended)}
    return _by_package(
        f"{Path(one['file']).relative_to(folder)}:{one['range']['start']['line'] + 1}: "
        f"{' '.join(one['message'].split())} ({one.get('rule')})"
        for one in found
        if one["severity"] == "error"
    )


def _by_package(errors: Iterable[str]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for error in errors:
        found[error.removeprefix("tests/").partition("/")[0]].append(error)
    return dict(found)


def generated_tests(
    folder: str, *options: str, plugins: Sequence[object] = ()
) -> tuple[int, list[str]]:
    """Run the generated tests in a folder; return the number that passed, and the failures.

    There is no folder if there is nothing to test.
    """
    if not Path(folder).is_dir():
        return 0, []
    results = _Results()
    code = pytest.main(
        ["-q", *options, "-pno:cacheprovider", "-pno:asyncio", "-Werror", "--import-mode=importlib",
         "--assert=plain", "--rootdir=.", "-c", os.devnull, folder], plugins=[results, *plugins],
    )  # fmt: skip
    return results.passed, results.failures or ([f"pytest ended with {code!r}"] if code else [])


class _Results:
    """A plugin of pytest: the first line of a failure has the test's name and what was raised."""

    def __init__(self) -> None:
        self.passed = 0
        self.failures: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.passed += report.when == "call" and report.passed
        self.pytest_collectreport(report)

    def pytest_collectreport(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.failed:
            lines = report.longreprtext.splitlines()
            said = [line[1:].strip() for line in lines if line.startswith("E ")] or [""]
            frames = [line for line in lines if _FRAME.match(line)]
            name = report.nodeid.partition("[")[0]
            self.failures.append("\n".join([f"{name}: {said[0]}", *said[1:9], *frames]))

"""One run of each tool over many packages in one folder; a run for each costs far more."""

from __future__ import annotations

import json
import re
import sys
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.qa.corpus.process import Ended, run

PATIENCE = 1800.0
"""Seconds after which a program is given up."""
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


@dataclass(slots=True)
class Tested:
    """The generated tests of one package."""

    passed: int = 0
    failures: list[str] = field(default_factory=list[str])


def tests(folder: Path, packages: Sequence[str], jobs: int) -> dict[str, Tested] | list[str]:
    """Run the generated tests of all packages; return them by package, or how pytest ended."""
    report = folder / "junit.xml"
    ended = python(
        "-m", "pytest", "-q", "-Werror", "-pno:cacheprovider", "-pno:asyncio",
        "--import-mode=importlib", f"--numprocesses={jobs}", "--dist=loadfile",
        "--rootdir", folder, "-c", "/dev/null", "--tb=short", f"--junitxml={report}",
        *(f"tests/{one}" for one in packages), folder=folder,
    )  # fmt: skip
    if ended.code not in (0, 1) or not report.is_file():
        return ending("pytest", ended)
    found = {one: Tested() for one in packages}
    for case in ET.parse(report).getroot().iter("testcase"):
        place = f"{case.get('classname')} {case.get('name')}"
        package = next(word for word in re.split(r"[. /]", place) if word in found)
        faults = [*case.iter("failure"), *case.iter("error")]
        found[package].passed += not faults and case.find("skipped") is None
        found[package].failures += [f"{place}: {fault.get('message')}"[:300] for fault in faults]
    return found

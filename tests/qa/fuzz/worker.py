"""A process that has the libraries of generated code loaded, and forks for each package to test.

As a program it reads folders and package names from standard input, a line each, and answers with a
line of JSON: what is wrong, or "".
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.qa.corpus.importing import import_failures
from tests.qa.fuzz.intersections import first_dissent

ROOT = Path(__file__).resolve().parents[3]
_SECONDS = 120
_FRAME = re.compile(r"\S+\.py:\d+: ")


class Worker:
    """Starts the process at the first package."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self.packages = 0

    def run(self, files: Mapping[str, bytes], package: str) -> str:
        """Import a package with all its models, warnings being errors, and run its tests.

        Returns what is wrong with it, empty if nothing is.
        """
        with tempfile.TemporaryDirectory(prefix="speclock-fuzz-") as scratch:
            for name, data in files.items():
                path = Path(scratch, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            self.packages += 1
            process = self._started()
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{scratch}\t{package}\n")
            process.stdin.flush()
            answer: str = json.loads(process.stdout.readline())
            return answer

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.communicate("")

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "error", "-m", "tests.qa.fuzz.worker"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        return self._process


def main() -> int:
    """Answer until the input ends."""
    import asyncio  # noqa: F401 - these are loaded once, for every package
    import ssl  # noqa: F401

    import httpx  # noqa: F401
    import jsonschema  # noqa: F401
    import openapi_schema_validator  # noqa: F401
    import pydantic  # noqa: F401
    import pytest  # noqa: F401
    import yaml  # noqa: F401

    for line in sys.stdin:
        folder, package = line.rstrip("\n").split("\t")
        print(json.dumps(_forked(Path(folder), package)), flush=True)
    return 0


def _forked(folder: Path, package: str) -> str:
    said = folder / "said.txt"
    child = os.fork()
    if not child:
        code = 1
        try:
            code = _child(folder, package, said)
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    text = said.read_text(encoding="utf-8") if said.is_file() else ""
    return text if text or not status else f"the tests ended with status {status}"


def _child(folder: Path, package: str, said: Path) -> int:
    import signal

    signal.alarm(_SECONDS)
    output = os.open(folder / "output.txt", os.O_WRONLY | os.O_CREAT)
    for standard in (0, 1, 2):
        os.dup2(os.open(os.devnull, os.O_RDONLY) if standard == 0 else output, standard)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    text = "\n".join(f"{name}: {fact}" for name, fact in import_failures(package).items())
    if Path("judged.json").is_file():
        text = text or first_dissent(package)
    else:
        text = text or failing_tests("tests", "-x")
    said.write_text(text, encoding="utf-8", errors="backslashreplace")
    return 1 if text else 0


def failing_tests(tests: str, *options: str) -> str:
    """Run the generated tests in the current folder; return the failures, "" if there are none."""
    import pytest

    failed = _Failures()
    code = pytest.main(
        ["-q", *options, "-pno:cacheprovider", "-pno:asyncio", "-Werror", "--import-mode=importlib",
         "--assert=plain", "--rootdir=.", "-c", os.devnull, tests], plugins=[failed],
    )  # fmt: skip
    return ("\n".join(failed.texts) or f"pytest ended with {code!r}") if code else ""


class _Failures:
    """A plugin of pytest: the first line of each failure says which test and what was raised."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def pytest_runtest_logreport(self, report: object) -> None:
        if getattr(report, "outcome", "") == "failed":
            self._add(report)

    def pytest_collectreport(self, report: object) -> None:
        if getattr(report, "outcome", "") == "failed":
            self._add(report)

    def _add(self, report: object) -> None:
        text = str(getattr(report, "longreprtext", ""))
        said = [line[1:].strip() for line in text.splitlines() if line.startswith("E ")]
        frames = [line for line in text.splitlines() if _FRAME.match(line)]
        name = str(getattr(report, "nodeid", "")).partition("[")[0]
        self.texts.append("\n".join([f"{name}: {said[0] if said else ''}", *said[1:9], *frames]))


if __name__ == "__main__":
    sys.exit(main())

"""A process that has the libraries of generated code loaded, and forks for each package to test.

As a program it reads folders and package names from standard input, a line each, and answers with a
line of JSON: what is wrong, or "".
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from tests.qa.corpus.importing import import_failures
from tests.qa.fuzz.intersections import first_dissent
from tests.qa.runner import tools
from tests.qa.runner.children import Failed, in_child

ROOT = Path(__file__).resolve().parents[3]
_SECONDS = 120


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
        try:
            said = in_child(partial(_fault, folder, package), Path(folder), _SECONDS)
        except Failed as failure:
            said = str(failure)
        print(json.dumps(said), flush=True)
    return 0


def _fault(folder: str, package: str) -> str:
    sys.path.insert(0, folder)
    failures = "\n".join(f"{name}: {fact}" for name, fact in import_failures(package).items())
    if Path("judged.json").is_file():
        return failures or first_dissent(package)
    return failures or "\n".join(tools.generated_tests("tests", "-x")[1])


if __name__ == "__main__":
    sys.exit(main())

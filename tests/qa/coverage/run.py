"""How much of the generated code do its own and this project's tests run?

The lines are those of the example's package, and the lines of other packages that a template has
as they are.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.generate_cases import generate_cases
from tests.qa.coverage.lines import Line, LineRecorder, Source
from tests.qa.mutate.subjects import is_runtime
from tests.support.cases import CASES, READY

ROOT = Path(__file__).resolve().parents[3]
GENERATED = ROOT / "generated"
EXAMPLE = GENERATED / "pinterest_audiences"
TESTS = ("generated/tests/pinterest_audiences", "tests/client", "tests/cases")
PAGES = "_runtime/pages.py"
"""Most of it is tested by `tests/codegen/test_pagination.py`, in packages of its own."""
OK, TOO_LITTLE, BROKEN = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tests, print the lines that none ran, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--minimum", type=float, default=95.0, help="percent that must run (%(default)s)"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="speclock-coverage-") as scratch:
        cases = Path(scratch)
        generate_cases(cases)
        os.environ[READY] = scratch
        recorder = LineRecorder(GENERATED, cases)
        goldens = CASES / "test_goldens.py"
        settings = ["-q", "-m", "not slow", "-c", str(ROOT / "pyproject.toml")]
        with recorder.recording():
            code = pytest.main(
                [*settings, f"--ignore={goldens}", *(str(ROOT / path) for path in TESTS)],
                plugins=[recorder],
            )
        # A test with a time limit may fail while lines are recorded; `make test` judges the tests.
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return BROKEN
        share = report(recorder, [EXAMPLE, *sorted(cases.glob("case_*"))])
    return OK if share >= options.minimum else TOO_LITTLE


def report(recorder: LineRecorder, packages: Sequence[Path]) -> float:
    """Print the lines that no test ran; return the share of those that ran, in percent."""
    ran: set[Line] = set()
    lines: dict[Line, int] = {}
    for package in packages:
        for path in package.rglob("*.py"):
            source = Source(path, package)
            ran |= {source.line(*place) for place in recorder.ran(path)}
            for line, number in source.executable.items():
                if package == EXAMPLE or is_runtime(line.module, line.text):
                    lines.setdefault(line, number)
    lines = {line: number for line, number in lines.items() if line.module != PAGES}
    for module, group in groupby(sorted(lines), lambda line: line.module):
        own = list(group)
        left = sorted(lines[line] for line in own if line not in ran)
        share = 100.0 * (len(own) - len(left)) / len(own)
        print(f"{module:<26} {share:5.1f} %  {_ranges(left)}".rstrip())
    count = len(lines.keys() & ran)
    share = 100.0 * count / len(lines)
    print(f"\n{count} of {len(lines)} lines ran ({share:.1f} %)")
    return share


def _ranges(lines: Iterable[int]) -> str:
    """Return line numbers as text: ``3-5, 9``."""
    groups = [[n for _, n in g] for _, g in groupby(enumerate(lines), lambda p: p[1] - p[0])]
    return ", ".join(f"{g[0]}-{g[-1]}" if len(g) > 1 else str(g[0]) for g in groups)


if __name__ == "__main__":
    sys.exit(main())

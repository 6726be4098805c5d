"""How much of the generated code do its own and this project's tests run?

The lines are those of the example's package, and those of the runtime, whose modules are the same
in every package: a line counts if it ran in any.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

import coverage
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.generate_cases import generate_cases
from tests.support.cases import CASES, READY

ROOT = Path(__file__).resolve().parents[3]
GENERATED = ROOT / "generated"
EXAMPLE = GENERATED / "pinterest_audiences"
TESTS = ("generated/tests/pinterest_audiences", "tests/client", "tests/cases")
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
        recorder = recorder_of(cases / "coverage.ini", GENERATED, cases)
        settings = ["-q", "-m", "not slow", "-c", str(ROOT / "pyproject.toml")]
        settings += [f"--ignore={CASES / 'test_goldens.py'}", *(str(ROOT / path) for path in TESTS)]
        with recorder.collect():
            code = pytest.main(settings)
        # A test with a time limit may fail while lines are recorded; `make test` judges the tests.
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return BROKEN
        recorder.save()
        recorder.combine()
        share = report(recorder, [EXAMPLE, *sorted(cases.glob("case_*"))])
    return OK if share >= options.minimum else TOO_LITTLE


def recorder_of(settings: Path, *folders: Path) -> coverage.Coverage:
    """Return a recorder of the lines of folders, but for those that type checkers alone read.

    It records the processes that tests start, too, such as the fake server; they read ``settings``,
    which is written.
    """
    data, source = settings.with_suffix(".data"), "\n  ".join(map(str, folders))
    settings.write_text(
        f"[run]\nparallel = true\npatch = subprocess\ndata_file = {data}\nsource =\n  {source}\n",
        encoding="utf-8",
    )
    recorder = coverage.Coverage(config_file=str(settings))
    recorder.exclude(r"if TYPE_CHECKING:|def .*: \.\.\.$|^\s*\.\.\.$")
    return recorder


def report(recorder: coverage.Coverage, packages: Sequence[Path]) -> float:
    """Print the lines that no test ran; return the share of those that ran, in percent."""
    copies: defaultdict[tuple[str, bytes], list[str]] = defaultdict(list)
    for package in packages:
        for path in package.rglob("*.py"):
            module = path.relative_to(package).as_posix()
            if package == EXAMPLE or module.startswith("_runtime/"):
                copies[module, path.read_bytes()].append(str(path.resolve()))
    lines: dict[str, set[int]] = {}
    left: dict[str, set[int]] = {}
    data = recorder.get_data()
    for (module, _), paths in copies.items():  # most packages have the same: it is parsed once
        ran = [line for path in paths for line in data.lines(path) or ()]
        data.add_lines({paths[0]: ran})
        _, executable, _, missing, _ = recorder.analysis2(paths[0])
        lines.setdefault(module, set()).update(executable)
        left[module] = left.get(module, set(executable)) & set(missing)
    for module in sorted(lines):
        share = 100.0 * (1 - len(left[module]) / max(len(lines[module]), 1))
        print(f"{module:<26} {share:5.1f} %  {_ranges(sorted(left[module]))}".rstrip())
    whole = sum(map(len, lines.values()))
    count = whole - sum(map(len, left.values()))
    share = 100.0 * count / whole
    print(f"\n{count} of {whole} lines ran ({share:.1f} %)")
    return share


def _ranges(lines: Iterable[int]) -> str:
    """Return line numbers as text: ``3-5, 9``."""
    groups = [[n for _, n in g] for _, g in groupby(enumerate(lines), lambda p: p[1] - p[0])]
    return ", ".join(f"{g[0]}-{g[-1]}" if len(g) > 1 else str(g[0]) for g in groups)


if __name__ == "__main__":
    sys.exit(main())

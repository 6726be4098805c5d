"""Types as a caller meets them: silence on right programs, a complaint on each wrong one."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MISUSED = sorted((HERE / "misused").glob("*.py"))
Complaints = dict[str, set[int]]


def wrong_lines(path: Path) -> set[int]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {number for number, line in enumerate(lines, 1) if line.endswith("# wrong")}


def mypy(*paths: Path) -> Complaints:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", *map(str, paths)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found: Complaints = {}
    for name, line in re.findall(r"^(.+?):(\d+): error:", done.stdout, re.MULTILINE):
        found.setdefault(Path(name).name, set()).add(int(line))
    assert found or done.returncode == 0, done.stdout + done.stderr
    return found


def pyright(*paths: Path) -> Complaints:
    config = HERE / "misused" / "pyrightconfig.json"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "basedpyright",
            "--outputjson",
            "--pythonpath",
            sys.executable,
            "-p",
            str(config),
            *map(str, paths),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found: Complaints = {}
    for one in json.loads(done.stdout)["generalDiagnostics"]:
        if one["severity"] == "error":
            line = one["range"]["start"]["line"] + 1
            found.setdefault(Path(one["file"]).name, set()).add(line)
    return found


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_every_misuse_is_noticed_where_it_stands(checker: object) -> None:
    assert callable(checker)
    found = checker(*MISUSED)
    assert found == {path.name: wrong_lines(path) for path in MISUSED}
    assert len(MISUSED) >= 8


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_the_sample_program_is_clean(checker: object) -> None:
    assert callable(checker)
    assert checker(HERE / "typed" / "sample.py") == {}


@pytest.fixture
def sample() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sample", HERE / "typed" / "sample.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_sample_program_runs(sample: ModuleType) -> None:
    said = sample.synchronous()
    expected = ["made", "200", "29, request None, 26 bytes", "look whether it exists", "Visitors"]
    assert said == expected
    assert asyncio.run(sample.asynchronous()) == "2542620333444"
    assert sample.unknown_yet().rule.model_extra == {"brand_new": 1}
    assert "password" not in repr(sample.injected())

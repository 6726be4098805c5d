"""Types as a caller meets them: silence on right programs, a complaint on each wrong one."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from tests.cases.test_base64 import SPEC as BASE64
from tests.client.test_one_credential import KINDS, load
from tests.support.cases import CASES, package_of, topics
from tests.support.generated_case import GeneratedCases, load_spec

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
GENERATED = HERE.parents[1] / "generated"
SAMPLE = HERE / "typed" / "sample.py"
MISUSED = sorted((HERE / "misused").glob("*.py"))
TOPICS = (
    "requests_as_given", "implied_discriminators", "typed_dicts", "client_arguments", "remember",
)  # fmt: skip
"""The cases that the programs use."""
CODES = ("deprecated", "ignore-without-code", "redundant-expr", "truthy-bool")
ONE_RUNTIME = "one_runtime"
OWN_RUNTIME = re.compile(rb"^( *from )\.+_runtime(?=[. ])", re.MULTILINE)
"""An import of a package's own runtime."""
COMMON = rb"\1" + ONE_RUNTIME.encode()
Complaints = Mapping[str, set[int]]
"""The lines of a file, by its path or, of a program, by its name."""


def use_gates(packages: list[str]) -> str:
    """Return a program that makes clients of APIs with one credential."""
    lines: list[str] = []
    for package, kind in zip(packages, KINDS.values(), strict=True):
        lines += [
            f"import {package}",
            f"{package}.Sample({package}.NO_CREDENTIALS, timeout=3)",
            f"{package}.AsyncSample({package}.NO_CREDENTIALS, deadline=3)",
        ]
        lines += [f"{package}.Sample.from_env(timeout=3)"] if kind.variables else []
    return "\n".join([*lines, ""])


def mypy(folder: Path, checked: list[str]) -> Complaints:
    """Return the lines of which mypy complains."""
    done = subprocess.run(
        [
            sys.executable, "-m", "mypy", "--strict", "--python-version=3.11", "--config-file=",
            "--no-error-summary", *(f"--enable-error-code={code}" for code in CODES), *checked,
        ],
        env={**os.environ, "PYTHONPATH": "", "MYPYPATH": f"{GENERATED}{os.pathsep}{folder}"},
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.findall(r"^(.+?):(\d+): error:", done.stdout, re.MULTILINE)
    assert found or not done.returncode, done.stdout + done.stderr
    return _by_file((path, int(line)) for path, line in found)


def basedpyright(folder: Path, checked: list[str]) -> Complaints:
    """Return the lines of which basedpyright complains."""
    settings = {
        "typeCheckingMode": "strict", "pythonVersion": "3.11", "include": checked,
        "extraPaths": [str(GENERATED), "."],
    }  # fmt: skip
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "basedpyright", "--project", ".", "--pythonpath", sys.executable,
         "--outputjson"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] >= len(checked)
    return _by_file(
        (os.path.relpath(one["file"], folder), one["range"]["start"]["line"] + 1)
        for one in report["generalDiagnostics"]
        if one["severity"] == "error"
    )


def _by_file(places: Iterable[tuple[str, int]]) -> Complaints:
    lines: dict[str, set[int]] = {}
    for path, line in places:
        lines.setdefault(path.removeprefix("programs/"), set()).add(line)
    return lines


def copy_over_one_runtime(packages: Iterable[Path], folder: Path) -> None:
    """Copy packages into a folder, where those with equal modules of the runtime import one copy.

    Most of their modules are the runtime's, so that a type checker reads them once.
    ``tests/cases/test_imports.py`` proves that a package has the modules that it imports.
    """
    runtime = folder / ONE_RUNTIME
    runtime.mkdir(parents=True)
    for package in packages:
        own = [path.relative_to(package) for path in package.rglob("*.py")]
        shared = [path for path in own if path.parts[0] == "_runtime"]
        copies = {path: runtime / path.relative_to("_runtime") for path in shared}
        contents = {path: (package / path).read_bytes() for path in own}
        if any(c.is_file() and c.read_bytes() != contents[path] for path, c in copies.items()):
            shutil.copytree(package, folder / package.name)
            continue
        for path, content in contents.items():
            copy = copies.get(path, folder / package.name / path)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content if path in copies else OWN_RUNTIME.sub(COMMON, content))


@pytest.fixture(scope="module")
def checked(cases: GeneratedCases, programs: list[str]) -> Path:
    """Return a folder with the programs and copies of all packages."""
    folder = cases.folder / "checked"
    gates = [cases.folder / name for name in programs if not name.endswith(".py")]
    whole = [cases.folder / package_of(t) for t in topics(CASES) if not cases.outcome(t).code]
    copy_over_one_runtime(dict.fromkeys([*gates, *whole]), folder)
    shutil.copytree(cases.folder / "programs", folder / "programs")
    shutil.copytree(cases.folder / "case_formats_of_bytes", folder / "case_formats_of_bytes")
    return folder


@pytest.fixture(scope="module")
def programs(cases: GeneratedCases) -> list[str]:
    """Return programs, and the packages with one credential, which they call."""
    gates = [load(name, cases).package.__name__ for name in KINDS]
    for topic in TOPICS:
        cases.load(topic)
    load_spec(cases, "formats_of_bytes", BASE64)
    folder = cases.folder / "programs"
    folder.mkdir(exist_ok=True)
    for path in (SAMPLE, *MISUSED):
        shutil.copy(path, folder)
    (folder / "gates.py").write_text(use_gates(gates), encoding="utf-8")
    return [*gates, *(f"programs/{path.name}" for path in sorted(folder.glob("*.py")))]


@pytest.mark.parametrize(
    ("check", "is_whole"),
    [
        pytest.param(mypy, True, id="mypy"),
        pytest.param(basedpyright, False, id="basedpyright"),
        pytest.param(basedpyright, True, id="basedpyright of all cases", marks=pytest.mark.nightly),
    ],
)
def test_every_misuse_is_noticed_and_nothing_else(
    check: Callable[[Path, list[str]], Complaints],
    is_whole: bool,
    cases: GeneratedCases,
    programs: list[str],
    checked: Path,
) -> None:
    wrong = {
        path.name: {
            number
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if line.endswith("# wrong")
        }
        for path in MISUSED
    }
    # Pyright can't resolve an alias that has itself and a class with a field of that alias.
    chosen = {*topics(CASES)} - {"trees_of_unions"}
    packages = [package_of(topic) for topic in chosen if not cases.outcome(topic).code]
    packages += [ONE_RUNTIME]
    assert check(checked, programs + packages * is_whole) == wrong
    assert len(wrong) >= 9


@pytest.fixture
def sample() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sample", SAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_sample_program_runs(sample: ModuleType) -> None:
    expected = ["made", "200", "not allowed: no", "look whether it exists", "Visitors"]
    assert sample.synchronous() == expected
    assert asyncio.run(sample.asynchronous()) == "2542620333444"
    assert sample.unknown_yet().rule.model_extra == {"brand_new": 1}
    assert "password" not in repr(sample.injected())

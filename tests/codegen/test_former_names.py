"""Names that every client had stay importable for one minor version, as deprecated aliases."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from generator.base.version import __version__
from generator.codegen.apidiff.compare import compare
from generator.codegen.apidiff.from_source import from_source, sources_in
from generator.codegen.render import former_names
from generator.project.services.generation.generate import generate
from generator.project.services.project.resolve import load_settings
from tests.support.project import ORCHARD, Project, make_project

pytestmark = pytest.mark.slow

ENTRY = '[[name]]\nmodule = "{module}"\nold = "Old{new}"\nnew = "{new}"\nleft = "{left}"\n'
NAMES = {"__init__": "Retry", "errors": "ApiError", "testing": "Fake"}
CODE = """\
import warnings
from orchard import errors, testing
import orchard

warnings.simplefilter("error")
for module, name in ((orchard, "Retry"), (errors, "ApiError"), (testing, "Fake")):
    try:
        getattr(module, "Old" + name)
    except DeprecationWarning as warning:
        print(warning)
    warnings.simplefilter("ignore")
    assert getattr(module, "Old" + name) is getattr(module, name)
    warnings.simplefilter("error")
    try:
        module.Older
    except AttributeError as error:
        print(error)
"""
TYPED = """\
from orchard import OldRetry
from orchard.errors import OldApiError
from orchard.testing import OldFake

retry: OldRetry = OldRetry()
fake = OldFake()
errors: list[type[OldApiError]] = [OldApiError]
"""


def written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, left: str) -> Project:
    """Return a project whose client has former names of that version."""
    table = tmp_path / former_names.TABLE
    entries = [ENTRY.format(module=module, new=new, left=left) for module, new in NAMES.items()]
    table.write_text("".join(entries), encoding="utf-8")
    monkeypatch.setattr(former_names, "templates_folder", lambda: tmp_path)
    project = make_project(tmp_path / "project", ORCHARD, client="Orchard")
    generate(load_settings(project.root / "pyproject.toml"))
    return project


def python(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=project.output,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_former_name_is_a_deprecated_alias(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project = written(monkeypatch, tmp_path, __version__)
    run = python(project, "-c", CODE)
    assert run.stderr == ""
    told = run.stdout.splitlines()
    leaves = "leaves in the next minor version of speclock"
    assert told[0] == f"OldRetry is Retry now, and {leaves}"
    assert told[1] == "module 'orchard' has no attribute 'Older'"
    assert len(told) == 6
    (project.output / "use.py").write_text(TYPED, encoding="utf-8")
    checked = python(project, "-m", "mypy", "--strict", "use.py")
    assert checked.returncode == 0, checked.stdout


def test_a_comparison_finds_the_former_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What stays importable isn't told as removed."""
    project = written(monkeypatch, tmp_path, __version__)
    new = sources_in(project.package)
    names = {"__init__.py": b"Retry", "errors.py": b"ApiError", "testing.py": b"Fake"}
    old = {path: data.replace(b"Old", b"") for path, data in new.items()}
    for path, name in names.items():
        old[path] = old[path].replace(b'"%b"' % name, b'"Old%b"' % name)
        old[path] += b"\n\nOld%b = %b\n" % (name, name)
    removed = [change for change in compare(from_source(old), from_source(new)) if change.breaks]
    assert [change.name for change in removed if change.name.rpartition(".")[2][:3] == "Old"] == []


def test_it_leaves_in_the_next_minor_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project = written(monkeypatch, tmp_path, "0.1.0")
    assert "Old" not in (project.package / "errors.py").read_text(encoding="utf-8")


def test_each_entry_of_the_table_is_in_clients() -> None:
    """One of an earlier minor version is to be removed from the table."""
    for module, former in former_names.every_former_name():
        assert module in former_names.MODULES
        assert former_names.is_kept(former), f"{former_names.TABLE}: {former.old} has left"

"""``runtime = "speclock_runtime"``: the modules of the installed wheel ``speclock-runtime``."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from docs.tools import runtime_wheel
from generator.base.version import RUNTIME_PACKAGE, __version__
from generator.project.services.project.runtimes import runtime_hashes
from tests.support.command import ROOT, python
from tests.support.project import ORCHARD, Project, edit_manifest, manifest, settings

pytestmark = pytest.mark.slow

CLIENT = {"spec": "spec/orchard.yaml", "client": "Orchard"}
FILES = len(runtime_hashes()) + 1


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel."""
    folder = tmp_path_factory.mktemp("dist")
    assert runtime_wheel.main([str(folder)]) == 0
    (wheel,) = folder.iterdir()
    return wheel


@pytest.fixture
def installed(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the runtime, installed where speclock runs."""
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    monkeypatch.setattr(sys, "path", [*sys.path, str(site)])
    return site / RUNTIME_PACKAGE / "_runtime"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a project whose client imports the runtime, generated."""
    project = Project(tmp_path / "project")
    project.write("spec/orchard.yaml", ORCHARD)
    configure(project, runtime=RUNTIME_PACKAGE)
    project.generate()
    return project


def configure(project: Project, **more: object) -> None:
    project.write("pyproject.toml", settings({"orchard": {**CLIENT, **more}}))


def test_the_wheel_has_the_modules_of_every_client(wheel: Path) -> None:
    """They have the bytes of those in a package for httpx."""
    generated = ROOT / "generated/pinterest_audiences/_runtime"
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if "/_runtime/" in name]
        assert len(names) == FILES
        for module in generated.glob("*.py"):
            assert archive.read(f"{RUNTIME_PACKAGE}/_runtime/{module.name}") == module.read_bytes()
        metadata = archive.read(f"{RUNTIME_PACKAGE}-{__version__}.dist-info/METADATA").decode()
    assert "\nRequires-Dist: httpx>=0.27\nRequires-Dist: pydantic>=2.12\n" in metadata


def test_the_tests_of_a_client_with_it(project: Project, installed: Path) -> None:
    assert not [*project.output.rglob("_runtime")]
    assert manifest(project.package)["runtime"] == {"name": RUNTIME_PACKAGE}
    path = [installed.parents[1], project.output]
    options = "-m pytest -q -Werror -pno:cacheprovider -pno:asyncio --import-mode=importlib"
    done = python(project.root, *options.split(), "--rootdir=.", "generated/tests", path=path)
    assert " passed" in done.out


def test_every_module_of_the_wheel_is_imported(installed: Path) -> None:
    for module in sorted(installed.glob("*.py")):
        name = f"{RUNTIME_PACKAGE}._runtime.{module.stem}".removesuffix(".__init__")
        python(installed.parent, "-c", f"import {name}", path=[installed.parents[1]])


@pytest.mark.parametrize("change", ["edited", "removed", "added"])
@pytest.mark.parametrize("name", ["retry.py", "http.py"])
def test_a_changed_file_is_noticed(
    change: str, name: str, project: Project, installed: Path
) -> None:
    for command in (["check"], ["check", "--full"], ["verify", project.package]):
        last = project.does(*command).out.splitlines()[-1]
        assert last == f"runtime: speclock {__version__}, unchanged, {FILES} files"
    path, files = installed / name, FILES
    if change == "edited":
        path.write_bytes(path.read_bytes() + b"# Ours.\n")
    elif change == "removed":
        path.unlink()
    else:
        path, files = installed / f"our_{name}", FILES + 1
        path.write_bytes(b"# Ours.\n")
    checked = project.run("check", code=1)
    last = f"runtime: speclock {__version__}, 1 of {files} files changed: {path.name}"
    assert checked.out.splitlines()[-1] == last
    assert checked.err.startswith("not of this version of speclock: ")
    assert f"{path.name}\nTo fix: install speclock-runtime {__version__} again\n" in checked.err
    verified = project.run("verify", project.package, code=1)
    assert f"{path.name}: not as in the version of speclock" in verified.err
    assert f"To fix: install speclock-runtime {__version__} again\n" in verified.err


def test_an_earlier_version_has_no_hash_of_http(project: Project, installed: Path) -> None:
    edit_manifest(project.package, lambda data: data["tool"].update(speclock="0.1.0"))
    errors = project.run("verify", project.package, code=1).err
    assert "errors.py: not as in the version of speclock" in errors
    assert f"{installed.name}/http.py" not in errors


def test_it_is_not_installed_where_speclock_runs(project: Project) -> None:
    last = f"runtime: speclock {__version__}, not installed in the environment of speclock"
    assert project.does("check").out.splitlines()[-1] == last
    assert project.does("verify", project.package).out.splitlines()[-1] == last


def test_the_python_api_is_the_same(project: Project) -> None:
    """A client that has its own runtime, or not, is the same for its callers."""
    configure(project)
    own = project.generate()
    assert "of its Python API" not in own.out + own.err
    assert (project.package / "_runtime/retry.py").exists()
    configure(project, runtime=RUNTIME_PACKAGE)
    again = project.generate()
    assert "of its Python API" not in again.out + again.err
    assert not (project.package / "_runtime").exists()


def test_a_copy_imports_it_too(project: Project, installed: Path) -> None:
    copy = project.root / "farm/fruit"
    project.does("vendor", copy)
    assert not (copy / "_runtime").exists()
    assert project.does("verify", copy).out.splitlines()[-1].endswith(f", {FILES} files")
    (installed / "retry.py").write_bytes(b"")
    project.run("verify", copy, code=1)


def test_it_is_made_for_httpx(project: Project) -> None:
    configure(project, runtime=RUNTIME_PACKAGE, http="httpx2")
    assert "http is httpx2, and the runtime speclock_runtime is" in project.refuses("generate")


def test_a_template_of_it_is_refused(project: Project) -> None:
    retry = (ROOT / "templates/client/_runtime/retry.py").read_text(encoding="utf-8")
    project.write("own/client/_runtime/retry.py", retry)
    configure(project, runtime=RUNTIME_PACKAGE, templates="own")
    error = project.refuses("generate")
    assert "so the template client/_runtime/retry.py has no effect" in error

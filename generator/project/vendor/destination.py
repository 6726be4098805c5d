"""The destination of a copy: its folders, and the name that it is imported by there."""

from __future__ import annotations

import os
from pathlib import Path

from ...base.errors import UsageError
from ...base.immutable import immutable
from ...base.portable import package_fault, relative_to
from ..output.boundary import project_of, repository_of
from ..output.manifest import MARK, Manifest, tests_fault, tests_of
from ..output.write import check_folder, locate


@immutable
class Destination:
    """A copy's folders, absolute."""

    package: Path
    tests: Path | None
    name: str
    """The dotted name that the package is imported by: ``acme.clients.pinterest``."""
    root: Path
    """The folder that Python finds the package from, as ``src``."""

    @property
    def folders(self) -> tuple[Path, ...]:
        """The package's folder, and the tests' folder if there is one."""
        return (self.package, self.tests) if self.tests else (self.package,)

    @property
    def home(self) -> Path:
        """The folder that contains both."""
        return Path(os.path.commonpath([folder.parent for folder in self.folders]))


def locate_in(folder: Path, name: str) -> Path:
    """Return the path of a file in a folder of a copy; raises :class:`UnsafePath`."""
    check_folder(folder.parent, folder)
    return locate(folder, name)


def absolute(path: str | Path) -> Path:
    """Return an absolute path without ``..``; links aren't followed."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links


def destination(package: Path, tests: Path | None, dotted: str) -> Destination:
    """Return the folders for a copy imported as ``dotted``, which is guessed if empty.

    Raise :class:`UsageError` if they or the name cannot be used.
    """
    tests = absolute(tests) if tests else None
    if reason := package_fault(package.name):
        raise UsageError(
            f"{package.name!r} cannot be a package's name: {reason}. "
            "DEST is the package's new folder, and its last part the new name."
        )
    for path in (package, tests):
        if path and path.exists() and not path.is_dir():
            raise UsageError(f"{path} isn't a folder. Name another one, or move it away.")
    if tests:
        if tests == package or package in tests.parents or tests in package.parents:
            raise UsageError("The tests must lie beside the package, not in it or around it.")
        relative = relative_to(tests, package)
        if Path(relative).is_absolute():
            raise UsageError("The tests must lie on the same drive as the package.")
        if fault := tests_fault(relative):
            raise UsageError(f"The tests' folder, {relative} from the package, {fault}.")
        check_folder(Path(os.path.commonpath((package, tests))), tests)
    guessed, root = _guess(package)
    if dotted:
        parts = dotted.split(".")
        if not all(map(_is_name, parts)) or parts[-1] != package.name:
            raise UsageError(
                f"--import {dotted!r}: the last part must be the folder's name, {package.name!r}."
            )
        above = package.parts[-len(parts) :] == tuple(parts)
        root = package.parents[len(parts) - 1] if above else package.parent
    return Destination(package, tests, dotted or guessed, root)


def recorded_destination(package: Path, *, to_write: bool) -> tuple[Destination, Manifest]:
    """Return the folders of a copy by its manifest, and the manifest.

    Raise :class:`UsageError` if there is none, or if tests are to be written and the manifest,
    which anybody may have written, names a folder for them without any of speclock's.
    """
    manifest = Manifest.read(package.parent, package.name)
    if manifest is None:
        raise UsageError(
            f"{package} has no speclock.json that can be read, so it isn't known. "
            "Was it made by speclock vendor?"
        )
    if not manifest.vendored:
        raise UsageError(
            f"{package} wasn't made by speclock vendor. To bring a generated client up to date: "
            "speclock generate"
        )
    tests = tests_of(package, manifest)
    if tests and to_write and (fact := _tests_doubt(package, tests)):
        raise UsageError(
            f"{package}/speclock.json records its tests in {tests}, which {fact}. "
            "Name that folder yourself to have it written: --tests DIR"
        )
    dotted = manifest.vendored.import_name
    moved = dotted.rpartition(".")[2] != package.name
    return destination(package, tests, "" if moved else dotted), manifest


def _guess(package: Path) -> tuple[str, Path]:
    """Return the name that Python imports a folder by, and the folder that it is relative to.

    Folders with an ``__init__.py`` are packages. Above them may be namespace packages: up to
    ``src``, to the project's root, or to the current folder.
    """
    folder, parts = package.parent, [package.name]
    while (folder / "__init__.py").is_file() and _is_name(folder.name):
        parts.insert(0, folder.name)
        folder = folder.parent
    project, here = project_of(folder), Path.cwd()
    upwards = (folder, *folder.parents)
    inside = upwards[: upwards.index(project) + 1] if project else upwards
    src = next((path for path in inside if path.name == "src"), None)
    root = src or project or (here if here in upwards else folder)
    above = folder.relative_to(root).parts
    if not all(map(_is_name, above)):
        above, root = (), folder
    return ".".join((*above, *parts)), root


def _tests_doubt(package: Path, tests: Path) -> str:
    """Return why a recorded folder of tests isn't written to unasked, or ""."""
    repository = repository_of(package.parent) or project_of(package)
    conftest = tests / "conftest.py"
    is_own = conftest.is_file() and conftest.read_bytes().startswith(MARK)
    if tests.exists() and not is_own:
        return "contains none that speclock wrote"
    if repository is None and tests.exists():
        return ""
    return "" if (repository or Path.cwd()) in tests.parents else "is in another project"


def _is_name(text: str) -> bool:
    return not package_fault(text)

"""The changes that writing a client makes in its package on disk, whatever the cause."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ....base.config import FEATURES, Client
from ....base.errors import UsageError
from ....base.immutable import immutable
from ....base.printable import display_path
from ...output.fileset import FileSet
from ...output.manifest import Manifest, locate_from
from ...output.write import read_file
from ..names.renamed import RenamedName, renamed_names
from ..project.provenance import ToolChange, any_tool_change, changed_sources

if TYPE_CHECKING:
    from ....codegen.apidiff.compare import ApiChange
    from ....codegen.ir.package import Api
    from ....watch.changes.change import ClientUse, Usage

FEATURE_SIGNS = {
    "testing": (
        ("testing.py", b'"Recorder"'),
        ("testing.py", b'"example"'),
        ("testing.py", b"fake_server"),
        ("pytest_plugin.py", b""),
    ),
    "response_headers": (("response_headers.py", b""),),
    "readme": (("README.md", b""),),
    "typed_dicts": (("params.py", b""),),
    "remember": (("_remembered.py", b""),),
}
"""Files that a client with a feature has, each with a text in it; ``text`` shows in signatures."""
_ACCEPT = re.compile(rb'\baccept: Literal\[("[^\]]*)\]')


@immutable
class PackageChange:
    """The difference between a client's package on disk and the one that is written."""

    package: str
    tool: ToolChange | None
    """How the tools that wrote the one on disk differ from these; None if they are the same."""
    sources: tuple[str, ...]
    """What else differs from what that was made from: ``description``, ``settings`` and
    ``templates``. Settings aren't compared between versions of speclock."""
    files: int
    """The number of files that differ, in the folder of tests, too."""
    python: tuple[ApiChange, ...]
    """The changes of its public Python API, those that break callers first; empty where its
    description alone changed, of which ``drift`` tells more."""
    renamed: tuple[RenamedName, ...]
    features: tuple[str, ...]
    """The parts of :data:`FEATURES` that it loses."""
    all_features: tuple[str, ...]
    """The setting `features` that keeps them."""
    fixtures: tuple[str, ...]
    """The fixtures that the conftest.py of its tests loses."""
    uses: tuple[tuple[ClientUse, ...], ...] = ()
    """The places in a program that use each of the changes in Python; empty if none was read."""
    usage: Usage | None = None
    """The search for these."""

    @property
    def bump(self) -> str:
        """The version bump that the changes call for: major, minor or patch."""
        if self.features or any(change.breaks for change in self.python):
            return "major"
        return "minor" if self.python else "patch"


def package_change(
    client: Client, root: Path, files: FileSet, api: Api, together: Sequence[FileSet]
) -> PackageChange | None:
    """Return what the files of a client change on disk; None if nothing, or none is there.

    ``together`` are the files of all clients that are written into its folder at once.
    """
    output = root / client.output
    manifest = Manifest.read(output, files.package)
    if manifest is None:
        return None
    changed, stale = files.changes(output, together)
    if not changed and not stale:
        return None
    tool = any_tool_change(manifest)
    sources = changed_sources(manifest, client, root)
    if tool is not None and not tool.is_same_version:
        sources = tuple(source for source in sources if source != "settings")
    old, new = _sources_in(output / files.package), python_files(files)
    is_by_description = tool is None and sources == ("description",)
    if is_by_description:  # names are enough, and whole packages take as long as generating does
        old, new = _models(old), _models(new)
    every = python_changes(old, new) if old != new else ()
    features = tuple(lost_features(output / files.package, files.of_package))
    tests = locate_from(output, manifest.path_of("tests/conftest.py")).parent
    conftest = files.files.get(f"{files.tests}/conftest.py")
    return PackageChange(
        package=files.package,
        tool=tool,
        sources=sources,
        files=len(changed) + len(stale),
        python=() if is_by_description else every,
        renamed=tuple(renamed_names(manifest, every, api)),
        features=features,
        all_features=tuple(name for name in FEATURES if name in (*client.features, *features)),
        fixtures=tuple(lost_fixtures(tests, conftest)),
    )


def _sources_in(package: Path) -> dict[str, bytes]:
    """Return the modules of a package on disk; raise :class:`UsageError` if one isn't readable."""
    from ....codegen.apidiff.from_source import sources_in  # here, since most runs change nothing

    try:
        return sources_in(package)
    except OSError as error:
        file = display_path(error.filename or package)
        raise UsageError(f"{file} cannot be read: {error.strerror}. Give permission.") from None


def python_changes(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> tuple[ApiChange, ...]:
    """Return the changes between two packages, given as path in them to source.

    There are none if the old one is empty, or was edited so that it isn't Python.
    """
    from ....codegen.apidiff.compare import compare
    from ....codegen.apidiff.from_source import from_source

    try:
        return compare(from_source(old), from_source(new)) if old else ()
    except (SyntaxError, MemoryError, RecursionError):  # `check` reports the file that was edited
        return ()


def python_files(files: FileSet) -> dict[str, bytes]:
    """Return the modules of a package by their paths in it, with a runtime that clients share."""
    modules = {name: data for name, data in files.of_package.items() if name.endswith(".py")}
    for name in files.shared_runtime:
        modules[f"_runtime/{name.rpartition('/')[2]}"] = files.files[name]
    return modules


def _models(modules: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the modules of models."""
    return {name: data for name, data in modules.items() if name.startswith("models")}


def lost_features(package: Path, new: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the features that show in a package on disk and not in its new files."""
    for feature in FEATURES:
        if feature == "text":
            old = {path: read_file(package / path) or b"" for path in new if path.endswith(".py")}
            if _accepted(old) - _accepted(new):
                yield feature
            continue
        for name, text in FEATURE_SIGNS[feature]:
            before, after = read_file(package / name), new.get(name)
            had_it = before is not None and text in before
            if had_it and (after is None or text not in after):
                yield feature
                break


def lost_fixtures(tests: Path, new: bytes | None) -> Iterator[str]:
    """Yield the fixtures that the conftest.py in a folder has, and the new one, if any, hasn't."""
    old = read_file(tests / "conftest.py")
    remaining = _fixtures(new) if new is not None else []
    if old is not None:
        yield from (fixture for fixture in _fixtures(old) if fixture not in remaining)


def _fixtures(module: bytes) -> list[str]:
    """Return the names of pytest's fixtures in a module; none if that isn't Python."""
    from ....codegen.apidiff.annotation import decorators

    try:
        body = ast.parse(module).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return []
    functions = [node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [node.name for node in functions if "fixture" in decorators(node)]


def _accepted(modules: Mapping[str, bytes]) -> set[bytes]:
    """Return the media types that callers may choose by ``accept``."""
    values: set[bytes] = set()
    for data in modules.values():
        for literals in _ACCEPT.findall(data):
            values.update(re.findall(rb'"([^"]*)"', literals))
    return values

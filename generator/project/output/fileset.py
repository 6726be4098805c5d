"""The files of one client: compared with those on disk, or written over them.

``speclock.json`` beside the code records every file with its SHA-256 (of the text with LF line
ends), so a file is ours exactly if it is listed there, or opens with the generated header.
"""

from __future__ import annotations

import difflib
import os
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ...base.errors import InternalError, UsageError
from ...base.immutable import immutable
from ...base.portable import sha256_of
from ...base.printable import display_path, find_control
from .lock import locked
from .manifest import (
    MANIFEST,
    MARK,
    MARKDOWN_MARK,
    Manifest,
    client_files,
    locate_from,
    runtime_files,
    shared_files,
    without_tools,
)
from .write import is_temporary, read_file, remove_temporary, replace_files

_SHA256 = re.compile('"[0-9a-f]{64}"')


@immutable
class FileChange:
    """One file that isn't as it should be.

    ``kind`` is missing, changed (the description or the tool moved on), hand-edited, former (not
    generated any more), foreign (not written by speclock), or unfinished: a temporary file, left by
    a run that was cut off.
    """

    kind: str
    path: str
    diff: str = ""
    """Empty where only the hashes in ``speclock.json`` differ."""


@immutable
class FileSet:
    """The files of one client, by path relative to the output folder, with the manifest."""

    package: str
    files: Mapping[str, bytes]
    tests_output: str = ""
    """The folder of the tests relative to the output folder; ``tests/<package>`` if empty."""
    beside: tuple[str, ...] = ()
    """The packages of other clients in the output folder, which may share its runtime."""

    @property
    def tests(self) -> str:
        """The folder of the tests relative to the output folder; it may begin with ``..``."""
        return self.tests_output or f"tests/{self.package}"

    @classmethod
    def of(
        cls, manifest: Manifest, files: Mapping[str, str], beside: tuple[str, ...] = ()
    ) -> FileSet:
        """Return a file set with ``files`` recorded in the manifest, which is added.

        Raises :class:`InternalError` for a file with an invisible control: with one, a review would
        show another text than the file has.
        """
        texts = {name: text.replace("\r\n", "\n") for name, text in files.items()}
        data = {name: text.encode() for name, text in texts.items()}
        package, place = f"{manifest.package}/", manifest.tests_path(manifest.package)
        full = _recorded(manifest, data)
        texts[package + MANIFEST] = full.to_json()
        data[package + MANIFEST] = texts[package + MANIFEST].encode()
        for name, text in texts.items():
            if control := find_control(text):
                line, character = control
                raise InternalError(f"{name}:{line} has the invisible character {character}")
        return cls(manifest.package, data, place, beside)

    @property
    def of_package(self) -> dict[str, bytes]:
        """The files of the package, by their paths in its folder."""
        prefix = f"{self.package}/"
        files = self.files.items()
        return {name.removeprefix(prefix): data for name, data in files if name.startswith(prefix)}

    @property
    def shared_runtime(self) -> list[str]:
        """The modules of the runtime, if it is in a folder of several clients."""
        own = f"{self.package}/", f"{self.tests}/"
        return [n for n in self.files if "/_runtime/" in f"/{n}" and not n.startswith(own)]

    def beside_runtime(self, output: Path) -> Iterator[str]:
        """Yield all files on disk in the folder of a shared runtime."""
        return runtime_files(output, self.shared_runtime)

    def compare(self, output: Path, *, with_diffs: bool = True) -> list[FileChange]:
        """Return what differs between these files and those in ``output``; nothing is written.

        Raises :class:`UsageError` for a manifest or a file that isn't safe to read.
        """
        recorded = Manifest.read(output, self.package)
        known = recorded.paths(self.package) if recorded else {}
        changes: list[FileChange] = []
        for name, wanted in sorted(self.files.items()):
            found = read_file(locate_from(output, name))
            if found is None:
                changes.append(FileChange("missing", name))
            elif not _is_same(name, found, wanted):
                edited = name in known and known[name] != sha256_of(found)
                kind = "hand-edited" if edited else "changed"
                diff = _diff(output / name, found, wanted) if with_diffs else ""
                changes.append(FileChange(kind, name, diff))
        shared = {*self.beside_runtime(output)}
        extra = {*client_files(output, self.package, self.tests), *shared} - self.files.keys()
        if self.shared_runtime:
            extra -= shared_files(output, self.beside)
        for name in sorted(extra):
            kind = "foreign"
            if is_temporary(name):
                kind = "unfinished"
            elif name in known:
                data = read_file(locate_from(output, name))
                is_edited = data is not None and sha256_of(data) != known[name]
                kind = "hand-edited" if is_edited else "former"
            elif name in shared and is_ours(locate_from(output, name)):
                kind = "former"
            changes.append(FileChange(kind, name))
        return changes

    def write(self, output: Path) -> list[str]:
        """Replace this one client; see :func:`write`."""
        return write(output, [self])[0]

    def changes(
        self, output: Path, others: Sequence[FileSet] = ()
    ) -> tuple[dict[str, bytes], list[str]]:
        """Return the files to write and the names of those to remove; raises as :func:`write`.

        Tests in a former folder are removed if that is below ``output``: anybody may have recorded
        another one. Of a shared runtime, what no client needs is removed, also of the ``others``,
        which are written with this one.
        """
        recorded = Manifest.read(output, self.package)
        owned: set[str] = set()
        shared: set[str] = set()
        if recorded:
            for name in recorded.paths(self.package):
                is_below = not name.startswith("../") or name.startswith(f"{self.tests}/")
                if is_below or name in self.files:
                    owned.add(name)
            shared = owned & recorded.runtime_paths(self.package).keys()
        shared |= {n for n in self.beside_runtime(output) if PurePosixPath(n).stem.isidentifier()}
        unused = (owned | shared) - self.files.keys()
        if shared & unused:
            unused -= shared_files(output, {*self.beside} - {client.package for client in others})
            unused -= {name for client in others for name in client.files}
        paths = {name: locate_from(output, name) for name in self.files.keys() | unused}
        stale = sorted(name for name in unused if name not in shared or is_ours(paths[name]))
        old = {name.lower() for name in stale}  # of a file that differs in case, see replace_files
        changed: dict[str, bytes] = {}
        for name, data in self.files.items():
            if name.lower() in old or not _is_same(name, read_file(paths[name]), data):
                changed[name] = data
        for name in changed:
            if name not in owned and not is_ours(paths[name]):
                raise UsageError(
                    f"{paths[name]} exists and was not written by speclock. "
                    "Move it away, or choose another --package or --output."
                )
        return changed, stale

    def lost_edits(self, output: Path, others: Sequence[FileSet] = ()) -> list[str]:
        """Return the names of the files to remove that aren't as they were written.

        Raises as :func:`write`, whose ``clients`` the ``others`` are.
        """
        recorded = Manifest.read(output, self.package)
        digests = recorded.paths(self.package) if recorded else {}
        _, stale = self.changes(output, others)
        edited: list[str] = []
        for name in stale:
            data = read_file(locate_from(output, name))
            if data is not None and name in digests and sha256_of(data) != digests[name]:
                edited.append(name)
        return edited


def _recorded(manifest: Manifest, files: Mapping[str, bytes]) -> Manifest:
    """Return the manifest with the digests of files: of the package, its tests and its runtime."""
    package, tests = f"{manifest.package}/", f"{manifest.tests_path(manifest.package)}/"
    of_package: dict[str, str] = {}
    of_tests: dict[str, str] = {}
    of_runtime: dict[str, str] = {}
    for name, content in files.items():
        digest = sha256_of(content)
        if name.startswith(package):
            of_package[name.removeprefix(package)] = digest
        if name.startswith(tests):
            of_tests[name.removeprefix(tests)] = digest
        if not name.startswith((package, tests)):
            of_runtime[name] = digest
    runtime = {
        posixpath.relpath(name, manifest.package): digest
        for name, digest in sorted(of_runtime.items())
    }
    return replace(manifest, files=of_package, tests=of_tests, runtime=runtime)


def write(output: Path, clients: Sequence[FileSet]) -> list[list[str]]:
    """Replace the clients in ``output`` by these; return the paths that changed, of each.

    Files of an earlier run that are no longer wanted are removed; others are never touched. If it
    is cut off, ``check`` reports it and the next run finishes it. Raises :class:`UsageError` where
    a manifest isn't safe, a file that isn't ours is in the way (then nothing is written), or a file
    cannot be written.
    """
    with locked(output):
        changes = [client.changes(output, clients) for client in clients]
        for client, (changed, stale) in zip(clients, changes, strict=True):
            remove_temporary(output, output / client.package)
            tests = Path(os.path.normpath(Path.cwd() / output / client.tests))
            remove_temporary(Path(os.path.commonpath((tests, Path.cwd() / output))), tests)
            for folder in {(output / name).parent for name in client.shared_runtime}:
                remove_temporary(folder, folder)
            replace_files(
                {locate_from(output, name): data for name, data in changed.items()},
                [locate_from(output, name) for name in stale],
                output / client.package / MANIFEST,
            )
    return [[*changed, *stale] for changed, stale in changes]


def is_ours(path: Path, *, missing: bool = True) -> bool:
    """Tell whether speclock wrote a file, by its first line; ``missing`` is returned for none."""
    if path.name == MANIFEST or not path.exists():
        return missing
    if path.name == "py.typed":
        return not path.read_bytes()
    if path.name in ("_examples.json", "_values.json"):
        return (path.parent / MANIFEST).exists() or (path.parent / "_runtime/fake.py").exists()
    if path.suffix == ".json":
        path = path.with_name("conftest.py")  # that of the tests, which has a header
    data = read_file(path) or b""
    return data.startswith(MARKDOWN_MARK if path.suffix == ".md" else MARK)


def _is_same(name: str, found: bytes | None, wanted: bytes) -> bool:
    """Return whether a file has its bytes; in a manifest the tools may differ that wrote it."""
    if found is not None and PurePosixPath(name).name == MANIFEST:
        return without_tools(found) == without_tools(wanted)
    return found == wanted


def _diff(path: Path, found: bytes, wanted: bytes) -> str:
    """Return the unified diff of a file; of a manifest, without its hashes."""
    texts = [data.decode("utf-8", "replace") for data in (found, wanted)]
    if path.name == MANIFEST:
        texts = [_SHA256.sub('"…"', text) for text in texts]
    old, new = (text.splitlines(keepends=True) for text in texts)
    name = display_path(path)
    return "".join(difflib.unified_diff(old, new, f"{name} (on disk)", f"{name} (generated)"))

"""The copy of a generated package: the same files in another folder, under its name.

It has two things more: the licence of the project that it is from, and :class:`Vendored` in
``speclock.json``. Its tests import the package by the name and from the folder that it has there.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from pathlib import Path

from ...base.errors import UsageError
from ...base.immutable import immutable
from ...base.portable import relative_to, sha256_of
from ...base.printable import display_path
from ...codegen.render.source.runtime_imports import absolute, relative
from ..output.boundary import check_typed, project_of
from ..output.lock import locked
from ..output.manifest import MANIFEST, Manifest, Vendored, tests_of
from ..output.write import read_file, remove_temporary, replace_files
from .destination import Destination, locate_in
from .verify import Edit, edits_of

_ROOT = re.compile(rb'(?<=str\(Path\(__file__\)\.parent / ")[^"\n]*(?="\))')
"""The folder that the package is imported from, in ``conftest.py``."""
LICENCES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "LICENCE.txt", "COPYING")


@immutable
class CopySource:
    """A generated package on disk that is as it was generated."""

    folder: Path
    manifest: Manifest
    files: Mapping[str, bytes]
    """Path within the package to content with LF line ends, as in a copy: with a runtime of its
    own. The manifest isn't among them."""
    tests: Mapping[str, bytes]
    """Those of a copy as they are in the original."""


@immutable
class Copy:
    """A copy, not yet written."""

    destination: Destination
    manifest: Manifest
    files: dict[Path, bytes]
    """All files by their paths on disk."""
    merged: Mapping[Path, bytes] = field(default_factory=dict[Path, bytes])
    """The edited files whose edits it contains, as they were on disk, by path."""
    moved: Mapping[Path, Path] = field(default_factory=dict[Path, Path])
    """The edited files that it lacks, each with the file that has its edits now."""

    @property
    def package(self) -> dict[str, bytes]:
        """The files of the package, manifest included, by their paths in it."""
        folder = self.destination.package
        own = (path for path in self.files if path.is_relative_to(folder))
        return {path.relative_to(folder).as_posix(): self.files[path] for path in own}

    @property
    def has_licence(self) -> bool:
        """True if a licence file is among them."""
        return any(name in self.manifest.files for name in LICENCES)


def read_source(folder: Path) -> CopySource:
    """Read a package to copy, with its tests if they are there.

    Raise :class:`UsageError` unless all is as it was generated.
    """
    manifest = Manifest.read(folder.parent, folder.name)
    if manifest is None:
        raise UsageError(
            f"{folder} holds no generated client (no {MANIFEST} that can be read). "
            "Run speclock generate first, or name another folder: --from DIR"
        )
    edit = next((edit for edit in edits_of(folder, manifest) if edit.kind != "extra"), None)
    if edit:
        raise UsageError(
            f"{edit}; a copy would pass that off as generated. Run speclock generate first."
        )
    files = {n: copied_file(manifest, n, read_file(folder / n) or b"") for n in manifest.files}
    files |= {own: read_file(folder / name) or b"" for own, name in manifest.modules.items()}
    tests: dict[str, bytes] = {}
    place = tests_of(folder, manifest)
    if place and place.is_dir():
        tests = {n: original_test(read_file(place / n) or b"", manifest) for n in manifest.tests}
    return CopySource(folder, manifest, files, tests)


def copy_of(original: CopySource, to: Destination) -> Copy:
    """Return a copy for a destination.

    Raise :class:`UsageError` if wanted tests are missing, :class:`UnsafePath` for a path that
    cannot be written.
    """
    origin = original.manifest.vendored
    files = {**_licence(original, to), **original.files}
    tests: dict[str, bytes] = {}
    vendored = Vendored(origin.source if origin else original.manifest.package, to.name)
    if to.tests:
        if not original.tests:
            raise UsageError(
                f"{original.folder} has no tests beside it; an installed package leaves them "
                "behind. Name the folder that it was generated in, or go without --tests."
            )
        tests = {name: copied_test(vendored, to, text) for name, text in original.tests.items()}
        vendored = replace(vendored, tests=Path(os.path.relpath(to.tests, to.package)).as_posix())
    manifest = replace(
        original.manifest,
        package=to.package.name,
        sources={},
        files={name: sha256_of(data) for name, data in files.items()},
        tests={name: sha256_of(data) for name, data in tests.items()},
        runtime={},
        tests_folder="",
        vendored=vendored,
    )
    files[MANIFEST] = manifest.to_json().encode()
    located = {locate_in(to.package, name): data for name, data in files.items()}
    if to.tests:
        located |= {locate_in(to.tests, name): data for name, data in tests.items()}
    return Copy(to, manifest, located)


def copied_file(original: Manifest, name: str, text: bytes) -> bytes:
    """Return a file of the original as it is in a copy, which has a runtime of its own."""
    if not original.runtime:
        return text
    return _edited(text, lambda decoded: relative(decoded, original.runtime_name, name))


def copied_test(vendored: Vendored, to: Destination, text: bytes) -> bytes:
    """Return a test of the original, or ``conftest.py``, as it is in a copy's tests."""
    root = relative_to(to.root, to.tests or to.package)
    return _importing(text, vendored.source, vendored.import_name, root)


def original_test(text: bytes, manifest: Manifest) -> bytes:
    """Return a test of a package, which may be a copy, as it is in the original."""
    if not manifest.vendored:
        return text
    names = manifest.vendored.import_name, manifest.vendored.source
    return _importing(text, *names, manifest.tests_root or "../..")


def as_original(package: Path, manifest: Manifest) -> Manifest:
    """Return a copy's manifest with the hashes of the original; of edited files the recorded ones.

    A runtime of its own is where the original has it.
    """

    def hashes(
        folder: Path | None, files: Mapping[str, str], original: Callable[[bytes, Manifest], bytes]
    ) -> dict[str, str]:
        digests = dict(files)
        for name, digest in files.items() if folder else ():
            data = read_file(folder / name) if folder else None
            if data is not None and sha256_of(data) == digest:
                digests[name] = sha256_of(original(data, manifest))
        return digests

    files = hashes(package if manifest.runtime_name else None, manifest.files, _original_file)
    tests = hashes(tests_of(package, manifest), manifest.tests, original_test)
    return replace(manifest, files=files, tests=tests)


def _original_file(text: bytes, manifest: Manifest) -> bytes:
    return _edited(text, lambda decoded: absolute(decoded, manifest.runtime_name))


def _edited(text: bytes, edit: Callable[[str], str]) -> bytes:
    """Return a text of any bytes after an edit."""
    return edit(text.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _importing(text: bytes, old: str, new: str, root: str) -> bytes:
    """Return a test that imports the package by another name, and from another folder."""
    imports = rb"^from %s(?=(?:\.testing)? import )" % re.escape(old.encode())
    text = re.sub(imports, lambda _: b"from " + new.encode(), text, flags=re.MULTILINE)
    return _ROOT.sub(lambda _: root.encode(), text)


def changed_by(copy: Copy) -> tuple[str, ...]:
    """Return the files that differ on disk or are removed, relative to the destination's home."""
    changed, stale = _changes(copy, _owned(copy.destination))
    home = copy.destination.home
    return tuple(path.relative_to(home).as_posix() for path in (*changed, *stale))


def write(copy: Copy, *, force: bool) -> None:
    """Write the copy in place of the one that is there, if any.

    Raise :class:`UsageError` if a file that isn't of a copy is in the way, if one cannot be
    written, and, unless ``force`` is true, if the copy was edited.
    """
    to = copy.destination
    for folder in to.folders:
        check_typed(folder)
    with locked(to.home):
        old = Manifest.read(to.package.parent, to.package.name)
        owned = _owned(to)
        if old and not force:
            refuse_edits(copy, old)
        changed, stale = _changes(copy, owned)
        for path in sorted(changed.keys() - owned):
            if path.exists():
                raise UsageError(
                    f"{path} exists and isn't of a copy that speclock made. "
                    "Move it away, or choose another folder."
                )
        for folder in to.folders:
            remove_temporary(folder.parent, folder)
        replace_files(changed, stale, to.package / MANIFEST)


def refuse_edits(copy: Copy, manifest: Manifest) -> None:
    """Raise :class:`UsageError` if the copy on disk was edited by hand.

    A missing file isn't an edit, nor is a file with the bytes that would be written now, nor one
    whose edits are merged into it.
    """
    edits = edits_of(copy.destination.package, manifest, copy.files)
    edits = [edit for edit in edits if edit.loses_text and _is_lost(edit, copy)]
    if edits:
        more = f" (and {len(edits) - 1} more)" if len(edits) > 1 else ""
        raise UsageError(
            f"{edits[0]}{more}; writing would lose that. To merge the edits with the new version: "
            f"speclock upgrade {shlex.quote(display_path(copy.destination.package))} --keep-edits; "
            "to overwrite them: --force"
        )


def _is_lost(edit: Edit, copy: Copy) -> bool:
    """Tell whether a copy replaces or removes a file, and doesn't contain its edits."""
    if edit.folder not in copy.destination.folders:
        return False  # in a former folder of tests, which is left as it is
    return edit.file not in copy.merged or read_file(edit.file) != copy.merged[edit.file]


def _changes(copy: Copy, owned: set[Path]) -> tuple[dict[Path, bytes], list[Path]]:
    """Return the files to write and the paths of those to remove."""
    stale = sorted(path for path in owned - copy.files.keys() if path.exists())
    old = {str(path).lower() for path in stale}  # of a file that differs in case, see replace_files
    changed = {
        path: data
        for path, data in copy.files.items()
        if str(path).lower() in old or read_file(path) != data
    }
    return changed, stale


def _owned(to: Destination) -> set[Path]:
    """Return the recorded files of the copy that is there; their names are checked on reading."""
    manifest = Manifest.read(to.package.parent, to.package.name)
    if manifest is None or not manifest.vendored:
        return set()
    owned = {to.package / name for name in (*manifest.files, MANIFEST)}
    if to.tests and to.tests == tests_of(to.package, manifest):
        owned |= {to.tests / name for name in manifest.tests}
    return owned


def _licence(original: CopySource, to: Destination) -> dict[str, bytes]:
    """Return the licence of the project that a package is in, else that of the copy on disk."""
    has_own = any(name in original.files for name in LICENCES)
    licence = None if has_own else _project_licence(original.folder)
    if licence:
        return {licence.name: read_file(licence) or b""}
    old = Manifest.read(to.package.parent, to.package.name)
    for name in LICENCES:
        if old and old.vendored and name in old.files:
            data = read_file(to.package / name)
            return {name: data} if data and sha256_of(data) == old.files[name] else {}
    return {}


def _project_licence(package: Path) -> Path | None:
    project = project_of(package)
    folders = [parent for parent in package.parents if project and parent.is_relative_to(project)]
    paths = (folder / name for folder in folders for name in LICENCES)
    return next((path for path in paths if path.is_file() and not path.is_symlink()), None)

"""From a generated package to its copy: the same files under another name.

The copy is what generating under that name would give, with two things more: the licence of the
project that it is from, and :class:`Vendored` in ``speclock.json``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..codegen.output.manifest import MANIFEST, Manifest, Vendored, tests_of
from ..codegen.output.write import locked, read_file, remove_temporary, replace_files
from ..errors import UsageError
from ..hashing import sha256_of
from .destination import Place, locate_in, project_of
from .lines import marks
from .naming import Name, renamed, renamed_tests
from .verify import edits_of

_LICENCES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "LICENCE.txt", "COPYING")


@dataclass(frozen=True, slots=True)
class Source:
    """A generated package on disk that is as it was made."""

    folder: Path
    manifest: Manifest
    files: Mapping[str, bytes]
    """Path within the package to content with LF line ends; the manifest isn't among them."""
    tests: Mapping[str, bytes]

    @property
    def name(self) -> Name:
        """The name that its own text uses for it."""
        vendored = self.manifest.vendored
        return Name(vendored.import_name if vendored else self.manifest.package)


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy, not yet written."""

    place: Place
    manifest: Manifest
    package: Mapping[str, bytes]
    """Path within the package to content, manifest included."""
    tests: Mapping[str, bytes]

    @property
    def files(self) -> dict[Path, bytes]:
        """All files by their paths on disk; raises :class:`UnsafePath`."""
        place = self.place
        files = {locate_in(place.package, name): data for name, data in self.package.items()}
        if place.tests:
            files |= {locate_in(place.tests, name): data for name, data in self.tests.items()}
        return files

    @property
    def has_licence(self) -> bool:
        """True if a licence file is among them."""
        return any(name in self.manifest.files for name in _LICENCES)


def source(folder: Path) -> Source:
    """Read a package to copy, with its tests where they are.

    Raises :class:`UsageError` unless all is as it was made.
    """
    manifest = Manifest.read(folder.parent, folder.name)
    if manifest is None:
        raise UsageError(
            f"{folder} holds no generated client (no {MANIFEST} that can be read). "
            "Run speclock generate first, or name another folder: --from DIR"
        )
    edits = edits_of(folder, manifest)
    edits = [edit for edit in edits if edit.kind != "extra"]
    if edits:
        raise UsageError(
            f"{edits[0]}; a copy would pass that off as generated. Run speclock generate first."
        )
    tests = tests_of(folder, manifest)
    return Source(
        folder,
        manifest,
        _read(folder, manifest.files),
        _read(tests, manifest.tests) if tests and tests.is_dir() else {},
    )


def copy_of(original: Source, place: Place) -> Copy:
    """Return a copy for a place; raises :class:`UsageError` where wanted tests are missing."""
    licence = _licence(original) or _kept_licence(place)
    files = {**licence, **renamed(original.files, original.name, place.name)}
    tests: dict[str, bytes] = {}
    relative = ""
    if place.tests:
        if not original.tests:
            raise UsageError(
                f"{original.folder} has no tests beside it; an installed package leaves them "
                "behind. Name the folder that it was generated in, or go without --tests."
            )
        root = Path(os.path.relpath(place.root, place.tests)).as_posix()
        tests = renamed_tests(original.tests, original.name, place.name, root)
        relative = Path(os.path.relpath(place.tests, place.package)).as_posix()
    origin = original.manifest.vendored
    vendored = Vendored(
        source=origin.source if origin else original.manifest.package,
        import_name=place.name.dotted,
        tests=relative,
        lines={
            "files": {name: marks(data) for name, data in sorted(files.items())},
            "tests": {name: marks(data) for name, data in sorted(tests.items())},
        },
    )
    manifest = replace(
        original.manifest,
        package=place.name.last,
        files={name: sha256_of(data) for name, data in files.items()},
        tests={name: sha256_of(data) for name, data in tests.items()},
        vendored=vendored,
    )
    files[MANIFEST] = manifest.to_json().encode()
    return Copy(place, manifest, files, tests)


def changed_by(copy: Copy) -> tuple[str, ...]:
    """Return the files that differ on disk, or that go away, relative to the place's home."""
    changed, stale = _changes(copy)
    return tuple(copy.place.inside(path) for path in (*changed, *stale))


def write(copy: Copy, *, force: bool) -> None:
    """Put a copy in place of the one that is there, if any.

    Raises :class:`UsageError` where a file that isn't of a copy is in the way, where one can't be
    written, and, unless ``force`` is true, where the copy was edited.
    """
    place = copy.place
    with locked(place.home):
        old = Manifest.read(place.package.parent, place.package.name)
        owned = _owned(place)
        if old and not force:
            refuse_edits(copy, old)
        changed, stale = _changes(copy)
        for path in sorted(changed.keys() - owned):
            if path.exists():
                raise UsageError(
                    f"{path} exists and isn't of a copy that speclock made. "
                    "Move it away, or choose another folder."
                )
        for folder in place.folders:
            remove_temporary(folder.parent, folder)
        replace_files(changed, stale, place.package / MANIFEST)


def refuse_edits(copy: Copy, manifest: Manifest) -> None:
    """Raise :class:`UsageError` where the copy on disk was edited by hand.

    A file that is gone is no edit, nor is one with the bytes that would be written now.
    """
    edits = edits_of(copy.place.package, manifest, copy.files)
    edits = [edit for edit in edits if edit.kind == "edited"]
    if edits:
        more = f" (and {len(edits) - 1} more)" if len(edits) > 1 else ""
        raise UsageError(
            f"{edits[0]}{more}; writing would lose that. "
            "Keep what you need elsewhere, then say --force."
        )


def _changes(copy: Copy) -> tuple[dict[Path, bytes], list[Path]]:
    """Return the files to write and the paths of those to remove."""
    files = copy.files
    changed = {path: data for path, data in files.items() if read_file(path) != data}
    return changed, sorted(path for path in _owned(copy.place) - files.keys() if path.exists())


def _owned(place: Place) -> set[Path]:
    """Return the recorded files of the copy that is in a place."""
    manifest = Manifest.read(place.package.parent, place.package.name)
    if manifest is None or not manifest.vendored:
        return set()
    owned = {locate_in(place.package, name) for name in (*manifest.files, MANIFEST)}
    if place.tests and place.tests == tests_of(place.package, manifest):
        owned |= {locate_in(place.tests, name) for name in manifest.tests}
    return owned


def _licence(original: Source) -> dict[str, bytes]:
    """Return the licence file of the project that a package is in, if there is one."""
    if any(name in original.files for name in _LICENCES):
        return {}
    project = project_of(original.folder)
    for folder in original.folder.parents if project else ():
        for name in _LICENCES:
            path = folder / name
            if path.is_file() and not path.is_symlink():
                return {name: read_file(path) or b""}
        if folder == project:
            break
    return {}


def _kept_licence(place: Place) -> dict[str, bytes]:
    """Return the licence that came with the copy on disk; an installed package brings none."""
    old = Manifest.read(place.package.parent, place.package.name)
    for name in _LICENCES:
        if old and old.vendored and name in old.files:
            data = read_file(place.package / name)
            return {name: data} if data and sha256_of(data) == old.files[name] else {}
    return {}


def _read(folder: Path, names: Mapping[str, str]) -> dict[str, bytes]:
    return {name: read_file(folder / name) or b"" for name in names}

"""From a generated package to its copy: the same files under another name, and where they are from.

The copy is what generating under that name would give, with two things more: the licence of the
project that it is from, and in ``speclock.json`` under ``vendored``

- ``from``: the package's name there,
- ``import``: the name that the copy's own examples and tests import it by,
- ``tests``: where its tests are, relative to the package; left out where they weren't wanted,
- ``lines``: two characters for each line of each file, see ``lines``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..codegen.output import swap
from ..codegen.output.fileset import MANIFEST, Json, Manifest, same, writing
from ..errors import UsageError
from ..hashing import sha256_of
from .destination import Place, project_of, tests_of
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
        """What it calls itself."""
        return Name(str(self.manifest.vendored.get("import", self.manifest.package)))


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy, not yet written."""

    place: Place
    manifest: Manifest
    files: Mapping[str, bytes]
    """Path relative to the place's home to content, manifest included."""

    @property
    def package(self) -> dict[str, bytes]:
        """The package's own files, by their path in it."""
        top = self.place.inside(self.place.package) + "/"
        return {n.removeprefix(top): d for n, d in self.files.items() if n.startswith(top)}

    @property
    def has_licence(self) -> bool:
        """Whether a licence file is among them."""
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
    """A copy for a place; raises :class:`UsageError` where tests are wanted and there are none."""
    licence = _licence(original) or _kept_licence(place)
    files = {**licence, **renamed(original.files, original.name, place.name)}
    tests: dict[str, bytes] = {}
    vendored: dict[str, Json] = {
        "from": str(original.manifest.vendored.get("from", original.manifest.package)),
        "import": place.name.dotted,
    }
    if place.tests:
        if not original.tests:
            raise UsageError(
                f"{original.folder} has no tests beside it; an installed package leaves them "
                "behind. Name the folder that it was generated in, or go without --tests."
            )
        root = Path(os.path.relpath(place.root, place.tests)).as_posix()
        tests = renamed_tests(original.tests, original.name, place.name, root)
        vendored["tests"] = Path(os.path.relpath(place.tests, place.package)).as_posix()
    vendored["lines"] = {
        "files": {name: marks(data) for name, data in sorted(files.items())},
        "tests": {name: marks(data) for name, data in sorted(tests.items())},
    }
    manifest = replace(
        original.manifest,
        package=place.name.last,
        files={name: sha256_of(data) for name, data in files.items()},
        tests={name: sha256_of(data) for name, data in tests.items()},
        vendored=vendored,
    )
    files[MANIFEST] = manifest.to_json().encode()
    made = {place.inside(place.package / name): data for name, data in files.items()}
    if place.tests:
        made |= {place.inside(place.tests / name): data for name, data in tests.items()}
    return Copy(place, manifest, made)


def changed_by(copy: Copy) -> tuple[str, ...]:
    """Which files differ on disk, or go away; paths relative to the place's home."""
    place, files = copy.place, copy.files
    stale = _owned(place).keys() - files.keys()
    changed = [name for name, data in files.items() if not same(place.home / name, data)]
    return (*changed, *sorted(name for name in stale if (place.home / name).is_file()))


def write(copy: Copy, *, force: bool) -> tuple[str, ...]:
    """Put a copy in place of the one that is there, if any; returns the paths that changed.

    Raises :class:`UsageError` where a file that isn't of a copy stands in the way, and, unless
    told to ``force`` it, where the copy was edited.
    """
    place, files = copy.place, copy.files
    with writing(place.home):
        old = Manifest.read(place.package.parent, place.package.name)
        owned = _owned(place)
        if old and not force:
            refuse_edits(place, old)
        changed = {n: data for n, data in files.items() if not same(place.home / n, data)}
        for name in sorted(changed):
            path = place.home / name
            if (path.exists() or path.is_symlink()) and name not in owned:
                raise UsageError(
                    f"{path} exists and isn't of a copy that speclock made. "
                    "Move it away, or choose another folder."
                )
        stale = sorted(name for name in owned if name not in files)
        manifest = place.inside(place.package / MANIFEST)
        swap.replace(place.home, changed, stale, [manifest])
    return (*changed, *stale)


def refuse_edits(place: Place, manifest: Manifest) -> None:
    """Raise :class:`UsageError` where a copy was edited by hand; a file that is gone is no edit."""
    edits = [edit for edit in edits_of(place.package, manifest) if edit.kind == "edited"]
    if edits:
        more = f" (and {len(edits) - 1} more)" if len(edits) > 1 else ""
        raise UsageError(
            f"{edits[0]}{more}; writing would lose that. "
            "Keep what you need elsewhere, then say --force."
        )


def _owned(place: Place) -> dict[str, str]:
    """The recorded files of the copy that is in a place: path relative to its home to SHA-256."""
    manifest = Manifest.read(place.package.parent, place.package.name)
    if manifest is None or not manifest.vendored:
        return {}
    owned = {place.inside(place.package / n): d for n, d in manifest.files.items()}
    owned[place.inside(place.package / MANIFEST)] = ""
    tests = tests_of(place.package, manifest)
    if tests and tests == place.tests:
        owned |= {place.inside(tests / n): d for n, d in manifest.tests.items()}
    return owned


def _licence(original: Source) -> dict[str, bytes]:
    """The licence file of the project that a package is in; none where there is no such file."""
    if any(name in original.files for name in _LICENCES):
        return {}
    project = project_of(original.folder)
    for folder in original.folder.parents if project else ():
        for name in _LICENCES:
            if (folder / name).is_file():
                return {name: (folder / name).read_bytes().replace(b"\r\n", b"\n")}
        if folder == project:
            break
    return {}


def _kept_licence(place: Place) -> dict[str, bytes]:
    """The licence that came with the copy that is there; an installed package brings none."""
    old = Manifest.read(place.package.parent, place.package.name)
    for name in _LICENCES:
        path = place.package / name
        if old and old.vendored and name in old.files and path.is_file():
            data = path.read_bytes().replace(b"\r\n", b"\n")
            return {name: data} if sha256_of(data) == old.files[name] else {}
    return {}


def _read(folder: Path, names: Mapping[str, str]) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes().replace(b"\r\n", b"\n") for name in names}

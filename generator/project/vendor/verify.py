"""Comparison of a copy with its own ``speclock.json``, without description or network."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from ...base.immutable import immutable
from ...base.portable import sha256_of
from ..output.manifest import MANIFEST, Manifest, tests_of
from ..output.write import files_in, read_file

_SHOWN = {
    "extra": "extra: no file of this client",
    "recorded": "edited, as recorded",
    "runtime": "not as in the version of speclock that generated the client",
    "reverted": "edited: the recorded edit was undone",
}


@immutable
class Edit:
    """A file that isn't as it was generated."""

    kind: str
    """``edited``, ``recorded`` (edited as the manifest records it), ``reverted`` (recorded as
    edited, but as it was generated), ``missing``, ``extra`` (not recorded), or ``runtime`` (of an
    installed runtime)."""
    folder: Path
    """The folder of the package, or of its tests; absolute."""
    name: str
    """Its path in that folder."""
    generated: str = ""
    """The SHA-256 of the text that was edited."""

    @property
    def file(self) -> Path:
        """Its absolute path."""
        return self.folder / self.name

    @property
    def path(self) -> Path:
        """Its path, relative to the current folder if its folder is in there."""
        here = Path.cwd()
        shown = self.folder.relative_to(here) if self.folder.is_relative_to(here) else self.folder
        return Path(os.path.normpath(shown / self.name))

    @property
    def loses_text(self) -> bool:
        """True if the file contains something that is lost when it is replaced."""
        return self.kind in ("edited", "recorded")

    def __str__(self) -> str:
        return f"{self.path}: {_SHOWN.get(self.kind, self.kind)}"


def edits_of(
    package: Path, manifest: Manifest, wanted: Mapping[Path, bytes] | None = None
) -> list[Edit]:
    """Return each file of a package or of its tests that isn't as recorded, and each extra one.

    ``manifest`` has been read from there, so its names are safe. A file with the bytes that are
    ``wanted`` there now isn't an edit: a run that was cut off wrote it.
    """
    wanted = wanted or {}
    edits = list(_edits(package, manifest.files, manifest.edited, wanted))
    tests = tests_of(package, manifest)
    if tests and (manifest.vendored or tests.is_dir()):  # an installed package left them behind
        edits += _edits(tests, manifest.tests, manifest.edited_tests, wanted)
    shared = _edits(package, manifest.runtime, {}, wanted)
    return edits + [edit for edit in shared if edit.kind != "extra"]


def _edits(
    folder: Path,
    files: Mapping[str, str],
    edited: Mapping[str, str],
    wanted: Mapping[Path, bytes],
) -> Iterator[Edit]:
    for name, digest in sorted(files.items()):
        data = read_file(folder / name)
        kind = _kind(data, digest, edited.get(name, digest), wanted.get(folder / name))
        if kind:
            yield Edit(kind, folder, name, digest)
    for name in sorted({*files_in(folder)} - {*files, MANIFEST}):
        path = folder / name
        if path not in wanted or read_file(path) != wanted[path]:
            yield Edit("extra", folder, name)


def _kind(data: bytes | None, generated: str, edited: str, wanted: bytes | None) -> str:
    """Return the kind of a file's edit, or "" if there is none."""
    if data is None:
        return "missing"
    digest = sha256_of(data)
    if digest == generated:
        return "" if edited == generated else "reverted"
    if data == wanted:
        return ""
    return "recorded" if digest == edited else "edited"

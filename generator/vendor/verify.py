"""Comparison of a copy with its own ``speclock.json``, without description or network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..codegen.output.manifest import MANIFEST, Manifest, tests_of
from ..codegen.output.write import files_in, read_file
from ..hashing import sha256_of


@dataclass(frozen=True, slots=True)
class Edit:
    """A file that isn't as it was generated."""

    kind: str
    """``edited``, ``missing``, or ``extra`` (not recorded)."""
    path: Path

    def __str__(self) -> str:
        more = ": no file of this client" if self.kind == "extra" else ""
        return f"{self.path}: {self.kind}{more}"


def edits_of(
    package: Path, manifest: Manifest, wanted: Mapping[Path, bytes] | None = None
) -> list[Edit]:
    """Return each file of a package or of its tests that isn't as recorded, and each extra one.

    ``manifest`` has been read from there, so its names are safe. A file with the bytes that are
    ``wanted`` there now isn't an edit: a run that was cut off wrote it.
    """
    wanted = wanted or {}
    found = list(_edits(package, manifest.files, wanted))
    tests = tests_of(package, manifest)
    if tests and (manifest.vendored or tests.is_dir()):  # an installed package left them behind
        found += _edits(tests, manifest.tests, wanted)
    return found


def _edits(folder: Path, files: Mapping[str, str], wanted: Mapping[Path, bytes]) -> Iterator[Edit]:
    here = Path.cwd()
    shown = folder.relative_to(here) if folder.is_relative_to(here) else folder
    for name, digest in sorted(files.items()):
        data = read_file(folder / name)
        if data is None:
            yield Edit("missing", shown / name)
        elif sha256_of(data) != digest and data != wanted.get(folder / name):
            yield Edit("edited", shown / name)
    for name in sorted({*files_in(folder)} - {*files, MANIFEST}):
        path = folder / name
        if path not in wanted or read_file(path) != wanted[path]:
            yield Edit("extra", shown / name)

"""Comparison of a copy with its own ``speclock.json``, without description or network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..codegen.output.manifest import MANIFEST, Manifest, tests_of
from ..codegen.output.write import files_in, read_file
from ..hashing import sha256_of
from .lines import Span, spans


@dataclass(frozen=True, slots=True)
class Edit:
    """One file that isn't as it was made."""

    kind: str
    """``edited``, ``missing``, or ``extra``: a file beside them that no record knows."""
    path: Path
    lines: tuple[Span, ...] = ()
    """The lines that were edited; empty where the record doesn't tell."""

    def __str__(self) -> str:
        if self.kind == "edited" and self.lines:
            return "\n".join(f"{self.path}:{span.first}: edited: {span}" for span in self.lines)
        facts = {
            "edited": "edited",
            "missing": "missing",
            "extra": "extra: no file of this client",
        }
        return f"{self.path}: {facts[self.kind]}"


def edits_of(
    package: Path, manifest: Manifest, wanted: Mapping[Path, bytes] | None = None
) -> list[Edit]:
    """Return each file of a package or of its tests that isn't as recorded, and each extra one.

    ``manifest`` has been read from there, so its names are safe. A file with the bytes that are
    ``wanted`` there now is no edit: a run that was cut off wrote it.
    """
    wanted = wanted or {}
    found = list(_edits(package, manifest.files, _marks(manifest, "files"), wanted))
    tests = tests_of(package, manifest)
    if tests and (manifest.vendored or tests.is_dir()):  # an installed package left them behind
        found += _edits(tests, manifest.tests, _marks(manifest, "tests"), wanted)
    return found


def _edits(
    folder: Path, files: Mapping[str, str], marks: Mapping[str, str], wanted: Mapping[Path, bytes]
) -> Iterator[Edit]:
    shown = _shown(folder)
    for name, digest in sorted(files.items()):
        data = read_file(folder / name)
        if data is None:
            yield Edit("missing", shown / name)
        elif sha256_of(data) != digest and data != wanted.get(folder / name):
            lines = spans(marks[name], data) if name in marks else ()
            yield Edit("edited", shown / name, lines)
    for name in sorted(files_in(folder)):
        path = folder / name
        if name in files or name == MANIFEST:
            continue
        if path not in wanted or read_file(path) != wanted[path]:
            yield Edit("extra", shown / name)


def _marks(manifest: Manifest, part: str) -> Mapping[str, str]:
    return manifest.vendored.lines.get(part, {}) if manifest.vendored else {}


def _shown(path: Path) -> Path:
    """Return a path relative to the current folder where it is below it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path

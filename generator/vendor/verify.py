"""Is a copy as it was made? Told from its own ``speclock.json``, without description or network."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from ..codegen.output.fileset import MANIFEST, Manifest
from ..hashing import sha256_of
from .destination import tests_of
from .lines import Span, spans

_CACHES = ("__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache")


@dataclass(frozen=True, slots=True)
class Edit:
    """One file that isn't as it was made."""

    kind: str
    """``edited``, ``missing``, or ``extra``: a file beside them that no record knows."""
    path: Path
    lines: tuple[Span, ...] = ()
    """Where; empty where the record doesn't tell."""

    def __str__(self) -> str:
        if self.kind == "edited" and self.lines:
            return "\n".join(f"{self.path}:{span.first}: edited: {span}" for span in self.lines)
        facts = {
            "edited": "edited",
            "missing": "missing",
            "extra": "extra: no file of this client",
        }
        return f"{self.path}: {facts[self.kind]}"


def edits_of(package: Path, manifest: Manifest) -> list[Edit]:
    """Every file of a package, and of its tests, that isn't as recorded, and every other there."""
    found = list(_edits(package, manifest.files, _marks(manifest, "files"), {MANIFEST}))
    tests = tests_of(package, manifest)
    if tests and (manifest.vendored or tests.is_dir()):  # an installed package left them behind
        found += _edits(tests, manifest.tests, _marks(manifest, "tests"), set())
    return found


def _edits(
    folder: Path, files: Mapping[str, str], marks: Mapping[str, str], known: set[str]
) -> Iterator[Edit]:
    shown = _shown(folder)
    for name, digest in sorted(files.items()):
        path = folder / name
        if not path.is_file():
            yield Edit("missing", shown / name)
            continue
        data = path.read_bytes()
        if sha256_of(data) != digest:
            lines = spans(str(marks[name]), data) if name in marks else ()
            yield Edit("edited", shown / name, lines)
    for name in sorted(_present(folder)):
        if name not in files and name not in known:
            yield Edit("extra", shown / name)


def _marks(manifest: Manifest, part: str) -> Mapping[str, str]:
    lines = manifest.vendored.get("lines")
    found = lines.get(part) if isinstance(lines, dict) else None
    return cast("dict[str, str]", found) if isinstance(found, dict) else {}


def _present(folder: Path) -> Iterator[str]:
    for base, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _CACHES]
        for name in names:
            if not name.endswith((".pyc", ".pyo")):
                yield (Path(base) / name).relative_to(folder).as_posix()


def _shown(path: Path) -> Path:
    """As a user who stands here would write it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path

"""The files that are named, and those of a folder that may be recordings."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

SUFFIXES = (".har", ".json", ".ndjson", ".jsonl", ".yaml", ".yml")
_SUFFIXES = (*SUFFIXES, *(f"{suffix}.gz" for suffix in SUFFIXES))


def found(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Yield each named file, and those in named folders; True for the former.

    Symbolic links to folders are not followed below a named one.
    """
    for path in paths:
        if path.is_dir():
            yield from ((file, False) for file in _in_folder(path))
        else:
            yield path, True


def _in_folder(path: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            file = Path(folder, name)
            if name.lower().endswith(_SUFFIXES) and file.is_file():
                yield file

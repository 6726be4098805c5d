"""The files that are named, and those of a folder that may be recordings."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

_NAMES = (".har", ".json", ".ndjson", ".jsonl", ".yaml", ".yml")
_SUFFIXES = (*_NAMES, *(f"{name}.gz" for name in _NAMES))


def found(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Yield each named file, and those in named folders; True for the former.

    Symbolic links to folders are not followed below a named one.
    """
    for path in paths:
        if _is_folder(path):
            yield from _in_folder(path)
        else:
            yield path, True


def _in_folder(path: Path) -> Iterator[tuple[Path, bool]]:
    closed: list[OSError] = []
    for folder, folders, names in os.walk(path, onerror=closed.append):
        folders.sort()
        for name in sorted(names):
            file = Path(folder, name)
            if name.lower().endswith(_SUFFIXES) and _is_file(file):
                yield file, False
    # What the operating system refuses to list it refuses to open too, which is the problem.
    yield from ((Path(error.filename), True) for error in closed)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_file(path: Path) -> bool:
    """Tell whether a path is a file, or isn't known not to be one."""
    try:
        return path.is_file()
    except OSError:
        return True

"""Differences between the packages of the last commit and those of today, each once."""

from __future__ import annotations

import difflib
import io
import subprocess
import sys
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.support.cases import MANIFEST, TESTS, package_of

Hunk = tuple[str, tuple[str, ...]]
"""A file's name in its package, and the lines of a difference."""
_MOST_NAMES = 6


def committed_cases(folder: Path, wanted: Sequence[str]) -> None:
    """Generate cases below ``folder`` by the generator of the last commit."""
    archive = subprocess.run(
        ["git", "archive", "HEAD"], cwd=TESTS.parent, check=True, capture_output=True
    ).stdout
    with tempfile.TemporaryDirectory() as tree:
        with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
            packed.extractall(tree, filter="data")
        subprocess.run(
            [sys.executable, "tests/generate_cases.py", str(folder), *wanted], cwd=tree, check=True
        )


def changes(before: Path, after: Path, wanted: Sequence[str]) -> Iterator[str]:
    """Yield the lines that differ between the packages of two folders, with the cases' names."""
    found: defaultdict[Hunk, list[str]] = defaultdict(list)
    for topic in wanted:
        old, new = _texts(before, topic), _texts(after, topic)
        for name in sorted({*old, *new}):
            for hunk in _hunks(old.get(name, []), new.get(name, [])):
                found[name, hunk].append(topic)
    for (name, hunk), names in sorted(found.items(), key=lambda item: item[0][0]):
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        yield f"── {name} in {', '.join(names[:_MOST_NAMES])}{more}"
        yield from hunk


def _texts(folder: Path, topic: str) -> dict[str, list[str]]:
    """Return the lines of a package's files and of its tests', without the package's name."""
    package = package_of(topic)
    return {
        path.relative_to(folder).as_posix().replace(package, "PACKAGE"): path.read_text("utf-8")
        .replace(package, "PACKAGE")
        .splitlines()
        for top in (folder / package, folder / "tests" / package)
        for path in sorted(top.rglob("*"))
        if path.is_file() and path.name != MANIFEST and path.suffix != ".pyc"
    }


def _hunks(old: list[str], new: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield each hunk of a unified difference, without its line numbers."""
    hunk: list[str] = []
    for line in [*difflib.unified_diff(old, new, lineterm="", n=1)][2:]:
        if line.startswith("@@"):
            if hunk:
                yield tuple(hunk)
            hunk = []
        else:
            hunk.append(line)
    if hunk:
        yield tuple(hunk)

"""Files that differ in their layout alone, as two versions of a formatter write them."""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...output.fileset import FileChange, FileSet
from ...output.manifest import MANIFEST, locate_from
from ...output.write import read_file

_BY_TOOLS = ("build", "tool")
_DIGESTS = ("files", "tests", "runtime")
"""The members of a manifest with the hashes of files, by name."""


def is_layout_alone(changes: Sequence[FileChange], files: FileSet, output: Path) -> bool:
    """Return whether all files that differ have the same code and text as the generated ones.

    A file that was edited by hand, is missing, or is there in addition isn't such a file.
    """
    for change in changes:
        found = read_file(locate_from(output, change.path))
        if change.kind != "changed" or found is None:
            return False
        if not _is_same(change.path, found, files.files[change.path]):
            return False
    return True


def _is_same(name: str, found: bytes, wanted: bytes) -> bool:
    if name.endswith(".py"):
        try:
            return ast.dump(ast.parse(found)) == ast.dump(ast.parse(wanted))
        except (SyntaxError, ValueError, MemoryError, RecursionError):  # of the file on disk
            return False
    if name.endswith(".md"):
        return found.split() == wanted.split()
    if name.endswith(f"/{MANIFEST}"):
        return _facts(found) == _facts(wanted)
    return found == wanted


def _facts(manifest: bytes) -> dict[str, Any]:
    """Return what a manifest records, without tools and hashes of files."""
    facts: dict[str, Any] = json.loads(manifest)
    for name in _BY_TOOLS:
        facts.pop(name, None)
    for name in _DIGESTS:
        facts[name] = sorted(facts.get(name, ()))
    return facts

"""The descriptions in a folder, and how many operations each declares.

Counted with PyYAML and the standard library alone, so that the generator can't agree with itself
about an operation that it never saw.
"""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.qa.corpus.source import Source, read

INDEX, MANIFEST = "index.tsv", "MANIFEST.tsv"
SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class Description:
    """One description of the folder."""

    name: str
    """The file's path within the folder, without its suffix where there is no ``index.tsv``."""
    path: Path
    root: Path
    """The folder outside of which it refers to nothing."""
    source: str
    """The project that it is from, or its name."""
    is_positive: bool = True
    """Whether some generator makes a client of it."""
    listed: int | None = None
    """The number of its operations in ``MANIFEST.tsv``."""

    @property
    def package(self) -> str:
        """Return the name of its package."""
        word = re.sub(r"\W+", "_", self.name, flags=re.ASCII).strip("_").lower()
        return f"c_{word[-24:]}_{hashlib.sha256(self.name.encode()).hexdigest()[:8]}"

    @cached_property
    def declared(self) -> int:
        """Return the number of operations that it declares."""
        return count(self.path) if self.listed is None else self.listed


def find(folder: Path) -> list[Description]:
    """Return what ``index.tsv`` lists, or each file with a top-level ``openapi`` key by size.

    Files that others refer to have none, so they don't count.
    """
    index, manifest = ([*_rows(folder / name)] for name in (INDEX, MANIFEST))
    if index or (manifest and "file" in manifest[0]):
        return [_listed(folder, row) for row in index or manifest if row.get("operations") != "-"]
    listed = {row["name"]: int(row["operations"]) for row in manifest}
    paths = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix in SUFFIXES and path.is_file() and _opens_with_openapi(path)
    ]
    found: list[Description] = []
    for path in sorted(paths, key=lambda path: (path.stat().st_size, path)):
        name = path.relative_to(folder).with_suffix("").as_posix()
        found.append(Description(name, path, path.parent, name, listed=listed.get(name)))
    return found


def _listed(folder: Path, row: dict[str, str]) -> Description:
    file, note = row["file"], row.get("note", "")
    parts = Path(file).parts
    is_wrong = row.get("kind") == "negative" or re.search("deliberately|expected to FAIL", note)
    source = row.get("source", parts[1])
    return Description(file, folder / file, folder / parts[0], source, not is_wrong)


def count(path: Path) -> int:
    """Return how many operations a document declares (OpenAPI 3.2 §4.9 Path Item Object)."""
    return sum(1 for _ in Source(path).calls())


def _opens_with_openapi(path: Path) -> bool:
    """Tell whether the document has the key at its top; few files must be parsed for that."""
    text = path.read_bytes()
    if path.suffix != ".json" and re.search(rb"^[\"']?openapi[\"']?\s*:", text, re.MULTILINE):
        return True
    return b"openapi" in text and "openapi" in read(path)


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))

"""The documents of a folder: what others test their generators with."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

from tests.qa.corpus.descriptions import Description, count, find

INDEX = "index.tsv"


@dataclass(frozen=True, slots=True)
class Document:
    """One OpenAPI document."""

    file: str
    """The path within the folder."""
    root: Path
    """The folder outside of which it refers to nothing."""
    path: Path
    source: str
    """The project that it is from."""
    is_positive: bool
    """Whether some generator makes a client of it."""
    declared: int
    """The number of operations, counted without speclock."""

    @property
    def package(self) -> str:
        """Return the name of its package."""
        return "client_" + hashlib.sha256(self.file.encode()).hexdigest()[:12]


def documents(folder: Path, share: int = 1) -> list[Document]:
    """Return the documents that ``index.tsv`` of a folder lists, or else every description.

    Of ``share`` equal parts, chosen by a hash of the file's name, return the first.
    """
    index = folder / INDEX
    if not index.is_file():
        found = [one for one in find(folder) if _is_chosen(one.path.name, share)]
        return [_of(one, folder) for one in found]
    with index.open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file, delimiter="\t") if _is_chosen(r["file"], share)]
    return [
        Document(
            row["file"],
            folder / Path(row["file"]).parts[0],
            folder / row["file"],
            row["source"],
            row["kind"] == "positive",
            count(folder / row["file"]),
        )
        for row in rows
    ]


def _of(description: Description, folder: Path) -> Document:
    file = description.path.relative_to(folder).as_posix()
    return Document(file, folder, description.path, folder.name, True, description.declared)


def _is_chosen(name: str, share: int) -> bool:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % share == 0

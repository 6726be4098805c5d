"""The documents of a folder: what others test their generators with."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.qa.corpus.descriptions import count, find

INDEX = "index.tsv"


@dataclass(frozen=True)
class Document:
    """One OpenAPI document."""

    file: str
    """The path within the folder."""
    root: Path
    """The folder outside of which it refers to nothing."""
    path: Path
    source: str
    """The project that it is from."""
    is_positive: bool = True
    """Whether some generator makes a client of it."""

    @property
    def package(self) -> str:
        """Return the name of its package."""
        return "client_" + hashlib.sha256(self.file.encode()).hexdigest()[:12]

    @cached_property
    def declared(self) -> int:
        """Return the number of operations, counted without speclock."""
        return count(self.path)


def documents(folder: Path) -> list[Document]:
    """Return the documents that ``index.tsv`` of a folder lists, or else every description."""
    index = folder / INDEX
    if not index.is_file():
        paths = [one.path for one in find(folder)]
        return [
            Document(path.relative_to(folder).as_posix(), folder, path, folder.name)
            for path in paths
        ]
    with index.open(encoding="utf-8", newline="") as file:
        return [
            Document(
                row["file"],
                folder / Path(row["file"]).parts[0],
                folder / row["file"],
                row["source"],
                row["kind"] == "positive",
            )
            for row in csv.DictReader(file, delimiter="\t")
        ]

"""The descriptions in a folder, and how many operations each declares.

Counted here with PyYAML and the standard library alone, so that the generator can't agree with
itself about an operation that it never saw.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

import yaml

INDEX, MANIFEST = "index.tsv", "MANIFEST.tsv"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
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
    if (folder / INDEX).is_file():
        return [
            Description(
                row["file"],
                folder / row["file"],
                folder / Path(row["file"]).parts[0],
                row["source"],
                row["kind"] == "positive",
            )
            for row in _rows(folder / INDEX)
        ]
    manifest = _rows(folder / MANIFEST) if (folder / MANIFEST).is_file() else ()
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


def count(path: Path) -> int:
    """How many operations the document declares (OpenAPI 3.2 §4.9 Path Item Object)."""
    document = read(path)
    paths = document.get("paths") or {}
    items = (_item(item, path, document) for item in paths.values())
    return sum(1 for item in items for _ in operations(item, str(document.get("openapi"))))


def operations(item: dict[str, Any], version: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each method of a path item with its operation; 3.2 adds ``query`` and any other."""
    newer = not version.startswith(("3.0", "3.1"))
    for method in (*METHODS, *(("query",) if newer else ())):
        if isinstance(item.get(method), dict):
            yield method, item[method]
    if newer and isinstance(item.get("additionalOperations"), dict):
        yield from item["additionalOperations"].items()


def read(path: Path) -> dict[str, Any]:
    """The document as plain data; whatever isn't a mapping reads as an empty one."""
    text = path.read_bytes()
    try:
        data = json.loads(text) if path.suffix == ".json" else yaml.load(text, _Loader)  # noqa: S506 - a safe one
    except (ValueError, yaml.YAMLError):
        return {}
    return cast("dict[str, Any]", data) if isinstance(data, dict) else {}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML in which a date stays the text that it was written as."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith(":timestamp")]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _opens_with_openapi(path: Path) -> bool:
    """Tell whether the document has the key at its top; few files must be parsed for that."""
    text = path.read_bytes()
    if path.suffix != ".json" and re.search(rb"^[\"']?openapi[\"']?\s*:", text, re.MULTILINE):
        return True
    return b"openapi" in text and "openapi" in read(path)


def _item(item: object, path: Path, document: dict[str, Any]) -> dict[str, Any]:
    """A path item, looked up where it is a ``$ref`` (with what stands beside it)."""
    for _ in range(20):
        if not isinstance(item, dict) or not isinstance(item.get("$ref"), str):
            break
        file, _, pointer = cast("str", item["$ref"]).partition("#")
        if file:
            path = path.parent / file
            document = read(path) if path.is_file() else {}
        target: Any = document
        for token in unquote(pointer).split("/")[1:]:
            key = token.replace("~1", "/").replace("~0", "~")
            target = target.get(key) if isinstance(target, dict) else None
        beside = {key: value for key, value in item.items() if key != "$ref"}
        item = {**target, **beside} if isinstance(target, dict) else beside
    return item if isinstance(item, dict) else {}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))

"""The descriptions in a folder, and how many operations each declares.

Counted here with PyYAML and the standard library alone, so that the generator can't agree with
itself about an operation that it never saw.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

import yaml

MANIFEST = "MANIFEST.tsv"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Description:
    """One description of the folder."""

    name: str
    """The file's path within the folder, without its suffix."""
    path: Path
    declared: int
    """How many operations it declares."""

    @property
    def package(self) -> str:
        """A package's name made of the description's."""
        return "c_" + re.sub(r"\W+", "_", self.name, flags=re.ASCII).strip("_").lower()


def find(folder: Path) -> list[Description]:
    """Every file with a top-level ``openapi`` key, smallest first.

    Files that others refer to have none, so they don't count. ``MANIFEST.tsv`` gives the number
    of operations where it has a row of that name; else they are counted.
    """
    given = _manifest(folder)
    paths = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix in SUFFIXES and path.is_file() and _opens_with_openapi(path)
    ]
    found: list[Description] = []
    for path in sorted(paths, key=lambda path: (path.stat().st_size, path)):
        name = path.relative_to(folder).with_suffix("").as_posix()
        declared = given.get(name)
        found.append(Description(name, path, count(path) if declared is None else declared))
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


def _manifest(folder: Path) -> dict[str, int]:
    path = folder / MANIFEST
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["name"]: int(row["operations"]) for row in rows}

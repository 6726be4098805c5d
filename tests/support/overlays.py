"""Overlays, trees of descriptions as plain data, and the places of their members."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from generator.base.errors import Place
from generator.reading.document.load import parse
from generator.reading.document.tree import MappingNode, SequenceNode, SourceFile

ROOT = Path(__file__).resolve().parents[2]
OWN = ROOT / "tests/reading/document/overlays"
Json = Any


def overlay_of(actions: list[dict[str, Json]], version: str = "1.1.0") -> dict[str, Json]:
    """Return an overlay of these actions."""
    return {"overlay": version, "info": {"title": "Fix", "version": "1"}, "actions": actions}


def plain(node: object) -> Json:
    """Return a tree as plain data."""
    if isinstance(node, MappingNode):
        return {key: plain(value) for key, value in node.items()}
    return [plain(value) for value in node] if isinstance(node, SequenceNode) else node


def written(value: Json, style: str) -> str:
    """Return a value as text in YAML or JSON, a member a line."""
    if style == "json":
        return json.dumps(value, indent=2)
    return yaml.safe_dump(value, sort_keys=False, default_flow_style=False)


def read(value: Json, name: str, style: str) -> SourceFile:
    """Return a value, written and read."""
    return parse(written(value, style).encode(), path=Path(name), name=name)


def places(
    node: MappingNode | SequenceNode, pointer: str = ""
) -> Iterator[tuple[str, str | int, Place, str]]:
    """Yield of every member its pointer by the tree, its key, its recorded place, and a scalar."""
    assert node.location.pointer == pointer
    keys: Sequence[str | int] = list(node) if isinstance(node, MappingNode) else range(len(node))
    for key in keys:
        inner = f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
        if isinstance(node, MappingNode):
            place, value = node.at(str(key)).place, node[str(key)]
        else:
            place, value = node.at(int(key)).place, node[int(key)]
        is_scalar = not isinstance(value, MappingNode | SequenceNode)
        yield inner, key, place, json.dumps(value).strip('"') if is_scalar else ""
        if isinstance(value, MappingNode | SequenceNode):
            yield from places(value, inner)

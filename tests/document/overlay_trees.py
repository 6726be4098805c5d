"""Trees of a description as plain data, and their places."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from generator.document.load import parse
from generator.document.tree import MappingNode, SequenceNode, SourceFile
from generator.errors import Place
from tests.support.overlays import Json


def written(value: Json, style: str) -> str:
    """A value as text in YAML or JSON, a member a line."""
    if style == "json":
        return json.dumps(value, indent=2)
    return yaml.safe_dump(value, sort_keys=False, default_flow_style=False)


def read(value: Json, name: str, style: str) -> SourceFile:
    """A value, written and read."""
    return parse(written(value, style).encode(), path=Path(name), name=name)


def places(
    node: MappingNode | SequenceNode, pointer: str = ""
) -> Iterator[tuple[str, str | int, Place, str]]:
    """Of every member: its pointer by the tree, its key, where it says it stands, and a scalar."""
    assert node.location.pointer == pointer
    keys: Sequence[str | int] = list(node) if isinstance(node, MappingNode) else range(len(node))
    for key in keys:
        inner = f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
        if isinstance(node, MappingNode):
            place, value = node.at(str(key)).place, node[str(key)]
        else:
            place, value = node.at(int(key)).place, node[int(key)]
        yield (
            inner,
            key,
            place,
            "" if isinstance(value, (MappingNode, SequenceNode)) else json.dumps(value).strip('"'),
        )
        if isinstance(value, (MappingNode, SequenceNode)):
            yield from places(value, inner)

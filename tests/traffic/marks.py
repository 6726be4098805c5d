"""The lines of a JSON pointer in a YAML file, found with PyYAML alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml


def lines_of(file: Path, pointer: str) -> set[int]:
    """Return the lines in which the key, or the item, of a pointer and its value begin.

    Those of the innermost one that is there, if the last one isn't.
    """
    node, lines = _root(file), {1}
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if k.value == key]
            if not found:
                return lines
            node = found[0][1]
            lines = {each.start_mark.line + 1 for each in found[0]}
        else:
            node = node.value[int(key)]
            lines = {node.start_mark.line + 1}
    return lines


@cache
def _root(file: Path) -> yaml.Node:
    node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    assert node is not None
    return node

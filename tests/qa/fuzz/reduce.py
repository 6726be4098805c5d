"""The smallest description that still shows a defect.

Hypothesis shrinks the changes that it made, not the description that it began with.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator

import yaml

from tests.qa.fuzz.mutations import Json, Path, dumped, node_at, places

Shows = Callable[[bytes], bool]


def smallest(data: bytes, shows: Shows, seconds: float) -> bytes:
    """``data`` without what the defect doesn't need, as far as ``seconds`` go."""
    end = time.monotonic() + seconds
    try:
        root: Json = yaml.load(data, Loader=yaml.CSafeLoader)
        is_data = isinstance(root, dict) and shows(dumped(root))
    except (yaml.YAMLError, ValueError, RecursionError):
        is_data = False
    if not is_data:
        return _fewer_lines(data, shows, end)
    changed = True
    while changed and time.monotonic() < end:
        changed = False
        index = 1  # the root stays; big parts come first, since a parent comes before its members
        while index < len(found := list(places(root))) and time.monotonic() < end:
            for smaller in _without(root, found[index]):
                if shows(dumped(smaller)):
                    root, changed = smaller, True
                    break
            else:
                index += 1
    return dumped(root)


def _without(root: Json, at: Path) -> Iterator[Json]:
    """``root`` without the node at a path, or with less in its place."""
    yield _copy(root, at)
    node = node_at(root, at)
    if isinstance(node, (dict, list)):
        for inner in node.values() if isinstance(node, dict) else node:
            if isinstance(inner, type(node)) and inner:
                yield _copy(root, at, inner)
    elif isinstance(node, str) and len(node) > 12 and "#" not in node:
        yield _copy(root, at, "a")


def _copy(root: Json, at: Path, *instead: Json) -> Json:
    less = copy.deepcopy(root)
    parent = node_at(less, at[:-1])
    if instead:
        parent[at[-1]] = copy.deepcopy(instead[0])
    else:
        del parent[at[-1]]
    return less


def _fewer_lines(data: bytes, shows: Shows, end: float) -> bytes:
    lines = data.splitlines(keepends=True)
    size = max(1, len(lines) // 2)
    while time.monotonic() < end:
        at = 0
        while at < len(lines) and time.monotonic() < end:
            less = lines[:at] + lines[at + size :]
            if shows(b"".join(less)):
                lines = less
            else:
                at += size
        if size == 1:
            break
        size //= 2
    return b"".join(lines)

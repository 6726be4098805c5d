"""Small steps on canonical schemas: making one, adding null, taking null away."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import cast

from ...document.tree import Location, MappingNode, SequenceNode, Value
from .intersect import ANNOTATIONS, without_annotations


def made(location: Location, content: dict[str, Value]) -> MappingNode:
    """A mapping with that content, standing at ``location``."""
    node = MappingNode(location)
    node.update(content)
    return node


def listed(location: Location, items: Iterable[Value]) -> SequenceNode:
    """A list with those items, standing at ``location``."""
    result = SequenceNode(location)
    result.extend(items)
    return result


def or_null(node: MappingNode) -> MappingNode:
    """``node`` or null."""
    kind = node.get("type")
    if kind == "null" or is_nullable(node) or not without_annotations(node):
        return node
    if isinstance(kind, str) and "enum" not in node:
        copy = made(node.location, dict(node))
        copy.positions = node.positions
        copy["type"] = listed(node.location, [kind, "null"])
        return copy
    if isinstance(kind, SequenceNode):
        copy = made(node.location, dict(node))
        copy["type"] = listed(node.location, [*kind, "null"])
        return copy
    outer = MappingNode(node.location)
    outer.positions = node.positions
    null = made(node.location, {"type": "null"})
    if "anyOf" in node:
        outer.update(node)
        outer["anyOf"] = listed(node.location, [*cast("SequenceNode", node["anyOf"]), null])
        return outer
    inner = made(node.location, {k: v for k, v in node.items() if k not in ANNOTATIONS})
    outer["anyOf"] = listed(node.location, [inner, null])
    outer.update({k: v for k, v in node.items() if k in ANNOTATIONS})
    return outer


def is_nullable(node: MappingNode) -> bool:
    """Whether a canonical schema admits null."""
    kind, branches = node.get("type"), node.get("anyOf")
    if isinstance(kind, SequenceNode):
        return "null" in kind
    return isinstance(branches, SequenceNode) and any(
        isinstance(b, MappingNode) and b.get("type") == "null" for b in branches
    )


def is_enumeration(node: MappingNode) -> bool:
    """Whether a schema lists several values, all text or all integers, and so gets a class."""
    values = node.get("enum")
    if not isinstance(values, SequenceNode):
        return False
    distinct = {(type(value), str(value)) for value in values if value is not None}
    return len(distinct) > 1 and {kind for kind, _ in distinct} in ({str}, {int})


def without_null(node: MappingNode) -> MappingNode:
    """The schema for what is left when null is taken away."""
    if not is_nullable(node):
        return node
    copy = made(node.location, dict(node))
    copy.positions = node.positions
    kind = node.get("type")
    if isinstance(kind, SequenceNode):
        rest = [k for k in kind if k != "null"]
        copy["type"] = rest[0] if len(rest) == 1 else listed(kind.location, rest)
        return copy
    branches = cast("SequenceNode", node["anyOf"])
    kept = [b for b in branches if not (isinstance(b, MappingNode) and b.get("type") == "null")]
    if len(kept) == 1 and isinstance(kept[0], MappingNode):
        del copy["anyOf"]
        for key, value in kept[0].items():
            copy.setdefault(key, value)
        return copy
    copy["anyOf"] = listed(branches.location, kept)
    return copy


def same(left: Value, right: Value) -> bool:
    """Equal, and of one type: 1 isn't True."""
    return type(left) is type(right) and left == right


def component_key(text: str) -> str:
    """``text`` as OpenAPI allows a component's key to be (3.1.1 §4.8.7.1)."""
    return re.sub(r"[^A-Za-z0-9_.-]+", _word, text).strip(".")


def _word(match: re.Match[str]) -> str:
    kept = "".join(char for char in match[0] if char.isalnum())
    return f".{kept}." if kept else "."  # another script's letters still tell names apart


def short_hash(text: str) -> str:
    """Six hex digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:6]

"""Small steps on canonical schemas: making one, adding null, taking null away."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import cast

from .merge import ANNOTATIONS, without_annotations
from .nodes import Map, Origin, Seq, Value


def made(origin: Origin, content: dict[str, Value]) -> Map:
    """A mapping with that content, standing at ``origin``."""
    node = Map(origin)
    node.update(content)
    return node


def listed(origin: Origin, items: Iterable[Value]) -> Seq:
    """A list with those items, standing at ``origin``."""
    result = Seq(origin)
    result.extend(items)
    return result


def or_null(node: Map) -> Map:
    """``node`` or null."""
    kind = node.get("type")
    if kind == "null" or is_nullable(node) or not without_annotations(node):
        return node
    if isinstance(kind, str) and "enum" not in node:
        copy = made(node.origin, dict(node))
        copy.marks = node.marks
        copy["type"] = listed(node.origin, [kind, "null"])
        return copy
    if isinstance(kind, Seq):
        copy = made(node.origin, dict(node))
        copy["type"] = listed(node.origin, [*kind, "null"])
        return copy
    outer = Map(node.origin)
    outer.marks = node.marks
    null = made(node.origin, {"type": "null"})
    if "anyOf" in node:
        outer.update(node)
        outer["anyOf"] = listed(node.origin, [*cast("Seq", node["anyOf"]), null])
        return outer
    inner = made(node.origin, {k: v for k, v in node.items() if k not in ANNOTATIONS})
    outer["anyOf"] = listed(node.origin, [inner, null])
    outer.update({k: v for k, v in node.items() if k in ANNOTATIONS})
    return outer


def is_nullable(node: Map) -> bool:
    """Whether a canonical schema admits null."""
    kind, branches = node.get("type"), node.get("anyOf")
    if isinstance(kind, Seq):
        return "null" in kind
    return isinstance(branches, Seq) and any(
        isinstance(b, Map) and b.get("type") == "null" for b in branches
    )


def is_enumeration(node: Map) -> bool:
    """Whether a schema lists several values, all text or all integers, and so gets a class."""
    values = node.get("enum")
    if not isinstance(values, Seq):
        return False
    distinct = {(type(value), str(value)) for value in values if value is not None}
    return len(distinct) > 1 and {kind for kind, _ in distinct} in ({str}, {int})


def without_null(node: Map) -> Map:
    """The schema for what is left when null is taken away."""
    if not is_nullable(node):
        return node
    copy = made(node.origin, dict(node))
    copy.marks = node.marks
    kind = node.get("type")
    if isinstance(kind, Seq):
        rest = [k for k in kind if k != "null"]
        copy["type"] = rest[0] if len(rest) == 1 else listed(kind.origin, rest)
        return copy
    branches = cast("Seq", node["anyOf"])
    kept = [b for b in branches if not (isinstance(b, Map) and b.get("type") == "null")]
    if len(kept) == 1 and isinstance(kept[0], Map):
        del copy["anyOf"]
        for key, value in kept[0].items():
            copy.setdefault(key, value)
        return copy
    copy["anyOf"] = listed(branches.origin, kept)
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

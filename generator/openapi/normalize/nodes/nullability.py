"""Null in canonical schemas: adding it, finding it, taking it away.

A canonical schema has null as one of several types, else as a branch of ``anyOf``.
"""

from __future__ import annotations

from ....document.tree import MappingNode, SequenceNode, Value
from .intersect import ANNOTATIONS, without_annotations


def or_null(schema: MappingNode) -> MappingNode:
    """Return a schema that admits null as well."""
    kind, location = schema.get("type"), schema.location
    if kind == "null" or is_nullable(schema) or not without_annotations(schema):
        return schema
    if isinstance(kind, SequenceNode) or (isinstance(kind, str) and "enum" not in schema):
        kinds = [*kind] if isinstance(kind, SequenceNode) else [kind]
        types = SequenceNode(location, [*kinds, "null"])
        return MappingNode(location, {**schema, "type": types}, schema.positions)
    null = MappingNode(location, {"type": "null"})
    branches = schema.get("anyOf")
    if isinstance(branches, SequenceNode):
        options = SequenceNode(location, [*branches, null])
        return MappingNode(location, {**schema, "anyOf": options}, schema.positions)
    inner = MappingNode(location, without_annotations(schema))
    outside = {k: v for k, v in schema.items() if k in ANNOTATIONS}
    branches = SequenceNode(location, [inner, null])
    return MappingNode(location, {"anyOf": branches, **outside}, schema.positions)


def is_nullable(schema: MappingNode) -> bool:
    """Return whether a canonical schema admits null, besides other values."""
    kind, branches = schema.get("type"), schema.get("anyOf")
    if isinstance(kind, SequenceNode):
        return "null" in kind
    return isinstance(branches, SequenceNode) and any(map(is_null, branches))


def is_null(schema: Value) -> bool:
    """Return whether a canonical schema admits nothing but null."""
    return isinstance(schema, MappingNode) and schema.get("type") == "null"


def without_null(schema: MappingNode) -> MappingNode:
    """Return a schema that admits the same values but null."""
    if not is_nullable(schema):
        return schema
    copy = MappingNode(schema.location, schema, schema.positions)
    kind, branches = schema.get("type"), schema.get("anyOf")
    if isinstance(kind, SequenceNode):
        rest = [k for k in kind if k != "null"]
        copy["type"] = rest[0] if len(rest) == 1 else SequenceNode(kind.location, rest)
    elif isinstance(branches, SequenceNode):
        kept = [branch for branch in branches if not is_null(branch)]
        if len(kept) == 1 and isinstance(kept[0], MappingNode):
            del copy["anyOf"]
            for key, value in kept[0].items():
                copy.setdefault(key, value)
        else:
            copy["anyOf"] = SequenceNode(branches.location, kept)
    return copy

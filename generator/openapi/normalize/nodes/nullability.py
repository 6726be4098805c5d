"""Null in canonical schemas: ``nullable`` is true where null is a value besides others."""

from __future__ import annotations

from collections.abc import Iterator

from ....document.tree import MappingNode, SequenceNode, Value
from .intersect import NULLABLE, without_annotations
from .node_values import omit
from .server_side_constraints import ServerChecked

_DATA = ("default", "examples", "enum")
_NAMED = (
    "properties", "responses", "headers", "content", "encoding", "links", "callbacks", "webhooks",
)  # fmt: skip
"""The members with a mapping of any names, such as the response ``default``."""


def or_null(schema: MappingNode) -> MappingNode:
    """Return a schema that admits null as well."""
    if is_null(schema) or is_nullable(schema) or not without_annotations(schema):
        return schema
    return MappingNode(schema.location, {**schema, NULLABLE: True}, schema.positions)


def is_nullable(schema: MappingNode) -> bool:
    """Return whether a canonical schema admits null, besides other values."""
    return schema.get(NULLABLE) is True


def is_null(schema: Value) -> bool:
    """Return whether a canonical schema admits nothing but null."""
    return isinstance(schema, MappingNode) and schema.get("type") == "null"


def without_null(schema: MappingNode) -> MappingNode:
    """Return a schema that admits the same values but null."""
    return omit(schema, NULLABLE) if is_nullable(schema) else schema


def parts_in(*nodes: Value) -> Iterator[MappingNode]:
    """Yield the mappings at or below nodes, outside in, but for data and mappings of names."""
    todo = [(node, False) for node in nodes]
    while todo:
        node, is_named = todo.pop()
        if isinstance(node, SequenceNode):
            todo += ((value, False) for value in node)
        elif isinstance(node, MappingNode) and not isinstance(node, ServerChecked):
            if not is_named:
                yield node
            todo += (
                (value, not is_named and member in _NAMED)
                for member, value in node.items()
                if is_named or member not in _DATA
            )

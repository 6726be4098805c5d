"""Null in canonical schemas: ``nullable`` is true where null is a value besides others."""

from __future__ import annotations

from ....document.tree import MappingNode, Value
from .intersect import NULLABLE, without_annotations
from .node_values import omit


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

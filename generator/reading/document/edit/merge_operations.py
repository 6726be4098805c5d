"""Operations of another description, with all that they use, put into a description's tree."""

from __future__ import annotations

from ....base.errors import UsageError
from ..declared import METHODS, SECTIONS_20, is_swagger
from ..tree import MappingNode, SequenceNode, Value, members
from .copy_nodes import put

_INHERITED = ("security", "consumes", "produces")
"""The members of the root that count for operations without their own (OpenAPI 3.1.1 §4.8.1, and
Swagger 2.0).
"""
_LEVELS = {"paths": 2, "webhooks": 2, "components": 2, **dict.fromkeys(SECTIONS_20, 1)}
"""The members of the root that have operations and what they refer to, and at which level."""


def with_operations(old: MappingNode, part: MappingNode) -> MappingNode:
    """Return a description's tree with the operations, webhooks and components of a slice.

    What is there already stays as it is, but for the operationIds of these operations. An operation
    that relies on the slice's own ``security``, or its media types in Swagger 2.0, gets it, if the
    description has another. Raises :class:`UsageError` if one is in Swagger 2.0 alone.
    """
    if is_swagger(old) != is_swagger(part):
        raise UsageError(
            "The description and upstream are written in different versions of OpenAPI, so that "
            "operations cannot be added to it. Convert the description."
        )
    none = SequenceNode(old.location)
    inherited = {key: part.get(key, none) for key in _INHERITED if part.get(key) != old.get(key)}
    ids: list[tuple[list[str], Value]] = []
    for path, item in members(part.get("paths")):
        for method, node in members(item):
            if method in METHODS and isinstance(node, MappingNode):
                keys = ["paths", path, method]
                part = put(part, keys, MappingNode(node.location, {**node, **inherited, **node}))
                if "operationId" in node:
                    ids.append(([*keys, "operationId"], node["operationId"]))
    root = MappingNode(old.location, old)
    for key, levels in _LEVELS.items():
        if key in part:
            root[key] = _merged(root.get(key), part[key], levels)
    for keys, operation_id in ids:
        root = put(root, keys, operation_id)
    declared, tags = root.get("tags"), part.get("tags")
    if isinstance(declared, SequenceNode) and isinstance(tags, SequenceNode):
        names = {_name(tag) for tag in declared}
        more = [tag for tag in tags if _name(tag) not in names]
        root["tags"] = SequenceNode(declared.location, [*declared, *more])
    return root


def _merged(target: Value, source: Value, levels: int) -> Value:
    """Return a mapping with the members of another that it lacks, down to some levels."""
    if not levels or not isinstance(source, MappingNode):
        return target
    known = target if isinstance(target, MappingNode) else MappingNode(source.location)
    more = {
        key: _merged(known[key], value, levels - 1) if key in known else value
        for key, value in source.items()
    }
    return MappingNode(known.location, {**known, **more})


def _name(tag: Value) -> str:
    name = tag.get("name") if isinstance(tag, MappingNode) else None
    return name if isinstance(name, str) else ""

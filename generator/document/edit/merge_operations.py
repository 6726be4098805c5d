"""Operations of another description, with all that they use, put into a description's tree."""

from __future__ import annotations

from ...errors import UsageError
from ..declared import is_swagger
from ..operations import METHODS
from ..tree import MappingNode, SequenceNode, Value
from .copy_nodes import copied, copy_value

_INHERITED = ("security", "consumes", "produces")
"""The members of the root that count for operations without their own (OpenAPI 3.1.1 §4.8.1, and
Swagger 2.0).
"""
_SWAGGER = ("definitions", "parameters", "responses", "securityDefinitions")
_DECLARED = {"components": 2, **dict.fromkeys(_SWAGGER, 1)}
"""The members of the root that have what operations refer to, and at which level it has keys."""


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
    root = copied(old)
    for key in _INHERITED:
        if part.get(key) != root.get(key):
            for item in _mapping(part, "paths").values():
                for operation in _operations(item):
                    operation.setdefault(key, copy_value(part.get(key, _none(root))))
    paths = _child(root, "paths")
    _merge(paths, _mapping(part, "paths"), depth=2)
    for path in _mapping(part, "paths"):
        ours, theirs = (_mapping(one, path) for one in (paths, _mapping(part, "paths")))
        for method in theirs.keys() & set(METHODS):
            here, there = _mapping(ours, method), _mapping(theirs, method)
            if "operationId" in there:
                here["operationId"] = there["operationId"]
    if "webhooks" in part:
        _merge(_child(root, "webhooks"), _mapping(part, "webhooks"), depth=2)
    for key, depth in _DECLARED.items():
        if key in part:
            _merge(_child(root, key), _mapping(part, key), depth=depth)
    declared = root.get("tags")
    names = {_name(tag) for tag in declared} if isinstance(declared, SequenceNode) else set[str]()
    tags = part.get("tags")
    for tag in tags if isinstance(tags, SequenceNode) else ():
        if isinstance(declared, SequenceNode) and _name(tag) not in names:
            declared.append(copy_value(tag))
    return root


def _merge(target: MappingNode, source: MappingNode, *, depth: int) -> None:
    """Add the members of ``source`` that ``target`` lacks, down to ``depth`` levels."""
    for key, value in source.items():
        here = target.get(key)
        if key not in target:
            target[key] = copy_value(value)
        elif depth > 1 and isinstance(here, MappingNode) and isinstance(value, MappingNode):
            _merge(here, value, depth=depth - 1)


def _operations(item: Value) -> list[MappingNode]:
    if not isinstance(item, MappingNode):
        return []
    return [node for key, node in item.items() if key in METHODS and isinstance(node, MappingNode)]


def _mapping(node: MappingNode, key: str) -> MappingNode:
    value = node.get(key)
    return value if isinstance(value, MappingNode) else MappingNode(node.location)


def _child(node: MappingNode, key: str) -> MappingNode:
    """Return the mapping at a member, which is created if it is absent."""
    value = node.setdefault(key, MappingNode(node.location))
    return value if isinstance(value, MappingNode) else MappingNode(node.location)


def _none(root: MappingNode) -> SequenceNode:
    return SequenceNode(root.location)


def _name(tag: Value) -> str:
    name = tag.get("name") if isinstance(tag, MappingNode) else None
    return name if isinstance(name, str) else ""

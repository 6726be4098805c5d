"""Operations of another description, with all that they use, put into a description's tree."""

from __future__ import annotations

from ..operations import METHODS
from ..tree import MappingNode, SequenceNode, Value
from .copy_nodes import copied, copy_value


def with_operations(old: MappingNode, part: MappingNode) -> MappingNode:
    """Return a description's tree with the operations, webhooks and components of a slice.

    What is there already stays as it is, but for the operationIds of these operations. An operation
    that relies on the slice's own ``security`` (OpenAPI 3.1.1 §4.8.1) gets it, if the description
    has another.
    """
    root = copied(old)
    if part.get("security") != root.get("security"):
        for item in _mapping(part, "paths").values():
            for operation in _operations(item):
                operation.setdefault("security", copy_value(part.get("security", _none(root))))
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
    if "components" in part:
        _merge(_child(root, "components"), _mapping(part, "components"), depth=2)
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

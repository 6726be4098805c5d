"""Properties that one direction alone has: ``readOnly`` in responses, ``writeOnly`` in requests.

One class serves both directions, so it can't require them.

Source: OpenAPI 3.0.4 §4.7.24.2 (Fixed Fields: readOnly, writeOnly).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ...document.tree import MappingNode, SequenceNode, Value

Reachable = Callable[[Value], Iterable[str]]


def relax(paths: MappingNode, schemas: Mapping[str, MappingNode], reachable: Reachable) -> None:
    """Remove names from ``required`` that a direction in which the component is used hasn't got.

    ``reachable`` returns the keys of the components that a node leads to.
    """
    for part, mark in (("requestBody", "readOnly"), ("responses", "writeOnly")):
        keys: set[str] = set()
        for operation in _operations(paths):
            keys.update(reachable(operation.get(part)))
        for key in keys:
            _relax(schemas[key], mark)


def _operations(paths: MappingNode) -> Iterator[MappingNode]:
    for item in paths.values():
        for node in item.values() if isinstance(item, MappingNode) else ():
            if isinstance(node, MappingNode):
                yield node


def _relax(schema: MappingNode, mark: str) -> None:
    required, properties = schema.get("required"), schema.get("properties")
    if not isinstance(required, SequenceNode) or not isinstance(properties, MappingNode):
        return
    kept = [name for name in required if not _is_marked(properties.get(str(name)), mark)]
    if not kept:
        del schema["required"]
    elif len(kept) < len(required):
        schema["required"] = SequenceNode(required.location, kept)


def _is_marked(schema: Value, mark: str) -> bool:
    return isinstance(schema, MappingNode) and schema.get(mark) is True

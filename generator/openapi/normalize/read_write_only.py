"""Properties that one direction alone has: ``readOnly`` in responses, ``writeOnly`` in requests.

One class serves both directions, so it can't require them.

Source: OpenAPI 3.0.4 §4.7.24.2 (Fixed Fields: readOnly, writeOnly).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ...document.tree import MappingNode, SequenceNode, Value
from .node_values import child, members, sequence

Reachable = Callable[[Value], Iterable[str]]


def relax(paths: MappingNode, schemas: Mapping[str, MappingNode], reachable: Reachable) -> None:
    """Remove names from ``required`` that a direction in which the component is used hasn't got.

    ``reachable`` returns the keys of the components that a node leads to.
    """
    operations = [node for _, item in members(paths) for _, node in members(item)]
    for part, mark in (("requestBody", "readOnly"), ("responses", "writeOnly")):
        parts = SequenceNode(paths.location, [operation.get(part) for operation in operations])
        for key in reachable(parts):
            _relax(schemas[key], mark)


def _relax(schema: MappingNode, mark: str) -> None:
    required, properties = sequence(schema.get("required")), child(schema, "properties")
    kept = [name for name in required if child(properties, str(name)).get(mark) is not True]
    if len(kept) < len(required):
        schema["required"] = SequenceNode(schema.at("required"), kept)
        if not kept:
            del schema["required"]

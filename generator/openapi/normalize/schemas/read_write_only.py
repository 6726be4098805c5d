"""Properties that one direction alone has: ``readOnly`` in responses, ``writeOnly`` in requests.

One class serves both directions, so it can't require them; it has the names of those that one
direction needs.

Source: OpenAPI 3.0.4 §4.7.24.2 (Fixed Fields: readOnly, writeOnly).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ....document.tree import MappingNode, SequenceNode, Value
from ..nodes.node_values import child, key_of, members, sequence
from ..nodes.schema_analysis import ONE_WAY

Reachable = Callable[[Value], Iterable[str]]


def relax(requests: MappingNode, schemas: Mapping[str, MappingNode], reachable: Reachable) -> None:
    """Remove names from ``required`` that a direction in which the component is used hasn't got.

    ``requests`` has ``paths``, ``webhooks``, and ``models``, which both directions use.
    ``reachable`` returns the keys of the components that a node leads to.
    """
    operations = [*_operations(child(requests, "paths"))]
    incoming = [*_operations(child(requests, "webhooks"))]
    for operation in operations:
        for _, callback in members(operation.get("callbacks")):
            incoming += _operations(callback)
    sent = [op.get("requestBody") for op in operations] + [op.get("responses") for op in incoming]
    received = [op.get("responses") for op in operations]
    received += [op.get("requestBody") for op in incoming]
    sent, received = [*sent, requests.get("models")], [*received, requests.get("models")]
    for parts, mark in ((sent, "readOnly"), (received, "writeOnly")):
        for key in reachable(SequenceNode(requests.location, parts)):
            _relax(schemas[key], mark, schemas, has_directions=not sequence(requests.get("models")))


def _operations(items: MappingNode) -> Iterator[MappingNode]:
    for _, item in members(items):
        yield from (node for _, node in members(item))


def _relax(
    schema: MappingNode, mark: str, schemas: Mapping[str, MappingNode], *, has_directions: bool
) -> None:
    required, properties = sequence(schema.get("required")), child(schema, "properties")

    def has_mark(property_: MappingNode) -> bool:
        """Return whether a property, or the component that it refers to, has the mark."""
        seen: set[str] = set()
        while property_.get(mark) is not True:
            key = key_of(property_)
            if not key or key in seen or key not in schemas:
                return False
            seen.add(key)
            property_ = schemas[key]
        return True

    kept = [name for name in required if not has_mark(child(properties, str(name)))]
    if len(kept) < len(required):
        if has_directions:
            gone = [name for name in required if name not in kept]
            known = sequence(schema.get(ONE_WAY))
            schema[ONE_WAY] = SequenceNode(schema.at("required"), [*known, *gone])
        schema["required"] = SequenceNode(schema.at("required"), kept)
        if not kept:
            del schema["required"]

"""The servers of a document, its path items and its operations.

Source: OpenAPI 3.1.1 §4.8.5 (Server Object).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from ....base.errors import Unsupported
from ...document.declared import is_swagger
from ...document.operations import OperationNode
from ...document.references import References
from ...document.tree import MappingNode, SequenceNode
from ..model.document import Server
from .nodes.node_values import mappings
from .swagger2.servers import own_swagger_servers, swagger_servers
from .typed import read


def servers_in(node: MappingNode, refs: References) -> SequenceNode | None:
    """Return the servers of a document, a path item or an operation; None if it tells none."""
    listed = node.get("servers")
    if not isinstance(listed, SequenceNode):
        return None
    servers = SequenceNode(listed.location)
    for index, value in enumerate(listed):
        with suppress(Unsupported):
            servers.append(refs.follow(value, listed.at(index), "a server"))
    return servers


def typed_servers(servers: SequenceNode | None) -> tuple[Server, ...] | None:
    """Return servers as values."""
    if servers is None:
        return None
    return tuple(read(Server, server) for server in mappings(servers))


def all_servers(refs: References, operations: Iterable[OperationNode]) -> tuple[Server, ...]:
    """Return the servers of a document and those of its operations."""
    root = refs.root
    listed: list[SequenceNode | None] = []
    if is_swagger(root):
        listed.append(swagger_servers(root, refs))
        listed += [own_swagger_servers(operation.node, root, refs) for operation in operations]
    else:
        listed.append(servers_in(root, refs))
        for operation in operations:
            listed += [servers_in(operation.item, refs), servers_in(operation.node, refs)]
    servers = [server for many in listed for server in typed_servers(many) or ()]
    return tuple({server.url: server for server in servers}.values())

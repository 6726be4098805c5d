"""The parts that a description declares by name: its components, in Swagger 2.0 its definitions.

Sources: OpenAPI 3.1.1 §4.8.7 (Components Object); Swagger 2.0 (Swagger Object).
"""

from __future__ import annotations

from urllib.parse import quote

from .tree import MappingNode

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
"""The members of a path item that are operations."""
SECTIONS_20 = {
    "definitions": "schemas",
    "parameters": "parameters",
    "responses": "responses",
    "securityDefinitions": "securitySchemes",
}
"""The members of a document in Swagger 2.0 and the sections of components in OpenAPI 3."""
_IN_SWAGGER = {section: name for name, section in SECTIONS_20.items()}
SERVERS_20 = ("host", "basePath", "schemes", "x-ms-parameterized-host")
"""The members of a document in Swagger 2.0 that tell the servers."""


def is_swagger(root: MappingNode) -> bool:
    """Return whether a document is written in Swagger 2.0."""
    return "swagger" in root and "openapi" not in root


def path_of_section(root: MappingNode, kind: str) -> list[str]:
    """Return the keys that lead from the root to a section of ``components``."""
    return [_IN_SWAGGER.get(kind, kind)] if is_swagger(root) else ["components", kind]


def section(root: MappingNode, kind: str) -> MappingNode:
    """Return what a document declares in a section of ``components``, by key."""
    node = root
    for key in path_of_section(root, kind):
        value = node.get(key)
        if not isinstance(value, MappingNode):
            return MappingNode(root.location)
        node = value
    return node


def reference_to(parts: MappingNode, key: str) -> MappingNode:
    """Return a reference to one of the parts of a section."""
    place = parts.at(key)
    return MappingNode(place, {"$ref": f"#{quote(place.pointer)}"})

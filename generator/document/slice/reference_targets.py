"""The references in a part of a description.

Values (examples, defaults, extensions) contain no references, even where they look like them.

Sources: OpenAPI 3.1.1 §4.8.23 (Reference), §4.8.25 (Discriminator), 3.2.0 §4.30 (Security
Requirement); JSON Schema 2020-12 §8.2.3.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ..pointer import escape
from ..tree import MappingNode, SequenceNode, Value

Key: TypeAlias = str | int

REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")

_NAMED = {
    "additionalOperations", "callbacks", "content", "definitions", "$defs", "dependentSchemas",
    "encoding", "examples", "headers", "links", "mediaTypes", "parameters", "pathItems",
    "paths", "patternProperties", "properties", "requestBodies", "responses", "schemas",
    "securitySchemes", "variables", "webhooks",
}  # fmt: skip
"""Members whose values are mappings from names, not from keywords."""
_DATA = {
    "const", "dataValue", "default", "enum", "example", "mapping", "scopes", "serializedValue",
    "value",
}  # fmt: skip
_LISTS = {
    "parameters": "parameters", "responses": "responses", "headers": "headers", "links": "links",
    "examples": "examples", "requestBody": "requestBodies", "callbacks": "callbacks",
    "content": "mediaTypes",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Use:
    """One reference: the mapping that contains it, the key there, and its text."""

    node: MappingNode
    key: str
    reference: str
    kind: str
    """The section of ``components`` for such objects."""


def parts_of(
    value: Value, kind: str, keep: Mapping[int, Collection[Key]]
) -> Iterator[Use | MappingNode]:
    """Yield the references at or below ``value``, and every mapping that isn't a value, outside in.

    ``keep`` is the members to search of a container, by its ``id``; all if it has no entry. It is
    read after the mapping was yielded.
    """
    todo: list[tuple[Value, bool, str]] = [(value, False, kind)]
    while todo:
        node, named, kind = todo.pop()
        if isinstance(node, SequenceNode):
            todo += [(item, False, kind) for item in reversed(node)]
        if not isinstance(node, MappingNode):
            continue
        if not named:
            yield node
        yield from _uses(node, kind) if not named else _named_reference(node)
        kept = keep.get(id(node), node)
        for key, inner in reversed(node.items()):
            if key not in kept:
                continue
            if named:
                if not _is_extension(key, node):
                    todo.append((inner, False, kind))
                continue
            is_data = key in _DATA or (key == "examples" and isinstance(inner, SequenceNode))
            if not is_data and not key.startswith("x-"):
                todo.append((inner, key in _NAMED, _LISTS.get(key, "schemas")))


def _is_extension(key: str, node: MappingNode) -> bool:
    """Return whether a name is an extension; that of a header may begin with ``x-`` too."""
    return key.startswith("x-") and node.location.key in ("paths", "responses", "callbacks")


def _named_reference(node: MappingNode) -> Iterator[Use]:
    """Yield a ``$ref`` in place of a mapping from names, which some tools write."""
    reference = node.get("$ref")
    if isinstance(reference, str):
        yield Use(node, "$ref", reference, "schemas")


def _uses(node: MappingNode, kind: str) -> Iterator[Use]:
    for key in REFERENCES:
        reference = node.get(key)
        if isinstance(reference, str):
            yield Use(node, key, reference, kind)
    discriminator = node.get("discriminator")
    if isinstance(discriminator, MappingNode):
        reference = discriminator.get("defaultMapping")
        if isinstance(reference, str):
            yield Use(discriminator, "defaultMapping", reference, "schemas")
        mapping = discriminator.get("mapping")
        for key, reference in mapping.items() if isinstance(mapping, MappingNode) else ():
            if isinstance(mapping, MappingNode) and isinstance(reference, str):
                yield Use(mapping, key, reference, "schemas")


def as_pointer(name: str, components: Value, kind: str) -> str | None:
    """Return the pointer of a component by its name; None if there is none."""
    group = components.get(kind) if isinstance(components, MappingNode) else None
    if isinstance(group, MappingNode) and name in group:
        return f"#/components/{kind}/{escape(name)}"
    return None

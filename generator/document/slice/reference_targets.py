"""What a part of a description refers to, wherever in the document that stands.

Values (examples, defaults, extensions) only look like descriptions, so nothing in them refers to
anything. Sources: OpenAPI 3.1.1 §4.8.23 (Reference), §4.8.25 (Discriminator), 3.2.0 §4.30 (Security
Requirement); JSON Schema 2020-12 §8.2.3.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ..tree import MappingNode, SequenceNode, Value, escaped

Key: TypeAlias = str | int

REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")

_NAMED = {
    "additionalOperations", "callbacks", "content", "definitions", "$defs", "dependentSchemas",
    "encoding", "examples", "headers", "links", "mediaTypes", "parameters", "pathItems",
    "paths", "patternProperties", "properties", "requestBodies", "responses", "schemas",
    "securitySchemes", "variables", "webhooks",
}  # fmt: skip
"""Members whose values are mappings from names: their keys are no keywords."""
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
    """One reference: the mapping that holds it, under which key, and what it says."""

    node: MappingNode
    key: str
    reference: str
    kind: str
    """The part of ``components`` that such an object belongs to."""


def parts_of(
    value: Value, kind: str, keep: Mapping[int, Collection[Key]]
) -> Iterator[Use | MappingNode]:
    """Every reference at or below ``value``, and every mapping that isn't a value, outside in.

    ``keep`` says by ``id`` of a container which members count, where not all do; it is asked after
    the mapping was given.
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
        yield from _uses(node, kind) if not named else _misplaced(node)
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
    """Paths and responses may have extensions among their names; headers may be called so."""
    return key.startswith("x-") and node.location.key in ("paths", "responses", "callbacks")


def _misplaced(node: MappingNode) -> Iterator[Use]:
    """A reference in the place of a mapping from names: no specification has it, some tools do."""
    reference = node.get("$ref")
    if isinstance(reference, str):
        yield Use(node, "$ref", reference, "schemas")


def _uses(node: MappingNode, kind: str) -> Iterator[Use]:
    for key in REFERENCES:
        reference = node.get(key)
        if isinstance(reference, str):
            yield Use(node, key, reference, kind)
    found = node.get("discriminator")
    if isinstance(found, MappingNode):
        mapping = found.get("mapping")
        given = [found] if "defaultMapping" in found else []
        for holder in [*given, *([mapping] if isinstance(mapping, MappingNode) else [])]:
            for key in holder if holder is mapping else ("defaultMapping",):
                reference = holder[key]
                if isinstance(reference, str):
                    yield Use(holder, key, reference, "schemas")


def as_pointer(name: str, components: Value, kind: str) -> str | None:
    """A component's pointer by its bare name, as discriminators and requirements may give it."""
    group = components.get(kind) if isinstance(components, MappingNode) else None
    if isinstance(group, MappingNode) and name in group:
        return f"#/components/{kind}/{escaped(name)}"
    return None

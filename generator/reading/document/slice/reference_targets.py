"""The references in a part of a description.

Values (examples, defaults, extensions) contain no references, even where they look like them.

Sources: OpenAPI 3.1.1 §4.8.23 (Reference), §4.8.25 (Discriminator), 3.2.0 §4.30 (Security
Requirement); JSON Schema 2020-12 §8.2.3.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from ....base.immutable import immutable
from ..component_keys import is_component
from ..declared import reference_to, section
from ..operations import is_error
from ..subtypes import marks_null
from ..tree import MappingNode, SequenceNode, Value

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


_OPTIONAL = ("headers", "links", "examples")


@immutable
class Use:
    """One reference: the mapping that contains it, the key there, and its text."""

    node: MappingNode
    key: str
    reference: str
    kind: str
    """The section of ``components`` for such objects."""
    is_part: bool = False
    """True for a part of an ``allOf`` that adds to it, or gives it another name."""


def parts_of(
    value: Value, kind: str, keep: Mapping[int, Collection[str]], *, needed: bool = False
) -> Iterator[Use | MappingNode]:
    """Yield the references at or below ``value``, and every mapping that isn't a value, outside in.

    ``keep`` is the members to search of a container, by its ``id``; all if it has no entry. It is
    read after the mapping was yielded. ``needed`` leaves out the parts that an operation can do
    without: error responses, headers, links and examples.
    """
    todo: list[tuple[Value, bool, str, bool]] = [(value, False, kind, False)]
    while todo:
        node, named, kind, is_part = todo.pop()
        if isinstance(node, SequenceNode):
            todo += [(item, False, kind, is_part) for item in reversed(node)]
        if not isinstance(node, MappingNode):
            continue
        if not named:
            yield node
        if named:  # some tools write a $ref in place of a mapping from names
            yield from _uses(node, ("$ref",), "schemas")
        else:
            yield from _uses(node, REFERENCES, kind, is_part=is_part)
            yield from _mapped(node.get("discriminator"))
        kept = keep.get(id(node), node)
        for key, inner in reversed(node.items()):
            if key not in kept:
                continue
            if named:
                # A header's name may begin with x-.
                own = node.location.key
                has_extensions = own in ("paths", "responses", "callbacks")
                is_free = own in _OPTIONAL or (own == "responses" and is_error(key, node))
                if not (has_extensions and key.startswith("x-")) and not (needed and is_free):
                    todo.append((inner, False, kind, False))
                continue
            is_data = key in _DATA or (key == "examples" and isinstance(inner, SequenceNode))
            if not is_data and not key.startswith("x-"):
                section = _LISTS.get(key, "schemas")
                is_part = key == "allOf" and _extends(node, inner)
                todo.append((inner, key in _NAMED, section, is_part))


def _extends(node: MappingNode, parts: Value) -> bool:
    """Return whether ``allOf`` makes another schema of its parts, not only one that admits null."""
    if isinstance(parts, SequenceNode) and len(parts) > 1:
        return True
    return is_component(node.location.pointer) and not marks_null(node)


def _uses(
    node: MappingNode, keys: Iterable[str], kind: str, *, is_part: bool = False
) -> Iterator[Use]:
    for key in keys:
        reference = node.get(key)
        if isinstance(reference, str):
            yield Use(node, key, reference, kind, is_part)


def _mapped(discriminator: Value) -> Iterator[Use]:
    if isinstance(discriminator, MappingNode):
        yield from _uses(discriminator, ("defaultMapping",), "schemas")
        mapping = discriminator.get("mapping")
        if isinstance(mapping, MappingNode):
            yield from _uses(mapping, mapping, "schemas")


def as_pointer(name: str, root: MappingNode, kind: str) -> str | None:
    """Return the pointer of a component by its name; None if there is none."""
    declared = section(root, kind)
    return str(reference_to(declared, name)["$ref"]) if name in declared else None

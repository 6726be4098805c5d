"""The values of discriminators as constants of the branches that they lead to.

Source: OpenAPI 3.1.1 §4.8.25 (Discriminator Object).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ....document.component_keys import PREFIX
from ....document.tree import MappingNode, SequenceNode, Value, walk
from ..nodes.intersect import ANNOTATIONS
from ..nodes.node_values import UNIONS, child, items, key_of, mappings, sequence
from .discriminators import DECLARED

_Schemas = dict[str, MappingNode]


def tag_branches(root: MappingNode, schemas: _Schemas) -> None:
    """Give the property of each branch of a discriminated union its value as an enumeration.

    A branch without the property gets it, and requires it if a base does whose subtype it is. One
    that has several values keeps its own schema of the property, and so does one that is also used
    by itself, where any value is allowed; one that is only another schema's name becomes a schema
    of its own.
    """
    nodes = [node for top in (root, *schemas.values()) for node in walk(top)]
    unions = [
        (node, found, str(found["propertyName"]))
        for node in nodes
        if isinstance(found := node.get("discriminator"), MappingNode)
        and isinstance(found.get("propertyName"), str)  # else it is a property of that name
    ]
    tags: dict[tuple[str, str], set[str]] = {}
    required: set[tuple[str, str]] = set()
    for node, found, name in unions:
        mapping = child(found, "mapping")
        for key in dict.fromkeys(map(_key, mapping.values())):
            for value in _inner_values(key, name, schemas, set()):
                mapping.setdefault(value, PREFIX + key)
        default = _key(found.get("defaultMapping"))
        base = schemas[default] if _is_family(node) else MappingNode(node.location)
        is_required = name in sequence(_resolve(base, schemas).get("required"))
        for key in (default, *map(_key, mapping.values())):
            for one in _objects(key, name, schemas, set()):
                tags.setdefault((one, name), set())
                required |= {(one, name)} if is_required else set()
        for value, ref in mapping.items():
            for one in _objects(_key(ref), name, schemas, set()):
                tags[one, name].add(value)
    alone = _used_alone(nodes, schemas) if tags else set[str]()
    for (key, name), values in tags.items():
        _tag(schemas, key, name, set() if key in alone else values)
        listed = sequence(schemas[key].get("required"))
        if (key, name) in required and key not in alone and name not in listed:
            schemas[key]["required"] = SequenceNode(schemas[key].location, [*listed, name])


def _used_alone(nodes: Sequence[MappingNode], schemas: _Schemas) -> set[str]:
    """Return the keys of schemas that are used by themselves, and have no base that names them."""
    branches: set[int] = set()
    named: set[str] = set()
    for node in nodes:
        discriminator = node.get("discriminator")
        if isinstance(discriminator, MappingNode):
            listed = list(_branches(node, schemas, set()))
            branches.update(map(id, listed))
            if _is_family(node):
                named.update(map(key_of, listed))
    return {key_of(node) for node in nodes if id(node) not in branches} - named


def _is_family(union: MappingNode) -> bool:
    """Return whether a union with a discriminator is of a base and its subtypes."""
    discriminator = child(union, "discriminator")
    return "anyOf" in union and "defaultMapping" in discriminator and DECLARED not in discriminator


def _branches(union: MappingNode, schemas: _Schemas, seen: set[str]) -> Iterator[MappingNode]:
    for branch in (mapping for keyword in UNIONS for mapping in mappings(union.get(keyword))):
        yield branch
        key = key_of(branch)
        if key in schemas and key not in seen:
            seen.add(key)
            yield from _branches(schemas[key], schemas, seen)


def _key(reference: Value) -> str:
    return str(reference).removeprefix(PREFIX)


def _inner_values(key: str, name: str, schemas: _Schemas, seen: set[str]) -> Iterator[str]:
    """Yield the values that a union which is a branch has for the same property."""
    found = schemas[key].get("discriminator") if key in schemas and key not in seen else None
    seen.add(key)
    if isinstance(found, MappingNode) and found["propertyName"] == name:
        for value, ref in items(found.get("mapping")):
            yield value
            yield from _inner_values(_key(ref), name, schemas, seen)


def _objects(key: str, name: str, schemas: _Schemas, seen: set[str]) -> Iterator[str]:
    """Yield the keys of the objects that a branch may be, which have the property ``name``.

    A union with a discriminator of the same property has values of its own.
    """
    schema = schemas.get(key)
    if schema is None or key in seen:
        return
    seen.add(key)
    discriminator = schema.get("discriminator")
    if isinstance(discriminator, MappingNode) and discriminator["propertyName"] == name:
        return
    branches = [branch for keyword in UNIONS for branch in mappings(schema.get(keyword))]
    if branches:
        for branch in branches:
            yield from _objects(key_of(branch), name, schemas, seen)
    elif "properties" in _resolve(schema, schemas):
        yield key


def _resolve(schema: MappingNode, schemas: Mapping[str, MappingNode]) -> MappingNode:
    seen: set[str] = set()
    while (key := key_of(schema)) and key not in seen:
        seen.add(key)
        schema = schemas[key]
    return schema


def _tag(schemas: _Schemas, key: str, name: str, values: set[str]) -> None:
    own = schemas[key]
    schema = _resolve(own, schemas)
    properties = child(schema, "properties")
    old = properties.get(name)
    described = old if isinstance(old, MappingNode) else MappingNode(schema.location)
    constant = _constant(described, schemas, values) if len(values) == 1 else None
    if constant is None:
        if "$ref" not in own and described.keys() - ANNOTATIONS:
            return
        constant = described
        if not described.keys() - ANNOTATIONS:
            constant = MappingNode(described.location, {"type": "string", **described})
    annotations = {k: v for k, v in own.items() if k in ANNOTATIONS}
    schemas[key] = MappingNode(own.location, {**schema, **annotations}, schema.positions)
    schemas[key]["properties"] = MappingNode(
        properties.location, {**properties, name: constant}, properties.positions
    )


def _constant(
    old: MappingNode, schemas: Mapping[str, MappingNode], values: set[str]
) -> MappingNode | None:
    """Return a property with one value, in the type that it had; None for a fraction."""
    (text,) = values
    types = _types(_resolve(old, schemas))
    value: str | int | bool = text
    if "boolean" in types and text in ("true", "false"):
        value = text == "true"
    elif types & {"integer", "number"} and "string" not in types:
        if not text.removeprefix("-").isdecimal():
            return None
        value = int(text)
    kind = {str: "string", int: "integer", bool: "boolean"}[type(value)]
    listed = SequenceNode(old.location, [value])
    constant = MappingNode(old.location, {"type": kind, "enum": listed})
    constant.update({k: v for k, v in old.items() if k in ANNOTATIONS and k != "examples"})
    return constant


def _types(schema: MappingNode) -> set[str]:
    """Return the types of a property; without any those of the values that it lists."""
    branches = list(mappings(schema.get("anyOf")))
    if branches:  # a nullable one
        return {kind for branch in branches for kind in _types(branch)} - {"null"}
    kinds = schema.get("type")
    if kinds is None:
        names = {bool: "boolean", int: "integer", float: "number"}
        values = [v for v in sequence(schema.get("enum")) if isinstance(v, bool | int | float)]
        return {names[type(value)] for value in values} or {"string"}
    return set(map(str, sequence(kinds) or [kinds]))

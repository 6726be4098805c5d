"""Which value of which property tells the branches of a union apart.

Sources: OpenAPI 3.1.1 §4.8.25 and 3.2.0 §4.25 (Discriminator Object).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from ...document.pointer import escape
from ...document.tree import MappingNode, SequenceNode, Value, walk
from ...errors import Unsupported
from .all_of import PREFIX
from .intersect import ANNOTATIONS
from .nullability import listed, made

if TYPE_CHECKING:
    from .schemas import Schemas

_DEEPEST = 20
"""How many references and parts are followed to what a branch says of the property."""


def discriminator(
    schemas: Schemas, node: MappingNode, branches: Sequence[tuple[Value, MappingNode, MappingNode]]
) -> MappingNode | None:
    """The discriminator of the union ``node``, with a mapping that names each branch it can.

    Each branch is given as it is written, in canonical form, and as it stands in the union.
    A branch that the mapping doesn't name has the values that its own schema lists; failing
    that, the component's name, which a branch that is written in place doesn't have.
    """
    given = node.get("discriminator")
    if not isinstance(given, MappingNode):
        return None
    result = MappingNode(given.location)
    result["propertyName"] = given.get("propertyName")
    refs = {_key(old): new["$ref"] for _, old, new in branches if "$ref" in old and "$ref" in new}
    values = _mapped(schemas, given, refs)
    for raw, old, _ in branches:
        key = _key(old)
        if key in refs and refs[key] not in values.values():
            for value in _implied(schemas, key, raw, given):
                values.setdefault(value, refs[key])
    result["mapping"] = made(given.location, values)
    if "defaultMapping" in given:
        default = _named(schemas, given, "defaultMapping")
        if default in refs:
            result["defaultMapping"] = refs[default]
    return result


def _key(branch: MappingNode) -> str:
    return str(branch.get("$ref", "")).removeprefix(PREFIX)


def _mapped(schemas: Schemas, given: MappingNode, refs: dict[str, Value]) -> dict[str, Value]:
    """What the mapping says of the branches; of others a warning."""
    values: dict[str, Value] = {}
    mapping = given.get("mapping")
    if not isinstance(mapping, MappingNode):
        return values
    for value in mapping:
        try:
            key = _named(schemas, mapping, value)
        except Unsupported:
            continue
        if key in refs:
            values[value] = refs[key]
        else:
            schemas.findings.warn(
                "discriminator",
                mapping.at(value),
                f"the discriminator maps {value!r} to a schema that isn't in the union",
                "Add the schema to the union, or take the value out.",
            )
    return values


def _implied(schemas: Schemas, key: str, branch: Value, given: MappingNode) -> list[str]:
    """What tells a branch that no mapping names."""
    try:
        own = _own_values(schemas, branch, str(given.get("propertyName")), 0)
    except Unsupported:
        return []
    is_component = isinstance(branch, MappingNode) and "$ref" in branch
    return [key] if is_component and (not own or key in own) else own


def _own_values(schemas: Schemas, branch: Value, name: str, depth: int) -> list[str]:
    """The texts that a schema, as it is written, lists for a property; none where it lists none."""
    if not isinstance(branch, MappingNode) or depth > _DEEPEST:
        return []
    if "$ref" in branch:
        return _own_values(schemas, schemas.refs.target(branch)[0], name, depth + 1)
    properties = branch.get("properties")
    schema = properties.get(name) if isinstance(properties, MappingNode) else None
    for _ in range(_DEEPEST):
        if isinstance(schema, MappingNode) and "$ref" in schema:
            schema = schemas.refs.target(schema)[0]
    if isinstance(schema, MappingNode):
        values = [schema["const"]] if "const" in schema else schema.get("enum")
        if isinstance(values, list):
            return [value for value in cast("list[Value]", values) if isinstance(value, str)]
    parts = branch.get("allOf")
    every = (
        _own_values(schemas, part, name, depth + 1)
        for part in (parts if isinstance(parts, SequenceNode) else ())
    )
    return next((values for values in every if values), list[str]())


def _named(schemas: Schemas, node: MappingNode, member: str) -> str:
    """The component that a discriminator's value names: by its key, or by a reference."""
    name, refs = node[member], schemas.refs
    declared = refs.main.root.get("components")
    components = declared.get("schemas") if isinstance(declared, MappingNode) else None
    if isinstance(name, str) and isinstance(components, MappingNode) and name in components:
        name = f"{refs.main.name}#/components/schemas/{escape(name)}"
    else:
        _, name = refs.target(made(node.location, {"$ref": name}), node.at(member))
    return schemas.components.keys.get(name, "")


def tag_branches(root: MappingNode, components: dict[str, MappingNode]) -> None:
    """Give each branch of a discriminated union its value, so that a reader tells them apart.

    A branch that stands for several values, or lacks the property, is left as it is.
    """
    tags: dict[tuple[str, str], set[str]] = {}
    for node in [m for top in (root, *components.values()) for m in walk(top)]:
        found = node.get("discriminator")
        mapping = found.get("mapping") if isinstance(found, MappingNode) else None
        if isinstance(found, MappingNode) and isinstance(mapping, MappingNode):
            for value, ref in mapping.items():
                key = str(ref).removeprefix(PREFIX)
                tags.setdefault((key, str(found["propertyName"])), set()).add(value)
    for (key, name), values in tags.items():
        properties = components[key].get("properties") if key in components else None
        old = properties.get(name) if isinstance(properties, MappingNode) else None
        if (
            isinstance(properties, MappingNode)
            and isinstance(old, MappingNode)
            and len(values) == 1
        ):
            constant = made(old.location, {"type": "string", "enum": listed(old.location, values)})
            constant.update({k: v for k, v in old.items() if k in ANNOTATIONS and k != "examples"})
            properties[name] = constant

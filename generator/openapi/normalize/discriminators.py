"""Discriminators: the values of a property that tell the branches of a union apart.

Sources: OpenAPI 3.1.1 §4.8.25 and 3.2.0 §4.25 (Discriminator Object).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...document.component_keys import PREFIX
from ...document.pointer import escape
from ...document.tree import MappingNode, SequenceNode, Value, walk
from ...errors import Unsupported
from .all_of import key_of
from .components import Components
from .intersect import ANNOTATIONS
from .node_values import child, items, mappings

_MAX_DEPTH = 20
"""The references and parts that are followed to a branch's own values of the property."""


class Discriminators:
    """The discriminators of unions, with references to components."""

    def __init__(self, components: Components) -> None:
        self.components = components
        self.refs = components.refs

    def of(
        self, node: MappingNode, branches: Sequence[tuple[Value, MappingNode, MappingNode]]
    ) -> MappingNode | None:
        """Return the discriminator of the union ``node``, with a mapping that names its branches.

        Each branch is given as it is written, in canonical form, and as it is in the union. A
        branch that the mapping doesn't name has the values that its own schema lists; failing
        that, its component's key, which an inline branch doesn't have.
        """
        given = node.get("discriminator")
        if not isinstance(given, MappingNode):
            return None
        name = given.get("propertyName")
        result = MappingNode(given.location, {"propertyName": name})
        refs = {key_of(old): key_of(new) for _, old, new in branches if key_of(old) and key_of(new)}
        values = self._mapped(given, refs)
        for written, old, _ in branches:
            key = key_of(old)
            if key in refs and refs[key] not in values.values():
                for value in self._implied(key, written, str(name)):
                    values.setdefault(value, refs[key])
        references = {value: PREFIX + key for value, key in values.items()}
        result["mapping"] = MappingNode(given.location, references)
        if "defaultMapping" in given:
            default = self._key(given, "defaultMapping")
            if default in refs:
                result["defaultMapping"] = PREFIX + refs[default]
        return result

    def _mapped(self, given: MappingNode, refs: Mapping[str, str]) -> dict[str, str]:
        """Return the values of the mapping that name a branch, with its key; warn of the others."""
        values: dict[str, str] = {}
        mapping = child(given, "mapping")
        for value in mapping:
            try:
                key = self._key(mapping, value)
            except Unsupported:
                continue
            if key in refs:
                values[value] = refs[key]
            else:
                self.components.findings.warn(
                    "discriminator",
                    mapping.at(value),
                    f"the discriminator maps {value!r} to a schema that isn't in the union",
                    f"Add the schema to the union, or remove {value!r} from `mapping`.",
                )
        return values

    def _implied(self, key: str, branch: Value, name: str) -> list[str]:
        """Return the values for a branch that the mapping doesn't name."""
        try:
            own = self._own_values(branch, name, 0)
        except Unsupported:
            return []
        is_component = isinstance(branch, MappingNode) and "$ref" in branch
        return [key] if is_component and (not own or key in own) else own

    def _own_values(self, branch: Value, name: str, depth: int) -> list[str]:
        """Return the texts that a schema, as it is written, lists for a property."""
        if not isinstance(branch, MappingNode) or depth > _MAX_DEPTH:
            return []
        if "$ref" in branch:
            return self._own_values(self.refs.target(branch)[0], name, depth + 1)
        schema = child(branch, "properties").get(name)
        for _ in range(_MAX_DEPTH):
            if isinstance(schema, MappingNode) and "$ref" in schema:
                schema = self.refs.target(schema)[0]
        if isinstance(schema, MappingNode):
            values = schema.get("enum")
            if "const" in schema:
                values = SequenceNode(schema.location, [schema["const"]])
            if isinstance(values, SequenceNode):
                return [value for value in values if isinstance(value, str)]
        every = (self._own_values(p, name, depth + 1) for p in mappings(branch.get("allOf")))
        return next((values for values in every if values), list[str]())

    def _key(self, node: MappingNode, member: str) -> str:
        """Return the key of the component that ``node[member]`` names, by key or by reference."""
        name, refs = node[member], self.refs
        if isinstance(name, str) and name in self.components.main:
            name = f"{refs.main.name}#/components/schemas/{escape(name)}"
        else:
            _, name = refs.target(MappingNode(node.location, {"$ref": name}), node.at(member))
        return self.components.keys.get(name, "")


def tag_branches(root: MappingNode, schemas: Mapping[str, MappingNode]) -> None:
    """Give the property of each branch of a discriminated union its value as an enumeration.

    A branch that has several values, or lacks the property, is left as it is.
    """
    tags: dict[tuple[str, str], set[str]] = {}
    for node in [m for top in (root, *schemas.values()) for m in walk(top)]:
        found = node.get("discriminator")
        if isinstance(found, MappingNode):
            for value, ref in items(found.get("mapping")):
                key = str(ref).removeprefix(PREFIX)
                if key in schemas:
                    tags.setdefault((key, str(found["propertyName"])), set()).add(value)
    for (key, name), values in tags.items():
        properties = child(schemas[key], "properties")
        old = properties.get(name)
        if isinstance(old, MappingNode) and len(values) == 1:
            listed = SequenceNode(old.location, values)
            constant = MappingNode(old.location, {"type": "string", "enum": listed})
            constant.update({k: v for k, v in old.items() if k in ANNOTATIONS and k != "examples"})
            properties[name] = constant

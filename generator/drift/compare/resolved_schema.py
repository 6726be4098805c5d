"""Canonical schemas opened for comparing: references followed, null and annotations apart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from ...document.tree import Location, MappingNode, SequenceNode, Value
from ...openapi.normalize.all_of import PREFIX
from ...openapi.normalize.intersect import ANNOTATIONS, CHECKED
from ...openapi.normalize.nullability import is_nullable, without_null

UNIONS = ("oneOf", "anyOf")


@dataclass(slots=True)
class ResolvedSchema:
    """What a schema says, wherever it says it."""

    site: MappingNode
    """The schema where it is used."""
    core: MappingNode
    """What restricts values other than null: a component's schema, or the site itself."""
    key: str
    """The component's key; empty where the schema stands in place."""
    nullable: bool
    notes: dict[str, tuple[Value, Location]] = field(
        default_factory=dict[str, tuple[Value, Location]]
    )
    """Annotations with their places, the site's before the component's."""

    @property
    def identity(self) -> str | int:
        """The same for every use of the same restrictions."""
        return self.key or id(self.site)

    @property
    def checked(self) -> MappingNode:
        """What the server alone checks."""
        found = self.notes.get(CHECKED)
        return cast("MappingNode", found[0]) if found else MappingNode(self.core.location)

    @property
    def types(self) -> frozenset[str]:
        """The types but null; empty for any."""
        kind = self.core.get("type")
        kinds = list(kind) if isinstance(kind, SequenceNode) else [kind] if kind is not None else []
        return frozenset(str(one) for one in kinds if one != "null")

    @property
    def branches(self) -> list[MappingNode]:
        """The branches of a union; one for what is none."""
        for keyword in UNIONS:
            found = self.core.get(keyword)
            if isinstance(found, SequenceNode):
                return [branch for branch in found if isinstance(branch, MappingNode)]
        return []

    @property
    def is_null(self) -> bool:
        """Whether null is the only value."""
        return self.core.get("type") == "null"


def opened(node: MappingNode, components: Mapping[str, Value]) -> ResolvedSchema:
    """Follow the references of a canonical schema, and take null and annotations apart."""
    key, nullable = "", False
    notes: dict[str, tuple[Value, Location]] = {}
    core = node
    for _ in range(len(components) + 2):
        nullable |= is_nullable(core)
        for name in ANNOTATIONS:
            if name in core:
                notes.setdefault(name, (core[name], core.at(name)))
        core = without_null(core)
        ref = core.get("$ref")
        if not isinstance(ref, str):
            break
        for name in ANNOTATIONS:  # of what stood beside null
            if name in core:
                notes.setdefault(name, (core[name], core.at(name)))
        key = ref.removeprefix(PREFIX)
        target = components.get(key)
        core = target if isinstance(target, MappingNode) else MappingNode(core.location)
    return ResolvedSchema(node, core, key, nullable, notes)


def shown(value: Value) -> str:
    """A value of the description as a reader sees it, on one line."""
    if isinstance(value, str):
        text = value
    else:
        text = json.dumps(_plain(value), ensure_ascii=False, default=str)
    return " ".join(text.split())


def _plain(value: Value) -> object:
    if isinstance(value, MappingNode):
        named = {k: _plain(v) for k, v in value.items() if k not in ANNOTATIONS}
        ref = named.get("$ref")
        return {"$ref": ref.rpartition("/")[2]} if isinstance(ref, str) else named
    return [_plain(item) for item in value] if isinstance(value, SequenceNode) else value


def _word(branch: MappingNode) -> str:
    ref = branch.get("$ref")
    return ref.rpartition("/")[2] if isinstance(ref, str) else str(branch.get("type", "any"))


def described(schema: ResolvedSchema) -> str:
    """A schema in a few words: its type, its component, its format."""
    core = schema.core
    if schema.is_null:
        words = "null"
    elif schema.branches:
        words = "one of " + ", ".join(_word(branch) for branch in schema.branches)
    else:
        words = " or ".join(sorted(schema.types)) or "any"
        if words == "object" and schema.key:
            words = f"object {schema.key}"
        if "format" in core:
            words += f" ({core['format']})"
        if "enum" in core:
            words += f" of {shown(core['enum'])}"
    return f"{words} or null" if schema.nullable else words


def kinds_of(side: ResolvedSchema) -> frozenset[str]:
    """The types of a schema, null if it is the only one."""
    if side.is_null:
        return frozenset(("null",))
    return side.types

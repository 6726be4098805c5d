"""Analysis of schemas as they are written: named or not, recursive or not, nullable or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import field

from .....base.errors import Unsupported
from .....base.immutable import immutable
from ....document.cycles import strongly_connected
from ....document.subtypes import marks_null
from ....document.tree import MappingNode, SequenceNode, Value
from ...json_values import is_enumeration
from ...keywords import KNOWN
from .context import Context
from .node_values import (
    ANNOTATIONS,
    branches_of,
    implied_type,
    is_closed,
    mappings,
    members,
    omit,
    sequence,
    states_type,
)

_DATA = ("example", "examples", "default", "const", "enum")
"""Keywords whose values aren't schemas."""


@immutable
class SchemaAnalysis:
    """Answers about schemas as they are written; references are followed."""

    context: Context
    _recursive: dict[str, bool] = field(default_factory=dict[str, bool])
    _unnamed: dict[str, MappingNode] = field(default_factory=dict[str, MappingNode])
    _circles: dict[str, str] = field(default_factory=dict[str, str])
    _null: dict[int, bool | None] = field(default_factory=dict[int, bool | None])
    _dynamic: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    def is_named(self, node: MappingNode) -> bool:
        """Return whether a schema gets a class or an alias of its own."""
        keys = ("properties", "oneOf", "anyOf")
        if any(key in node for key in keys) or is_enumeration(node.get("enum")) or is_closed(node):
            return True
        if "$ref" in node and self.binds(node):
            return True
        return any("$ref" in part or self.is_named(part) for part in mappings(node.get("allOf")))

    def is_alias(self, node: MappingNode) -> bool:
        """Return whether a schema is a reference that restricts nothing: another's name."""
        if "$ref" not in node or self.binds(node):
            return False
        if self.context.is_draft_4:
            return True
        return all(k == "$ref" or k in ANNOTATIONS or k not in KNOWN for k in node)

    def recurs(self, name: str, target: MappingNode) -> bool:
        """Return whether a schema without a name contains a reference to itself."""
        if name not in self._recursive:
            self._unnamed[name] = target
            edges: dict[str, list[str]] = {}

            def references(one: str) -> list[str]:
                edges[one] = [*self._unnamed_references(self._unnamed[one])]
                return [other for other in edges[one] if other not in self._recursive]

            for circle in strongly_connected([name], references):
                is_circle = len(circle) > 1 or circle[0] in edges[circle[0]]
                self._recursive.update(dict.fromkeys(circle, is_circle))
        return self._recursive[name]

    def _unnamed_references(self, target: MappingNode) -> Iterator[str]:
        """Yield the references in a schema to schemas without a name."""
        stack: list[Value] = [target]
        while stack:
            node = stack.pop()
            if isinstance(node, SequenceNode):
                stack += node
            elif isinstance(node, MappingNode) and isinstance(node.get("$ref"), str):
                with suppress(Unsupported):
                    inner, name = self.context.refs.schema(node)
                    if isinstance(inner, MappingNode) and not self.is_named(inner):
                        self._unnamed[name] = inner
                        yield name
            elif isinstance(node, MappingNode):
                stack += [v for k, v in node.items() if k not in _DATA]

    def binds(self, node: MappingNode) -> bool:
        """Return whether a reference binds dynamic anchors that its target refers to."""
        anchors = {} if self.context.is_draft_4 else dynamic_anchors(node)
        if not anchors:
            return False
        try:
            target, name = self.context.refs.schema(node)
        except Unsupported:
            return False
        if not isinstance(target, MappingNode):
            return False
        return not anchors.keys().isdisjoint(self.dynamic_references(name, target))

    def dynamic_references(self, name: str, target: MappingNode) -> frozenset[str]:
        """Return the anchors of dynamic references in a schema, and in those that it leads to."""
        if name not in self._dynamic:
            names: set[str] = set()
            stack: list[Value] = [target]
            seen = {name}
            while stack:
                node = stack.pop()
                if isinstance(node, SequenceNode):
                    stack += node
                elif isinstance(node, MappingNode):
                    stack += [value for key, value in node.items() if key not in _DATA]
                    anchor = node.get("$dynamicRef")
                    if isinstance(anchor, str):
                        names.add(anchor.rpartition("#")[2])
                    if isinstance(node.get("$ref"), str):
                        with suppress(Unsupported):
                            inner, at = self.context.refs.schema(node)
                            stack += [] if at in seen else [inner]
                            seen.add(at)
            self._dynamic[name] = frozenset(names)
        return self._dynamic[name]

    def leads_back(self, name: str, target: MappingNode, chain: Sequence[str]) -> bool:
        """Return whether composition alone leads from a schema to one of ``chain``.

        Composition leads from each schema of ``chain`` to this one, which may have no name.
        """
        schemas = {name: target} if name else self._composed_of(target)
        circles = {self._circle(*schema) for schema in schemas.items()}
        return any(self._circles.get(at) in circles for at in chain)

    def _circle(self, name: str, target: Value) -> str:
        """Return a name for the schemas that composition leads to from one, and back."""
        targets = {name: target}

        def edges(at: str) -> list[str]:
            composed = self._composed_of(targets[at])
            targets.update(composed)
            return [inner for inner in composed if inner not in self._circles]

        if name not in self._circles:
            for circle in strongly_connected([name], edges):
                self._circles.update(dict.fromkeys(circle, circle[0]))
        return self._circles[name]

    def _composed_of(self, node: Value) -> dict[str, Value]:
        """Return the schemas that a schema is composed of, by their absolute references."""
        refs = _composed(node) if isinstance(node, MappingNode) else ()
        return {name: target for target, name in map(self.context.refs.schema, refs)}

    def may_be_null(self, node: MappingNode) -> bool:
        """Return whether a schema admits null, itself, by a branch or by all parts."""
        return self._admits_null(node) is True

    def _admits_null(self, node: MappingNode) -> bool | None:
        """Return whether a schema admits null; None if it leaves that to what is beside it."""
        if id(node) not in self._null:
            self._null[id(node)] = False  # for a schema that is a part of itself
            self._null[id(node)] = self._reads_null(node)
        return self._null[id(node)]

    def _reads_null(self, node: MappingNode) -> bool | None:
        kind = node.get("type")
        if self.context.is_draft_4 and marks_null(node):
            return True
        parts, rest = self._parts(node)
        if parts:
            admits = [*map(self._admits_null, parts), self._reads_null(rest)]
            admitted = [null for null in admits if null is not None]
            return all(admitted) if admitted else None
        if kind == "null" or None in [*sequence(node.get("enum")), node.get("const", False)]:
            return True
        if isinstance(kind, (str, SequenceNode)) and "null" not in kind:
            return False
        found = {self._admits_null(branch) for branch in branches_of(node)}
        if True in found or (None in found and not {"enum", "const"} & node.keys()):
            return True  # a branch of any value admits null, unless an enumeration is beside it
        if isinstance(kind, SequenceNode) and not found:
            return True
        return False if states_type(node) or implied_type(node) else None

    def _parts(self, node: MappingNode) -> tuple[list[MappingNode], MappingNode]:
        """Return the parts of an intersection or a reference, and what is beside them."""
        if "$ref" not in node:
            return mappings(node.get("allOf")), omit(node, "allOf")
        target = self.context.refs.schema(node)[0]
        rest = omit(node, *(node if self.context.is_draft_4 else ["$ref"]))
        return [target] if isinstance(target, MappingNode) else [], rest

    def is_null_30(self, branch: Value) -> bool:
        """Return whether a branch of a union can mean null alone in 3.0, which has no null type."""
        return self.context.is_draft_4 and branch == {"nullable": True}


def dynamic_anchors(node: MappingNode) -> dict[str, MappingNode]:
    """Return the dynamic anchors that a schema binds: its own, and those of its ``$defs``.

    Source: JSON Schema 2020-12 §8.2.2.
    """
    schemas = [node, *(schema for _, schema in members(node.get("$defs")))]
    return {str(one["$dynamicAnchor"]): one for one in schemas if "$dynamicAnchor" in one}


def _composed(node: MappingNode) -> Iterator[MappingNode]:
    """Yield the references that a schema is composed of, also those in nested compositions."""
    if "$ref" in node:
        yield node
    for keyword in ("allOf", "oneOf", "anyOf"):
        for part in mappings(node.get(keyword)):
            yield from _composed(part)

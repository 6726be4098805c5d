"""Which members of which containers of a document are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias, cast

from ...errors import Findings, Problem, Unsupported
from ..references import References
from ..tree import Document, MappingNode, SequenceNode, Value, unescaped

Keys: TypeAlias = set[str] | set[int]


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference names."""

    value: Value
    pointer: str
    """In the document where it stands."""
    is_foreign: bool
    """Whether that is another file than the main one."""
    name: str
    """The reference in absolute form, ``file#pointer``."""


@dataclass(slots=True)
class Kept:
    """A part of a document: some containers keep some of their members, all others all."""

    refs: References
    keys: dict[int, Keys] = field(default_factory=dict[int, Keys])
    """By ``id`` of a container: the members it keeps, where these aren't all."""
    replaced: dict[int, MappingNode] = field(default_factory=dict[int, MappingNode])
    """By ``id``: mappings that stand in the part in another form."""
    above: set[str] = field(default_factory=set[str])
    """Pointers of containers that are kept whole but for something within."""

    @property
    def document(self) -> Document:
        """The whole; of several files the main one."""
        return self.refs.main

    def members(self, node: MappingNode) -> set[str]:
        """The members that ``node`` keeps, none at first, to be added to."""
        return cast("set[str]", self.keys.setdefault(id(node), set[str]()))

    def drop(self, node: MappingNode, dropped: set[str]) -> None:
        """Let go of some members of what is kept."""
        members = self.keys.get(id(node), set(node))
        self.keys[id(node)] = cast("set[str]", members) - dropped
        pointer = node.location.pointer
        while pointer:
            pointer = pointer.rpartition("/")[0]
            self.above.add(pointer)

    def has(self, pointer: str) -> bool:
        """Whether a pointer leads to something that is kept."""
        node: Value = self.document.root
        for part in _split(pointer):
            index: str | int = (
                int(part) if isinstance(node, SequenceNode) and part.isdigit() else part
            )
            members = self.keys.get(id(node))
            if members is not None and index not in members:
                return False
            if isinstance(node, MappingNode):
                node = node.get(part)
            elif isinstance(node, SequenceNode) and isinstance(index, int) and index < len(node):
                node = node[index]
        return True

    def add(self, pointer: str) -> tuple[Value, str] | None:
        """Keep the component at or above a pointer; of what isn't one, the second level.

        The node that is kept now, and its part of ``components`` or ``""``; None where it was kept
        before.
        """
        if self.has(pointer):
            return None
        parts = _split(pointer)
        parts = parts[: 3 if parts[:1] == ["components"] else 2]
        node: Value = self.document.root
        for part in parts:
            if isinstance(node, MappingNode):
                self.members(node).add(part)
                node = node[part]
        return node, parts[1] if len(parts) > 2 else ""

    def target(self, reference: str, node: MappingNode) -> Target | Problem:
        """What a reference in ``node`` names, or why that can't be told."""
        findings = self.refs.findings = Findings()
        try:
            value, name = self.refs.target(
                MappingNode(node.location, {"$ref": reference}), node.location
            )
        except Unsupported:
            return findings.refusals[0]
        if isinstance(value, (MappingNode, SequenceNode)):
            location = value.location
            return Target(value, location.pointer, location.document is not self.document, name)
        file, _, fragment = name.partition("#")
        return Target(value, unescaped(fragment), file != self.document.name, name)

    def tree(self, node: Value) -> Value:
        """What is kept at and below ``node``, as a tree of its own."""
        members = self.keys.get(id(node))
        if isinstance(node, SequenceNode):
            items = SequenceNode(node.location)
            kept = [index for index in range(len(node)) if members is None or index in members]
            items.extend(self.tree(node[index]) for index in kept)
            items.positions = [node.positions[index] for index in kept] if node.positions else None
            items.texts = [node.texts[index] for index in kept] if node.texts else None
            return items
        if not isinstance(node, MappingNode):
            return node
        source = self.replaced.get(id(node), node)
        result = MappingNode(node.location)
        for key, value in source.items():
            if members is None or key in members or key not in node:
                result[key] = self.tree(value)
        if node.positions and source is node:
            result.positions = {key: node.positions[key] for key in result}
        return result


def _split(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]

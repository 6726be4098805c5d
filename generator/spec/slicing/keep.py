"""Which members of which containers of a document are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias, cast

from ...errors import Findings, Problem, Unsupported
from ..nodes import Document, Map, Seq, Value, unescaped
from ..refs import References
from ..shapes import made

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
    replaced: dict[int, Map] = field(default_factory=dict[int, Map])
    """By ``id``: mappings that stand in the part in another form."""
    above: set[str] = field(default_factory=set[str])
    """Pointers of containers that are kept whole but for something within."""

    @property
    def document(self) -> Document:
        """The whole; of several files the main one."""
        return self.refs.main

    def members(self, node: Map) -> set[str]:
        """The members that ``node`` keeps, none at first, to be added to."""
        return cast("set[str]", self.keys.setdefault(id(node), set[str]()))

    def drop(self, node: Map, dropped: set[str]) -> None:
        """Let go of some members of what is kept."""
        members = self.keys.get(id(node), set(node))
        self.keys[id(node)] = cast("set[str]", members) - dropped
        pointer = node.origin.pointer
        while pointer:
            pointer = pointer.rpartition("/")[0]
            self.above.add(pointer)

    def has(self, pointer: str) -> bool:
        """Whether a pointer leads to something that is kept."""
        node: Value = self.document.root
        for part in _split(pointer):
            index: str | int = int(part) if isinstance(node, Seq) and part.isdigit() else part
            members = self.keys.get(id(node))
            if members is not None and index not in members:
                return False
            if isinstance(node, Map):
                node = node.get(part)
            elif isinstance(node, Seq) and isinstance(index, int) and index < len(node):
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
            if isinstance(node, Map):
                self.members(node).add(part)
                node = node[part]
        return node, parts[1] if len(parts) > 2 else ""

    def target(self, reference: str, node: Map) -> Target | Problem:
        """What a reference in ``node`` names, or why that can't be told."""
        findings = self.refs.findings = Findings()
        try:
            value, name = self.refs.target(made(node.origin, {"$ref": reference}), node.origin)
        except Unsupported:
            return findings.refusals[0]
        if isinstance(value, (Map, Seq)):
            origin = value.origin
            return Target(value, origin.pointer, origin.document is not self.document, name)
        file, _, fragment = name.partition("#")
        return Target(value, unescaped(fragment), file != self.document.name, name)

    def tree(self, node: Value) -> Value:
        """What is kept at and below ``node``, as a tree of its own."""
        members = self.keys.get(id(node))
        if isinstance(node, Seq):
            items = Seq(node.origin)
            kept = [index for index in range(len(node)) if members is None or index in members]
            items.extend(self.tree(node[index]) for index in kept)
            items.marks = [node.marks[index] for index in kept] if node.marks else None
            items.texts = [node.texts[index] for index in kept] if node.texts else None
            return items
        if not isinstance(node, Map):
            return node
        source = self.replaced.get(id(node), node)
        result = Map(node.origin)
        for key, value in source.items():
            if members is None or key in members or key not in node:
                result[key] = self.tree(value)
        if node.marks and source is node:
            result.marks = {key: node.marks[key] for key in result}
        return result


def _split(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]

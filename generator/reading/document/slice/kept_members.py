"""The members of a document that are kept in a slice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from ....base.errors import Findings, Problem, Unsupported
from ....base.immutable import immutable
from ..component_keys import split_reference
from ..declared import path_of_section, section
from ..dereference import OF_SECTION
from ..pointer import join, split
from ..references import References
from ..tree import MappingNode, SequenceNode, SourceFile, Value, descend


@immutable
class Target:
    """The target of a reference."""

    value: Value
    pointer: str
    """In the document that contains it."""
    is_foreign: bool
    """True if it is in another file than the main one."""
    name: str
    """The reference in absolute form, ``file#pointer``."""
    is_moved: bool = False
    """True if the pointer is where the target is in place of a reference."""


@dataclass(slots=True)
class Kept:
    """A part of a document: some containers keep some of their members, the others keep all."""

    refs: References
    keys: dict[int, set[str]] = field(default_factory=dict[int, set[str]])
    """The members that a container keeps, by its ``id``; all if it has no entry."""
    replaced: dict[int, MappingNode] = field(default_factory=dict[int, MappingNode])
    """Mappings that replace others in the part, by the ``id`` of the others."""

    @property
    def document(self) -> SourceFile:
        """The whole document; of several files the main one."""
        return self.refs.main

    @property
    def root(self) -> MappingNode:
        """Its root, with targets in the place of references where OpenAPI has none."""
        return self.refs.root

    def members(self, node: MappingNode) -> set[str]:
        """Return the set of members that ``node`` keeps, to be added to; empty at first."""
        return self.keys.setdefault(id(node), set[str]())

    def drop(self, node: MappingNode, dropped: set[str]) -> None:
        """Drop some members of a mapping."""
        self.keys[id(node)] = self.keys.get(id(node), set[str](node)) - dropped

    def has(self, pointer: str) -> bool:
        """Return whether the node at a pointer is kept."""
        node: Value = self.root
        for part in split(pointer):
            members = self.keys.get(id(node))
            if members is not None and part not in members:
                return False
            try:
                node = descend(node, [part])
            except KeyError:
                break
        return True

    def add(self, pointer: str) -> tuple[Value, str] | None:
        """Keep the component at or above a pointer, or else the member two levels below the root.

        Return the node that is kept now and its section of ``components`` or ``""``; None if it
        was kept before.
        """
        if self.has(pointer):
            return None
        parts = split(pointer)
        parts = parts[: 3 if parts[:1] == ["components"] else 2]
        node: Value = self.root
        for part in parts:
            if isinstance(node, MappingNode):
                self.members(node).add(part)
                node = node[part]
        return node, parts[1] if len(parts) > 2 else ""

    def target(self, reference: str, node: MappingNode, kind: str) -> Target | Problem:
        """Return the target of a reference in ``node``, or the problem with it.

        ``kind`` is the section of ``components`` for such objects. A target in a section that is
        itself a reference has the pointer that it would have there.
        """
        findings = self.refs.findings = Findings()
        try:
            value, name = self.refs.target(
                MappingNode(node.location, {"$ref": reference}), node.location
            )
        except Unsupported:
            return findings.refusals[0]
        if isinstance(value, (MappingNode, SequenceNode)):
            location = value.location
            value = self.refs.dereferenced(value, OF_SECTION.get(kind, ""))
            if pointer := self._pointer_in_section(name, kind):
                return Target(value, pointer, False, name, is_moved=True)
            return Target(value, location.pointer, location.document is not self.document, name)
        file, fragment = split_reference(name)
        return Target(value, unquote(fragment), file != self.document.name, name)

    def _pointer_in_section(self, name: str, kind: str) -> str:
        """Return the pointer of a part in a section that is a reference, else ``""``."""
        declared = section(self.root, kind)
        nominal = join(path_of_section(self.root, kind))
        is_own = declared.location.document is self.document
        beginning = f"{declared.location.name}/"
        key = name.removeprefix(beginning)
        if (is_own and declared.location.pointer == nominal) or key == name or "/" in key:
            return ""
        return f"{nominal}/{key}" if split(f"/{key}")[0] in declared else ""

    def chain(self, node: Value, kind: str) -> Iterator[tuple[MappingNode, Target | None]]:
        """Yield a mapping and those that it refers to, each with its target if there is one."""
        seen: set[int] = set()
        while isinstance(node, MappingNode) and id(node) not in seen:
            seen.add(id(node))
            reference = node.get("$ref")
            found = self.target(reference, node, kind) if isinstance(reference, str) else None
            target = found if isinstance(found, Target) else None
            yield node, target
            node = target.value if target else None

    def tree(self, node: Value) -> Value:
        """Return the kept part of ``node`` as a new tree."""
        members = self.keys.get(id(node))
        if isinstance(node, SequenceNode):
            kept = [i for i in range(len(node)) if members is None or str(i) in members]
            items = SequenceNode(node.location, (self.tree(node[index]) for index in kept))
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
            result.positions = {k: node.positions[k] for k in result if k in node.positions}
        return result

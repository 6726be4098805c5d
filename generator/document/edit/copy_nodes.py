"""Edits of a description's tree, with nodes copied from another description.

Paths are JSON pointers (RFC 6901) as lists of their keys.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from ..pointer import split
from ..tree import MappingNode, SequenceNode, SourceFile, Value, descend, walk


class EditError(Exception):
    """An edit that the description's form doesn't allow."""


class TreeEditor:
    """A copy of the tree of ``base``, into which nodes of ``source`` are copied."""

    def __init__(self, base: SourceFile, source: SourceFile) -> None:
        self.source = source
        self.root = copied(base.root)

    @contextmanager
    def edit(self) -> Generator[None]:
        """Make the edits inside all or none: a :class:`EditError` takes them back."""
        before = self.root
        self.root = copied(before)
        try:
            yield
        except EditError:
            self.root = before
            raise

    def set(self, path: Sequence[str], source: Sequence[str]) -> None:
        """Set the member at ``path`` to a copy of a node; its parent is created if it is absent."""
        value = self._copied(source)
        self._mapping(path[:-1], create=True)[path[-1]] = value

    def append(self, path: Sequence[str], source: Sequence[str]) -> None:
        """Append a copy of a node to the list at ``path``, which is created if it is absent."""
        value = self._copied(source)
        items = self._mapping(path[:-1]).setdefault(path[-1], SequenceNode(self.root.location))
        if not isinstance(items, SequenceNode):
            raise EditError(f"{path[-1]} isn't a list")
        items.append(value)

    def replace_item(self, path: Sequence[str], source: Sequence[str]) -> None:
        """Replace an item of a list by a copy of a node."""
        parent = self._node(path[:-1])
        if not isinstance(parent, SequenceNode):
            raise EditError("the lists are in different places")
        parent[int(path[-1])] = self._copied(source)

    def remove(self, path: Sequence[str]) -> None:
        """Remove a member or an item."""
        parent, name = self._node(path[:-1]), path[-1]
        if isinstance(parent, MappingNode) and name in parent:
            del parent[name]
        elif isinstance(parent, SequenceNode) and name.isdigit():
            del parent[int(name)]
        else:
            raise EditError("it isn't written where it has effect")

    def discard(self, path: Sequence[str]) -> None:
        """Remove a member if it is there."""
        self._mapping(path[:-1]).pop(path[-1], None)

    def require(self, schema: Sequence[str], name: str, *, required: bool) -> None:
        """Add a name to the schema's ``required``, or remove it."""
        node = self._mapping(schema)
        found = node.get("required")
        names = [one for one in found if one != name] if isinstance(found, SequenceNode) else []
        if required:
            names.append(name)
        if names:
            node["required"] = SequenceNode(self.root.location, names)
        else:
            node.pop("required", None)

    # ── nodes ────────────────────────────────────────────────────────────────────────────────

    def _node(self, path: Sequence[str]) -> Value:
        try:
            return descend(self.root, path)
        except KeyError:
            raise EditError("the description has another structure there") from None

    def _mapping(self, path: Sequence[str], *, create: bool = False) -> MappingNode:
        try:
            node = self._node(path)
        except EditError:
            if not create:
                raise
            node = MappingNode(self.root.location)
            self._mapping(path[:-1])[path[-1]] = node
        if not isinstance(node, MappingNode):
            raise EditError("the description has another structure there")
        if "$ref" in node:
            raise EditError("there is a $ref, which other parts may use too")
        return node

    def _copied(self, source: Sequence[str]) -> Value:
        """Return a copy of a node, with the components that it needs copied as well."""
        value = self._source_copy(source)
        todo = [value]
        while todo:
            for node in walk(todo.pop()):
                ref = node.get("$ref")
                path = split(ref) if isinstance(ref, str) and ref.startswith("#/") else []
                depth = 2 if path[:1] == ["components"] else 1
                if len(path) > depth and path[0] != "paths":
                    self._mapping(path[:1], create=True)
                    declared = self._mapping(path[:depth], create=True)
                    if path[depth] not in declared:
                        copy = self._source_copy(path[: depth + 1])
                        declared[path[depth]] = copy
                        todo.append(copy)
                    self._node(path)
        return value

    def _source_copy(self, path: Sequence[str]) -> Value:
        try:
            return copy_value(descend(self.source.root, path))
        except KeyError:
            raise EditError("it isn't in one place in the other description") from None


def copied(node: MappingNode) -> MappingNode:
    """Return a copy without the positions of its members."""
    return MappingNode(node.location, ((key, copy_value(one)) for key, one in node.items()))


def copy_value(value: Value) -> Value:
    """Return a copy of a node without the positions of its members."""
    if isinstance(value, SequenceNode):
        items = SequenceNode(value.location, map(copy_value, value))
        items.texts = value.texts
        return items
    return copied(value) if isinstance(value, MappingNode) else value

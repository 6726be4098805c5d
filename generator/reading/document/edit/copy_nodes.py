"""Edits of a description's tree, with nodes taken from another description.

Paths are JSON pointers (RFC 6901) as lists of their keys. No node is changed: an edit makes a new
one, and new ones of all that contain it.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Final

from ..pointer import split
from ..tree import MappingNode, SequenceNode, SourceFile, Value, descend, walk
from .dump import source_text

ABSENT: Final = object()
"""The value of a member or an item that is removed."""


class EditError(Exception):
    """An edit that the description's form doesn't allow."""


def put(root: MappingNode, path: Sequence[str], value: Value) -> MappingNode:
    """Return a copy of a tree with a value at ``path``; absent mappings on the way are added."""
    copy = _with_value(root, path, value)
    assert isinstance(copy, MappingNode)
    return copy


def _with_value(node: Value, path: Sequence[str], value: Value) -> Value:
    if not path:
        return value
    key, *rest = path
    if isinstance(node, SequenceNode):
        return _with_item(node, int(key), _with_value(node[int(key)], rest, value))
    assert isinstance(node, MappingNode)
    value = _with_value(node.get(key, MappingNode(node.location)), rest, value)
    copy = MappingNode(node.location, node, node.positions)
    copy[key] = value
    if value is ABSENT:
        del copy[key]
    return copy


def _with_item(items: SequenceNode, index: int, value: Value) -> SequenceNode:
    place, values = slice(index, index + 1), [] if value is ABSENT else [value]
    copy = SequenceNode(items.location, items)
    copy[place] = values
    if items.texts:
        copy.texts = [*items.texts]
        copy.texts[place] = map(source_text, values)
    return copy


class TreeEditor:
    """The tree of ``base``, into which nodes of ``source`` are put."""

    def __init__(self, base: SourceFile, source: SourceFile) -> None:
        self.source = source
        self.root = base.root

    @contextmanager
    def edit(self) -> Generator[None]:
        """Make the edits inside all or none: a :class:`EditError` takes them back."""
        before = self.root
        try:
            yield
        except EditError:
            self.root = before
            raise

    def set(self, path: Sequence[str], source: Sequence[str]) -> None:
        """Set the member at ``path`` to a node of the source; an absent parent is created."""
        value = self._with_components(source)
        self._mapping(path[:-1], absent=1)
        self._put(path, value)

    def append(self, path: Sequence[str], source: Sequence[str]) -> None:
        """Append a node of the source to the list at ``path``, which is created if it is absent."""
        value = self._with_components(source)
        items = self._mapping(path[:-1]).get(path[-1], SequenceNode(self.root.location))
        if not isinstance(items, SequenceNode):
            raise EditError(f"{path[-1]} isn't a list")
        self._put(path, _with_item(items, len(items), value))

    def replace_item(self, path: Sequence[str], source: Sequence[str]) -> None:
        """Replace an item of a list by a node of the source."""
        if not isinstance(self._node(path[:-1]), SequenceNode):
            raise EditError("the lists are in different places")
        self._put(path, self._with_components(source))

    def remove(self, path: Sequence[str]) -> None:
        """Remove a member or an item."""
        try:
            descend(self._node(path[:-1]), path[-1:])
        except KeyError:
            raise EditError("it isn't written where it has effect") from None
        self._put(path, ABSENT)

    def discard(self, path: Sequence[str]) -> None:
        """Remove a member if it is there."""
        if path[-1] in self._mapping(path[:-1]):
            self._put(path, ABSENT)

    def require(self, schema: Sequence[str], name: str, *, required: bool) -> None:
        """Add a name to the schema's ``required``, or remove it."""
        found = self._mapping(schema).get("required")
        names = [key for key in found if key != name] if isinstance(found, SequenceNode) else []
        names += [name] if required else []
        listed = SequenceNode(self.root.location, names) if names else ABSENT
        self._put([*schema, "required"], listed)

    # ── nodes ────────────────────────────────────────────────────────────────────────────────

    def _put(self, path: Sequence[str], value: Value) -> None:
        self.root = put(self.root, path, value)

    def _node(self, path: Sequence[str]) -> Value:
        try:
            return descend(self.root, path)
        except KeyError:
            raise EditError("the description has another structure there") from None

    def _mapping(self, path: Sequence[str], *, absent: int = 0) -> MappingNode:
        """Return the mapping at ``path``, an empty one if the last ``absent`` keys aren't there."""
        try:
            node = self._node(path)
        except EditError:
            if not absent:
                raise
            self._mapping(path[:-1], absent=absent - 1)
            return MappingNode(self.root.location)
        if not isinstance(node, MappingNode):
            raise EditError("the description has another structure there")
        if "$ref" in node:
            raise EditError("there is a $ref, which other parts may use too")
        return node

    def _with_components(self, source: Sequence[str]) -> Value:
        """Return a node of the source; the components that it needs are put into the tree."""
        value = self._of_source(source)
        todo = [value]
        while todo:
            for node in walk(todo.pop()):
                ref = node.get("$ref")
                path = split(ref) if isinstance(ref, str) and ref.startswith("#/") else []
                depth = 2 if path[:1] == ["components"] else 1
                if len(path) > depth and path[0] != "paths":
                    if path[depth] not in self._mapping(path[:depth], absent=depth):
                        todo.append(self._of_source(path[: depth + 1]))
                        self._put(path[: depth + 1], todo[-1])
                    self._node(path)
        return value

    def _of_source(self, path: Sequence[str]) -> Value:
        try:
            return descend(self.source.root, path)
        except KeyError:
            raise EditError("it isn't in one place in the other description") from None

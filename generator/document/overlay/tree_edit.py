"""Changing the tree of a description so that every node still knows where its text stands.

A node that is added gets its place in the description's tree (its pointer, by which references
find it) and keeps the position of the file it came from (by which messages find it).

Source: OpenAPI Overlay 1.1.0, "Action Object" (how values are merged).
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from ..tree import (
    MAX_DEPTH,
    Document,
    ForeignPosition,
    Location,
    MappingNode,
    SequenceNode,
    Value,
    escaped,
    json_offsets,
)

MAX_COPIED = 300_000
"""How many nodes overlays may add, copies counted each time."""

Position = tuple[int, int]
_START: Position = (1, 1)


class Misfit(Exception):
    """Two values that can't be merged: which, in words, and the one that was to be merged in."""

    def __init__(self, fact: str, location: Location | None = None) -> None:
        self.fact = fact
        self.location = location
        super().__init__(fact)


def unshared(document: Document, foreign: str = "") -> Document:
    """A copy to change: no node stands in it twice, and each has its position.

    ``foreign`` is the file's name if the nodes are meant for another document.
    """
    made = Document(
        document.name,
        document.path,
        document.text,
        document.sha256,
        document.is_json,
        warnings=[*document.warnings],
    )
    if document.is_json:
        _locate(document)
    copies = Copies(made, foreign, limit=None)
    root = copies.copy(document.root, None, "", document.root.location.position or _START, 0)
    assert isinstance(root, MappingNode)
    made.root = root
    return made


def _locate(document: Document) -> None:
    """Give every node of a JSON text its position, in one pass."""
    offsets = json_offsets(document.text)
    starts = [0]
    starts += [i + 1 for i, char in enumerate(document.text) if char == "\n"]

    def position(pointer: str) -> Position:
        offset = offsets.get(pointer, 0)
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    document.root.location.position = position("")
    todo: list[tuple[str, MappingNode | SequenceNode]] = [("", document.root)]
    while todo:
        pointer, node = todo.pop()
        positions = {key: position(f"{pointer}/{escaped(key)}") for key, _ in members(node)}
        if isinstance(node, MappingNode):
            node.positions = positions
        else:
            node.positions = list(positions.values())
        for key, value in members(node):
            if isinstance(value, (MappingNode, SequenceNode)):
                value.location.position = positions[key]
                todo.append((f"{pointer}/{escaped(key)}", value))


def members(node: MappingNode | SequenceNode) -> Iterable[tuple[str, Value]]:
    """The members of a mapping, or the items of a list under their index."""
    if isinstance(node, MappingNode):
        return node.items()
    return [(str(index), value) for index, value in enumerate(node)]


def all_marks(root: MappingNode) -> dict[str, Position]:
    """Pointer of every member of a tree to its position."""
    found: dict[str, Position] = {"": root.location.position or _START}
    todo: list[tuple[str, MappingNode | SequenceNode]] = [("", root)]
    while todo:
        pointer, node = todo.pop()
        for key, value in members(node):
            inner = f"{pointer}/{escaped(key)}"
            found[inner] = position_of(node, key)
            if isinstance(value, (MappingNode, SequenceNode)):
                todo.append((inner, value))
    return found


def position_of(node: MappingNode | SequenceNode, key: str) -> Position:
    """The position of a member of a tree in which each has one."""
    if isinstance(node, MappingNode):
        return (node.positions or {}).get(key, _START)
    return node.positions[int(key)] if node.positions else _START


class Copies:
    """Makes copies of nodes for a document, merges them in, and counts them."""

    def __init__(
        self, document: Document, foreign: str = "", limit: int | None = MAX_COPIED
    ) -> None:
        self.document = document
        self.foreign = foreign
        self.limit = limit
        self.count = 0

    def copy(
        self, node: Value, parent: Location | None, key: str, position: Position, depth: int
    ) -> Value:
        """A copy of ``node`` as the member ``key`` of ``parent``; raises :class:`Misfit`."""
        self.count += 1
        if self.limit is not None and self.count > self.limit:
            raise Misfit(f"overlays add more than {self.limit:,} nodes")
        if not isinstance(node, (MappingNode, SequenceNode)):
            return node
        if depth > MAX_DEPTH:
            raise Misfit(f"nested more than {MAX_DEPTH} deep")
        location = Location(
            self.document, parent, key, self._position(node.location.position or position)
        )
        made = MappingNode(location) if isinstance(node, MappingNode) else SequenceNode(location)
        positions: dict[str, Position] = {}
        for name, value in members(node):
            own = position_of(node, name)
            positions[name] = self._position(own)
            inner = self.copy(value, location, name, own, depth + 1)
            if isinstance(made, MappingNode):
                made[name] = inner
            else:
                made.append(inner)
        if isinstance(made, MappingNode):
            made.positions = positions
        else:
            made.positions = list(positions.values())
            made.texts = node.texts and [*node.texts] if isinstance(node, SequenceNode) else None
        return made

    def _position(self, position: Position) -> Position:
        if self.foreign and not isinstance(position, ForeignPosition):
            return ForeignPosition.of(position, self.foreign)
        return position

    def _set(self, container: MappingNode, key: str, position: Position) -> None:
        if container.positions is None:
            container.positions = {}
        container.positions[key] = position

    def merge(self, target: MappingNode, update: MappingNode, depth: int) -> None:
        """Merge a mapping into another, all the way down; raises :class:`Misfit`."""
        for key, value in update.items():
            position = position_of(update, key)
            old = target.get(key)
            if key not in target or (kind(old) == kind(value) == "a scalar"):
                target[key] = self.copy(value, target.location, key, position, depth + 1)
                self._set(target, key, position)
            elif isinstance(old, MappingNode) and isinstance(value, MappingNode):
                self.merge(old, value, depth + 1)
            elif isinstance(old, SequenceNode) and isinstance(value, SequenceNode):
                self.extend(old, value, depth + 1)
            else:
                place = target.at(key).place
                raise Misfit(
                    f"{key!r} is {kind(value)} here and {kind(old)} at {place}", update.at(key)
                )

    def extend(self, target: SequenceNode, items: SequenceNode, depth: int) -> None:
        """Append the items of one list to another."""
        for index, value in enumerate(items):
            text = items.texts[index] if items.texts else ""
            self.append(target, value, position_of(items, str(index)), depth, text)

    def append(
        self, target: SequenceNode, value: Value, position: Position, depth: int, text: str = ""
    ) -> None:
        """Append one value to a list; ``text`` is how it is written, where that is known."""
        if text and target.texts is None:
            target.texts = [written(item) for item in target]
        target.append(self.copy(value, target.location, str(len(target)), position, depth + 1))
        if target.positions is None:
            target.positions = []
        target.positions.append(position)
        if target.texts is not None:
            target.texts.append(text or written(value))

    def replace(
        self,
        container: MappingNode | SequenceNode,
        key: str | int,
        value: Value,
        position: Position,
    ) -> None:
        """Put a scalar in the place of another."""
        if isinstance(container, MappingNode):
            container[str(key)] = value
            self._set(container, str(key), position)
            return
        index = int(key)
        container[index] = value
        if container.positions:
            container.positions[index] = position
        if container.texts:
            container.texts[index] = written(value)


def remove(container: MappingNode | SequenceNode, keys: Sequence[str | int]) -> None:
    """Take members out; the items of a list that stand after them move up."""
    if isinstance(container, MappingNode):
        for key in keys:
            del container[str(key)]
            if container.positions:
                del container.positions[str(key)]
        return
    for index in sorted(map(int, keys), reverse=True):
        del container[index]
        if container.positions:
            del container.positions[index]
        if container.texts:
            del container.texts[index]
    for index, item in enumerate(container):
        if isinstance(item, (MappingNode, SequenceNode)):
            item.location.key = str(index)


def kind(value: Value) -> str:
    """What a value is to a merge: all scalars are alike, null too."""
    return (
        "a mapping"
        if isinstance(value, MappingNode)
        else "a list"
        if isinstance(value, SequenceNode)
        else "a scalar"
    )


def written(value: Value) -> str:
    """How a scalar may be written; empty for a list or a mapping."""
    return "" if isinstance(value, (MappingNode, SequenceNode)) else json.dumps(value)

"""Edits of a description's tree that keep the locations of its nodes.

A node that is added gets a pointer in the description's tree, and keeps the line and column in the
file that it comes from.

Source: OpenAPI Overlay 1.1.0, "Action Object" (merging of values).
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from ..json_positions import find_members
from ..pointer import escape
from ..tree import (
    MAX_DEPTH,
    ForeignPosition,
    Location,
    MappingNode,
    SequenceNode,
    SourceFile,
    Value,
)

MAX_COPIED = 300_000
"""The maximum number of nodes that overlays may add, each copy counted."""

Position = tuple[int, int]
_START: Position = (1, 1)


class MergeError(Exception):
    """Two values that can't be merged, or too many; ``location`` is the new value's."""

    def __init__(self, fact: str, location: Location | None = None) -> None:
        self.fact = fact
        self.location = location
        super().__init__(fact)


def copy_document(document: SourceFile, foreign: str = "") -> SourceFile:
    """Return a copy of a document in which no node occurs twice and each has its position.

    ``foreign`` is the file's name, if the nodes are for another document.
    """
    made = SourceFile(
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


def _locate(document: SourceFile) -> None:
    """Set the position of every node of a JSON text."""
    offsets = dict(find_members(document.text))
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
        positions = {key: position(f"{pointer}/{escape(key)}") for key, _ in members(node)}
        if isinstance(node, MappingNode):
            node.positions = positions
        else:
            node.positions = list(positions.values())
        for key, value in members(node):
            if isinstance(value, (MappingNode, SequenceNode)):
                value.location.position = positions[key]
                todo.append((f"{pointer}/{escape(key)}", value))


def members(node: MappingNode | SequenceNode) -> Iterable[tuple[str, Value]]:
    """Return the members of a mapping, or the items of a list by their index."""
    if isinstance(node, MappingNode):
        return node.items()
    return [(str(index), value) for index, value in enumerate(node)]


def collect_positions(root: MappingNode) -> dict[str, Position]:
    """Return the position of every member of a tree by its pointer."""
    positions: dict[str, Position] = {"": root.location.position or _START}
    todo: list[tuple[str, MappingNode | SequenceNode]] = [("", root)]
    while todo:
        pointer, node = todo.pop()
        for key, value in members(node):
            inner = f"{pointer}/{escape(key)}"
            positions[inner] = position_of(node, key)
            if isinstance(value, (MappingNode, SequenceNode)):
                todo.append((inner, value))
    return positions


def position_of(node: MappingNode | SequenceNode, key: str) -> Position:
    """Return the position of a member, in a tree in which each has one."""
    if isinstance(node, MappingNode):
        return (node.positions or {}).get(key, _START)
    return node.positions[int(key)] if node.positions else _START


class Copies:
    """A counter of the copies that are made for a document and merged into it."""

    def __init__(
        self, document: SourceFile, foreign: str = "", limit: int | None = MAX_COPIED
    ) -> None:
        self.document = document
        self.foreign = foreign
        self.limit = limit
        self.count = 0

    def copy(
        self, node: Value, parent: Location | None, key: str, position: Position, depth: int
    ) -> Value:
        """Return a copy of ``node`` as a member of ``parent``; raises :class:`MergeError`."""
        self.count += 1
        if self.limit is not None and self.count > self.limit:
            raise MergeError(f"overlays add more than {self.limit:,} nodes")
        if not isinstance(node, (MappingNode, SequenceNode)):
            return node
        if depth > MAX_DEPTH:
            raise MergeError(f"nested more than {MAX_DEPTH} deep")
        location = Location(
            self.document, parent, key, self._position(node.location.position or position)
        )
        result = MappingNode(location) if isinstance(node, MappingNode) else SequenceNode(location)
        positions: dict[str, Position] = {}
        for name, value in members(node):
            own = position_of(node, name)
            positions[name] = self._position(own)
            inner = self.copy(value, location, name, own, depth + 1)
            if isinstance(result, MappingNode):
                result[name] = inner
            else:
                result.append(inner)
        if isinstance(result, MappingNode):
            result.positions = positions
        else:
            result.positions = list(positions.values())
            result.texts = node.texts and [*node.texts] if isinstance(node, SequenceNode) else None
        return result

    def _position(self, position: Position) -> Position:
        if self.foreign and not isinstance(position, ForeignPosition):
            return ForeignPosition.of(position, self.foreign)
        return position

    def merge(self, target: MappingNode, update: MappingNode, depth: int) -> None:
        """Merge a mapping into another, recursively; raises :class:`MergeError`."""
        for key, value in update.items():
            position = position_of(update, key)
            old = target.get(key)
            if key not in target or (kind_of(old) == kind_of(value) == "a scalar"):
                target[key] = self.copy(value, target.location, key, position, depth + 1)
                _set_position(target, key, position)
            elif isinstance(old, MappingNode) and isinstance(value, MappingNode):
                self.merge(old, value, depth + 1)
            elif isinstance(old, SequenceNode) and isinstance(value, SequenceNode):
                self.extend(old, value, depth + 1)
            else:
                place = target.at(key).place
                raise MergeError(
                    f"{key!r} is {kind_of(value)} here and {kind_of(old)} at {place}",
                    update.at(key),
                )

    def extend(self, target: SequenceNode, items: SequenceNode, depth: int) -> None:
        """Append the items of one list to another."""
        for index, value in enumerate(items):
            text = items.texts[index] if items.texts else ""
            self.append(target, value, position_of(items, str(index)), depth, text)

    def append(
        self, target: SequenceNode, value: Value, position: Position, depth: int, text: str = ""
    ) -> None:
        """Append one value to a list; ``text`` is its source text, if known."""
        if text and target.texts is None:
            target.texts = [source_text(item) for item in target]
        target.append(self.copy(value, target.location, str(len(target)), position, depth + 1))
        if target.positions is None:
            target.positions = []
        target.positions.append(position)
        if target.texts is not None:
            target.texts.append(text or source_text(value))

    def replace(
        self,
        container: MappingNode | SequenceNode,
        key: str | int,
        value: Value,
        position: Position,
    ) -> None:
        """Replace a scalar by another."""
        if isinstance(container, MappingNode):
            container[str(key)] = value
            _set_position(container, str(key), position)
            return
        index = int(key)
        container[index] = value
        if container.positions:
            container.positions[index] = position
        if container.texts:
            container.texts[index] = source_text(value)


def _set_position(container: MappingNode, key: str, position: Position) -> None:
    if container.positions is None:
        container.positions = {}
    container.positions[key] = position


def remove(container: MappingNode | SequenceNode, keys: Sequence[str | int]) -> None:
    """Remove members of a mapping, or items of a list."""
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


def kind_of(value: Value) -> str:
    """Return the kind of a value in a merge; null is a scalar."""
    if isinstance(value, MappingNode):
        return "a mapping"
    return "a list" if isinstance(value, SequenceNode) else "a scalar"


def source_text(value: Value) -> str:
    """Return a source text for a scalar; empty for a list or a mapping."""
    return "" if isinstance(value, (MappingNode, SequenceNode)) else json.dumps(value)

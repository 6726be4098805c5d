"""Edits of a description's tree that keep the locations of its nodes.

A node that is added gets a pointer in the description's tree, and keeps the line and column in its
own file.

Source: OpenAPI Overlay 1.1.0, "Action Object" (merging of values).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..json_positions import find_members
from ..tree import (
    MAX_DEPTH,
    Container,
    ForeignPosition,
    Location,
    MappingNode,
    SequenceNode,
    SourceFile,
    Value,
    members,
    walk_members,
)

MAX_COPIED = 300_000
"""The maximum number of nodes that overlays may add, each copy counted."""

Position = tuple[int, int]
_START: Position = (1, 1)


class MergeError(Exception):
    """Two values that cannot be merged, or too many; ``location`` is the new value's."""

    def __init__(self, fact: str, location: Location | None = None) -> None:
        self.fact = fact
        self.location = location
        super().__init__(fact)


def copy_document(document: SourceFile, foreign: str = "") -> SourceFile:
    """Return a copy of a document in which no node occurs twice and each has its position.

    ``foreign`` is the file's name, if the nodes are for another document.
    """
    made = replace(document, warnings=[*document.warnings], faults=[], overlays=(), positions=None)
    if document.is_json:
        _locate(document)
    copies = Copies(made, foreign, limit=None)
    root = copies.copy(document.root, None, "", document.root.location.position or _START, 0)
    assert isinstance(root, MappingNode)
    made.root = root
    return made


def _locate(document: SourceFile) -> None:
    offsets = dict(find_members(document.text))
    document.root.location.position = document.position(offsets[""])
    for pointer, node, key, value in walk_members(document.root):
        position = document.position(offsets.get(pointer, 0))
        _put(node, key, value, position)
        if isinstance(value, (MappingNode, SequenceNode)):
            value.location.position = position


def collect_positions(root: MappingNode) -> dict[str, Position]:
    """Return the position of every member of a tree by its pointer."""
    positions = {pointer: position_of(node, key) for pointer, node, key, _ in walk_members(root)}
    return positions | {"": root.location.position or _START}


def position_of(node: Container, key: str) -> Position:
    """Return the position of a member, in a tree in which each has one."""
    if isinstance(node, MappingNode):
        return (node.positions or {}).get(key, _START)
    return node.positions[int(key)] if node.positions else _START


@dataclass(slots=True)
class Copies:
    """A counter of the copies that are made for a document and merged into it."""

    document: SourceFile
    foreign: str = ""
    limit: int | None = MAX_COPIED
    count: int = 0

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
        result: Container
        if isinstance(node, MappingNode):
            result = MappingNode(location, positions={})
        else:
            result = SequenceNode(location)
            result.texts = node.texts and [*node.texts]
        for name, value in members(node):
            own = position_of(node, name)
            inner = self.copy(value, location, name, own, depth + 1)
            _put(result, name, inner, self._position(own))
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
                copy = self.copy(value, target.location, key, position, depth + 1)
                _put(target, key, copy, position)
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
        key = str(len(target))
        _put(target, key, self.copy(value, target.location, key, position, depth + 1), position)
        if target.texts is not None:
            target.texts.append(text or source_text(value))


def replace_scalar(container: Container, key: str, value: Value, position: Position) -> None:
    """Replace a scalar by another."""
    _put(container, key, value, position)
    if isinstance(container, SequenceNode) and container.texts:
        container.texts[int(key)] = source_text(value)


def _put(container: Container, key: str, value: Value, position: Position) -> None:
    """Set a member, or set or append an item, with its position."""
    if isinstance(container, MappingNode):
        container[key] = value
        container.positions = container.positions or {}
        container.positions[key] = position
    else:
        place = slice(int(key), int(key) + 1)
        container[place] = [value]
        container.positions = container.positions or []
        container.positions[place] = [position]


def remove(container: Container, keys: Sequence[str | int]) -> None:
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

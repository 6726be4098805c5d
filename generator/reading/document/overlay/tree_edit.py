"""Edits of a description's tree that keep the locations of its nodes.

A node that is added gets a pointer in the description's tree, and keeps the line and column in its
own file.

Source: OpenAPI Overlay 1.1.0, "Action Object" (merging of values).
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from ....base.budget import Budget, BudgetExceeded
from ....base.errors import Findings
from ..declared import is_swagger
from ..dereference import DOCUMENT, Dereferencer
from ..edit.dump import source_text
from ..references import References
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
)

MAX_COPIED = 300_000
"""The maximum number of nodes that overlays may add, each copy counted."""

MAX_STEPS = 2_000_000
"""The steps in which all expressions of a run's overlays may select nodes, for a small document."""
STEPS_PER_NODE = 10
"""The steps that each node of the document adds."""

Position = tuple[int, int]


class MergeError(Exception):
    """Two values that cannot be merged, or too many; ``location`` is the new value's."""

    def __init__(self, fact: str, location: Location | None = None) -> None:
        self.fact = fact
        self.location = location
        super().__init__(fact)


@dataclass(slots=True)
class OverlaidDocument:
    """A copy of a document, in which overlays make their edits."""

    document: SourceFile
    nodes: Budget
    """The nodes that may be added; those of the document at first."""
    steps: Budget
    """The steps that the expressions may take to select nodes."""
    _targets: Collection[int] = ()
    """The ``id`` of each node that is in the place of references; it may occur twice."""
    _copies: dict[int, Container] = field(default_factory=dict[int, Container])
    """The copies of these nodes."""

    @classmethod
    def copy_of(cls, document: SourceFile) -> OverlaidDocument:
        """Return a copy in which each node has its position.

        Targets are in the place of references where OpenAPI has none, so that expressions select
        what is in them; what is changed there is changed for all references. No other node occurs
        twice.
        """
        copy = replace(document, warnings=[*document.warnings], faults=[], offsets={})
        resolve = References(document, Findings()).resolved
        dereferencer = Dereferencer(
            resolve, is_swagger=is_swagger(document.root), is_for_edits=True
        )
        whole = dereferencer.of(document.root, DOCUMENT)
        targets = dereferencer.targets
        edit = cls(copy, Budget(sys.maxsize, "nodes"), Budget(0, "steps"), targets)
        position = document.root.location.position or document.locate("")
        root = edit.copy(whole, None, "", position, 0)
        assert isinstance(root, MappingNode)
        edit.document.root = root
        edit.steps.limit = MAX_STEPS + STEPS_PER_NODE * edit.nodes.spent
        edit.nodes = Budget(MAX_COPIED, "nodes")
        return edit

    def position_of(self, node: Container, key: str) -> Position:
        """Return the position of a member, which knows its file if that is another one."""
        location = node.at(key)
        source = location.document
        position = location.position or source.locate(location.pointer)
        if source.name == self.document.name or isinstance(position, ForeignPosition):
            return position
        return ForeignPosition.of(position, source.name)

    def copy(
        self,
        node: Value,
        parent: Location | None,
        key: str,
        position: Position,
        depth: int,
        document: SourceFile | None = None,
    ) -> Value:
        """Return a copy of ``node`` as a member of ``parent``; raises :class:`MergeError`.

        References in it are relative to ``document``, by default to the one with the edits.
        """
        try:
            self.nodes.spend()
        except BudgetExceeded as error:
            raise MergeError(f"overlays add {error}") from None
        if not isinstance(node, (MappingNode, SequenceNode)):
            return node
        if depth > MAX_DEPTH:
            raise MergeError(f"nested more than {MAX_DEPTH} deep")
        if id(node) in self._copies:
            return self._copies[id(node)]
        location = Location(document or self.document, parent, key, position)
        if id(node) in self._targets:
            own_file = node.location.document
            location = Location(own_file, node.location.parent, node.location.key, position)
            if own_file.path == self.document.path and own_file.name == self.document.name:
                location.document = self.document
        result = MappingNode(location) if isinstance(node, MappingNode) else SequenceNode(location)
        if id(node) in self._targets:
            self._copies[id(node)] = result
        for name, value in members(node):
            own = self.position_of(node, name)
            inner = self.copy(value, location, name, own, depth + 1, location.document)
            _put(result, name, inner, own)
        if isinstance(result, SequenceNode) and isinstance(node, SequenceNode):
            result.texts = node.texts and [*node.texts]
        return result

    def merge(self, target: MappingNode, update: MappingNode, depth: int) -> None:
        """Merge a mapping into another, recursively; raises :class:`MergeError`."""
        for key, value in update.items():
            old = target.get(key)
            if key not in target or kind_of(old) == kind_of(value) == "a scalar":
                position = self.position_of(update, key)
                copy = self.copy(value, target.location, key, position, depth + 1)
                _put(target, key, copy, position)
            elif isinstance(old, MappingNode) and isinstance(value, MappingNode):
                self.merge(old, value, depth + 1)
            elif isinstance(old, SequenceNode) and isinstance(value, SequenceNode):
                self.extend(old, value, depth + 1)
            else:
                fact = f"{key!r} is {kind_of(value)} here and {kind_of(old)} at "
                raise MergeError(f"{fact}{target.at(key).place}", update.at(key))

    def extend(self, target: SequenceNode, items: SequenceNode, depth: int) -> None:
        """Append the items of one list to another."""
        for index, value in enumerate(items):
            text = items.texts[index] if items.texts else ""
            self.append(target, value, self.position_of(items, str(index)), depth, text)

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
        positions = container.positions or {}
        positions[key] = position
        container.positions = positions
    else:
        place = slice(int(key), int(key) + 1)
        container[place] = [value]
        items = container.positions or []
        items[place] = [position]
        container.positions = items


def remove(container: Container, keys: Sequence[str | int]) -> None:
    """Remove members of a mapping, or items of a list."""
    if isinstance(container, MappingNode):
        for key in keys:
            del (container.positions or {})[str(key)], container[str(key)]
        return
    lists = (container, container.positions, container.texts)
    for index in sorted(map(int, keys), reverse=True):
        for values in lists:
            if values:
                del values[index]
    for index, item in enumerate(container):
        if isinstance(item, (MappingNode, SequenceNode)):
            item.location.key = str(index)


def kind_of(value: Value) -> str:
    """Return the kind of a value in a merge; null is a scalar."""
    if isinstance(value, MappingNode):
        return "a mapping"
    return "a list" if isinstance(value, SequenceNode) else "a scalar"

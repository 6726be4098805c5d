"""Changing the tree of a description so that every node still knows where its text stands.

A node that is added gets its place in the description's tree (its pointer, by which references
find it) and keeps the mark of the file it came from (by which messages find it).

Source: OpenAPI Overlay 1.1.0, "Action Object" (how values are merged).
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from ..nodes import (
    MAX_DEPTH,
    Document,
    ForeignMark,
    Map,
    Origin,
    Seq,
    Value,
    escaped,
    json_offsets,
)

MAX_COPIED = 300_000
"""How many nodes overlays may add, copies counted each time."""

Mark = tuple[int, int]
_START: Mark = (1, 1)


class Misfit(Exception):
    """Two values that can't be merged: which, in words, and the one that was to be merged in."""

    def __init__(self, fact: str, origin: Origin | None = None) -> None:
        self.fact = fact
        self.origin = origin
        super().__init__(fact)


def unshared(document: Document, foreign: str = "") -> Document:
    """A copy to change: no node stands in it twice, and each has its mark.

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
    root = copies.copy(document.root, None, "", document.root.origin.mark or _START, 0)
    assert isinstance(root, Map)
    made.root = root
    return made


def _locate(document: Document) -> None:
    """Give every node of a JSON text its mark, in one pass."""
    offsets = json_offsets(document.text)
    starts = [0]
    starts += [i + 1 for i, char in enumerate(document.text) if char == "\n"]

    def mark(pointer: str) -> Mark:
        offset = offsets.get(pointer, 0)
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    document.root.origin.mark = mark("")
    todo: list[tuple[str, Map | Seq]] = [("", document.root)]
    while todo:
        pointer, node = todo.pop()
        marks = {key: mark(f"{pointer}/{escaped(key)}") for key, _ in members(node)}
        if isinstance(node, Map):
            node.marks = marks
        else:
            node.marks = list(marks.values())
        for key, value in members(node):
            if isinstance(value, (Map, Seq)):
                value.origin.mark = marks[key]
                todo.append((f"{pointer}/{escaped(key)}", value))


def members(node: Map | Seq) -> Iterable[tuple[str, Value]]:
    """The members of a mapping, or the items of a list under their index."""
    if isinstance(node, Map):
        return node.items()
    return [(str(index), value) for index, value in enumerate(node)]


def all_marks(root: Map) -> dict[str, Mark]:
    """Pointer of every member of a tree to its mark."""
    found: dict[str, Mark] = {"": root.origin.mark or _START}
    todo: list[tuple[str, Map | Seq]] = [("", root)]
    while todo:
        pointer, node = todo.pop()
        for key, value in members(node):
            inner = f"{pointer}/{escaped(key)}"
            found[inner] = mark_of(node, key)
            if isinstance(value, (Map, Seq)):
                todo.append((inner, value))
    return found


def mark_of(node: Map | Seq, key: str) -> Mark:
    """The mark of a member of a tree in which each has one."""
    if isinstance(node, Map):
        return (node.marks or {}).get(key, _START)
    return node.marks[int(key)] if node.marks else _START


class Copies:
    """Makes copies of nodes for a document, merges them in, and counts them."""

    def __init__(
        self, document: Document, foreign: str = "", limit: int | None = MAX_COPIED
    ) -> None:
        self.document = document
        self.foreign = foreign
        self.limit = limit
        self.count = 0

    def copy(self, node: Value, parent: Origin | None, key: str, mark: Mark, depth: int) -> Value:
        """A copy of ``node`` as the member ``key`` of ``parent``; raises :class:`Misfit`."""
        self.count += 1
        if self.limit is not None and self.count > self.limit:
            raise Misfit(f"overlays add more than {self.limit:,} nodes")
        if not isinstance(node, (Map, Seq)):
            return node
        if depth > MAX_DEPTH:
            raise Misfit(f"nested more than {MAX_DEPTH} deep")
        origin = Origin(self.document, parent, key, self._mark(node.origin.mark or mark))
        made = Map(origin) if isinstance(node, Map) else Seq(origin)
        marks: dict[str, Mark] = {}
        for name, value in members(node):
            own = mark_of(node, name)
            marks[name] = self._mark(own)
            inner = self.copy(value, origin, name, own, depth + 1)
            if isinstance(made, Map):
                made[name] = inner
            else:
                made.append(inner)
        if isinstance(made, Map):
            made.marks = marks
        else:
            made.marks = list(marks.values())
            made.texts = node.texts and [*node.texts] if isinstance(node, Seq) else None
        return made

    def _mark(self, mark: Mark) -> Mark:
        if self.foreign and not isinstance(mark, ForeignMark):
            return ForeignMark.of(mark, self.foreign)
        return mark

    def _set(self, container: Map, key: str, mark: Mark) -> None:
        if container.marks is None:
            container.marks = {}
        container.marks[key] = mark

    def merge(self, target: Map, update: Map, depth: int) -> None:
        """Merge a mapping into another, all the way down; raises :class:`Misfit`."""
        for key, value in update.items():
            mark = mark_of(update, key)
            old = target.get(key)
            if key not in target or (kind(old) == kind(value) == "a scalar"):
                target[key] = self.copy(value, target.origin, key, mark, depth + 1)
                self._set(target, key, mark)
            elif isinstance(old, Map) and isinstance(value, Map):
                self.merge(old, value, depth + 1)
            elif isinstance(old, Seq) and isinstance(value, Seq):
                self.extend(old, value, depth + 1)
            else:
                place = target.at(key).place
                raise Misfit(
                    f"{key!r} is {kind(value)} here and {kind(old)} at {place}", update.at(key)
                )

    def extend(self, target: Seq, items: Seq, depth: int) -> None:
        """Append the items of one list to another."""
        for index, value in enumerate(items):
            text = items.texts[index] if items.texts else ""
            self.append(target, value, mark_of(items, str(index)), depth, text)

    def append(self, target: Seq, value: Value, mark: Mark, depth: int, text: str = "") -> None:
        """Append one value to a list; ``text`` is how it is written, where that is known."""
        if text and target.texts is None:
            target.texts = [written(item) for item in target]
        target.append(self.copy(value, target.origin, str(len(target)), mark, depth + 1))
        if target.marks is None:
            target.marks = []
        target.marks.append(mark)
        if target.texts is not None:
            target.texts.append(text or written(value))

    def replace(self, container: Map | Seq, key: str | int, value: Value, mark: Mark) -> None:
        """Put a scalar in the place of another."""
        if isinstance(container, Map):
            container[str(key)] = value
            self._set(container, str(key), mark)
            return
        index = int(key)
        container[index] = value
        if container.marks:
            container.marks[index] = mark
        if container.texts:
            container.texts[index] = written(value)


def remove(container: Map | Seq, keys: Sequence[str | int]) -> None:
    """Take members out; the items of a list that stand after them move up."""
    if isinstance(container, Map):
        for key in keys:
            del container[str(key)]
            if container.marks:
                del container.marks[str(key)]
        return
    for index in sorted(map(int, keys), reverse=True):
        del container[index]
        if container.marks:
            del container.marks[index]
        if container.texts:
            del container.texts[index]
    for index, item in enumerate(container):
        if isinstance(item, (Map, Seq)):
            item.origin.key = str(index)


def kind(value: Value) -> str:
    """What a value is to a merge: all scalars are alike, null too."""
    return (
        "a mapping"
        if isinstance(value, Map)
        else "a list"
        if isinstance(value, Seq)
        else "a scalar"
    )


def written(value: Value) -> str:
    """How a scalar may be written; empty for a list or a mapping."""
    return "" if isinstance(value, (Map, Seq)) else json.dumps(value)

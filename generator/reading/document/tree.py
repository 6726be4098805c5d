"""The tree of a description: mappings and sequences with their locations in a file."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote

from ...base.budget import Budget, BudgetExceeded, RunBudget, raise_limit
from ...base.errors import Place, Problem, ReachRemedies, SpecError
from ...base.portable import read_bytes
from .json_positions import JsonMember, find_members
from .pointer import join, split

Value: TypeAlias = object
"""A node of the tree: MappingNode, SequenceNode, str, int, float, bool or None."""

Container: TypeAlias = "MappingNode | SequenceNode"

Positions: TypeAlias = "MappingNode | Mapping[str, tuple[int, int] | Location | None]"
"""Member to line and column, where the text told them, or to its place in another part; or the node
that has them."""

MAX_DEPTH = 400
MAX_DIGITS = 300


class ForeignPosition(tuple[int, int]):  # noqa: SLOT001 - a tuple can't have slots of its own
    """A line and a column in another file than the document's own, such as an overlay."""

    file: str
    """The file's name in messages."""

    @classmethod
    def of(cls, position: tuple[int, int], file: str) -> ForeignPosition:
        """Return ``position`` as one in ``file``."""
        location = cls(position)
        location.file = file
        return location


def pack(position: tuple[int, int]) -> int:
    """Return a line and a column as one number, a third of the memory of a tuple."""
    return position[0] << 32 | position[1]


def unpack(packed: int) -> tuple[int, int]:
    """Return the line and the column of a number that :func:`pack` made."""
    return packed >> 32, packed & 0xFFFF_FFFF


class Location:
    """The location of a node: its document, parent, key there, and position if known."""

    __slots__ = ("_position", "document", "key", "parent")

    def __init__(
        self,
        document: SourceFile,
        parent: Location | None = None,
        key: str = "",
        position: tuple[int, int] | Container | None = None,
    ) -> None:
        """``position`` may be the node around it, which is asked when the position is wanted."""
        self.document = document
        self.parent = parent
        self.key = key
        self._position = pack(position) if type(position) is tuple else position

    @property
    def position(self) -> tuple[int, int] | None:
        """The line and the column, if known."""
        if isinstance(self._position, CONTAINERS):
            return self._position.position_of(self.key)
        return self.own_position

    @property
    def own_position(self) -> tuple[int, int] | None:
        """The position, if it is known without the node around it."""
        if isinstance(self._position, int):
            return unpack(self._position)
        if isinstance(self._position, CONTAINERS):
            return None
        return self._position

    @property
    def is_of_overlay(self) -> bool:
        """True if an overlay wrote the node."""
        return isinstance(self.position, ForeignPosition)

    @property
    def pointer(self) -> str:
        """The JSON pointer from the document's root."""
        keys: list[str] = []
        at: Location = self
        while at.parent is not None:
            keys.append(at.key)
            at = at.parent
        return join(reversed(keys))

    def member(self, key: str, position: tuple[int, int] | Container | None) -> Location:
        """Return the location of a member."""
        return Location(self.document, self, key, position)

    def member_among(self, key: str, positions: Positions | None) -> Location:
        """Return the location of a member, whose position is one of several."""
        if isinstance(positions, MappingNode):
            return self.member(key, positions)
        place = (positions or {}).get(key)
        if isinstance(place, Location):
            return place
        return self.member(key, place)

    @property
    def name(self) -> str:
        """The document's name and the pointer: an absolute reference."""
        return f"{self.document.name}#{self.pointer}"

    @property
    def place(self) -> Place:
        """File, line, column and pointer, for a message; of what is around it if it isn't there."""
        position = self.position or self.document.locate(self.pointer)
        if position == (1, 1) and self.parent is not None:
            return replace(self.parent.place, pointer=self.pointer)
        file = position.file if isinstance(position, ForeignPosition) else self.document.name
        return Place(file, *position, self.pointer)


class GatheredLocation(Location):
    """The location of a mapping that isn't written as one: its members are in other places."""

    __slots__ = ("members",)

    def __init__(self, location: Location, members: Mapping[str, Location]) -> None:
        """``location`` is that of what is around the members."""
        super().__init__(location.document, location.parent, location.key, location.position)
        self.members = members

    def member(self, key: str, position: tuple[int, int] | Container | None) -> Location:
        """Return the location of a member, which may be in another document."""
        return self.members.get(key) or super().member(key, position)


class MappingNode(dict[str, Value]):
    """A mapping with its location and the positions of its keys."""

    __slots__ = ("_positions", "location")

    def __init__(
        self,
        location: Location,
        members: Mapping[str, Value] | Iterable[tuple[str, Value]] = (),
        positions: dict[str, tuple[int, int]] | bytes | None = None,
    ) -> None:
        """``positions`` in bytes are packed, those of the members in their order."""
        super().__init__(members)
        self.location = location
        self._positions = positions

    @property
    def positions(self) -> dict[str, tuple[int, int]] | None:
        """The line and the column of each key, if known."""
        if isinstance(self._positions, bytes):  # members that were added later are the last
            self._positions = dict(zip(self, _unpacked(self._positions), strict=False))
        return self._positions

    @positions.setter
    def positions(self, positions: dict[str, tuple[int, int]] | bytes | None) -> None:
        self._positions = positions

    def at(self, key: str) -> Location:
        """Return the location of the value under ``key``; its position is that of the key."""
        return self.location.member(key, self)

    def position_of(self, key: str) -> tuple[int, int] | None:
        """Return the line and the column of a key, else those of its value, if known."""
        position = (self.positions or {}).get(key)
        value = self.get(key)
        if position is None and isinstance(value, CONTAINERS):
            is_own = value.location.parent is self.location
            return value.location.own_position if is_own else None
        return position


class SequenceNode(list[Value]):
    """A sequence with its location and the positions of its items."""

    __slots__ = ("_positions", "location", "texts")

    def __init__(self, location: Location, items: Iterable[Value] = ()) -> None:
        super().__init__(items)
        self.location = location
        self._positions: list[tuple[int, int]] | bytes | None = None
        self.texts: list[str] | None = None
        """The source text of its scalars in an enumeration: ``012`` is the number 12."""

    @property
    def positions(self) -> list[tuple[int, int]] | None:
        """The line and the column of each item, if known."""
        if isinstance(self._positions, bytes):
            self._positions = [*_unpacked(self._positions)]
        return self._positions

    @positions.setter
    def positions(self, positions: list[tuple[int, int]] | bytes | None) -> None:
        """``positions`` in bytes are packed."""
        self._positions = positions

    def at(self, index: int | str) -> Location:
        """Return the location of the item at ``index``."""
        return Location(self.location.document, self.location, str(index), self)

    def position_of(self, index: str) -> tuple[int, int] | None:
        """Return the line and the column of the item at ``index``, if known."""
        return self.positions[int(index)] if self.positions else None


CONTAINERS = (MappingNode, SequenceNode)
"""The nodes with others in them, for ``isinstance``: a union made at each call takes longer."""


def _unpacked(positions: bytes) -> Iterator[tuple[int, int]]:
    return map(unpack, array("Q", positions))


@dataclass(slots=True)
class Sources:
    """The documents that a description leads to, each read once, within a budget."""

    budget: RunBudget = field(default_factory=RunBudget)
    fetch: Callable[[str, Sources], SourceFile | None] | None = None
    """Return the document at a URL, None if its host isn't allowed; None to fetch nothing."""
    remedies: ReachRemedies = field(default_factory=ReachRemedies)
    """What to do about a reference that leads where nothing is read."""
    read: Callable[[Path, int], bytes] = read_bytes
    """Return the bytes of a file, as :func:`.portable.read_bytes` does."""
    files: dict[Path, SourceFile | SpecError] = field(
        default_factory=dict[Path, "SourceFile | SpecError"]
    )
    """The files that were read, and why others couldn't be."""
    nodes: Budget = field(init=False)
    """The nodes of all these documents."""

    def __post_init__(self) -> None:
        self.nodes = Budget(self.budget.limits.nodes, "nodes")

    def spend_nodes(self, amount: int, place: Callable[[], Place]) -> None:
        """Count nodes before they are made; raise :class:`SpecError`."""
        try:
            self.nodes.spend(amount)
        except BudgetExceeded as error:
            raise SpecError.of("limit", place(), str(error), raise_limit("nodes")) from None


@dataclass(slots=True)
class SourceFile:
    """One file: its name in messages, its text, its SHA-256 and its root mapping.

    Overlays (:mod:`.overlay`) change the root; the other attributes are those of the file.
    """

    name: str
    path: Path
    text: str
    sha256: str
    is_json: bool
    root: MappingNode = field(init=False)
    """Empty in a file that is a list."""
    items: SequenceNode | None = None
    """The list that a file is, to which only references lead."""
    offsets: dict[tuple[int, str], JsonMember] | None = None
    warnings: list[Problem] = field(default_factory=list[Problem])
    faults: list[Problem] = field(default_factory=list[Problem])
    """Problems that don't keep the text from being read: a repeated key, a number out of range."""
    overlays: tuple[SourceFile, ...] = ()
    """The overlays that were applied, in order."""
    folder: Path | None = None
    """The folder that references to files may not leave; the file's own by default."""
    sources: Sources = field(default_factory=Sources)
    """The documents that this one leads to."""

    _line_starts: array[int] | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts that the tree was read from."""
        return (self.text, *(overlay.text for overlay in self.overlays))

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files that the tree was read from."""
        return (self.name, *(overlay.name for overlay in self.overlays))

    @property
    def whole(self) -> MappingNode | SequenceNode:
        """The root, or the list that the file is."""
        return self.root if self.items is None else self.items

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and column of an offset in the text."""
        if self._line_starts is None:
            ends = (match.end() for match in re.finditer("\n", self.text))
            self._line_starts = array("I", chain([0], ends))
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def locate(self, pointer: str) -> tuple[int, int]:
        """Return the line and column of a JSON pointer; (1, 1) if unknown."""
        if self.offsets is None:
            members = find_members(self.text) if self.is_json else ()
            self.offsets = {member[:2]: member for member in members}
        number = offset = 0
        for key in split(pointer):
            member = self.offsets.get((number, key))
            if member is None:
                return self.position(0)
            number, offset = member.number, member.offset
        return self.position(offset)

    def resolve(self, pointer: str, root: MappingNode | None = None) -> Value:
        """Return the node at a pointer in fragment form (percent-encoded); raises ``KeyError``.

        The pointer starts at the document's root, or at ``root``.
        """
        if pointer and not pointer.startswith("/"):
            raise KeyError(pointer)
        return descend(self.whole if root is None else root, split(unquote(pointer)))


def step(node: Value, key: str | int) -> tuple[Location, Value]:
    """Return the location and the value of a member or an item; raises ``KeyError``."""
    value = descend(node, (key,))
    assert isinstance(node, (MappingNode, SequenceNode))
    return node.at(str(key)), value


def locate(root: MappingNode, path: Iterable[str | int]) -> tuple[list[str | int], Location, Value]:
    """Return ``path`` with its empty keys, which jsonschema-rs leaves out, its location and value.

    The value is None, and the location that of what is around it, for a path that leads nowhere.
    """
    whole: list[str | int] = []
    node: Value = root
    location = root.location
    for part in path:
        while isinstance(node, MappingNode) and str(part) not in node and "" in node:
            whole.append("")
            location, node = step(node, "")
        whole.append(part)
        try:
            location, node = step(node, part)
        except KeyError:
            node = None
    return whole, location, node


def descend(node: Value, keys: Iterable[str | int]) -> Value:
    """Return the node that ``keys`` lead to from ``node``; raises ``KeyError``."""
    for key in keys:
        if isinstance(node, MappingNode):
            node = node[str(key)]
        elif isinstance(node, SequenceNode) and str(key).isdigit() and int(key) < len(node):
            node = node[int(key)]
        else:
            raise KeyError(key)
    return node


def members(node: Value) -> Iterable[tuple[str, Value]]:
    """Return the members of a mapping, or the items of a sequence by their index."""
    if isinstance(node, MappingNode):
        return node.items()
    return [(str(i), item) for i, item in enumerate(node)] if isinstance(node, SequenceNode) else ()


def walk(node: Value) -> Iterator[MappingNode]:
    """Yield every mapping at or below ``node``, outside in."""
    todo = [node]
    while todo:
        value = todo.pop()
        if isinstance(value, MappingNode):
            yield value
            todo += [child for child in reversed(value.values()) if isinstance(child, (dict, list))]
        elif isinstance(value, SequenceNode):
            todo += [child for child in reversed(value) if isinstance(child, (dict, list))]

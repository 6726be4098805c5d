"""The tree of a description: mappings and lists that know where they stand in which file.

Sources: JSON pointers (RFC 6901).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, cast
from urllib.parse import unquote

from ..errors import Place, Problem, SpecError

Value: TypeAlias = (
    object  # a node of the tree: MappingNode, SequenceNode, str, int, float, bool or None
)

MAX_NODES = 3_000_000
MAX_DEPTH = 400
MAX_DIGITS = 300


class ForeignPosition(tuple[int, int]):  # noqa: SLOT001 - a tuple can't have slots of its own
    """A line and a column in another file than the document's own: what an overlay brought in."""

    file: str
    """How messages call that file."""

    @classmethod
    def of(cls, position: tuple[int, int], file: str) -> ForeignPosition:
        """``position`` as one in ``file``."""
        made = cls(position)
        made.file = file
        return made


class Location:
    """The location of a node: its document, parent, key there, and position if known."""

    __slots__ = ("document", "key", "parent", "position")

    def __init__(
        self,
        document: Document,
        parent: Location | None = None,
        key: str = "",
        position: tuple[int, int] | None = None,
    ) -> None:
        self.document = document
        self.parent = parent
        self.key = key
        self.position = position

    @property
    def pointer(self) -> str:
        """The JSON pointer from the document's root."""
        parts: list[str] = []
        at: Location = self
        while at.parent is not None:
            parts.append("/" + escaped(at.key))
            at = at.parent
        return "".join(reversed(parts))

    @property
    def place(self) -> Place:
        """File, line, column and pointer, for a message."""
        position = self.position or self.document.locate(self.pointer)
        file = position.file if isinstance(position, ForeignPosition) else self.document.name
        return Place(file, *position, self.pointer)


class MappingNode(dict[str, Value]):
    """A mapping that knows where it stands and where each of its keys stands."""

    __slots__ = ("location", "positions")

    def __init__(
        self,
        location: Location,
        members: Mapping[str, Value] | Iterable[tuple[str, Value]] = (),
        positions: dict[str, tuple[int, int]] | None = None,
    ) -> None:
        super().__init__(members)
        self.location = location
        self.positions = positions

    def at(self, key: str) -> Location:
        """The location of the value under ``key``; its position is that of the key."""
        value = self.get(key)
        if (
            isinstance(value, (MappingNode, SequenceNode))
            and value.location.parent is self.location
        ):
            position = (self.positions or {}).get(key, value.location.position)
            return Location(self.location.document, self.location, key, position)
        return Location(self.location.document, self.location, key, (self.positions or {}).get(key))


class SequenceNode(list[Value]):
    """A sequence that knows where it stands."""

    __slots__ = ("location", "positions", "texts")

    def __init__(self, location: Location, items: Iterable[Value] = ()) -> None:
        super().__init__(items)
        self.location = location
        self.positions: list[tuple[int, int]] | None = None
        self.texts: list[str] | None = None
        """Its scalars as they are written, where that may matter: ``012`` is the number 12."""

    def at(self, index: int) -> Location:
        """The location of the item at ``index``."""
        position = self.positions[index] if self.positions else None
        return Location(self.location.document, self.location, str(index), position)


@dataclass(slots=True)
class Document:
    """One file: its display name, its bytes' SHA-256 (line ends as LF), and its root mapping.

    Where overlays were applied (:mod:`.overlay`), the root is the outcome, the rest is of the file.
    """

    name: str
    path: Path
    text: str
    sha256: str
    is_json: bool
    root: MappingNode = field(init=False)
    offsets: dict[str, int] | None = None
    warnings: list[Problem] = field(default_factory=list[Problem])
    faults: list[Problem] = field(default_factory=list[Problem])
    """What is wrong with the text in places, though all of it could be read: a key that stands
    twice, a number out of range."""
    overlays: tuple[Document, ...] = ()
    """The overlays that were applied, in their order."""
    positions: dict[str, tuple[int, int]] | None = None
    """JSON pointer of every member to its position, where overlays moved members."""

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts that the tree was read from."""
        return (self.text, *(overlay.text for overlay in self.overlays))

    @property
    def files(self) -> tuple[str, ...]:
        """The names of all files that the tree was read from."""
        return (self.name, *(overlay.name for overlay in self.overlays))

    def locate(self, pointer: str) -> tuple[int, int]:
        """Line and column of a JSON pointer, looked up in the text; (1, 1) where unknown."""
        if self.positions is not None:
            return self.positions.get(pointer, (1, 1))
        if self.offsets is None:
            self.offsets = json_offsets(self.text) if self.is_json else {}
        offset = self.offsets.get(pointer, 0)
        line = self.text.count("\n", 0, offset) + 1
        return line, offset - (self.text.rfind("\n", 0, offset) + 1) + 1

    def resolve(self, pointer: str, root: MappingNode | None = None) -> Value:
        """The node at a pointer (fragment form, percent-decoded here); raises KeyError.

        The pointer is from the document's root, or from ``root``.
        """
        node: Value = self.root if root is None else root
        if pointer and not pointer.startswith("/"):
            raise KeyError(pointer)
        for part in unquote(pointer).split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, MappingNode):
                node = node[key]
            elif isinstance(node, SequenceNode) and key.isdigit() and int(key) < len(node):
                node = node[int(key)]
            else:
                raise KeyError(pointer)
        return node


def escaped(key: str) -> str:
    """A member's name as a part of a JSON pointer (RFC 6901 §3)."""
    return key.replace("~", "~0").replace("/", "~1")


def unescaped(fragment: str) -> str:
    """A URI's fragment without its percent-encoding (RFC 3986 §2.1)."""
    return unquote(fragment)


def refusal(code: str, place: Place, fact: str, remedy: str) -> SpecError:
    """An error of one problem, for a text that can't be read any further."""
    return SpecError([Problem(code, fact, remedy, place)])


_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|[\[\]{},]|[^\s\[\]{},:"]+')


def json_offsets(text: str) -> dict[str, int]:
    """Pointer of every member and item to its offset, by one pass over the tokens."""
    return dict(_json_members(text))


def duplicates(text: str) -> Iterator[tuple[str, int, int]]:
    """The pointer of each member that stands in one object again, and both places."""
    seen: dict[str, int] = {}
    for pointer, offset in _json_members(text):
        if pointer in seen:
            yield pointer, seen[pointer], offset
        seen.setdefault(pointer, offset)


def numbers(text: str, written: Collection[str]) -> Iterator[int]:
    """Where in a JSON text the numbers that are written so stand."""
    for token in _TOKEN.finditer(text):
        if token[0] in written:
            yield token.start()


def _json_members(text: str) -> Iterator[tuple[str, int]]:
    yield "", 0
    stack: list[
        tuple[str, str, int]
    ] = []  # per open container: its pointer, its kind, items so far
    pointer = ""
    expect_key = False
    for token in _TOKEN.finditer(text):
        position = token[0]
        if position in ("}", "]"):
            stack.pop()
            expect_key = False
        elif position == ",":
            base, kind, count = stack[-1]
            stack[-1] = (base, kind, count + 1)
            expect_key = kind == "{"
        elif expect_key:
            key = cast("str", json.loads(position))
            pointer = f"{stack[-1][0]}/{key.replace('~', '~0').replace('/', '~1')}"
            yield pointer, token.start()
            expect_key = False
        else:
            if stack and stack[-1][1] == "[":
                pointer = f"{stack[-1][0]}/{stack[-1][2]}"
                yield pointer, token.start()
            if position in ("{", "["):
                stack.append((pointer, position, 0))
                expect_key = position == "{"


def walk(node: Value) -> Iterator[MappingNode]:
    """Every mapping at or below ``node``, outside in."""
    if isinstance(node, MappingNode):
        yield node
    if isinstance(node, (MappingNode, SequenceNode)):
        for value in node.values() if isinstance(node, MappingNode) else node:
            yield from walk(value)

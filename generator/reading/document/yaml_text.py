"""YAML 1.2, core schema (https://yaml.org/spec/1.2.2/#103-core-schema), over libyaml.

Tags, several documents, duplicate keys, lists and mappings as keys, numbers that aren't finite, and
texts that exceed the limits after their aliases are expanded are refused.
"""

from __future__ import annotations

import math
import re
from array import array
from functools import partial
from typing import TypeAlias

import yaml

from ...base.budget import Budget, BudgetExceeded
from ...base.errors import Place, Problem, SpecError
from .tree import (
    CONTAINERS,
    MAX_DEPTH,
    MAX_DIGITS,
    Container,
    Location,
    MappingNode,
    SequenceNode,
    SourceFile,
    Value,
    members,
    pack,
    unpack,
)


def read_yaml(document: SourceFile) -> Value:
    """Return the root of a YAML text; raises :class:`SpecError`.

    Problems that don't keep the text from being read become the document's ``faults``.
    """
    return _Composer(document).read()


_INT = re.compile(r"([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")
_WORDS: dict[str, Value] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
MAX_COPIED = 300_000
MAX_ANCHORS = 100_000
MAX_REPEATED = 64 * 1024 * 1024
MAX_PROBLEMS = 100
MAX_WARNINGS = 1_000
_STR_TAG = "tag:yaml.org,2002:str"
_NUMERIC = frozenset("0123456789+-.")
"""The first characters of a plain scalar that is a number."""
_KINDS = "str int float bool null map seq timestamp value merge"
_CORE_TAGS = {None, "!", *(f"tag:yaml.org,2002:{kind}" for kind in _KINDS.split())}
_MERGE_TAG = "tag:yaml.org,2002:merge"
_Item: TypeAlias = "yaml.Event | Container"
"""An event; in the place of an alias, the scalar or the node that it refers to."""


class _Composer:
    """The conversion of libyaml's events into a tree under YAML 1.2's core schema.

    PyYAML's composer would make all nodes of the text, 800 bytes for each, before the first one
    could be counted.
    """

    def __init__(self, document: SourceFile) -> None:
        self.document = document
        self.nodes = document.sources.nodes
        self.copied = Budget(MAX_COPIED, "nodes copied by alias")
        self.anchored = Budget(MAX_ANCHORS, "anchors")
        self.repeated = Budget(MAX_REPEATED, "characters repeated by alias")
        self.anchors: dict[str, tuple[yaml.ScalarEvent | Container, int] | None] = {}
        """What aliases refer to, with its number of nodes; None for a value that hasn't ended."""
        self.problems: list[Problem] = []
        self.events = yaml.CSafeLoader(_Stream(document.text))

    def read(self) -> Value:
        try:
            self._next()  # the start of the stream
            if isinstance(self._next(), yaml.StreamEndEvent):
                return None
            root = self._next()
            value = self._value(root, _position(root), None, "", 0)
            self._next()  # the end of the document
            after = self._next()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            text = self.document.text
            last = text.count("\n") + 1
            if line > last:  # libyaml reports a position after the end
                line, column = last, len(text) - text.rfind("\n")
            if error.problem == "exceeded maximum nesting depth":
                raise self._too_deep((line, column)) from None
            fact = f"not well-formed YAML: {error.problem or error.context or 'unreadable'}"
            raise self._malformed(fact, line, column) from None
        except yaml.YAMLError as error:
            line = self.document.position(getattr(error, "position", 0))[0]
            raise SpecError.of(
                "yaml",
                Place(self.document.name, line, 1),
                "a character that YAML doesn't allow",
                "Remove the control character at this line.",
            ) from None
        finally:
            self.events.dispose()
        if not isinstance(after, yaml.StreamEndEvent):
            fact = "a second document begins; a description is a single one"
            raise self._malformed(fact, *_position(after))
        self.document.faults += self.problems
        return value

    def _next(self) -> _Item:
        """Return the next event; for an alias the scalar, or the node, that it refers to."""
        event = self.events.get_event()
        assert event is not None  # read() ends at the end of the stream
        if isinstance(event, yaml.AliasEvent):
            return self._target(event)
        if isinstance(event, yaml.ScalarEvent) and event.anchor is not None:
            self._spend_copies(self.anchored, 1, _position(event))
            self.anchors[event.anchor] = event, 0
        return event

    def _target(self, alias: yaml.AliasEvent) -> _Item:
        position = _position(alias)
        if alias.anchor not in self.anchors:
            fact = f"not well-formed YAML: found undefined alias {alias.anchor!r}"
            raise self._malformed(fact, *position)
        anchored = self.anchors[alias.anchor]
        if anchored is None:
            fact = "an alias is inside the value that it refers to"
            place = Place(self.document.name, *position)
            raise SpecError.of("limit", place, fact, "Replace YAML aliases by $ref.")
        target, nodes = anchored
        self._spend_copies(self.copied, nodes, position)
        self._spend_nodes(nodes, position)
        if isinstance(target, yaml.ScalarEvent):
            self._spend_copies(self.repeated, len(target.value), position)
        return target

    def _malformed(self, fact: str, line: int, column: int) -> SpecError:
        place = Place(self.document.name, line, column)
        return SpecError.of("yaml", place, fact, "Fix the text at this line.")

    def _refuse(self, code: str, place: Place, fact: str, remedy: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(code, fact, remedy, place))

    def _too_deep(self, position: tuple[int, int]) -> SpecError:
        remedy = "Flatten the description: move inner schemas to components."
        place = Place(self.document.name, *position)
        return SpecError.of("limit", place, f"nested more than {MAX_DEPTH} deep", remedy)

    def _place(self, item: _Item) -> Place:
        return Place(self.document.name, *_position(item))

    def _spend_copies(self, budget: Budget, amount: int, position: tuple[int, int]) -> None:
        try:
            budget.spend(amount)
        except BudgetExceeded as error:
            place = Place(self.document.name, *position)
            remedy = "Replace YAML aliases by $ref."
            raise SpecError.of("limit", place, str(error), remedy) from None

    def _spend_nodes(self, amount: int, position: tuple[int, int]) -> None:
        place = partial(Place, self.document.name, *position)
        self.document.sources.spend_nodes(amount, place)

    def _value(
        self,
        item: _Item,
        position: tuple[int, int],
        parent: Location | None,
        key: str,
        depth: int,
    ) -> Value:
        """Return the value that ``item`` is or begins."""
        self._spend_nodes(1, position)
        if isinstance(item, CONTAINERS):
            return self._copy(item, parent, key, depth)
        assert isinstance(item, yaml.ScalarEvent | yaml.CollectionStartEvent)
        if item.tag not in _CORE_TAGS:
            raise SpecError.of(
                "yaml-tag",
                self._place(item),
                f"the YAML tag {item.tag!r} isn't allowed",
                "Remove the tag; a description holds plain data only.",
            )
        if isinstance(item, yaml.ScalarEvent):
            return self._scalar(item)
        if depth > MAX_DEPTH:
            raise self._too_deep(position)
        before = self.nodes.spent
        if item.anchor is not None:
            self._spend_copies(self.anchored, 1, position)
            self.anchors[item.anchor] = None
        location = Location(self.document, parent, key, position)
        result = (
            self._mapping(location, depth)
            if isinstance(item, yaml.MappingStartEvent)
            else self._sequence(location, depth)
        )
        if item.anchor is not None:
            self.anchors[item.anchor] = result, 1 + self.nodes.spent - before
        return result

    def _sequence(self, location: Location, depth: int) -> SequenceNode:
        result = SequenceNode(location)
        positions = array("Q")
        texts = result.texts = [] if location.key == "enum" else None
        while not isinstance(item := self._next(), yaml.SequenceEndEvent):
            position = _position(item)
            positions.append(pack(position))
            if texts is not None:
                texts.append(item.value if isinstance(item, yaml.ScalarEvent) else "")
            value = self._value(item, position, location, str(len(result)), depth + 1)
            result.append(value)
        result.positions = positions.tobytes() or None
        return result

    def _mapping(self, location: Location, depth: int) -> MappingNode:
        result = MappingNode(location)
        positions = array("Q")
        merged: list[MappingNode] = []
        while not isinstance(item := self._next(), yaml.MappingEndEvent):
            if _is_merge(item):
                item = self._next()
                value = self._value(item, _position(item), location, "<<", depth + 1)
                parts = value if isinstance(value, SequenceNode) else [value]
                merged += [part for part in parts if isinstance(part, MappingNode)]
                continue
            position = _position(item)
            key = self._key(item, position)
            if key not in result:
                positions.append(pack(position))
            elif len(self.problems) < MAX_PROBLEMS:
                index = [*result].index(key)
                self._refuse(
                    "duplicate-key",
                    Place(self.document.name, *position, location.pointer),
                    f"the key {key!r} occurs twice; first at line {unpack(positions[index])[0]}",
                    "Remove one of the two.",
                )
                positions[index] = pack(position)
            item = self._next()
            result[key] = self._value(item, _position(item), location, key, depth + 1)
        for part in merged:
            for key, value in part.items():
                if key not in result:
                    result[key] = value
                    positions.append(pack(location.position or (1, 1)))
        result.positions = positions.tobytes() or None
        return result

    def _copy(self, node: Container, parent: Location | None, key: str, depth: int) -> Container:
        """Return a copy of what an alias refers to, as a member of ``parent``."""
        position = _position(node)
        if depth > MAX_DEPTH:
            raise self._too_deep(position)
        location = Location(self.document, parent, key, position)
        values = {
            name: self._copy(value, location, name, depth + 1)
            if isinstance(value, CONTAINERS)
            else value
            for name, value in members(node)
        }
        texts = [text for text in (*values.keys(), *values.values()) if isinstance(text, str)]
        self._spend_copies(self.repeated, sum(map(len, texts)), position)
        if isinstance(node, MappingNode):
            return MappingNode(location, values, node.positions)
        result = SequenceNode(location, values.values())
        result.positions = node.positions
        result.texts = node.texts
        return result

    def _key(self, item: _Item, position: tuple[int, int]) -> str:
        """Return the text of a key; one that isn't text is a warning."""
        if not isinstance(item, yaml.ScalarEvent):
            place = Place(self.document.name, *position)
            self._refuse("key", place, "a key is a list or a mapping", "Write text as the key.")
            self._skip(item)
            return str(place)
        text, value = str(item.value), self._scalar(item)
        if not isinstance(value, str):
            kinds: dict[type, str] = {bool: "a boolean", int: "an integer", float: "a number"}
            fact = f"the key {text} is {kinds.get(type(value), 'null')}; read as text"
            remedy = f"Write '{text}' in quotes."
            place = Place(self.document.name, *position)
            if len(self.document.warnings) < MAX_WARNINGS:
                self.document.warnings.append(Problem("integer-key", fact, remedy, place))
        return text

    def _skip(self, item: _Item) -> None:
        """Read a value, without recursion and without a result."""
        depth = 0
        while True:
            depth += isinstance(item, yaml.CollectionStartEvent)
            depth -= isinstance(item, yaml.CollectionEndEvent)
            if depth <= 0:
                return
            item = self._next()
            self._spend_nodes(1, _position(item))

    def _scalar(self, event: yaml.ScalarEvent) -> Value:
        text: str = event.value
        if event.style or event.tag in (_STR_TAG, "!"):
            return text
        if text in _WORDS:
            return _WORDS[text]
        if text[:1] not in _NUMERIC:
            return text
        if _INT.match(text):
            if len(text) <= MAX_DIGITS:
                return int(text, 0 if text[:2] in ("0o", "0x") else 10)
        elif _FLOAT.match(text):
            if math.isfinite(number := float(text)):
                return number
        elif not _NOT_FINITE.match(text):
            return text
        self._refuse(
            "number",
            self._place(event),
            "a number that is not finite or has too many digits",
            "Write a finite number, or quote it if it is text.",
        )
        return 0


class _Stream:
    """A text in parts; of a whole one, PyYAML makes a copy."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def read(self, size: int = 4096, /) -> str:
        """Return the next characters, at most ``size``; none at the end."""
        self.position += size
        return self.text[self.position - size : self.position]


def _is_merge(item: _Item) -> bool:
    return isinstance(item, yaml.ScalarEvent) and (
        item.tag == _MERGE_TAG or (item.value == "<<" and item.implicit[0])
    )


def _position(item: _Item) -> tuple[int, int]:
    if isinstance(item, CONTAINERS):
        return item.location.position or (1, 1)
    assert item.start_mark
    return item.start_mark.line + 1, item.start_mark.column + 1

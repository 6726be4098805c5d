"""YAML 1.2, core schema (https://yaml.org/spec/1.2.2/#103-core-schema), over libyaml.

Tags, several documents, duplicate keys, lists and mappings as keys, numbers that aren't finite, and
texts that exceed the limits after their aliases are expanded are refused.
"""

from __future__ import annotations

import math
import re

import yaml

from ..errors import Place, Problem, SpecError
from .tree import (
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_NODES,
    Location,
    MappingNode,
    SequenceNode,
    SourceFile,
    Value,
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
MAX_PROBLEMS = 100
_STR_TAG = "tag:yaml.org,2002:str"
_NUMERIC = frozenset("0123456789+-.")
"""The first characters of a plain scalar that is a number."""
_KINDS = "str int float bool null map seq timestamp value merge"
_CORE_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in _KINDS.split()}


class _Loader(yaml.CSafeLoader):
    """libyaml's composer without PyYAML's resolver, which tries YAML 1.1's patterns on each scalar.

    :meth:`_Composer._scalar` resolves scalars by YAML 1.2's core schema.
    """

    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool]) -> str:
        """Return the tag of a node without an explicit one."""
        if kind is yaml.ScalarNode:
            if implicit[0] and value[:1] in _NUMERIC:
                return "tag:yaml.org,2002:int"
            return "tag:yaml.org,2002:merge" if implicit[0] and value == "<<" else _STR_TAG
        return "tag:yaml.org,2002:map" if kind is yaml.MappingNode else "tag:yaml.org,2002:seq"


class _Composer:
    """The conversion of libyaml's nodes into a tree under YAML 1.2's core schema."""

    def __init__(self, document: SourceFile) -> None:
        self.document = document
        self.nodes = 0
        self.open: set[int] = set()
        self.seen: set[int] = set()
        self.copied = 0
        self.problems: list[Problem] = []

    def read(self) -> Value:
        self._check_depth()
        loader = _Loader(self.document.text)
        try:
            node = loader.get_single_node()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            lines = self.document.text.split("\n")
            if line > len(lines):  # libyaml reports a position after the end
                line, column = len(lines), len(lines[-1]) + 1
            place = Place(self.document.name, line, column)
            fact = _describe(error)
            raise SpecError.of("yaml", place, fact, "Fix the text at this line.") from None
        except yaml.YAMLError as error:
            line = self.document.position(getattr(error, "position", 0))[0]
            raise SpecError.of(
                "yaml",
                Place(self.document.name, line, 1),
                "a character that YAML doesn't allow",
                "Remove the control character at this line.",
            ) from None
        finally:
            loader.dispose()
        if node is None:
            return None
        value = self._value(node, None, "", 0)
        self.document.faults += self.problems
        return value

    def _refuse(self, code: str, place: Place, fact: str, remedy: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(code, fact, remedy, place))

    def _check_depth(self) -> None:
        """Refuse deep flow nesting before libyaml's recursive composer reads it."""
        text = self.document.text
        if text.count("[") + text.count("{") < MAX_DEPTH:
            return
        depth = 0
        for match in re.finditer(r"[\[\]{}]", text):
            depth += 1 if match[0] in "[{" else -1
            if depth > 20 * MAX_DEPTH:
                raise self._too_deep(self.document.position(match.start())[0], 1)
            depth = max(depth, 0)

    def _too_deep(self, line: int, column: int) -> SpecError:
        remedy = "Flatten the description: move inner schemas to components."
        place = Place(self.document.name, line, column)
        return SpecError.of("limit", place, f"nested more than {MAX_DEPTH} deep", remedy)

    def _place(self, node: yaml.Node) -> Place:
        return Place(self.document.name, *_position(node))

    def _limit(self, node: yaml.Node, what: str, remedy: str) -> SpecError:
        return SpecError.of("limit", self._place(node), f"more than {what}", remedy)

    def _value(self, node: yaml.Node, parent: Location | None, key: str, depth: int) -> Value:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self._limit(
                node, f"{MAX_NODES:,} nodes", "Cut the description down with speclock slice."
            )
        if node.tag not in _CORE_TAGS:
            raise SpecError.of(
                "yaml-tag",
                self._place(node),
                f"the YAML tag {node.tag!r} isn't allowed",
                "Remove the tag; a description holds plain data only.",
            )
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if depth > MAX_DEPTH or id(node) in self.open:
            raise self._too_deep(*_position(node))
        self.open.add(id(node))
        if id(node) in self.seen:
            self.copied += len(node.value)
            if self.copied > MAX_COPIED:
                fact = f"{MAX_COPIED:,} nodes are copies by alias"
                raise self._limit(node, fact, "Replace YAML aliases by $ref.")
        self.seen.add(id(node))
        location = Location(self.document, parent, key, _position(node))
        result: MappingNode | SequenceNode
        if isinstance(node, yaml.MappingNode):
            result = self._mapping(node, location, depth)
        else:
            assert isinstance(node, yaml.SequenceNode)
            result = SequenceNode(location)
            result.positions = [_position(item) for item in node.value]
            if key == "enum":
                result.texts = [_written(item) for item in node.value]
            for index, item in enumerate(node.value):
                result.append(self._value(item, location, str(index), depth + 1))
        self.open.discard(id(node))
        return result

    def _mapping(self, node: yaml.MappingNode, location: Location, depth: int) -> MappingNode:
        result = MappingNode(location)
        positions = result.positions = {}
        merged: list[MappingNode] = []
        for key_node, value_node in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                value = self._value(value_node, location, "<<", depth + 1)
                parts = value if isinstance(value, SequenceNode) else [value]
                merged += [part for part in parts if isinstance(part, MappingNode)]
                continue
            plain = key_node.tag == _STR_TAG and (key_node.style or key_node.value not in _WORDS)
            key: str = key_node.value if plain else self._key(key_node)
            position = _position(key_node)
            if key in result:
                self._refuse(
                    "duplicate-key",
                    Place(self.document.name, *position, location.pointer),
                    f"the key {key!r} occurs twice; first at line {positions[key][0]}",
                    "Remove one of the two.",
                )
            positions[key] = position
            result[key] = self._value(value_node, location, key, depth + 1)
        for part in merged:
            for key, value in part.items():
                if key not in result:
                    result[key] = value
                    positions[key] = location.position or (1, 1)
        return result

    def _key(self, node: yaml.Node) -> str:
        """Return the text of a key; one that isn't text is a warning."""
        place = self._place(node)
        if not isinstance(node, yaml.ScalarNode):
            self._refuse("key", place, "a key is a list or a mapping", "Write text as the key.")
            return str(place)
        text, value = str(node.value), self._scalar(node)
        if not isinstance(value, str):
            kinds: dict[type, str] = {bool: "a boolean", int: "an integer", float: "a number"}
            fact = f"the key {text} is {kinds.get(type(value), 'null')}; read as text"
            remedy = f"Write '{text}' in quotes."
            self.document.warnings.append(Problem("integer-key", fact, remedy, place))
        return text

    def _scalar(self, node: yaml.ScalarNode) -> Value:
        text: str = node.value
        if node.style or (node.tag == _STR_TAG and text not in _WORDS):
            return text
        if text in _WORDS:
            return _WORDS[text]
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
            self._place(node),
            "a number that is not finite or has too many digits",
            "Write a finite number, or quote it if it is text.",
        )
        return 0


def _position(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _written(node: yaml.Node) -> str:
    """Return the source text of a scalar; empty for a list or a mapping."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _describe(error: yaml.MarkedYAMLError) -> str:
    if error.problem == "but found another document":
        return "a second document begins; a description is a single one"
    return f"not well-formed YAML: {error.problem or error.context or 'unreadable'}"

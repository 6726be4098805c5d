"""A description in memory, with the line and column of every node.

Sources: YAML 1.2 core schema (https://yaml.org/spec/1.2.2/#103-core-schema), JSON (RFC 8259),
JSON pointers (RFC 6901).
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, cast
from urllib.parse import unquote

import yaml

from ..errors import Place, Problem, SpecError

Value: TypeAlias = object  # a node of the tree: Map, Seq, str, int, float, bool or None

MAX_BYTES = 64 * 1024 * 1024
MAX_NODES = 3_000_000
MAX_DEPTH = 400
MAX_DIGITS = 300


class Origin:
    """Where a container stands: its document, its parent, its key there, and its mark if known."""

    __slots__ = ("document", "key", "mark", "parent")

    def __init__(
        self,
        document: Document,
        parent: Origin | None = None,
        key: str = "",
        mark: tuple[int, int] | None = None,
    ) -> None:
        self.document = document
        self.parent = parent
        self.key = key
        self.mark = mark

    @property
    def pointer(self) -> str:
        """The JSON pointer from the document's root."""
        parts: list[str] = []
        at: Origin = self
        while at.parent is not None:
            parts.append("/" + at.key.replace("~", "~0").replace("/", "~1"))
            at = at.parent
        return "".join(reversed(parts))

    @property
    def place(self) -> Place:
        """File, line, column and pointer, for a message."""
        line, column = self.mark or self.document.locate(self.pointer)
        return Place(self.document.name, line, column, self.pointer)


class Map(dict[str, Value]):
    """A mapping that knows where it stands and where each of its keys stands."""

    __slots__ = ("marks", "origin")

    def __init__(self, origin: Origin) -> None:
        super().__init__()
        self.origin = origin
        self.marks: dict[str, tuple[int, int]] | None = None

    def at(self, key: str) -> Origin:
        """The origin of the value under ``key``; its mark is that of the key."""
        value = self.get(key)
        if isinstance(value, (Map, Seq)) and value.origin.parent is self.origin:
            mark = (self.marks or {}).get(key, value.origin.mark)
            return Origin(self.origin.document, self.origin, key, mark)
        return Origin(self.origin.document, self.origin, key, (self.marks or {}).get(key))


class Seq(list[Value]):
    """A sequence that knows where it stands."""

    __slots__ = ("marks", "origin")

    def __init__(self, origin: Origin) -> None:
        super().__init__()
        self.origin = origin
        self.marks: list[tuple[int, int]] | None = None

    def at(self, index: int) -> Origin:
        """The origin of the item at ``index``."""
        mark = self.marks[index] if self.marks else None
        return Origin(self.origin.document, self.origin, str(index), mark)


@dataclass(slots=True)
class Document:
    """One file: its display name, its bytes' SHA-256 (line ends as LF), and its root mapping."""

    name: str
    path: Path
    text: str
    sha256: str
    is_json: bool
    root: Map = field(init=False)
    offsets: dict[str, int] | None = None
    warnings: list[Problem] = field(default_factory=list[Problem])

    def locate(self, pointer: str) -> tuple[int, int]:
        """Line and column of a JSON pointer, looked up in the text; (1, 1) where unknown."""
        if self.offsets is None:
            self.offsets = _json_offsets(self.text) if self.is_json else {}
        offset = self.offsets.get(pointer, 0)
        line = self.text.count("\n", 0, offset) + 1
        return line, offset - (self.text.rfind("\n", 0, offset) + 1) + 1

    def resolve(self, pointer: str) -> Value:
        """The node at a pointer (fragment form, percent-decoded here); raises KeyError."""
        node: Value = self.root
        for part in unquote(pointer).split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, Map):
                node = node[key]
            elif isinstance(node, Seq) and key.isdigit() and int(key) < len(node):
                node = node[int(key)]
            else:
                raise KeyError(pointer)
        return node


def sha256_of(data: bytes) -> str:
    """SHA-256 of text with its line ends as LF, so that a checkout's settings don't matter."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()


def load(path: Path, name: str | None = None) -> Document:
    """Read a description in YAML or JSON; ``name`` is how messages call the file.

    Raises :class:`SpecError` with line and column where the text isn't well-formed, has duplicate
    keys, tags, several documents, or exceeds the limits on size, depth, nodes and numbers.
    """
    shown = name or str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _refusal(
            "file", Place(shown), f"can't be read: {error.strerror}", "Check the path."
        ) from None
    return parse(data, path=path, name=shown)


def parse(data: bytes, *, path: Path, name: str) -> Document:
    """As :func:`load`, from bytes that were read already."""
    if len(data) > MAX_BYTES:
        raise _refusal(
            "limit",
            Place(name),
            f"the file has {len(data):,} bytes; the limit is {MAX_BYTES:,}",
            "Cut the description down to what is used.",
        )
    digest = sha256_of(data)
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refusal(
            "encoding", Place(name, line, 1), "the text isn't UTF-8", "Save the file as UTF-8."
        ) from None
    text = text.replace("\r\n", "\n")
    is_json = text.lstrip()[:1] == "{"
    document = Document(name, path, text, digest, is_json)
    root = _read_json(document) if is_json else _Composer(document).read()
    if not isinstance(root, Map):
        raise _refusal(
            "not-a-description",
            Place(name, 1, 1),
            "the file holds no OpenAPI description (its root isn't a mapping)",
            "Point --spec at an OpenAPI 3.x document.",
        )
    document.root = root
    return document


def _refusal(code: str, place: Place, fact: str, remedy: str) -> SpecError:
    return SpecError([Problem(code, fact, remedy, place)])


# ── YAML ─────────────────────────────────────────────────────────────────────────────────────────

_INT = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")
_WORDS: dict[str, Value] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_STR_TAG = "tag:yaml.org,2002:str"
_CORE_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null")} | {
    f"tag:yaml.org,2002:{kind}" for kind in ("map", "seq", "timestamp", "value", "merge")
}


class _Composer:
    """Turns libyaml's node graph into Map and Seq under YAML 1.2's core schema."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.nodes = 0
        self.open: set[int] = set()

    def read(self) -> Value:
        self._check_depth()
        loader = yaml.CSafeLoader(self.document.text)
        try:
            node = loader.get_single_node()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            raise _refusal(
                "yaml",
                Place(self.document.name, line, column),
                f"not well-formed YAML: {error.problem or error.context or 'unreadable'}",
                "Mend the text at this line.",
            ) from None
        except yaml.YAMLError as error:
            position = getattr(error, "position", 0)
            line = self.document.text.count("\n", 0, position) + 1
            raise _refusal(
                "yaml",
                Place(self.document.name, line, 1),
                "a character that YAML doesn't allow",
                "Remove the control character at this line.",
            ) from None
        finally:
            loader.dispose()
        if node is None:
            return None
        return self._value(node, None, "", 0)

    def _check_depth(self) -> None:
        """Refuse runaway flow nesting before libyaml's recursive composer sees it."""
        text = self.document.text
        if text.count("[") + text.count("{") < MAX_DEPTH:
            return
        depth = 0
        for match in re.finditer(r"[\[\]{}]", text):
            depth += 1 if match[0] in "[{" else -1
            if depth > 20 * MAX_DEPTH:
                line = text.count("\n", 0, match.start()) + 1
                raise self._too_deep(line, 1)
            depth = max(depth, 0)

    def _too_deep(self, line: int, column: int) -> SpecError:
        return _refusal(
            "limit",
            Place(self.document.name, line, column),
            f"nested more than {MAX_DEPTH} deep",
            "Flatten the description; move inner schemas to components.",
        )

    def _place(self, node: yaml.Node) -> Place:
        mark = node.start_mark
        return Place(self.document.name, mark.line + 1, mark.column + 1)

    def _value(self, node: yaml.Node, parent: Origin | None, key: str, depth: int) -> Value:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _refusal(
                "limit",
                self._place(node),
                f"more than {MAX_NODES:,} nodes once aliases are expanded",
                "Replace YAML aliases by $ref.",
            )
        if node.tag not in _CORE_TAGS:
            raise _refusal(
                "yaml-tag",
                self._place(node),
                f"the YAML tag {node.tag!r} isn't allowed",
                "Remove the tag; a description holds plain data only.",
            )
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if depth > MAX_DEPTH or id(node) in self.open:
            mark = node.start_mark
            raise self._too_deep(mark.line + 1, mark.column + 1)
        self.open.add(id(node))
        mark = (node.start_mark.line + 1, node.start_mark.column + 1)
        origin = Origin(self.document, parent, key, mark)
        result: Map | Seq
        if isinstance(node, yaml.MappingNode):
            result = self._mapping(node, origin, depth)
        else:
            assert isinstance(node, yaml.SequenceNode)
            result = Seq(origin)
            result.marks = []
            for index, item in enumerate(node.value):
                result.marks.append((item.start_mark.line + 1, item.start_mark.column + 1))
                result.append(self._value(item, origin, str(index), depth + 1))
        self.open.discard(id(node))
        return result

    def _mapping(self, node: yaml.MappingNode, origin: Origin, depth: int) -> Map:
        result = Map(origin)
        marks = result.marks = {}
        merged: list[Map] = []
        for key_node, value_node in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                value = self._value(value_node, origin, "<<", depth + 1)
                parts = value if isinstance(value, Seq) else [value]
                merged += [part for part in parts if isinstance(part, Map)]
                continue
            key = self._key(key_node)
            mark = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if key in result:
                raise _refusal(
                    "duplicate-key",
                    Place(self.document.name, *mark, origin.pointer),
                    f"the key {key!r} stands twice; first at line {marks[key][0]}",
                    "Remove one of the two.",
                )
            marks[key] = mark
            result[key] = self._value(value_node, origin, key, depth + 1)
        for part in merged:
            for key, value in part.items():
                if key not in result:
                    result[key] = value
                    marks[key] = origin.mark or (1, 1)
        return result

    def _key(self, node: yaml.Node) -> str:
        value = self._scalar(node) if isinstance(node, yaml.ScalarNode) else node
        if isinstance(value, str):
            return value
        place = self._place(node)
        if isinstance(value, int) and not isinstance(value, bool):
            self.document.warnings.append(
                Problem(
                    "integer-key",
                    f"the key {value} is an integer; read as text",
                    f"Write '{value}' in quotes.",
                    place,
                )
            )
            assert isinstance(node, yaml.ScalarNode)
            return cast("str", node.value)
        raise _refusal(
            "key",
            place,
            "a key that isn't text",
            "Write the key in quotes.",
        )

    def _scalar(self, node: yaml.ScalarNode) -> Value:
        text = cast("str", node.value)
        if node.style or (node.tag == _STR_TAG and text not in _WORDS):
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INT.match(text) or _OCTAL.match(text) or _HEX.match(text):
            if len(text) > MAX_DIGITS:
                raise self._number(node)
            if text[:2] in ("0o", "0x"):
                return int(text, 0)
            return int(text)
        if _NOT_FINITE.match(text):
            raise self._number(node)
        if _FLOAT.match(text):
            number = float(text)
            if not math.isfinite(number):
                raise self._number(node)
            return number
        return text

    def _number(self, node: yaml.Node) -> SpecError:
        return _refusal(
            "number",
            self._place(node),
            "a number that is not finite or has too many digits",
            "Write a finite number, or quote it if it is text.",
        )


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────


def _read_json(document: Document) -> Value:
    """Parse with the standard library; positions are looked up only when a message needs one."""
    duplicates: list[str] = []

    def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
        result = dict(items)
        if len(result) < len(items):
            counts = Counter(key for key, _ in items)
            duplicates.extend(key for key, count in counts.items() if count > 1)
        return result

    def number(text: str) -> float:
        value = float(text)
        if len(text) > MAX_DIGITS or not math.isfinite(value):
            raise OverflowError(text[:20])
        return value

    def integer(text: str) -> int:
        if len(text) > MAX_DIGITS:
            raise OverflowError(text[:20])
        return int(text)

    try:
        tree: object = json.loads(
            document.text,
            object_pairs_hook=pairs,
            parse_float=number,
            parse_int=integer,
            parse_constant=number,
        )
    except json.JSONDecodeError as error:
        raise _refusal(
            "json",
            Place(document.name, error.lineno, error.colno),
            f"not well-formed JSON: {error.msg}",
            "Mend the text at this line.",
        ) from None
    except (RecursionError, OverflowError) as error:
        fact = "nested too deep" if isinstance(error, RecursionError) else "a number out of range"
        needle = str(error) if isinstance(error, OverflowError) else ""
        line = document.text.count("\n", 0, document.text.find(needle)) + 1
        raise _refusal(
            "limit", Place(document.name, line, 1), fact, "Cut the description down."
        ) from None
    if duplicates:
        key = json.dumps(duplicates[0])
        first = document.text.find(key)
        second = document.text.find(key, first + 1)
        lines = [document.text.count("\n", 0, at) + 1 for at in (first, second)]
        raise _refusal(
            "duplicate-key",
            Place(document.name, lines[1], 1),
            f"the key {duplicates[0]!r} stands twice in one object; first at line {lines[0]}",
            "Remove one of the two.",
        )
    return _adopt(document, tree, None, "", 0)


def _adopt(document: Document, value: object, parent: Origin | None, key: str, depth: int) -> Value:
    if depth > MAX_DEPTH:
        place = Origin(document, parent, key).place
        raise _refusal(
            "limit", place, f"nested more than {MAX_DEPTH} deep", "Flatten the description."
        )
    if isinstance(value, dict):
        result = Map(Origin(document, parent, key))
        for name, item in cast("dict[str, object]", value).items():
            result[name] = _adopt(document, item, result.origin, name, depth + 1)
        return result
    if isinstance(value, list):
        items = Seq(Origin(document, parent, key))
        for index, item in enumerate(cast("list[object]", value)):
            items.append(_adopt(document, item, items.origin, str(index), depth + 1))
        return items
    if isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value):
        raise _refusal(
            "encoding",
            Origin(document, parent, key).place,
            "a lone surrogate, which no UTF-8 text can hold",
            "Write the character itself, or a whole surrogate pair.",
        )
    return value


_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|[\[\]{},]|[^\s\[\]{},:"]+')


def _json_offsets(text: str) -> dict[str, int]:
    """Pointer of every member and item to its offset, by one pass over the tokens."""
    offsets: dict[str, int] = {"": 0}
    stack: list[
        tuple[str, str, int]
    ] = []  # per open container: its pointer, its kind, items so far
    pointer = ""
    expect_key = False
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in ("}", "]"):
            stack.pop()
            expect_key = False
        elif mark == ",":
            base, kind, count = stack[-1]
            stack[-1] = (base, kind, count + 1)
            expect_key = kind == "{"
        elif expect_key:
            key = cast("str", json.loads(mark))
            pointer = f"{stack[-1][0]}/{key.replace('~', '~0').replace('/', '~1')}"
            offsets[pointer] = token.start()
            expect_key = False
        else:
            if stack and stack[-1][1] == "[":
                pointer = f"{stack[-1][0]}/{stack[-1][2]}"
                offsets[pointer] = token.start()
            if mark in ("{", "["):
                stack.append((pointer, mark, 0))
                expect_key = mark == "{"
    return offsets


def walk(node: Value) -> Iterator[Map]:
    """Every mapping at or below ``node``, outside in."""
    if isinstance(node, Map):
        yield node
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, Seq):
        for value in node:
            yield from walk(value)

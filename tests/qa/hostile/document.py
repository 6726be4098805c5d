"""A hostile description as this tool sees it: scalars with their lines, by PyYAML's parse alone.

The generator's own reading isn't trusted here. What PyYAML can't read gives an empty document:
then only the outcome is checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Pointer = tuple[str, ...]
_DEPTH = 600
_NODES = 400_000
_CORE = re.compile(
    r"null|Null|NULL|~|true|True|TRUE|false|False|FALSE"
    r"|[-+]?\d+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?"
    r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|"
)
"""Plain scalars that YAML 1.2's core schema doesn't read as text (§10.3.2)."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One scalar, or one key of a mapping (``is_key``; the pointer then ends in it)."""

    pointer: Pointer
    text: str
    line: int
    is_key: bool
    is_text: bool
    """Whether YAML 1.2 reads it as text."""


@dataclass(slots=True)
class Document:
    """The scalars of a description, and what its structure says."""

    path: Path
    raw: bytes
    scalars: list[Scalar] = field(default_factory=list[Scalar])
    lines: dict[Pointer, int] = field(default_factory=dict[Pointer, int])
    kinds: dict[Pointer, str] = field(default_factory=dict[Pointer, str])
    """``mapping``, ``sequence`` or ``scalar`` of each node."""
    twice: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    """Lines of each key that its mapping already has: the first one's and its own."""
    odd_keys: list[tuple[Pointer, int]] = field(default_factory=list[tuple[Pointer, int]])
    """Keys that are no scalars."""

    @property
    def text(self) -> str:
        """The file's text, as far as it is any."""
        encoding = "utf-16" if self.raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
        return self.raw.decode(encoding, errors="replace")

    def at(self, *pointer: str) -> str:
        """The scalar at a pointer; empty where there is none."""
        return next((s.text for s in self.scalars if s.pointer == pointer and not s.is_key), "")

    def children(self, pointer: Pointer) -> list[Pointer]:
        """The nodes directly below one."""
        depth = len(pointer) + 1
        return [p for p in self.kinds if len(p) == depth and p[:-1] == pointer]

    def used(self) -> set[Pointer]:
        """Roots of all that operations use: paths, and each component they lead to."""
        roots: set[Pointer] = set()
        waiting: list[Pointer] = [("paths",), ("servers",), ("security",)]
        while waiting:
            root = waiting.pop()
            if root in roots:
                continue
            roots.add(root)
            for scalar in self.scalars:
                if scalar.pointer[: len(root)] != root or scalar.is_key:
                    continue
                if scalar.text.startswith("#/"):
                    waiting.append(tuple(map(_unescaped, scalar.text[2:].split("/"))))
        schemes = {s.text for s in self.scalars if s.is_key and s.pointer[-3:-2] == ("security",)}
        roots |= {("components", "securitySchemes", name) for name in schemes}
        return roots

    def is_used(self, pointer: Pointer, roots: set[Pointer]) -> bool:
        """Whether a node lies below one of these roots."""
        return any(pointer[:n] in roots for n in range(1, len(pointer) + 1))


def read(path: Path) -> Document:
    """The document; without scalars where PyYAML can't read it."""
    document = Document(path, path.read_bytes())
    text = document.text
    if _depth(text) > _DEPTH or len(text) > 20_000_000:
        return document
    try:
        node = yaml.compose(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError, ValueError):
        return document
    if node is not None:
        _walk(node, document)
    return document


def _walk(root: Any, document: Document) -> None:
    waiting: list[tuple[Any, Pointer]] = [(root, ())]
    visited: set[int] = set()
    while waiting and len(document.kinds) < _NODES:
        node, pointer = waiting.pop()
        line = node.start_mark.line + 1
        document.lines.setdefault(pointer, line)
        document.kinds[pointer] = node.id
        if isinstance(node, yaml.ScalarNode):
            document.scalars.append(Scalar(pointer, node.value, line, False, _is_text(node)))
            continue
        if id(node) in visited:
            continue
        visited.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += [(child, (*pointer, str(i))) for i, child in enumerate(node.value)][::-1]
            continue
        seen: dict[str, int] = {}
        for key, value in reversed(node.value):
            if isinstance(key, yaml.ScalarNode):
                waiting.append((value, (*pointer, key.value)))
            else:
                waiting.append((value, (*pointer, "?")))
        for key, _ in node.value:
            at = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                document.odd_keys.append((pointer, at))
                continue
            document.lines[(*pointer, key.value)] = at
            scalar = Scalar((*pointer, key.value), key.value, at, True, _is_text(key))
            document.scalars.append(scalar)
            if key.value in seen:
                document.twice.append((seen[key.value], at))
            seen.setdefault(key.value, at)


def _is_text(node: Any) -> bool:
    return node.style in ("'", '"', "|", ">") or not _CORE.fullmatch(node.value)


def _unescaped(token: str) -> str:
    return token.replace("~1", "/").replace("~0", "~")


def _depth(text: str) -> int:
    depth = deepest = 0
    for sign in re.findall(r"[\[\]{}]", text):
        depth += 1 if sign in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def operations(document: Document) -> Iterator[tuple[Pointer, str]]:
    """Each operation's pointer, with its path."""
    methods = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
    for pointer, kind in document.kinds.items():
        is_method = len(pointer) == 3 and pointer[0] == "paths" and pointer[2] in methods
        if is_method and kind == "mapping":
            yield pointer, pointer[1]

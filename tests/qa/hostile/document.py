"""A hostile description as this tool sees it: scalars with their lines, by PyYAML's parse alone.

The generator's own reading isn't trusted here. What PyYAML can't read gives an empty document:
then only the outcome is checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Pointer = tuple[str, ...]
_DEPTH = 600
_NODES = 400_000


@dataclass(frozen=True, slots=True)
class Scalar:
    """One scalar, or one key of a mapping (``is_key``; the pointer then ends in it)."""

    pointer: Pointer
    text: str
    line: int
    is_key: bool


@dataclass(slots=True)
class Document:
    """The scalars of a description, and what its structure says."""

    path: Path
    raw: bytes
    scalars: list[Scalar] = field(default_factory=list[Scalar])
    lines: dict[Pointer, int] = field(default_factory=dict[Pointer, int])
    kinds: dict[Pointer, str] = field(default_factory=dict[Pointer, str])
    """``mapping``, ``sequence`` or ``scalar`` of each node."""

    @property
    def text(self) -> str:
        """The file's text, as far as it is any."""
        encoding = "utf-16" if self.raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
        return self.raw.decode(encoding, errors="replace")

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
            document.scalars.append(Scalar(pointer, node.value, line, False))
            continue
        if id(node) in visited:
            continue
        visited.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += [(child, (*pointer, str(i))) for i, child in enumerate(node.value)][::-1]
            continue
        for key, value in reversed(node.value):
            if isinstance(key, yaml.ScalarNode):
                waiting.append((value, (*pointer, key.value)))
            else:
                waiting.append((value, (*pointer, "?")))
        for key, _ in node.value:
            at = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                continue
            document.lines[(*pointer, key.value)] = at
            scalar = Scalar((*pointer, key.value), key.value, at, True)
            document.scalars.append(scalar)


def _unescaped(token: str) -> str:
    return token.replace("~1", "/").replace("~0", "~")


def _depth(text: str) -> int:
    depth = deepest = 0
    for sign in re.findall(r"[\[\]{}]", text):
        depth += 1 if sign in "[{" else -1
        deepest = max(deepest, depth)
    return deepest

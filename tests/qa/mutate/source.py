"""A module's source text with exact positions, and single edits of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from typing import TypeVar

Node = ast.expr | ast.stmt | ast.keyword | ast.arg
N = TypeVar("N", bound=ast.AST)


@dataclass(frozen=True, slots=True)
class Fault:
    """One edit of one file, and how to tell a person about it."""

    kind: str
    file: str
    line: int
    scope: str
    """The class and function that it is in, such as ``Sender.call``."""
    before: str
    after: str
    start: int
    """Where the edit begins, in bytes."""
    end: int
    replacement: bytes
    source_line: str
    """The line as it is written, without its indentation."""

    def applied(self, source: bytes) -> bytes:
        """The file with this fault in it, all else as it was."""
        return source[: self.start] + self.replacement + source[self.end :]

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}"
        return f"{place}  {self.kind}  {self.scope or 'module'}: {self.before}  →  {self.after}"


class Module:
    """One parsed source file."""

    def __init__(self, file: str, source: bytes) -> None:
        self.file = file
        self.source = source
        self.tree = ast.parse(source, file)
        self._lines = source.splitlines(keepends=True)
        self._starts = [0, *accumulate(map(len, self._lines))]
        self._parents = {
            child: parent
            for parent in ast.walk(self.tree)
            for child in ast.iter_child_nodes(parent)
        }

    @cached_property
    def _out_of_reach(self) -> frozenset[ast.AST]:
        """Docstrings, and what is inside f-strings, whose parts have no positions in 3.11."""
        found: set[ast.AST] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                found.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                found.update(ast.walk(node))
                found.discard(node)
        return frozenset(found)

    def all(self, kind: type[N]) -> Iterator[N]:
        """Every node of a class that an edit can reach, in the order of the text."""
        found = [
            node
            for node in ast.walk(self.tree)
            if isinstance(node, kind) and node not in self._out_of_reach
        ]
        yield from sorted(found, key=lambda node: getattr(node, "lineno", 0))

    def texts(self) -> Iterator[tuple[ast.Constant, str]]:
        """Every string constant, docstrings left out."""
        for node in self.all(ast.Constant):
            if isinstance(node.value, str):
                yield node, node.value

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node around a node."""
        return self._parents.get(node)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, innermost first."""
        while (outer := self._parents.get(node)) is not None:
            yield outer
            node = outer

    def scope(self, node: ast.AST) -> str:
        """The dotted name of the class and function that a node is in."""
        kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        names = [outer.name for outer in (node, *self.around(node)) if isinstance(outer, kinds)]
        return ".".join(reversed(names))

    def span(self, node: Node) -> tuple[int, int]:
        """Where a node stands, in bytes."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        start = self._starts[node.lineno - 1] + node.col_offset
        return start, self._starts[node.end_lineno - 1] + node.end_col_offset

    def text(self, node: Node) -> str:
        """A node as it is written."""
        start, end = self.span(node)
        return self.source[start:end].decode()

    def replaced(
        self, kind: str, node: Node, after: str, *, about: Node | None = None, said: str = ""
    ) -> Fault:
        """The fault that writes ``after`` for ``node``; ``about`` and ``said`` are for people."""
        start, end = self.span(node)
        shown = about or node
        return Fault(
            kind,
            self.file,
            shown.lineno,
            self.scope(node),
            _short(self.text(shown)),
            _short(said or after),
            start,
            end,
            after.encode(),
            self._lines[shown.lineno - 1].strip().decode(),
        )

    def without_statement(self, kind: str, node: ast.stmt) -> Fault:
        """The fault that drops a statement, and the docstring of an attribute with it."""
        fault = self.replaced(kind, node, "pass", said="(dropped)")
        body = next(
            block
            for _, block in ast.iter_fields(self._parents[node])
            if isinstance(block, list) and node in block
        )
        below = body[body.index(node) + 1 :][:1]
        if below and isinstance(below[0], ast.Expr) and isinstance(below[0].value, ast.Constant):
            _, end = self.span(below[0])
            return replace(fault, end=end)
        return fault

    def without_item(
        self, kind: str, whole: ast.Call | ast.Dict | ast.Tuple, item: ast.AST
    ) -> Fault:
        """The fault that drops an argument of a call, a dictionary's entry or a tuple's element."""
        if isinstance(whole, ast.Dict):
            pairs = list(zip(whole.keys, whole.values, strict=True))
            kept = [
                f"{self.text(key)}: {self.text(value)}" if key else f"**{self.text(value)}"
                for key, value in pairs
                if key is not item
            ]
            after = f"{{{', '.join(kept)}}}"
        elif isinstance(whole, ast.Tuple):
            kept = [f"{self.text(one)}," for one in whole.elts if one is not item]
            after = f"({' '.join(kept)})"
        else:
            given: list[Node] = [*whole.args, *whole.keywords]
            kept = [self.text(one) for one in given if one is not item]
            after = f"{self.text(whole.func)}({', '.join(kept)})"
        assert isinstance(item, ast.expr | ast.keyword)
        return self.replaced(kind, whole, after, about=item, said="(dropped)")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 90 else f"{line[:60]} … {line[-26:]}"


def name_of(node: ast.expr) -> str:
    """The last name of what is called or subclassed: ``Client`` of ``httpx.Client``."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return name_of(value)
        case _:
            return ""


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a keyword argument."""
    return next((one.value for one in call.keywords if one.arg == name), None)


def is_last(module: Module, node: ast.stmt) -> bool:
    """Is nothing run after this statement, within its function?"""
    inner: ast.AST = node
    for outer in module.around(node):
        blocks: Sequence[object] = [value for _, value in ast.iter_fields(outer)]
        for block in blocks:
            if isinstance(block, list) and inner in block and block[-1] is not inner:
                return False
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
            return True
        if isinstance(outer, ast.For | ast.AsyncFor | ast.While):
            return False
        inner = outer
    return True

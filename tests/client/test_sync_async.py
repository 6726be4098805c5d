"""The synchronous and the asynchronous client are the same code, but for ``await``.

Both are read as syntax trees; the asynchronous half is turned into a synchronous one, and the two
must then be equal to the letter. So what the tests prove of one holds for the other.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pinterest_audiences
import pytest

PACKAGE = Path(pinterest_audiences.__file__).parent
MODULES = ("_runtime/transport", "_runtime/clients", "client", "resources/audiences")

NAMES = {
    "aclose": "close",
    "aiter_bytes": "iter_bytes",
    "aiter_raw": "iter_raw",
    "aread": "read",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "StopAsyncIteration": "StopIteration",
}
SLEEPS = {"anyio.sleep": "time.sleep"}
"""A function that sleeps without blocking → its synchronous counterpart."""
UNWRAPPED = {"_awaited"}
"""Functions of ours that await their first argument, in a way that only asynchronous code needs."""
DEADLINE = "anyio.move_on_after("
"""What cancels at the deadline; the block is followed by the error for that."""

ONLY_SYNC = frozenset({"_Settings", "_AnyClient", "RawResponse", "_Lazy"})
"""Classes that both halves use."""


class Synchronous(ast.NodeTransformer):
    """Turns asynchronous code into the synchronous code that does the same."""

    def name(self, name: str) -> str:
        return NAMES.get(name, name.replace("Async", "").removeprefix("async_"))

    def visit_Await(self, node: ast.Await) -> ast.AST:
        return self.visit(node.value)  # type: ignore[no-any-return]

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        made = ast.FunctionDef(**{name: getattr(node, name) for name in node._fields})
        return self.visit_FunctionDef(made)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self.name(node.name)
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self.name(node.name)
        return self.generic_visit(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        return self.generic_visit(ast.For(**{name: getattr(node, name) for name in node._fields}))

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        return self.generic_visit(ast.With(**{name: getattr(node, name) for name in node._fields}))

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        node.is_async = 0
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id in UNWRAPPED:
            return self.visit(node.args[0])  # type: ignore[no-any-return]
        if (name := ast.unparse(node.func)) in SLEEPS:
            node.func = ast.parse(SLEEPS[name], mode="eval").body
        return self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> ast.AST | None:
        return None if node.names[0].name == "anyio" else node

    def visit_Try(self, node: ast.Try) -> ast.AST:
        match node.body:
            case [*before, ast.With(items=[limit], body=body), ast.Raise()]:
                assert ast.unparse(limit).startswith(DEADLINE)
                node.body = [*before, *body]
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self.name(node.id)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == "Awaitable":
            return self.visit(node.slice)  # type: ignore[no-any-return]
        return self.generic_visit(node)

    def visit_alias(self, node: ast.alias) -> ast.AST:
        node.name = self.name(node.name)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        node.attr = self.name(node.attr)
        return self.generic_visit(node)


def classes(module: str) -> dict[str, ast.ClassDef]:
    tree = ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def pairs() -> Iterator[Any]:
    """Each class of the modules, beside its asynchronous counterpart."""
    for module in MODULES:
        found = classes(module)
        for name in sorted({name.removeprefix("Async") for name in found} - ONLY_SYNC):
            yield pytest.param(found.get(name), found.get(f"Async{name}"), id=f"{module}-{name}")


def without_docstring(node: ast.ClassDef) -> ast.ClassDef:
    """A docstring may speak of threads or of tasks, or refer to the synchronous half."""
    for part in (node, *node.body):
        if isinstance(part, (ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(part):
            part.body = part.body[1:] or [ast.Pass()]
    return node


def source(node: ast.ClassDef) -> list[str]:
    return ast.unparse(ast.fix_missing_locations(without_docstring(node))).splitlines()


@pytest.mark.parametrize(("sync", "other"), [*pairs()])
def test_the_halves_are_the_same(sync: ast.ClassDef | None, other: ast.ClassDef | None) -> None:
    """The asynchronous class without its ``await`` is the synchronous class."""
    assert sync is not None and other is not None, "there is only one half"
    made = Synchronous().visit(other)

    difference = list(difflib.unified_diff(source(sync), source(made), "sync", "async", n=2))

    assert not difference, "\n".join(["the two halves differ:", *difference])

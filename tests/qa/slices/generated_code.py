"""The code that is generated from a description, by operation."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.base.config import Client, Pins
from generator.project.services.generation.generate import render_client
from generator.project.services.project.pyproject_edit import with_changes
from tests.support.command import without_layout


@dataclass(slots=True)
class Code:
    """The code generated from one description."""

    operations: list[dict[str, str]]
    resources: dict[str, ast.Module]
    """The modules with methods, by name."""
    models: dict[str, str]
    """Every class and alias of the models, by name."""
    names: dict[str, set[str]]
    """The names that each of them uses."""

    def of(self, operation: dict[str, str]) -> dict[str, str]:
        """What belongs to one operation: its methods, its constants and the models they reach.

        What stands in the constant's ``security`` is left out: a credential is called after its
        scheme only where there are several, see :meth:`credentials`.
        """
        method = operation["call"].rpartition(".")[2]
        found: dict[str, str] = {}
        reached: set[str] = set()
        every = {n: v for tree in self.resources.values() for n, v in _assignments(tree)}
        for tree in self.resources.values():
            values = {**every, **dict(_assignments(tree))}
            used: set[str] = set()
            for title, node in _methods(tree):
                own = _names(node) & values.keys()
                names = (method, f"{method}_stream", f"{method}_all")
                if node.name in names and any(_is_of(operation, values[name]) for name in own):
                    found[title] = _unparsed(node)
                    used |= own
                    reached |= _models(node)
            for name in sorted(used):
                inlined = _Inlined(values).visit(ast.parse(ast.unparse(values[name])))
                reached |= _models(inlined)
                for call in (node for node in ast.walk(inlined) if isinstance(node, ast.Call)):
                    call.keywords = [word for word in call.keywords if word.arg != "security"]
                found[name] = _unparsed(inlined)
        todo = [name for name in reached if name in self.models]
        while todo:
            name = todo.pop()
            if f"models.{name}" not in found:
                found[f"models.{name}"] = self.models[name]
                todo += [inner for inner in self.names[name] if inner in self.models]
        return found

    def credentials(self, operation: dict[str, str]) -> str:
        """What an operation's constant says of ``security``."""
        for tree in self.resources.values():
            for _, value in _assignments(tree):
                if _is_of(operation, value):
                    calls = (node for node in ast.walk(value) if isinstance(node, ast.Call))
                    words = (word for call in calls for word in call.keywords)
                    return next((ast.unparse(w.value) for w in words if w.arg == "security"), "")
        return ""


def _is_of(operation: dict[str, str], value: ast.stmt) -> bool:
    """Whether a constant is the operation."""
    text = ast.unparse(value)
    request = f"{operation['method']} {operation['path']}"
    return f"name={operation['call']!r}" in text and f"request={request!r}" in text


def _methods(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in tree.body:
        for inner in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{node.name}.{inner.name}", inner  # type: ignore[attr-defined]


def _models(node: ast.AST) -> set[str]:
    """The models that a resource's module names: ``models.X``."""
    return {
        inner.attr
        for inner in ast.walk(node)
        if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name)
        if inner.value.id.startswith("models")
    }


def read_code(path: Path, pins: Pins | None = None) -> Code:
    """Generate the code of a description, with some names pinned."""
    client = Client(spec=path.name, package="cut", output="out")
    client = with_changes(client, pins) if pins else client
    with without_layout():
        made = render_client(client, path.parent, lambda _: None)
    files = {name: data.decode() for name, data in made.files.files.items() if name[:4] == "cut/"}
    manifest = json.loads(files["cut/speclock.json"])
    resources = {
        name: ast.parse(text)
        for name, text in files.items()
        if name.endswith(".py") and name.startswith(("cut/resources/", "cut/client", "cut/_oper"))
    }
    code = Code(manifest["operations"], resources, {}, {})
    for name, text in files.items():
        if name.startswith("cut/models") and name.endswith(".py"):
            tree = _Unaliased.of(ast.parse(text))
            for node in tree.body:
                for key in _defined(node):
                    code.models[key] = _unparsed(node)
                    code.names[key] = _names(node)
    return code


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef):
        return [node.name]
    return [name for name, _ in _assignments(ast.Module([node], []))]


def _assignments(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((t.id, node) for t in targets if isinstance(t, ast.Name))


class _Inlined(ast.NodeTransformer):
    """A parameter that several operations share is a private constant; in the slice it has one."""

    def __init__(self, values: dict[str, ast.stmt]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.AST:
        found = self.values.get(node.id) if node.id.startswith("_") else None
        if isinstance(found, ast.Assign | ast.AnnAssign) and found.value is not None:
            inner: ast.AST = self.visit(ast.parse(ast.unparse(found.value), mode="eval").body)
            return inner
        return node


class _Unaliased(ast.NodeTransformer):
    """``from uuid import UUID as UUID_aliased``, needed where a model is called so, undone."""

    def __init__(self, aliases: dict[str, str]) -> None:
        self.aliases = aliases

    @classmethod
    def of(cls, tree: ast.Module) -> ast.Module:
        imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
        pairs = [(a.asname, a.name) for node in imports for a in node.names if a.asname]
        visited: ast.Module = cls(dict(pairs)).visit(tree)
        return visited

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.copy_location(ast.Name(self.aliases.get(node.id, node.id), node.ctx), node)


class _Flat(ast.NodeTransformer):
    """``models.Pet`` as ``Pet`` and ``builtins.list`` as ``list``.

    Where a model is defined depends on how many there are, and whether ``list`` needs its module's
    name on whether the resource has a method of that name.
    """

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        is_model = node.attr[:1].isupper()
        if isinstance(node.value, ast.Name) and (is_model or node.value.id == "builtins"):
            return ast.copy_location(ast.Name(node.attr, node.ctx), node)
        return node


def _unparsed(node: ast.AST) -> str:
    return ast.unparse(_Flat().visit(ast.parse(ast.unparse(node))))


def _names(node: ast.AST) -> set[str]:
    found: set[str] = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            found.add(inner.id)
        elif isinstance(inner, ast.Attribute):
            found.add(inner.attr)
    return found

"""The modules of a package, and where each name in them is defined; nothing is imported or run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from pathlib import PurePosixPath

from ...base.immutable import immutable

RUNTIME = "_runtime"
"""The folder of the modules that are the same in every package."""
ROOT = ""
"""The name of the module ``__init__`` of the package itself."""
Function = ast.FunctionDef | ast.AsyncFunctionDef
_LONGEST = 20
"""The imports that lead from a name to its definition, at most."""


@immutable(eq=False)
class SourceModule:
    """A module of a package: what it defines and imports."""

    name: str
    """Its name below the package: ``resources.pets``."""
    path: str
    tree: ast.Module
    definitions: dict[str, ast.stmt] = field(default_factory=dict[str, ast.stmt])
    """Classes, functions and assignments by name; of an ``if`` those of its first branch."""
    functions: dict[str, list[Function]] = field(default_factory=dict[str, list[Function]])
    """All definitions of a function, which are several if it has overloads."""
    imports: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """The module and the name in it for each name of an ``from`` import."""
    former: list[str] = field(default_factory=list[str])
    """The names of an earlier version, each with another one now."""

    @property
    def is_public(self) -> bool:
        """Return whether callers may import it."""
        return not any(part.startswith("_") for part in self.name.split("."))

    @property
    def exported(self) -> list[str]:
        """The names in ``__all__``; without one the public definitions, and all that
        ``__init__`` imports.
        """
        match self.definitions.get("__all__"):
            case ast.Assign(value=ast.List(elts=items) | ast.Tuple(elts=items)):
                names = [str(item.value) for item in items if isinstance(item, ast.Constant)]
                return names + self.former
            case _:
                names = [*self.definitions, *(self.imports if self.name == ROOT else ())]
                return [name for name in names if not name.startswith("_")]


@immutable
class Definition:
    """A class, a function or an assignment, with its module."""

    module: SourceModule
    name: str
    node: ast.stmt


class Modules:
    """The modules of a package by their names below it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Read ``files``, source by path; raises :class:`SyntaxError` for what isn't Python."""
        self.by_name: dict[str, SourceModule] = {}
        for path in sorted(files):
            if path.endswith(".py"):
                module = _read(path, ast.parse(files[path], path))
                self.by_name[module.name] = module

    def __iter__(self) -> Iterator[SourceModule]:
        return iter(self.by_name.values())

    def definition(self, module: SourceModule, expression: ast.expr) -> Definition | None:
        """Return what an expression in a module names; None for what isn't of this package."""
        match expression:
            case ast.Name(id=name):
                return self.find(module.name, name)
            case ast.Attribute(value=ast.Name(id=inner), attr=name):
                other = self._imported_module(module, inner)
                return self.find(other, name) if other is not None else None
            case _:
                return None

    def find(self, module_name: str, name: str) -> Definition | None:
        """Return the definition of a name of a module, through imports and other names for it."""
        for _ in range(_LONGEST):
            module = self.by_name.get(module_name)
            if module is None:
                return None
            node = module.definitions.get(name)
            match node:
                case None if name in module.imports:
                    module_name, name = module.imports[name]
                case ast.Assign(value=ast.Name(id=other)) if other != name:
                    name = other
                case ast.Assign(value=ast.Attribute(value=ast.Name(id=inner), attr=attribute)):
                    imported = self._imported_module(module, inner)
                    if imported is None:
                        return Definition(module, name, node)
                    module_name, name = imported, attribute
                case None:
                    return None
                case _:
                    return Definition(module, name, node)
        return None

    def _imported_module(self, module: SourceModule, name: str) -> str | None:
        """Return the module of this package that a module imports under a name."""
        if name not in module.imports:
            return None
        package, inner = module.imports[name]
        full = f"{package}.{inner}".strip(".")
        return full if full in self.by_name else None


def _read(path: str, tree: ast.Module) -> SourceModule:
    parts = [*PurePosixPath(path.removesuffix(".py")).parts]
    is_package = parts[-1] == "__init__"
    package = parts[:-1]
    module = SourceModule(".".join(package if is_package else parts), path, tree)
    for node in _statements(tree):
        match node:
            case ast.ClassDef(name=name):
                module.definitions.setdefault(name, node)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                module.definitions.setdefault(name, node)
                module.functions.setdefault(name, []).append(node)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                module.definitions.setdefault(name, node)
            case ast.ImportFrom():
                source = _source(node, package)
                for alias in node.names:
                    module.imports[alias.asname or alias.name] = source, alias.name
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), body=body):
                module.former.extend(_other_names(body))
            case _:
                pass
    return module


def _other_names(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Yield the names that statements give to other names."""
    for node in body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name()):
                yield name
            case _:
                pass


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements of a module, also those for type checkers alone."""
    for node in tree.body:
        yield node
        if isinstance(node, ast.If):
            yield from node.body


def _source(node: ast.ImportFrom, package: list[str]) -> str:
    """Return the module below the package that an import names."""
    parts = node.module.split(".") if node.module else []
    if node.level:
        return ".".join([*package[: len(package) - node.level + 1], *parts])
    if RUNTIME in parts:  # one that several packages share
        return ".".join(parts[parts.index(RUNTIME) :])
    return f"/{node.module}"  # of another package


def literal_of(modules: Modules, module: SourceModule, expression: ast.expr) -> ast.expr:
    """Return the value of a default that a constant of the package has, else the expression."""
    match expression:
        case ast.Name():
            definition = modules.definition(module, expression)
        case ast.Attribute(value=ast.Name() as owner):
            definition = modules.definition(module, owner)
        case _:
            return expression
    match definition.node if definition else None:
        case ast.Assign(value=value) if isinstance(expression, ast.Name):
            return value
        case ast.Assign(value=ast.Call(keywords=keywords)) if isinstance(expression, ast.Attribute):
            values = {keyword.arg: keyword.value for keyword in keywords}
            return values.get(expression.attr, expression)
        case _:
            return expression

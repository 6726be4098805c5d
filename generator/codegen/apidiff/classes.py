"""The members of a class, with those that it has from classes that callers don't know."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from ...base.budget import Budget
from ...base.immutable import immutable
from .modules import Definition, Modules, SourceModule

WHOLE = ("Model", "OpenModel", "Headers")
"""Private classes that stay bases: every model has their members."""
_MAX_COPIED = 200_000
"""The members of a package that are other names, or that classes have from private ones."""


@immutable
class ClassMember:
    """A statement of a class, with the class that it is from."""

    module: SourceModule
    owner: ast.ClassDef
    node: ast.stmt

    @property
    def name(self) -> str:
        """The name that it defines; empty if it defines none."""
        match self.node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                return name
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                return name
            case _:
                return ""


class Classes:
    """The classes of a package with their members."""

    def __init__(self, modules: Modules, names: Mapping[int, str]) -> None:
        """Read classes of ``modules``; ``names`` has the public ones by identity."""
        self._modules = modules
        self._names = names
        self.copied = Budget(_MAX_COPIED, "members that are inherited or have other names")

    def members(self, definition: Definition, bases: list[ast.expr]) -> list[ClassMember]:
        """Return the members of a class, with those that it has from private classes.

        ``bases`` gets its other bases.
        """
        members: list[ClassMember] = []
        names: set[str] = set()
        todo = [definition]
        read: set[int] = set()
        while todo:
            class_ = todo.pop()
            node = class_.node
            if not isinstance(node, ast.ClassDef) or id(node) in read:
                continue
            read.add(id(node))
            if len(read) > 1:
                self.copied.spend(len(node.body))
            own = [ClassMember(class_.module, node, item) for item in node.body]
            members += [member for member in own if member.name not in names]
            names |= {member.name for member in own if member.name}
            inherited: list[Definition] = []
            for base in node.bases:
                private = self._private(class_.module, base)
                if private is not None:
                    inherited.append(private)
                else:
                    bases.append(self._base(class_.module, base))
            todo += reversed(inherited)
        return members

    def _private(self, module: SourceModule, base: ast.expr) -> Definition | None:
        """Return the class that an expression names if callers can't; None for another one."""
        definition = self._modules.definition(module, base)
        if definition is None or not isinstance(definition.node, ast.ClassDef):
            return None
        is_public = id(definition.node) in self._names
        return None if is_public or definition.name in WHOLE else definition

    def _base(self, module: SourceModule, base: ast.expr) -> ast.expr:
        """Return a base under its public name, if it has one."""
        definition = self._modules.definition(module, base)
        name = self._names.get(id(definition.node)) if definition else None
        return ast.Name(name) if name else base

    def keywords(self, module: SourceModule, expression: ast.expr) -> list[tuple[str, ast.expr]]:
        """Return the names and types of the keyword arguments that a ``TypedDict`` has."""
        definition = self._modules.definition(module, expression)
        if definition is None:
            return []
        fields = [(member.name, member.node) for member in self.members(definition, [])]
        return [(name, node.annotation) for name, node in fields if isinstance(node, ast.AnnAssign)]

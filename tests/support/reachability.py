"""The functions and classes of a generated package that no call can reach.

A definition is reached if a reached one mentions its name. The start is what a caller uses: all
models and resources, the names in `__all__`, and the public methods of these classes and of the
classes that resources return. A method of a class with a base outside the package is reached with
the class, because the base may call it.

Methods are told apart by name alone, so a function that is reported is surely unreachable, but an
unreachable one that shares its name with another may be missed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PUBLIC = ("models", "resources", "response_headers", "pytest_plugin", "webhooks")
"""Modules and folders of which every name is for callers; of others, those in `__all__` are."""
PLAIN_BASES = frozenset({"Generic", "Protocol", "Enum", "object"})
"""Bases outside the package that call no method of a class."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(eq=False, slots=True)
class Definition:
    """A class, a function, a method or a constant, and the names in it."""

    module: str
    name: str
    owner: Definition | None = None
    names: set[str] = field(default_factory=set[str])
    bases: set[str] = field(default_factory=set[str])
    returns: set[str] = field(default_factory=set[str])
    is_code: bool = True
    """False for a constant."""

    def __str__(self) -> str:
        owner = f"{self.owner.name}." if self.owner else ""
        return f"{self.module}: {owner}{self.name}"


def unreachable(package: Path) -> list[str]:
    """Return the functions and classes that nothing reaches, as `module: Class.method`."""
    paths = sorted(package.rglob("*.py"))
    found = [
        definition
        for path in paths
        for definition in definitions(path, path.relative_to(package).with_suffix("").as_posix())
    ]
    names = _used_by_callers(found) | _used_on_import(paths)
    called_from_outside = _called_from_outside(found)
    reached: set[Definition] = set()

    def is_reached(one: Definition) -> bool:
        is_owner_reached = one.owner is None or one.owner in reached
        return is_owner_reached and (one.name in names or one in called_from_outside)

    while new := [one for one in found if one not in reached and is_reached(one)]:
        reached.update(new)
        names = names.union(*(one.names | one.bases for one in new))
    lost = [one for one in found if one.is_code and one not in reached]
    return sorted(str(one) for one in lost if one.owner is None or one.owner in reached)


def definitions(path: Path, module: str) -> Iterator[Definition]:
    """Yield the definitions of a module; a class has the names outside its named methods."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.ClassDef():
                yield from _class(node, module)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield Definition(module, node.name, names=_names(node))
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield Definition(module, name, names=_names(node), is_code=False)
            case _:
                pass


def _class(node: ast.ClassDef, module: str) -> Iterator[Definition]:
    made = Definition(module, node.name, bases={_base(base) for base in node.bases})
    methods = [one for one in node.body if isinstance(one, Function) and one.name[:2] != "__"]
    for part in [*node.body, *node.decorator_list, *node.keywords]:
        if part not in methods:
            made.names |= _names(part)
    yield made
    for one in methods:
        returns = _names(one.returns) if one.returns else set[str]()
        yield Definition(module, one.name, made, _names(one), returns=returns)


def _base(node: ast.expr) -> str:
    """Return the name of a base class without its arguments."""
    return ast.unparse(node.value if isinstance(node, ast.Subscript) else node)


def _names(node: ast.AST) -> set[str]:
    """Return the names that a node mentions, as such, after a dot, or as a text."""
    names: set[str] = set()
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                names.add(name)
            case ast.Constant(value=str(text)) if text.isidentifier():
                names.add(text)
            case _:
                pass
    return names


def _used_by_callers(found: list[Definition]) -> set[str]:
    public = [one for one in found if one.module.partition("/")[0] in PUBLIC]
    names = {one.name for one in public if one.owner is None}
    names = names.union(*(one.names for one in found if one.name == "__all__"))
    returned = set[str]().union(*(one.returns for one in public))
    offered = _with_bases(names | returned, found)
    return names | {one.name for one in found if one.owner in offered and one.name[0] != "_"}


def _used_on_import(paths: list[Path]) -> set[str]:
    statements = [
        node
        for path in paths
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Expr | ast.If | ast.Try)
    ]
    return set[str]().union(*map(_names, statements))


def _called_from_outside(found: list[Definition]) -> set[Definition]:
    """Return the methods of classes that have a base outside the package."""
    inside = PLAIN_BASES | {one.name for one in found}
    return {
        one
        for one in found
        if one.owner and any(owner.bases - inside for owner in _with_bases({one.owner.name}, found))
    }


def _with_bases(names: set[str], found: list[Definition]) -> set[Definition]:
    """Return the classes of these names with all their bases in the package."""
    chosen: set[Definition] = set()
    while new := {one for one in found if one.owner is None and one.name in names} - chosen:
        chosen |= new
        names = set[str]().union(*(one.bases for one in new))
    return chosen

"""Imports within a package that lead nowhere, and names that nothing defines; nothing is run."""

from __future__ import annotations

import ast
import json
import posixpath
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from ....base.immutable import immutable
from .format import run_ruff

_OTHER_NAMES = ("*", "__getattr__")
"""What gives a module names that its source doesn't tell."""


@immutable
class Unresolved:
    """A name that a module uses and that isn't there."""

    file: str
    """The path of the module."""
    line: int
    name: str
    """The name, or the module that is imported, as it is written: ``._retry``."""
    provider: str = ""
    """The path of the module that should define the name; empty if there is none."""


def unresolved_imports(files: Mapping[str, str], package: str) -> Iterator[Unresolved]:
    """Yield the imports of modules and names that the package doesn't have.

    ``files`` are its modules by path; those in ``tests`` import from ``package``.
    """
    trees = {name: ast.parse(text) for name, text in files.items() if name.endswith(".py")}
    names = {name: set(_bound(tree.body)) for name, tree in trees.items()}
    for name, tree in trees.items():
        for node in ast.walk(tree):
            base = _base(name, node, package) if isinstance(node, ast.ImportFrom) else None
            if base is None or not isinstance(node, ast.ImportFrom):
                continue
            provider = _module(base, trees)
            if not provider:
                written = f"{'.' * node.level}{node.module or ''}"
                yield Unresolved(name, node.lineno, written)
                continue
            for alias in node.names:
                if alias.name == "*" or _module(posixpath.join(base, alias.name), trees):
                    continue
                if names[provider].isdisjoint((alias.name, *_OTHER_NAMES)):
                    yield Unresolved(name, alias.lineno, alias.name, provider)


def _base(name: str, node: ast.ImportFrom, package: str) -> str | None:
    """Return the path, without a suffix, of what is imported from; None outside of the package."""
    parts = (node.module or "").split(".")
    if node.level:
        folder = posixpath.dirname(name)
        above = [".."] * (node.level - 1)
        return posixpath.normpath(posixpath.join(".", folder, *above, *parts))
    if name.startswith("tests/") and parts[: package.count(".") + 1] == package.split("."):
        return posixpath.normpath(posixpath.join(".", *parts[package.count(".") + 1 :]))
    return None


def _module(base: str, modules: Mapping[str, object]) -> str:
    """Return the path of a module or a package's ``__init__.py``; empty if there is none."""
    for path in (f"{base}.py", f"{base}/__init__.py"):
        path = posixpath.normpath(path)
        if path in modules:
            return path
    return ""


def _bound(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the names that the statements of a module bind, with those in its blocks."""
    for node in body:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                yield name
            case ast.AsyncFunctionDef(name=name):
                yield name
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                for alias in aliases:
                    yield alias.asname or alias.name.partition(".")[0]
            case _:
                yield from _assigned(node)


def _assigned(node: ast.stmt) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield from _bound([child])
        elif isinstance(child, ast.ExceptHandler):
            yield from _bound(child.body)
        else:
            for part in ast.walk(child):
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                    yield part.id


def undefined_names(files: Mapping[str, str]) -> Iterator[Unresolved]:
    """Yield the names that modules use or export and don't define, as ruff sees them."""
    sources = [name for name in files if name.endswith(".py")]
    with tempfile.TemporaryDirectory(prefix="speclock-") as scratch:
        for index, name in enumerate(sources):
            Path(scratch, f"{index}.py").write_text(files[name], encoding="utf-8", newline="\n")
        options = ("--select=F821,F822", "--exit-zero", "--output-format=json")
        report = run_ruff("check", *options, scratch)
    for fault in json.loads(report):
        name = sources[int(Path(fault["filename"]).stem)]
        row = fault["location"]["row"]
        missing = fault["message"].split("`")[1]
        yield Unresolved(name, row, missing)

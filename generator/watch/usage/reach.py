"""The files of a program that an object of a client can come to; no other has a use of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from .files import ProgramFile
from .modules import ModuleFinder, ProgramModules
from .scopes import Binding, ProgramModule

_BODIES = ("body", "orelse", "finalbody", "handlers", "cases")
"""The lists of statements in a statement, and the parts of one that have such a list."""


def find_reached(modules: ProgramModules, finder: ModuleFinder) -> list[ProgramModule]:
    """Return the modules that a client can come to, in the order of the program.

    A module imports the client or one of these modules, takes a fixture of one, or reads an
    attribute that one has set. Only these modules are read beyond their import statements.
    """
    search = _Search(modules, finder)
    search.run()
    return [modules[path] for path in modules.files if path in search.reached]


class _Search:
    """A search that starts at the files that import a client."""

    def __init__(self, modules: ProgramModules, finder: ModuleFinder) -> None:
        self.modules = modules
        self.reached = set[Path]()
        self._todo: list[Path] = []
        self._importers: dict[Path, list[ProgramFile]] = {}
        self._followed = set[tuple[str, str]]()
        """Attributes whose readers are found: the name of the object and that of the attribute."""
        self._by_word: dict[str, list[Path]] = {}
        self._beside: dict[Path, list[ProgramFile]] = {}
        """The files whose tests may take fixtures of a ``conftest.py``, by its folder."""
        for path in modules.files:
            if path.name == "conftest.py":
                self._beside[path.parent] = []
        for file in modules.files.values():
            for folder in file.path.parents if self._beside else ():
                if folder in self._beside:
                    self._beside[folder].append(file)
            for word in file.words:
                self._by_word.setdefault(word, []).append(file.path)
            for name, level in _imports(file.tree):
                place = finder.located(name, level, file.path)
                if isinstance(place, Path):
                    self._importers.setdefault(place, []).append(file)
                elif place is not None:
                    self._todo.append(file.path)

    def run(self) -> None:
        """Fill ``reached``."""
        while self._todo:
            path = self._todo.pop()
            if path not in self.reached:
                self.reached.add(path)
                self._todo += self._next(path)

    def _next(self, path: Path) -> Iterator[Path]:
        module = self.modules[path]
        for file in self._importers.get(path, ()):
            yield file.path
        yield from self._importers_of_package(path)
        if path.name == "conftest.py":
            for file in self._beside[path.parent]:
                if not file.words.isdisjoint(module.fixtures):
                    yield file.path
        for key, bindings in module.attributes.items():
            if key not in self._followed and any(map(_may_be_object, bindings)):
                self._followed.add(key)
                yield from self._readers(*key)

    def _importers_of_package(self, path: Path) -> Iterator[Path]:
        """Yield the files that import a package around a module and name the module."""
        is_package = path.name == "__init__.py"
        name = path.parent.name if is_package else path.stem
        for folder in path.parents[1 if is_package else 0 :]:
            for file in self._importers.get(folder / "__init__.py", ()):
                if name in file.words:
                    yield file.path

    def _readers(self, owner: str, name: str) -> Iterator[Path]:
        """Yield the files with the name of an attribute and that of its object, if it has one."""
        for path in self._by_word.get(name, ()):
            if not owner or owner in self.modules.files[path].words:
                yield path


def _may_be_object(binding: Binding) -> bool:
    return binding.value is None or not isinstance(binding.value.node, ast.Constant)


def _imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the names of all modules that import statements may mean, with their dots."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        match node:
            case ast.Import(names=aliases):
                for alias in aliases:
                    parts = alias.name.split(".")
                    for length in range(len(parts), 0, -1):
                        yield ".".join(parts[:length]), 0
            case ast.ImportFrom(module=module, names=aliases, level=level):
                yield module or "", level
                for alias in aliases:
                    yield f"{module or ''}.{alias.name}".lstrip("."), level
            case _:
                for name in _BODIES:
                    todo += getattr(node, name, ())

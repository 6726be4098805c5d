"""The modules that the import statements of a program name."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path

from .scopes import NameScope, ProgramModule
from .values import Builtin, ClientTypes, Declared, Own, Value


class ModuleFinder:
    """Finds the modules of a program, and those of the client in it."""

    def __init__(
        self, modules: Mapping[Path, ProgramModule], clients: Mapping[Path, ClientTypes]
    ) -> None:
        self.modules = modules
        self.clients = clients
        self._by_name: dict[str, list[ProgramModule]] = {}
        for module in modules.values():
            path = module.file.path
            path = path.parent if path.name == "__init__.py" else path.with_suffix("")
            for length, folder in enumerate(path.parents, 1):
                if folder / "__init__.py" not in self.modules:
                    name = ".".join(path.parts[-length:])
                    self._by_name.setdefault(name, []).append(module)

    def named(self, name: str, level: int, scope: NameScope | None) -> Value:
        """Return a module by its name in an import statement; empty for one of others."""
        parts = name.split(".") if name else []
        here = scope.file.path if scope else Path()
        if level:
            folders = here.parents
            is_inside = level <= len(folders)
            return self.at_path(folders[level - 1].joinpath(*parts)) if is_inside else ()
        for length in range(len(parts), 0, -1):
            for folder, client in self.clients.items():
                if folder.parts[-length:] == tuple(parts[:length]):
                    inner = ".".join(parts[length:])
                    if inner == "" or inner in client.modules:
                        return (Declared("module", inner),)
        modules = self._by_name.get(name, ())
        if modules:
            nearest = max(modules, key=lambda module: _common(module.file.path, here))
            return (Own("module", nearest.scope),)
        is_around = any(
            parts == [*folder.parts[start : start + len(parts)]]
            for folder in self.clients
            for start in range(len(folder.parts) - len(parts))
        )
        return (Builtin(name),) if is_around and parts else ()

    def at_path(self, path: Path) -> Value:
        """Return the module of a file, given without its suffix, or of a folder."""
        for folder in self.clients:
            if path.is_relative_to(folder):
                return (Declared("module", ".".join(path.relative_to(folder).parts)),)
        for file in (path.with_name(f"{path.name}.py"), path / "__init__.py"):
            if file in self.modules:
                return (Own("module", self.modules[file].scope),)
        return ()


def _common(path: Path, other: Path) -> int:
    """Return the number of folders that two paths have in common."""
    pairs = zip(path.parts, other.parts, strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))

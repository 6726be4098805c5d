"""The modules of a program, and those that its import statements name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from .files import ProgramFile
from .scopes import ProgramModule
from .values import Builtin, ClientTypes, Declared, Own, Value


class ProgramModules:
    """The modules of a program, each of which is read when it is first asked for."""

    def __init__(
        self, files: Iterable[ProgramFile], read: Callable[[ProgramFile], ProgramModule]
    ) -> None:
        self.files = {file.path: file for file in files}
        self._read = read
        self._modules: dict[Path, ProgramModule] = {}

    def __contains__(self, path: Path) -> bool:
        return path in self.files

    def get(self, path: Path) -> ProgramModule | None:
        """Return the module of a file; None if the file isn't the program's."""
        if path not in self._modules and path in self.files:
            self._modules[path] = self._read(self.files[path])
        return self._modules.get(path)

    def __getitem__(self, path: Path) -> ProgramModule:
        module = self.get(path)
        if module is None:
            raise KeyError(path)
        return module


class ModuleFinder:
    """Finds the modules of a program, and those of the client in it."""

    def __init__(self, modules: ProgramModules, clients: Mapping[Path, ClientTypes]) -> None:
        self.modules = modules
        self.clients = clients
        self._by_name: dict[str, list[Path]] = {}
        self._by_folder: dict[str, dict[Path, Path]] = {}
        """Of a name that several modules have: the first of them inside each folder."""
        for file in modules.files:
            path = file.parent if file.name == "__init__.py" else file.with_suffix("")
            for length, folder in enumerate(path.parents, 1):
                if folder / "__init__.py" not in modules:
                    name = ".".join(path.parts[-length:])
                    self._by_name.setdefault(name, []).append(file)

    def named(self, name: str, level: int, here: Path) -> Value:
        """Return a module by its name in an import statement of the file ``here``; empty for one
        of others.
        """
        return self._value(self.located(name, level, here))

    def at_path(self, path: Path) -> Value:
        """Return the module of a file, given without its suffix, or of a folder."""
        return self._value(self._at_path(path))

    def _value(self, place: Path | Declared | Builtin | None) -> Value:
        if isinstance(place, Path):
            return (Own("module", self.modules[place].scope),)
        return () if place is None else (place,)

    def located(self, name: str, level: int, here: Path) -> Path | Declared | Builtin | None:
        """Return a module as :meth:`named`, one of the program by its file, which isn't read."""
        parts = name.split(".") if name else []
        if level:
            folders = here.parents
            is_inside = level <= len(folders)
            return self._at_path(folders[level - 1].joinpath(*parts)) if is_inside else None
        for length in range(len(parts), 0, -1):
            for folder, client in self.clients.items():
                if folder.parts[-length:] == tuple(parts[:length]):
                    inner = ".".join(parts[length:])
                    if inner == "" or inner in client.modules:
                        return Declared("module", inner)
        if name in self._by_name:
            return self._nearest(name, here)
        is_around = any(
            parts == [*folder.parts[start : start + len(parts)]]
            for folder in self.clients
            for start in range(len(folder.parts) - len(parts))
        )
        return Builtin(name) if is_around and parts else None

    def _nearest(self, name: str, here: Path) -> Path:
        """Return the module of a name with which a file has the most folders in common."""
        paths = self._by_name[name]
        if len(paths) == 1:
            return paths[0]
        if name not in self._by_folder:
            first = self._by_folder[name] = {}
            for path in paths:
                for folder in path.parents:
                    first.setdefault(folder, path)
        first = self._by_folder[name]
        return next((first[folder] for folder in here.parents if folder in first), paths[0])

    def _at_path(self, path: Path) -> Path | Declared | None:
        for folder in self.clients:
            if path.is_relative_to(folder):
                return Declared("module", ".".join(path.relative_to(folder).parts))
        for file in (path.with_name(f"{path.name}.py"), path / "__init__.py"):
            if file in self.modules:
                return file
        return None

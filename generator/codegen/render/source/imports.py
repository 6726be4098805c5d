"""The modules of a package that something imports."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping

_FROM = re.compile(r"^[ ]*from (\.+)([\w.]*) import (\([^)]*\)|[^\n]*)", re.MULTILINE)


def without_unused(files: Mapping[str, str], optional: Collection[str]) -> dict[str, str]:
    """Return the files without the ``optional`` ones that no other file imports.

    Relative imports count, also those for type checkers and in functions.
    """
    kept: set[str] = set()
    waiting = [path for path in files if path not in optional]
    while waiting:
        path = waiting.pop()
        if path not in kept:
            kept.add(path)
            if path.endswith(".py"):
                waiting += [target for target in _targets(path, files[path]) if target in files]
    return {path: text for path, text in files.items() if path in kept}


def _targets(path: str, source: str) -> Iterator[str]:
    """Yield the files that a module may import by relative imports; some don't exist."""
    for dots, module, names in _FROM.findall(source):
        folder = f"./{posixpath.dirname(path)}{'/..' * (len(dots) - 1)}"
        base = posixpath.normpath("/".join((folder, *module.split("."))))
        yield from (f"{base}.py", f"{base}/__init__.py")
        yield posixpath.normpath(f"{base}/../__init__.py")
        for name in re.findall(r"\w+", names):
            yield f"{base}/{name}.py"

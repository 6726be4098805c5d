"""Imports of generated modules: the names that are read, the modules that something imports."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping

_HEAD = re.compile(
    r'''(?:r?"""(?:[^"\\]|\\.|"(?!""))*+"""\n+)?'''
    r"(?P<imports>(?:(?:from|import)[ ][^(#\n]+\n|\n)*)",
    re.DOTALL,
)
"""The docstring of a module, and its imports that are one line each."""
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


def without_unread_names(source: str) -> str:
    """Return a module without the imported names that don't occur below its imports.

    Templates import each name that their output may read. ruff removes those that it doesn't read,
    but needs far more time for each.
    """
    head = _HEAD.match(source)
    if head is None:
        return source
    below = source[head.end() :]
    imports: list[str] = []
    for line in head["imports"].splitlines(keepends=True):
        statement, _, names = line.rstrip().rpartition("import ")
        read = [name for name in names.split(", ") if _may_be_read(name, below)]
        if not names or statement == "from __future__ ":
            imports.append(line)
        elif read:
            imports.append(f"{statement}import {', '.join(read)}\n")
    return source[: head.start("imports")] + "".join(imports) + below


def _may_be_read(name: str, below: str) -> bool:
    """Return whether an imported name occurs below, or is exported: ``Name as Name``."""
    original, _, alias = name.partition(" as ")
    bound = alias or original.partition(".")[0]
    return bound in below or alias == original

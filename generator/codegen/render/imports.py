"""The modules of a package that something imports."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

_FROM = re.compile(r"^[ ]*from \.+(\w+) import", re.MULTILINE)
_NAMES = re.compile(r"^[ ]*from \.+ import (\([^)]*\)|[^\n]*)", re.MULTILINE)


def without_unused(files: Mapping[str, str], optional: Collection[str]) -> dict[str, str]:
    """Return the files without the ``optional`` ones that no other file imports.

    The optional files are in one folder, and are imported by relative imports. Any import counts,
    also one for type checkers or in a function.
    """
    by_name = {path.rpartition("/")[2].removesuffix(".py"): path for path in optional}
    kept: dict[str, str] = {}
    waiting = [path for path in files if path not in optional]
    while waiting:
        path = waiting.pop()
        if path not in kept:
            kept[path] = files[path]
            if path.endswith(".py"):
                waiting += [by_name[name] for name in _imported(files[path]) if name in by_name]
    return {path: text for path, text in files.items() if path in kept}


def _imported(source: str) -> set[str]:
    """Return the names of the modules that a source may import from its own package."""
    names = set(_FROM.findall(source))
    for listed in _NAMES.findall(source):
        names |= set(re.findall(r"\w+", listed))
    return names

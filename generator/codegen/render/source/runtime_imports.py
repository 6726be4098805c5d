"""Imports of the runtime: relative in a package that has its own, absolute where clients share it.

In a package that shares a runtime no import of it is relative, and in any other one all are; so
each of the two functions undoes the other.
"""

from __future__ import annotations

import re

_RELATIVE = re.compile(r"^( *from )\.+(?=_runtime[ .])", re.MULTILINE)


def absolute(text: str, runtime: str) -> str:
    """Return a module's text with imports from ``runtime``, a package's dotted name, if any."""
    return _RELATIVE.sub(rf"\1{runtime}.", text) if runtime else text


def relative(text: str, runtime: str, name: str) -> str:
    """Return the text of the module at the path ``name`` in its package with relative imports."""
    if not runtime:
        return text
    imports = re.compile(rf"^( *from ){re.escape(runtime)}\.(?=_runtime[ .])", re.MULTILINE)
    return imports.sub(rf"\1.{'.' * name.count('/')}", text)

"""The lines of a method's docstring about its scopes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ....printable import counted, shortened
from ...ir import Scope

_NAME = 60
"""The length of the longest name that is printed whole."""
_LINE = 500
"""The length of a line with descriptions; a longer one has the names alone."""
_MOST = 8
"""The most alternatives, and the most scopes of one, that a line has."""


def scopes_line(alternatives: Sequence[Sequence[Scope]]) -> str:
    """Return the scopes of a call: ``Scopes: a (Read.) and b, or c.``

    An alternative without scopes is ``none``.
    """
    line = _line(alternatives, _described)
    return line if len(line) <= _LINE else _line(alternatives, _name)


def _line(alternatives: Sequence[Sequence[Scope]], shown: Callable[[Scope], str]) -> str:
    told = [_joined([*map(shown, each)], " and ", "scope") for each in alternatives]
    return f"Scopes: {_joined([one or 'none' for one in told], ', or ', 'alternative')}."


def _name(scope: Scope) -> str:
    return shortened(scope.name.value, _NAME)


def _described(scope: Scope) -> str:
    name, doc = _name(scope), " ".join(scope.doc.value.split()).rstrip(".")
    return f"{name} ({doc})" if doc and doc.casefold() != name.casefold() else name


def _joined(parts: Sequence[str], between: str, noun: str) -> str:
    """Return a list in words; of a long one the beginning."""
    more = [counted(len(parts) - _MOST, f"other {noun}")] if len(parts) > _MOST else []
    return between.join([*parts[:_MOST], *more])

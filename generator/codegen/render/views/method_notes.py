"""The lines of a method's docstring about its scopes and its links."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ....base.printable import counted, shortened
from ...ir.operations import LinkArgument, LinkedCall, NeededScope
from ...ir.types import Text

_NAME = 60
"""The length of the longest name that is printed whole."""
_LINE = 500
"""The length of a line with descriptions; a longer one has the names alone."""
_MOST = 8
"""The most alternatives, scopes of one, links and arguments of one that a line has."""


def scopes_line(alternatives: Sequence[Sequence[NeededScope]]) -> str:
    """Return the scopes of a call: ``Scopes: a (Read.) and b, or c.``

    An alternative without scopes is ``none``.
    """
    line = _line(alternatives, _described)
    return line if len(line) <= _LINE else _line(alternatives, _name)


def _line(
    alternatives: Sequence[Sequence[NeededScope]], shown: Callable[[NeededScope], str]
) -> str:
    told = [_joined([*map(shown, each)], " and ", "scope") for each in alternatives]
    return f"Scopes: {_joined([one or 'none' for one in told], ', or ', 'alternative')}."


def _name(scope: NeededScope) -> str:
    return shortened(scope.name.value, _NAME)


def _described(scope: NeededScope) -> str:
    name, doc = _name(scope), " ".join(scope.doc.value.split()).rstrip(".")
    return f"{name} ({doc})" if doc and doc.casefold() != name.casefold() else name


def links_line(links: Sequence[LinkedCall]) -> str:
    """Return the links: ``Links: `$response.body#/id` is the argument `pet_id` of `pets.get`.``"""
    more = [counted(len(links) - _MOST, "other link") + "."] if len(links) > _MOST else []
    return f"Links: {' '.join([*map(_link, links[:_MOST]), *more])}"


def _link(link: LinkedCall) -> str:
    if not link.arguments:
        return f"To `{link.call}`."
    return f"{_joined([*map(_argument, link.arguments)], ' and ', 'argument')} of `{link.call}`."


def _argument(argument: LinkArgument) -> str:
    return f"`{_code(argument.value)}` is the argument `{_code(argument.name)}`"


def _code(text: Text) -> str:
    return shortened(text.value, _NAME).replace("`", "'")


def _joined(parts: Sequence[str], between: str, noun: str) -> str:
    """Return a list in words; of a long one the beginning."""
    more = [counted(len(parts) - _MOST, f"other {noun}")] if len(parts) > _MOST else []
    return between.join([*parts[:_MOST], *more])

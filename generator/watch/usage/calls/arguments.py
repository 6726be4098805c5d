"""The arguments of calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from ....base.immutable import immutable
from ..containers import text_of
from ..evaluate import Evaluator
from ..scopes import Expression, Function, NameScope, anytime
from ..values import Dictionary, Own
from .texts import Hole

_POSITION = "*"
"""Begins the name of a hole for an argument of ``*args``, followed by its position."""
_KEYWORD = "**"
"""Begins the name of a hole for an argument of ``**kwargs``."""


@immutable(eq=False)
class CallSite:
    """A call as it is written."""

    expression: Expression
    """The call, for its place and the values of its arguments."""
    call: ast.Call
    """The function that is called with its arguments: of ``pool.submit(f, 1)`` that is ``f(1)``."""
    is_bound: bool = False
    """True if the first parameter is an object or a class that isn't among the arguments."""


class ArgumentFinder:
    """Finds the arguments of calls."""

    def __init__(self, types: Evaluator) -> None:
        self.types = types

    def of_function(
        self, site: CallSite, function: NameScope, name: str
    ) -> Expression | Hole | None:
        """Return the argument of a parameter, by the default if it is left out; None without one.

        ``name`` may be that of a hole in ``*args`` or ``**kwargs``.
        """
        node = function.node
        if not isinstance(node, Function):
            names = [key for key, bound in function.names.items() if bound[0].kind != "scope"]
            return self.of_call(site, names, name)
        places = _places(site, function)
        if name.startswith(_KEYWORD):
            return self.of_call(site, (), name.removeprefix(_KEYWORD))
        if name.startswith(_POSITION):
            position = int(name.removeprefix(_POSITION)) + len(places)
            return self._positional(site, position)
        argument = self.of_call(site, places, name)
        return argument if argument is not None else default_of(function, name)

    def rest(self, site: CallSite, function: NameScope) -> Sequence[ast.expr]:
        """Return the arguments of a call that a function gets as ``*args``."""
        return site.call.args[len(_places(site, function)) :]

    def of_call(self, site: CallSite, names: Sequence[str], name: str) -> Expression | Hole | None:
        """Return the argument of a name, which is in ``names`` if it has a position."""
        for keyword in site.call.keywords:
            if keyword.arg == name:
                return replace(site.expression, node=keyword.value)
        if name in names:
            argument = self._positional(site, names.index(name))
            if argument is not None:
                return argument
        for keyword in site.call.keywords:
            if keyword.arg is None:
                argument = self._in_keywords(site, keyword.value, name)
                if argument is not None:
                    return argument
        return None

    def _positional(self, site: CallSite, position: int) -> Expression | Hole | None:
        for index, argument in enumerate(site.call.args):
            if isinstance(argument, ast.Starred):
                function = function_of(site.expression, argument.value, is_keywords=False)
                if function is None:
                    return Hole(owner=argument)
                return Hole(f"{_POSITION}{position - index}", function, is_parameter=True)
            if index == position:
                return replace(site.expression, node=argument)
        return None

    def _in_keywords(self, site: CallSite, value: ast.expr, name: str) -> Expression | Hole | None:
        function = function_of(site.expression, value, is_keywords=True)
        if function is not None:
            return keyword_hole(name, function)
        if isinstance(value, ast.Dict):
            return self._in_display(site, value, name)
        for item in self.types.at(site.expression, value):
            if isinstance(item, Dictionary):
                for entry in item.entries:
                    if entry.key == name:
                        return entry.value
        return None

    def _in_display(self, site: CallSite, value: ast.Dict, name: str) -> Expression | Hole | None:
        """Return what a display of a dictionary has under a key; the last one counts."""
        rest: Expression | Hole | None = None
        for key, item in reversed([*zip(value.keys, value.values, strict=True)]):
            if key is None:
                rest = rest or self._in_keywords(site, item, name)
            elif self._key(site, key) == name:
                return replace(site.expression, node=item)
        return rest

    def _key(self, site: CallSite, key: ast.expr) -> str:
        """Return a key: a literal, or a constant of a class."""
        if isinstance(key, ast.Attribute):
            for item in self.types.at(site.expression, key.value):
                if isinstance(item, Own) and key.attr in item.scope.names:
                    value = item.scope.names[key.attr][-1].value
                    if value is not None:
                        return text_of(value.node)
        return text_of(key)


def keyword_hole(name: str, function: NameScope) -> Hole:
    """Return the hole for an argument of ``**kwargs``."""
    return Hole(f"{_KEYWORD}{name}", function, is_parameter=True)


def is_keyword(hole: Hole) -> bool:
    """Return whether a hole is for an argument of ``**kwargs``."""
    return hole.name.startswith(_KEYWORD)


def _places(site: CallSite, function: NameScope) -> list[str]:
    """Return the parameters of a function that the arguments of a call by position are for."""
    args = cast("Function", function.node).args
    places = [arg.arg for arg in (*args.posonlyargs, *args.args)]
    return places[1:] if site.is_bound else places


def parameters_of(function: NameScope) -> Sequence[str]:
    """Return the names of the parameters of a function."""
    if not isinstance(function.node, Function):
        return ()
    args = function.node.args
    return [arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)]


def function_of(use: Expression, value: ast.expr, *, is_keywords: bool) -> NameScope | None:
    """Return the function whose ``*args`` or ``**kwargs`` an expression is."""
    if not isinstance(value, ast.Name):
        return None
    scope = use.scope.owner(value.id)
    if scope is None or not isinstance(scope.node, Function):
        return None
    rest = scope.node.args.kwarg if is_keywords else scope.node.args.vararg
    return scope if rest is not None and rest.arg == value.id else None


def default_of(function: NameScope, name: str) -> Expression | None:
    """Return the default of a parameter."""
    node, around = function.node, function.parent
    if not isinstance(node, Function) or around is None:
        return None
    for parameter, value in _defaults(node.args):
        if parameter == name:
            return anytime(value, around)
    return None


def _defaults(args: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    places = [*args.posonlyargs, *args.args]
    for arg, value in zip(reversed(places), reversed(args.defaults), strict=False):
        yield arg.arg, value
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        if default is not None:
            yield arg.arg, default

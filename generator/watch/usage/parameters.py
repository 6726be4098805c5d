"""Parameters of the program's functions."""

from __future__ import annotations

import ast
from typing import Protocol

from ...codegen.apidiff.annotation import decorators
from .scopes import Expression, Function, NameScope, anytime
from .values import Own, Value, generic, listed


class ParameterEvaluator(Protocol):
    """An evaluator of annotations, defaults and fixtures."""

    def value(self, expression: Expression) -> Value:
        """Return what an expression may be."""
        ...

    def annotation(self, expression: Expression) -> Value:
        """Return what a name is by its annotation."""
        ...

    def fixture(self, scope: NameScope, name: str) -> Value | None:
        """Return what pytest's fixture of a name gives; None if the function takes none."""
        ...


def parameter(evaluator: ParameterEvaluator, scope: NameScope, name: str) -> Value:
    """Return what a parameter is: by its annotation, ``self``, a fixture or its default."""
    node, around = scope.node, scope.parent
    if not isinstance(node, Function) or around is None:
        return ()
    args = node.args
    places = [*args.posonlyargs, *args.args]
    marks, is_first = decorators(node), [place.arg for place in places[:1]] == [name]
    if around.is_class and is_first and "staticmethod" not in marks:
        return (Own("class" if "classmethod" in marks else "instance", around),)
    arg = next((place for place in [*places, *args.kwonlyargs] if place.arg == name), None)
    if arg is None:
        return _rest(evaluator, args, name, around)
    if arg.annotation is not None:
        return evaluator.annotation(anytime(arg.annotation, around))
    if (fixture := evaluator.fixture(scope, name)) is not None:
        return fixture
    defaults = dict(zip(reversed(places), reversed(args.defaults), strict=False))
    defaults |= {a: d for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d}
    return evaluator.value(anytime(defaults[arg], around)) if arg in defaults else ()


def _rest(evaluator: ParameterEvaluator, args: ast.arguments, name: str, scope: NameScope) -> Value:
    """Return what ``*args`` or ``**kwargs`` is."""
    arg = args.vararg if args.vararg and args.vararg.arg == name else args.kwarg
    if arg is None or arg.arg != name or arg.annotation is None:
        return ()
    value = evaluator.annotation(anytime(arg.annotation, scope))
    return listed(value) if arg is args.vararg else (generic("dict", (), value),)

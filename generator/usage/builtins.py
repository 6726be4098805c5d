"""Functions of Python and its libraries whose result follows from their arguments."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Protocol

from .scopes import Expression, NameScope
from .values import MAPPINGS, Instance, Item, Value, element_of, entry_of, generic, listed, union

_SAME = {
    "copy", "deepcopy", "run", "partial", "model_copy", "closing", "aclosing", "run_until_complete",
    "create_task", "ensure_future", "wait_for", "replace", "shield",
}  # fmt: skip
"""Functions that give what their first argument is, or their object."""
_LISTS = {"list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "aiter", "deque"}
_ELEMENTS = {"next", "anext", "min", "max", "choice"}
_OF_LIST = {"pop", "popleft"}

_NO_CALL = ast.Call(ast.Name(""), [], [])


class CallEvaluator(Protocol):
    """An evaluator of the arguments of a call."""

    def at(self, expression: Expression, node: ast.AST) -> Value:
        """Return what a part of an expression may be."""
        ...

    def annotation(self, expression: Expression) -> Value:
        """Return what a name is by its annotation."""
        ...

    def entered(self, value: Value) -> Value:
        """Return what ``with`` gives of a value."""
        ...

    def result(self, item: Item, node: ast.Call, expression: Expression) -> Value:
        """Return what a call of a value gives."""
        ...

    def super_of(self, scope: NameScope) -> Value:
        """Return what ``super()`` gives."""
        ...


def result_of(
    evaluator: CallEvaluator, name: str, owner: Value, node: ast.Call, expression: Expression
) -> Value:
    """Return what a function gives that isn't the program's or the client's."""
    args = node.args
    first = evaluator.at(expression, args[0]) if args else ()
    if name == "cast" and len(args) == 2:
        return evaluator.annotation(replace(expression, node=args[0]))
    if name in _SAME:
        return first or owner
    if name in _LISTS:
        return listed(element_of(first))
    if name in _ELEMENTS:
        return element_of(first)
    if name in ("filter", "map") and len(args) == 2:
        inner = element_of(evaluator.at(expression, args[1]))
        if name == "map":
            inner = union(evaluator.result(item, _NO_CALL, expression) for item in first)
        return listed(inner)
    if name == "enumerate":
        return listed((generic("tuple", (), element_of(first)),))
    if name == "zip":
        inner_values = tuple(element_of(evaluator.at(expression, arg)) for arg in args)
        return listed((generic("tuple", *inner_values),))
    if name == "gather":
        return listed(*(evaluator.at(expression, arg) for arg in args))
    if name in ("enter_context", "enter_async_context"):
        return evaluator.entered(first)
    if name == "super":
        return evaluator.super_of(expression.scope)
    if name in _OF_LIST:
        return entry_of(owner)
    containers = [item for item in owner if isinstance(item, Instance) and item.name in MAPPINGS]
    for container in containers:
        key, entry = (*container.arguments, (), ())[:2]
        match name:
            case "get" | "setdefault":
                return entry
            case "values":
                return listed(entry)
            case "items":
                return listed((generic("tuple", key, entry),))
            case _:
                pass
    return ()

"""Annotations of names."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Protocol

from ...codegen.apidiff.annotation import last_name
from .scopes import Expression
from .values import (
    LISTS,
    MAPPINGS,
    Builtin,
    Declared,
    Instance,
    Item,
    Own,
    TypeForm,
    Value,
    class_of,
    generic,
    union,
)

_UNIONS = {"Optional", "Union", "Annotated", "Final", "ClassVar", "Required", "NotRequired"}

_OLD_NAMES = {
    "List": "list", "Set": "set", "FrozenSet": "frozenset", "Tuple": "tuple", "Dict": "dict",
    "Deque": "deque", "DefaultDict": "defaultdict", "Type": "type",
}  # fmt: skip
"""The names of generic classes in ``typing``, and the builtin ones."""


class NameEvaluator(Protocol):
    """An evaluator of the names in annotations."""

    def value(self, expression: Expression) -> Value:
        """Return what an expression may be."""
        ...


def annotated(evaluator: NameEvaluator, expression: Expression) -> Value:
    """Return what a name is by its annotation."""
    node = expression.node

    def inner(node: ast.AST) -> Value:
        return annotated(evaluator, replace(expression, node=node))

    match node:
        case ast.Constant(value=str(text)):
            try:
                parsed = ast.parse(text.strip(), mode="eval").body
            except (SyntaxError, ValueError, MemoryError, RecursionError):
                return ()
            return inner(parsed)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return union((inner(left), inner(right)))
        case ast.Tuple(elts=items):  # of `except` and `isinstance`
            return union(map(inner, items))
        case ast.Subscript(value=base, slice=key):
            name = last_name(base)
            name = _OLD_NAMES.get(name, name)
            keys = key.elts if isinstance(key, ast.Tuple) else [key]
            if name in _UNIONS:
                return union(map(inner, keys[:1] if name == "Annotated" else keys))
            if name == "type":
                return tuple(class_of(item) for item in inner(key))
            own = inner(base)
            if any(not isinstance(item, Builtin) for item in own):
                return tuple(
                    generic(item.name, *map(inner, keys)) if isinstance(item, Instance) else item
                    for item in own
                )
            return (generic(name, *map(inner, keys)),)
        case ast.Name() | ast.Attribute():
            result: list[Item] = []
            for item in evaluator.value(expression):
                match item:
                    case Declared(kind="class", name=name):
                        result.append(Instance(name))
                    case Own(kind="class", scope=scope):
                        result.append(Own("instance", scope))
                    case TypeForm(value=value):
                        result += value
                    case Instance() | Own():  # an alias: Name = A | B
                        result.append(item)
                    case Builtin(name="Self"):
                        class_ = expression.scope.enclosing(ast.ClassDef)
                        result += [Own("instance", class_)] if class_ else []
                    case Builtin(name=name):
                        result += _without_arguments(_OLD_NAMES.get(name, name))
                    case _:
                        pass
            return tuple(result)
        case _:
            return ()


def _without_arguments(name: str) -> Value:
    """Return an object of a generic class of Python's whose items aren't told."""
    if name in MAPPINGS:
        return (generic(name, (), ()),)
    return (generic(name, ()),) if name in LISTS else ()

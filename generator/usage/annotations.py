"""Annotations of names."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Protocol

from ..apidiff.annotation import last_name
from .scopes import Expression
from .values import Builtin, Declared, Instance, Item, Own, Value, generic, union

_UNIONS = {"Optional", "Union", "Annotated", "Final", "ClassVar", "Required", "NotRequired"}


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
            keys = key.elts if isinstance(key, ast.Tuple) else [key]
            if name in _UNIONS:
                return union(map(inner, keys[:1] if name == "Annotated" else keys))
            if name in ("type", "Type"):
                return tuple(_class_of(item) for item in inner(key))
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
                if isinstance(item, Declared) and item.kind == "class":
                    result.append(Instance(item.name))
                elif isinstance(item, Own) and item.kind == "class":
                    result.append(Own("instance", item.scope))
                elif isinstance(item, Instance | Own):  # an alias: Name = A | B
                    result.append(item)
                elif isinstance(item, Builtin) and item.name == "Self":
                    class_ = expression.scope.enclosing(ast.ClassDef)
                    result += [Own("instance", class_)] if class_ else []
            return tuple(result)
        case _:
            return ()


def _class_of(item: Item) -> Item:
    match item:
        case Instance(name=name):
            return Declared("class", name)
        case Own(scope=scope):
            return Own("class", scope)
        case _:
            return item

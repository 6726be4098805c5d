"""Conditional expressions as texts, which may depend on whether callers pass an argument."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Protocol

from ..scopes import Expression
from .texts import Hole, Texts, choice, either


class PartEvaluator(Protocol):
    """An evaluator of parts of expressions."""

    def part(self, expression: Expression, node: ast.AST) -> Texts:
        """Return the texts that a part of an expression may be."""
        ...

    def parts(self, expression: Expression, nodes: Sequence[ast.AST]) -> list[Texts]:
        """Return the texts that each of several parts may be."""
        ...


def conditional(evaluator: PartEvaluator, node: ast.IfExp, expression: Expression) -> Texts:
    """Return the texts of ``first if test else second``."""
    options = evaluator.parts(expression, [node.body, node.orelse])
    name, is_present = _tested(node.test)
    if name is None:
        return either(options)
    match evaluator.part(expression, name):
        case ((Hole(is_parameter=True) as hole,),):
            present, absent = options if is_present else reversed(options)
            return choice(hole, present, absent)
        case _:
            return either(options)


def first_of(evaluator: PartEvaluator, values: Sequence[ast.expr], expression: Expression) -> Texts:
    """Return the texts of ``first or second``."""
    option, *others = evaluator.parts(expression, values)
    match option:
        case ((Hole(is_parameter=True) as hole,),):
            return choice(hole, option, either(others))
        case ((str(), *_),):  # it isn't empty
            return option
        case _:
            return either([option, *others])


def _tested(test: ast.expr) -> tuple[ast.expr | None, bool]:
    """Return the name that a condition tests, and whether it is true for one that has a value."""
    match test:
        case ast.Name():
            return test, True
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name() as name):
            return name, False
        case ast.Compare(
            left=ast.Name() as name,
            ops=[ast.IsNot() | ast.Is() as operator],
            comparators=[ast.Constant(value=None)],
        ):
            return name, isinstance(operator, ast.IsNot)
        case _:
            return None, True

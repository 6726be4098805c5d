"""Expressions of a program evaluated as texts; each once.

The text of a client or a session is its base URL.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from ....codegen.apidiff.annotation import PROPERTIES, decorators, last_name
from ..containers import text_of
from ..evaluate import Evaluator
from ..modules import ModuleFinder
from ..scopes import MOST, Expression, NameScope
from ..values import Declared, Dictionary, Item, Own
from .arguments import ArgumentFinder, CallSite, default_of, is_keyword
from .attributes import AttributeTexts
from .callers import CallIndex
from .conditions import conditional, first_of
from .formats import with_values
from .libraries import CLASSES
from .names import BoundNames, NameTexts
from .text_calls import TextCall
from .texts import (
    EMPTY,
    JOINED,
    Hole,
    Texts,
    choice,
    concatenated,
    either,
    either_of_more,
    literal,
    parameters_in,
    substituted,
    unknown,
    value_of,
)

_DEEPEST = 200
"""The number of expressions that are followed one from the other."""


class TextEvaluator:
    """Evaluates expressions as texts."""

    def __init__(
        self, types: Evaluator, finder: ModuleFinder, calls: CallIndex, bound: Mapping[str, str]
    ) -> None:
        """``bound`` has the texts of names, attributes and environment variables that the user
        tells.
        """
        self.types = types
        self.calls = calls
        self.arguments = ArgumentFinder(types)
        self.user = BoundNames(bound)
        self.names = NameTexts(self, finder)
        self.attributes = AttributeTexts(self)
        self._texts: dict[ast.AST, Texts | None] = {}
        self._depth = 0

    def texts(self, expression: Expression) -> Texts:
        """Return the texts that an expression may be."""
        node = expression.node
        if node in self._texts or self._depth == _DEEPEST:
            texts = self._texts.get(node)
            return unknown(owner=node) if texts is None else texts
        self._texts[node] = None
        self._depth += 1
        self._texts[node] = texts = self._evaluated(expression)
        self._depth -= 1
        return texts

    def part(self, expression: Expression, node: ast.AST) -> Texts:
        """Return the texts that a part of an expression may be."""
        return self.texts(Expression(node, expression.scope, expression.block, expression.time))

    def parts(self, expression: Expression, nodes: Sequence[ast.AST]) -> list[Texts]:
        """Return the texts that each of several parts may be."""
        return [self.part(expression, node) for node in nodes]

    def _evaluated(self, expression: Expression) -> Texts:
        node = expression.node
        match node:
            case ast.Constant(value=str(text)):
                return literal(text)
            case ast.Constant(value=None):
                return ()
            case ast.Constant(value=int() as number) if not isinstance(number, bool):
                return literal(str(number))
            case ast.JoinedStr(values=values):
                return concatenated(self.parts(expression, values))
            case ast.FormattedValue(value=value, conversion=-1 | 115, format_spec=None):
                return self.part(expression, value)
            case ast.Name(id=name):
                return self.names.of(name, expression)
            case ast.Attribute():
                return self.attributes.of(node, expression)
            case ast.Subscript(value=inner, slice=key):
                return self._subscript(inner, key, expression)
            case ast.Call():
                return self._call(node, expression)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return concatenated(self.parts(expression, [left, right]))
            case ast.BinOp(left=left, op=ast.Div(), right=right):  # of URLs in yarl
                start, end = self.parts(expression, [left, right])
                return concatenated([start, literal("/"), end])
            case ast.BinOp(left=left, op=ast.Mod(), right=right):
                items = right.elts if isinstance(right, ast.Tuple) else [right]
                return with_values(self.part(expression, left), self.parts(expression, items))
            case ast.IfExp():
                return conditional(self, node, expression)
            case ast.BoolOp(op=ast.Or(), values=values):
                return first_of(self, values, expression)
            case ast.BoolOp(values=[*_, last]):
                return self.part(expression, last)
            case ast.Await(value=inner) | ast.NamedExpr(value=inner):
                return self.part(expression, inner)
            case _:
                return unknown(owner=node)

    # ── parts and calls ──────────────────────────────────────────────────────────────────────

    def _subscript(self, inner: ast.expr, key: ast.expr, expression: Expression) -> Texts:
        results: list[Texts] = []
        for item in self.types.at(expression, inner):
            for text in self.part(expression, key):
                result = self._entry(item, value_of(text))
                if result is not None:
                    results.append(result)
        if results:
            return either(results)
        if last_name(inner) == "environ" and text_of(key):
            return self.variable(text_of(key))
        return unknown(owner=expression.node)

    def _entry(self, item: Item, key: str | None) -> Texts | None:
        """Return what a dictionary or an enumeration has under a key."""
        match item:
            case Dictionary(entries=entries):
                for entry in entries:
                    if entry.key == key:
                        return self.texts(entry.value)
            case Own(kind="class", scope=scope) if key in scope.names:
                return self.names.member(scope, str(key))
            case _:
                pass
        return None

    def variable(self, name: str) -> Texts:
        """Return the value of an environment variable."""
        return self.user.texts(name) or unknown(name, "environment")

    def _call(self, node: ast.Call, expression: Expression) -> Texts:
        results: list[Texts] = []
        for item in self.types.at(expression, node.func):
            result = self._result(item, CallSite(expression, node))
            if result is not None:
                results.append(result)
        if not results:
            return TextCall(self, node, expression).result()
        return either(results)

    def _result(self, item: Item, site: CallSite) -> Texts | None:
        """Return what a call of a value gives; None if that isn't a text or a client."""
        match item:
            case Declared(kind="class", name=name):
                return self.base(name, site)
            case Declared(kind="method", name="requests.session"):
                return EMPTY
            case Own(kind="function", scope=scope):
                return self.returned(scope, site)
            case Own(kind="class", scope=scope) if self.attributes.library_class(scope):
                return self.attributes.base_of(scope)
            case _:
                return None

    def base(self, name: str, site: CallSite) -> Texts:
        """Return the base URL that a client of a library is made with."""
        if name not in CLASSES:  # a request that is sent later
            return ()
        argument = self.arguments.of_call(site, CLASSES[name].positions, "base_url")
        if argument is None:
            return EMPTY
        return self.argument(argument) or EMPTY

    def argument(self, argument: Expression | Hole) -> Texts:
        """Return the texts that an argument may be."""
        if isinstance(argument, Hole):
            return ((argument,),)
        return self.texts(argument)

    def returned(self, function: NameScope, site: CallSite) -> Texts | None:
        """Return what a call of a function of the program gives."""
        if not function.results or function.yields:
            return None
        texts = self.results(function)
        bound = self.calls.bound(function, site)
        return substituted(texts, self.values(texts, function, bound))

    def property(self, function: NameScope) -> Texts | None:
        """Return what a property gives; None for another method."""
        if not decorators(function.node) & PROPERTIES:
            return None
        return self.results(function)

    def results(self, function: NameScope) -> Texts:
        """Return what a function gives, with its parameters as holes."""
        results = [*map(self.texts, function.results[:MOST])]
        if len(function.results) > MOST:
            return either_of_more(results)
        return either(results)

    def values(self, texts: Texts, function: NameScope, site: CallSite) -> dict[Hole, Texts]:
        """Return the arguments of a call for the parameters of a function in texts."""
        values: dict[Hole, Texts] = {}
        for hole in parameters_in(texts):
            if hole.owner is function and JOINED in hole.name:
                values[hole] = self._rest(site, function, hole.name.partition(JOINED)[2])
            elif hole.owner is function:
                argument = self.arguments.of_function(site, function, hole.name)
                values[hole] = self._passed(argument, hole, function)
        return values

    def _passed(self, argument: Expression | Hole | None, hole: Hole, function: NameScope) -> Texts:
        """Return an argument of a call; the default if ``**kwargs`` may not have it."""
        if argument is None:
            if is_keyword(hole):
                return ()
            return ((Hole(hole.name, function),),)
        texts = self.argument(argument)
        default = default_of(function, hole.name)
        if default is None or not isinstance(argument, Hole) or not is_keyword(argument):
            return texts
        return choice(argument, texts, self.texts(default))

    def _rest(self, site: CallSite, function: NameScope, separator: str) -> Texts:
        """Return the arguments of ``*args`` with a separator between them."""
        operands: list[Texts] = []
        for argument in self.arguments.rest(site, function):
            if operands:
                operands.append(literal(separator))
            if isinstance(argument, ast.Starred):
                return unknown(owner=argument)
            operands.append(self.part(site.expression, argument))
        return concatenated(operands)

"""Expressions of a program evaluated as texts; each once.

The text of a client or a session is its base URL.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from ...apidiff.annotation import PROPERTIES, decorators
from ..containers import text_of
from ..evaluate import Evaluator
from ..modules import ModuleFinder
from ..scopes import LATE, MOST, Binding, Expression, Growth, NameScope, anytime
from ..values import Declared, Dictionary, Item, Own
from .arguments import ArgumentFinder, CallSite
from .attributes import AttributeTexts
from .callers import CallIndex
from .libraries import CLASSES
from .text_calls import TextCall, formatted
from .texts import (
    EMPTY,
    JOINED,
    Choice,
    Hole,
    Texts,
    concatenated,
    either,
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
        self.user = {name: literal(text) for name, text in bound.items()}
        self._finder = finder
        self._attributes = AttributeTexts(self)
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
                return concatenated([self.part(expression, value) for value in values] or [EMPTY])
            case ast.FormattedValue(value=value, conversion=-1 | 115, format_spec=None):
                return self.part(expression, value)
            case ast.Name(id=name):
                return self._name(name, expression)
            case ast.Attribute():
                return self._attributes.of(node, expression)
            case ast.Subscript(value=inner, slice=key):
                return self._subscript(inner, key, expression)
            case ast.Call():
                return self._call(node, expression)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return concatenated([self.part(expression, left), self.part(expression, right)])
            case ast.BinOp(left=left, op=ast.Div(), right=right):  # of URLs in yarl
                parts = [self.part(expression, left), literal("/"), self.part(expression, right)]
                return concatenated(parts)
            case ast.BinOp(left=left, op=ast.Mod(), right=right):
                return formatted(self, left, right, expression)
            case ast.IfExp(test=test, body=body, orelse=other):
                return self._conditional(test, body, other, expression)
            case ast.BoolOp(op=ast.Or(), values=[first, *others]):
                return self._alternatives(first, others, expression)
            case ast.BoolOp(values=[*_, last]):
                return self.part(expression, last)
            case ast.Await(value=inner) | ast.NamedExpr(value=inner):
                return self.part(expression, inner)
            case _:
                return unknown(owner=node)

    def _conditional(
        self, test: ast.expr, body: ast.expr, other: ast.expr, expression: Expression
    ) -> Texts:
        options = self.part(expression, body), self.part(expression, other)
        name, is_present = _tested(test)
        tested = self.part(expression, name) if name is not None else ()
        match tested:
            case ((Hole(is_parameter=True) as hole,),):
                present, absent = options if is_present else reversed(options)
                return ((Choice(hole, present, absent),),)
            case _:
                return either(options)

    def _alternatives(
        self, first: ast.expr, others: Sequence[ast.expr], expression: Expression
    ) -> Texts:
        """Return the texts of ``first or second``."""
        option = self.part(expression, first)
        rest = either([self.part(expression, value) for value in others])
        match option:
            case ((Hole(is_parameter=True) as hole,),):
                return ((Choice(hole, option, rest),),)
            case _ if option and all(any(isinstance(p, str) for p in text) for text in option):
                return option
            case _:
                return either([option, rest])

    # ── names ────────────────────────────────────────────────────────────────────────────────

    def _name(self, name: str, use: Expression) -> Texts:
        if name in self.user:
            return self.user[name]
        bindings = self.types.bindings(name, use)
        if bindings:
            return self.bound(name, bindings, use)
        top = self.types.modules[use.scope.file.path].scope
        for star in top.names.get("*", ()):
            module = self._finder.named(star.origin, star.level, use.scope.file.path)
            for item in module:
                if isinstance(item, Own) and name in item.scope.names:
                    return self.member(item.scope, name)
        return unknown(name, top)

    def member(self, scope: NameScope, name: str) -> Texts:
        """Return what a module or a class has under a name."""
        if name in self.user:
            return self.user[name]
        bindings = scope.names.get(name, ())[-MOST:]
        return self.bound(name, bindings, anytime(scope.node, scope))

    def bound(self, name: str, bindings: Sequence[Binding], use: Expression) -> Texts:
        """Return what bindings of a name bind; what isn't known gets that name."""
        texts = either([self._binding(binding, use) for binding in bindings])
        match texts:
            case ((Hole(name=""),),) if bindings[0].value is not None:
                return unknown(name, bindings[0].value.scope)
            case _:
                return texts

    def _binding(self, binding: Binding, use: Expression) -> Texts:
        value = binding.value
        match binding.kind:
            case "value" | "entered" if value is not None:
                items = _displayed(value.node) if binding.path else ()
                if binding.path:
                    position = binding.path[0]
                    is_inside = len(binding.path) == 1 and position < len(items)
                    return self.part(value, items[position]) if is_inside else unknown()
                return self._grown(self.texts(value), binding.growth, use)
            case "element" if value is not None and not binding.path:
                return self._elements(value)
            case "parameter" if binding.scope is not None:
                return ((Hole(binding.origin, binding.scope, is_parameter=True),),)
            case "import":
                return self._imported(binding)
            case _:
                return unknown()

    def _grown(self, texts: Texts, growth: Sequence[Growth], use: Expression) -> Texts:
        """Return texts with what ``+=`` adds to them before a use."""
        for step in growth:
            added = step.added.value
            is_before = step.added.time <= use.time and use.time != LATE
            if added is None or not step.is_each or step.depth or not is_before:
                continue
            longer = concatenated([texts, self.texts(added)])
            is_sure = step.added.block.is_around(use.block)
            texts = longer if is_sure else either([texts, longer])
        return texts

    def _imported(self, binding: Binding) -> Texts:
        here = binding.scope.file.path if binding.scope else None
        if here is None or not binding.member:
            return unknown()
        for item in self._finder.named(binding.origin, binding.level, here):
            if isinstance(item, Own) and binding.member in item.scope.names:
                return self.member(item.scope, binding.member)
        return unknown(binding.member, binding.origin)

    def _elements(self, value: Expression) -> Texts:
        """Return the items of a display."""
        items = _displayed(value.node)
        if isinstance(value.node, ast.Name):
            for binding in self.types.bindings(value.node.id, value):
                if binding.kind == "value" and binding.value is not None and not binding.path:
                    items = _displayed(binding.value.node)
                    value = binding.value
        if not items:
            return unknown()
        return either([self.part(value, item) for item in items[:MOST]])

    # ── parts and calls ──────────────────────────────────────────────────────────────────────

    def _subscript(self, inner: ast.expr, key: ast.expr, expression: Expression) -> Texts:
        keys = [value_of(text) for text in self.part(expression, key)]
        results: list[Texts] = []
        for item in self.types.at(expression, inner):
            match item:
                case Dictionary(entries=entries):
                    results += [self.texts(e.value) for e in entries if e.key in keys]
                case Own(kind="class", scope=scope):
                    results += [self.member(scope, key) for key in keys if key in scope.names]
                case _:
                    pass
        if results:
            return either(results)
        if isinstance(inner, ast.Attribute) and inner.attr == "environ" and text_of(key):
            return self.variable(text_of(key))
        return unknown(owner=expression.node)

    def variable(self, name: str) -> Texts:
        """Return the value of an environment variable."""
        return self.user.get(name) or unknown(name, "environment")

    def _call(self, node: ast.Call, expression: Expression) -> Texts:
        results: list[Texts] = []
        for item in self.types.at(expression, node.func):
            result = self._result(item, CallSite(expression, node))
            if result is not None:
                results.append(result)
        return either(results) if results else TextCall(self, node, expression).result()

    def _result(self, item: Item, site: CallSite) -> Texts | None:
        """Return what a call of a value gives; None if that isn't a text or a client."""
        match item:
            case Declared(kind="class", name=name):
                return self.base(name, site) if name in CLASSES else ()
            case Declared(kind="method", name="requests.session"):
                return EMPTY
            case Own(kind="function", scope=scope):
                return self.returned(scope, site)
            case Own(kind="class", scope=scope) if self._attributes.library_class(scope):
                return self._attributes.base_of(scope)
            case _:
                return None

    def base(self, name: str, site: CallSite) -> Texts:
        """Return the base URL that a client of a library is made with."""
        class_ = CLASSES[name]
        if not class_.base:
            return EMPTY
        names = [""] * class_.position + [class_.base] if class_.position < 9 else []
        argument = self.arguments.of_call(site, names, class_.base)
        if isinstance(argument, Hole):
            return ((argument,),)
        return EMPTY if argument is None else self.texts(argument) or EMPTY

    def returned(self, function: NameScope, site: CallSite) -> Texts | None:
        """Return what a call of a function of the program gives."""
        if not function.results or function.yields:
            return None
        texts = either([self.texts(result) for result in function.results[:MOST]])
        bound = self.calls.bound(function, site)
        return substituted(texts, self.values(texts, function, bound))

    def property(self, function: NameScope) -> Texts | None:
        """Return what a property gives; None for another method."""
        if not decorators(function.node) & PROPERTIES:
            return None
        return either([self.texts(result) for result in function.results[:MOST]])

    def values(self, texts: Texts, function: NameScope, site: CallSite) -> dict[Hole, Texts]:
        """Return the arguments of a call for the parameters of a function in texts."""
        values: dict[Hole, Texts] = {}
        for hole in parameters_in(texts):
            if hole.owner is function and JOINED in hole.name:
                values[hole] = self._rest(site, function, hole.name.partition(JOINED)[2])
            elif hole.owner is function:
                argument = self.arguments.of_function(site, function, hole.name)
                if isinstance(argument, Expression):
                    values[hole] = self.texts(argument)
                else:
                    values[hole] = ((argument,),) if argument else ((Hole(hole.name, function),),)
        return values

    def _rest(self, site: CallSite, function: NameScope, separator: str) -> Texts:
        """Return the arguments of ``*args`` with a separator between them."""
        operands: list[Texts] = []
        for argument in self.arguments.rest(site, function):
            operands += [literal(separator)] if operands else []
            if isinstance(argument, ast.Starred):
                return unknown(owner=argument)
            operands.append(self.part(site.expression, argument))
        return concatenated(operands or [EMPTY])


def _tested(test: ast.expr) -> tuple[ast.expr | None, bool]:
    """Return the name that a condition tests, and whether it is true for one that has a value."""
    match test:
        case ast.Name():
            return test, True
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name() as name):
            return name, False
        case ast.Compare(left=ast.Name() as name, ops=[ast.IsNot()], comparators=[none]):
            is_none = isinstance(none, ast.Constant) and none.value is None
            return (name if is_none else None), True
        case ast.Compare(left=ast.Name() as name, ops=[ast.Is()], comparators=[none]):
            is_none = isinstance(none, ast.Constant) and none.value is None
            return (name if is_none else None), False
        case _:
            return None, True


def _displayed(node: ast.AST) -> Sequence[ast.expr]:
    """Return the items of a display of a list, a tuple or a set."""
    return node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else ()

"""Expressions of a program evaluated with the types of the responses that it gets."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import field
from itertools import chain

from ....base.immutable import immutable
from ....codegen.apidiff.annotation import last_name
from ..calls.evaluate import TextEvaluator
from ..calls.search import ProgramRequests
from ..containers import text_of
from ..evaluate import Evaluator
from ..scopes import MOST, Binding, Expression, Function, NameScope, anytime
from ..values import Instance, Item, Own, TypeForm, Value, listed, union
from .types import DescribedValue, ResponseTypes, described_in, labels_in, without

_GETTERS = ("get", "pop", "setdefault")
"""Methods that give a member of a dictionary."""
_RESPONSES = ("response", "text")
_DECODERS = ("loads", "load")


@immutable
class SentRequests:
    """The requests that a call sends."""

    labels: dict[str, None] = field(default_factory=dict[str, None])
    """Those of their operations."""
    functions: dict[NameScope, None] = field(default_factory=dict[NameScope, None])
    """The functions of the program that are called."""


class MemberEvaluator(Evaluator):
    """Evaluates expressions; what a request gives is a response of its operation."""

    def __init__(
        self,
        program: ProgramRequests,
        types: ResponseTypes,
        requests: Mapping[ast.AST, SentRequests],
        bound: Mapping[NameScope, Value],
    ) -> None:
        """``requests`` has those of each call that sends some; ``bound`` what the objects of
        classes are, as the user tells.
        """
        texts: TextEvaluator = program.reader.texts
        super().__init__(types, texts.types.modules, program.finder)
        self.types = types
        self.texts = texts
        self.requests = requests
        self.bound_classes = bound
        self.pairs: list[tuple[Value, Value]] = []
        """The values of annotations, each with what has the annotation."""
        self._passed: dict[NameScope, dict[str, None]] = {}
        """The operations whose responses several callers pass to a function."""
        self.follow_attributes(program.reached)

    def _value(self, expression: Expression) -> Value:
        value = super()._value(expression)
        copied = _copied(expression.node)
        if copied is not None:
            value = union((value, self._of_responses(self.at(expression, copied))))
        sent = self.requests.get(expression.node)
        if sent is None:
            return value
        if not self._of_responses(value):  # the object isn't known that has the method
            value = union((value, *map(self.returned, sent.functions)))
        return self.types.of_operations(value, [*sent.labels])

    def members(self, value: Value, name: str) -> Value:
        """Return a member of objects."""
        if not name:
            return ()
        return union(self.types.member(item, name) for item in value)

    def subscript(self, value: Value, key: ast.expr, expression: Expression) -> Value:
        """Return what a subscript of a value gives; of a class it is a type."""
        result = super().subscript(value, key, expression)
        if isinstance(key, ast.Constant) and isinstance(key.value, int):
            return union((result, *map(self.types.each, value)))
        return union((result, self.members(value, text_of(key))))

    def elements(self, value: Value) -> Value:
        """Return what iterating a value gives."""
        return union((super().elements(value), *map(self.types.each, value)))

    def call(self, node: ast.Call, expression: Expression) -> Value:
        """Return what a call gives."""
        result, name = super().call(node, expression), last_name(node.func)
        if not node.args:
            return result
        first = node.args[0]
        if name in _GETTERS and isinstance(node.func, ast.Attribute):
            owner = self.at(expression, node.func.value)
            return union((result, self.members(owner, text_of(first))))
        if name in _DECODERS:
            return union((result, self.decoded(self.at(expression, first))))
        if name == "TypeAdapter":
            return (TypeForm(self.annotation(_part(expression, first))),)
        return result

    def annotation(self, expression: Expression) -> Value:
        """Return what a name is by its annotation."""
        value = super().annotation(expression)
        described: list[Value] = []
        for item in value:
            if isinstance(item, Own) and item.scope in self.bound_classes:
                described.append(self.bound_classes[item.scope])
        return union((value, *described))

    def decoded(self, value: Value) -> Value:
        """Return the bodies of responses, or of their texts; other values as they are."""
        results: list[Value] = []
        for item in value:
            described = self.types.described(item)
            if described is not None and described.kind in ("response", "text"):
                results.append(self.types.body(described))
            else:
                results.append((item,))
        return union(results)

    def result(self, item: Item, node: ast.Call, expression: Expression) -> Value:
        """Return what a call of a value gives."""
        if self.types.described(item) is not None:  # ``response.text()``
            return (item,)
        value = super().result(item, node, expression)
        if isinstance(item, Own) and item.kind == "function":
            return self._at_call(item.scope, value, node, expression)
        return value

    def returned(self, scope: NameScope) -> Value:
        """Return what a function of the program gives, also where its annotation tells less."""
        value, node = super().returned(scope), scope.node
        if not isinstance(node, Function):
            return value
        results = union(map(self.value, scope.results[:MOST]))
        if scope.yields:
            results = listed(*map(self.value, scope.yields[:MOST]))
        if node.returns is not None and scope.parent is not None:
            self.pairs.append((self.annotation(anytime(node.returns, scope.parent)), results))
        return union((value, self._of_responses(results)))

    def _whole(self, binding: Binding) -> Value:
        if binding.kind == "value" and binding.value is not None and binding.hint is not None:
            self.pairs.append((self.annotation(binding.hint), self.value(binding.value)))
        return super()._whole(binding)

    def parameter(self, scope: NameScope, name: str) -> Value:
        """Return what a parameter is; of responses those that all callers pass."""
        value = super().parameter(scope, name)
        calls, arguments = self.texts.calls, self.texts.arguments
        passed: dict[Item, None] = {}
        for site in calls.sites(scope):
            argument = arguments.of_function(site, scope, name)
            if isinstance(argument, Expression):
                passed |= dict.fromkeys(self._of_responses(self.value(argument)))
        if len(passed) < 2:
            return union((value, tuple(passed)))
        labels = labels_in(self.types, tuple(passed))
        self._passed.setdefault(scope, {}).update(labels)
        general = union(map(self._without_operation, passed))
        return union((value, general))

    def _without_operation(self, item: Item) -> Value:
        """Return a response as the function sees it that several callers pass one to."""
        described = self.types.described(item)
        if described is None or described.kind not in _RESPONSES:
            return (item,)
        return (self.types.instance(DescribedValue(described.kind, is_passed=True)),)

    def _at_call(
        self, function: NameScope, value: Value, node: ast.Call, expression: Expression
    ) -> Value:
        """Return what a function gives, without what other callers pass to it."""
        of_callers = self._passed.get(function, {})
        if not self._has_passed(value, of_callers):
            return value
        others, responses = {**of_callers}, list[DescribedValue]()
        for argument in (*node.args, *map(_value_of, node.keywords)):
            for passed in described_in(self.types, self.at(expression, argument)):
                others.pop(passed.label, None)
                if passed.kind in _RESPONSES:
                    responses.append(passed)
        return self.types.of_passed(without(self.types, value, others), responses)

    def _has_passed(self, value: Value, of_callers: Collection[str]) -> bool:
        """Return whether a result of a function may be of what callers pass to it."""
        for result in described_in(self.types, value):
            if result.is_passed or result.label in of_callers:
                return True
        return False

    def _of_responses(self, value: Value) -> Value:
        """Return the items of a value that are of responses."""
        return tuple(filter(self.is_of_response, value))

    def is_of_response(self, item: Item) -> bool:
        """Return whether an item is a response, or holds a part of one."""
        if self.types.described(item) is not None:
            return True
        if not isinstance(item, Instance):
            return False
        return any(map(self.is_of_response, chain.from_iterable(item.arguments)))


def _value_of(keyword: ast.keyword) -> ast.expr:
    return keyword.value


def _copied(node: ast.AST) -> ast.expr | None:
    """Return the dictionary whose entries a new one has; None for another expression."""
    match node:
        case ast.DictComp(
            key=ast.Name(id=key),
            value=ast.Name(id=value),
            generators=[
                ast.comprehension(
                    target=ast.Tuple(elts=[ast.Name(id=first), ast.Name(id=second)]),
                    iter=ast.Call(func=ast.Attribute(value=source, attr="items")),
                )
            ],
        ) if (key, value) == (first, second):
            return source
        case ast.Dict(keys=[None, *_], values=[source, *_]):
            return source
        case ast.Call(func=ast.Name(id="dict"), args=[source, *_]):
            return source
        case _:
            return None


def _part(expression: Expression, node: ast.AST) -> Expression:
    return Expression(node, expression.scope, expression.block, expression.time)

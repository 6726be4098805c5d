"""Expressions of a program evaluated with the types of the responses that it gets."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from itertools import chain

from ....codegen.apidiff.annotation import last_name
from ..calls.evaluate import TextEvaluator
from ..calls.search import ProgramRequests
from ..containers import text_of
from ..evaluate import Evaluator
from ..scopes import MOST, Binding, Expression, Function, NameScope, anytime
from ..values import Instance, Item, Own, TypeForm, Value, listed, union
from .types import ResponseTypes, labels_in

_GETTERS = ("get", "pop", "setdefault")
"""Methods that give a member of a dictionary."""
_DECODERS = ("loads", "load")


class MemberEvaluator(Evaluator):
    """Evaluates expressions; what a request gives is a response of its operation."""

    def __init__(
        self,
        program: ProgramRequests,
        types: ResponseTypes,
        labels: Mapping[ast.AST, Sequence[str]],
        bound: Mapping[NameScope, Value],
    ) -> None:
        """``labels`` has the operations of each call that sends a request; ``bound`` what the
        objects of classes are, as the user tells.
        """
        texts: TextEvaluator = program.reader.texts
        super().__init__(types, texts.types.modules, program.finder)
        self.types = types
        self.texts = texts
        self.labels = labels
        self.bound_classes = bound
        self.pairs: list[tuple[Value, Value]] = []
        """The values of annotations, each with what has the annotation."""
        self.follow_attributes(program.reached)

    def _value(self, expression: Expression) -> Value:
        value = super()._value(expression)
        labels = self.labels.get(expression.node)
        return self.types.of_operations(value, labels) if labels else value

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
        return super().result(item, node, expression)

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
        passed: list[Value] = []
        for site in calls.sites(scope)[:MOST]:
            argument = arguments.of_function(site, scope, name)
            if isinstance(argument, Expression):
                passed.append(self._of_responses(self.value(argument)))
        described = union(passed)
        if len(labels_in(self.types, described)) > 1:
            return value
        return union((value, described))

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


def _part(expression: Expression, node: ast.AST) -> Expression:
    return Expression(node, expression.scope, expression.block, expression.time)

"""The functions of a program that make objects of a class that they are passed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from ....base.immutable import immutable
from ....codegen.apidiff.annotation import decorators
from ..calls.arguments import CallSite
from ..calls.requests import Request
from ..containers import text_of
from ..scopes import Expression, Function, NameScope
from ..values import Own, TypeForm, Value, union
from .evaluate import MemberEvaluator
from .types import DescribedValue

_DEEPEST = 3
"""The lists that are inside each other."""
Labels: TypeAlias = dict[ast.AST, dict[str, None]]


@immutable
class ClassParameter:
    """A parameter of a function of the program, for a class."""

    function: NameScope
    name: str


@dataclass(frozen=True, slots=True)
class _PassedParameter:
    """A parameter whose class a function makes objects of, itself or by those that it calls."""

    parameter: ClassParameter
    calls: tuple[ast.AST, ...] = ()
    """The calls that pass it on, from the function that makes the objects."""


@immutable
class PassedClass:
    """A class that is passed to a function, and what objects of it are made of."""

    declared: Value
    described: Value


class ClassPasses:
    """Finds the classes that are passed to functions which make objects of them.

    A response is among the arguments beside the class; or the call with the class sends the
    request; or it is in a decorator of the function that sends it.
    """

    def __init__(self, evaluator: MemberEvaluator, sent: Labels) -> None:
        """``sent`` has the operations of calls, and of those in decorators."""
        self.evaluator = evaluator
        self.sent = sent

    def of(self, parameters: Sequence[ClassParameter]) -> Iterator[PassedClass]:
        """Yield the classes that callers pass for parameters of functions that make objects."""
        todo = [_PassedParameter(parameter) for parameter in parameters]
        seen = set(parameters)
        while todo:
            passed = todo.pop()
            for site in self.evaluator.texts.calls.sites(passed.parameter.function):
                argument = self._argument(site, passed.parameter)
                if argument is None:
                    continue
                calls = (*passed.calls, site.expression.node)
                outer = parameter_of(argument)
                if outer is None:
                    yield from self._passed(site, argument, calls)
                elif outer not in seen:
                    seen.add(outer)
                    todo.append(_PassedParameter(outer, calls))

    def _argument(self, site: CallSite, parameter: ClassParameter) -> Expression | None:
        """Return what a call passes for a parameter: for that of a class method its class."""
        function, name = parameter.function, parameter.name
        called = site.call.func
        if _is_class_of_method(function, name):
            if isinstance(called, ast.Attribute):
                return replace(site.expression, node=called.value)
            return None
        argument = self.evaluator.texts.arguments.of_function(site, function, name)
        return argument if isinstance(argument, Expression) else None

    def _passed(
        self, site: CallSite, argument: Expression, calls: Sequence[ast.AST]
    ) -> Iterator[PassedClass]:
        """Yield the class that a call passes, with each response that it may be of."""
        declared = tuple(filter(_is_type, self.evaluator.value(argument)))
        if not declared:
            return
        texts: list[str] = []
        described: list[Value] = []
        for other in (*site.call.args, *[keyword.value for keyword in site.call.keywords]):
            if other is not argument.node:
                texts.append(text_of(other))
                described.append(self.evaluator.at(site.expression, other))
        for call in calls:
            for label in self.sent.get(call, ()):
                described.append(self.evaluator.types.body(DescribedValue("response", label)))
        for value in described:
            members = union(self.evaluator.members(value, text) for text in texts)
            yield PassedClass(declared, self._with_items(members or value))

    def _with_items(self, value: Value) -> Value:
        """Return a value, and the items of the lists that it is."""
        values = [value]
        for _ in range(_DEEPEST):
            values.append(self.evaluator.elements(values[-1]))
        return union(values)


def parameter_of(expression: Expression) -> ClassParameter | None:
    """Return the parameter that a name is, of the function around it or of one around that."""
    if not isinstance(expression.node, ast.Name):
        return None
    name = expression.node.id
    scope = expression.scope.owner(name)
    for binding in scope.names[name] if scope is not None else ():
        if binding.kind == "parameter" and binding.scope is not None:
            return ClassParameter(binding.scope, binding.origin)
    return None


def sent_by(requests: Mapping[str, Sequence[Request]]) -> Labels:
    """Return the operations of each call that sends a request, and of the calls in decorators of
    the functions with these.
    """
    sent: Labels = {}
    for label, own in requests.items():
        for request in own:
            sent.setdefault(request.expression.node, {})[label] = None
            for call in _in_decorators(request.expression.scope):
                sent.setdefault(call, {})[label] = None
    return sent


def _in_decorators(scope: NameScope | None) -> Iterator[ast.Call]:
    """Yield the calls in the decorators of the functions around a place."""
    while scope is not None:
        if isinstance(scope.node, Function):
            for decorator in scope.node.decorator_list:
                for node in ast.walk(decorator):
                    if isinstance(node, ast.Call):
                        yield node
        scope = scope.parent


def _is_type(item: object) -> bool:
    match item:
        case Own(kind="class") | TypeForm():
            return True
        case _:
            return False


def _is_class_of_method(function: NameScope, name: str) -> bool:
    """Return whether a parameter is the class that a class method is called of."""
    node = function.node
    if not isinstance(node, Function) or "classmethod" not in decorators(node):
        return False
    places = [*node.args.posonlyargs, *node.args.args]
    return bool(places) and places[0].arg == name

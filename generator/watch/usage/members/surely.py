"""The keys that a dictionary surely has when it is sent, with values other than None."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ....codegen.apidiff.annotation import last_name
from ..calls.arguments import CallSite, default_of, parameters_of
from ..calls.texts import Hole
from ..containers import text_of
from ..scopes import Binding, Expression, Function, NameScope
from .entries import EntryFinder, is_keywords, parts_with_keys

_DEEPEST = 20
"""The expressions that are followed one from the other."""
_MOST_STEPS = 500
"""The expressions of a request that are followed."""
_MOST_SITES = 20
"""The calls of a function that are followed."""
_NO_KEYS = frozenset[str]()
_DISPLAYS = (
    ast.JoinedStr,
    ast.Dict,
    ast.List,
    ast.Set,
    ast.Tuple,
    ast.DictComp,
    ast.ListComp,
    ast.SetComp,
    ast.GeneratorExp,
    ast.Compare,
    ast.BinOp,
    ast.UnaryOp,
    ast.Lambda,
)
"""Expressions whose value is never None."""
_CONVERTERS = {
    "str",
    "int",
    "float",
    "bool",
    "len",
    "list",
    "dict",
    "tuple",
    "sorted",
    "join",
    "dumps",
    "format",
    "strip",
    "lower",
    "upper",
    "isoformat",
    "round",
}
"""Functions and methods that never give None."""


class SureKeys:
    """Finds the keys that the dictionaries of one request surely have."""

    def __init__(self, finder: EntryFinder) -> None:
        self.finder = finder
        self.types = finder.types
        self._inside: dict[NameScope, CallSite] = {}
        """The functions whose results are followed, each with its call."""
        self._depth = 0
        self._steps = 0

    def of_all(self, expressions: Iterable[Expression]) -> frozenset[str]:
        """Return the keys that each of several dictionaries has."""
        every = [*map(self.of, expressions)]
        return in_each(every)

    def of(self, expression: Expression) -> frozenset[str]:
        """Return the keys that a dictionary has."""
        if not self._is_in_reach():
            return _NO_KEYS
        self._depth += 1
        keys = self._of(expression)
        self._depth -= 1
        return keys

    def _is_in_reach(self) -> bool:
        """Return whether one more expression is followed."""
        self._steps += 1
        return self._depth < _DEEPEST and self._steps < _MOST_STEPS

    def _of(self, expression: Expression) -> frozenset[str]:
        node = expression.node
        match node:
            case ast.Dict():
                return self._of_display(expression, node)
            case ast.Name(id=name):
                return self._of_bindings(self.types.bindings(name, expression))
            case ast.Await(value=inner) | ast.NamedExpr(value=inner):
                return self._of_part(expression, inner)
            case ast.IfExp(body=body, orelse=other):
                return self.of_all([replace(expression, node=part) for part in (body, other)])
            case ast.BoolOp(op=ast.Or(), values=[first, *_]):  # a dictionary with keys is true
                return self._of_part(expression, first)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._of_part(expression, left) | self._of_part(expression, right)
            case ast.DictComp(generators=[ast.comprehension(iter=items, ifs=conditions)]):
                if all(map(_removes_only_none, conditions)):
                    return self._of_items(replace(expression, node=items))
                return _NO_KEYS
            case ast.Call():
                return self._of_call(expression, node)
            case _:
                return _NO_KEYS

    def _of_part(self, expression: Expression, node: ast.expr) -> frozenset[str]:
        return self.of(replace(expression, node=node))

    def _of_display(self, expression: Expression, node: ast.Dict) -> frozenset[str]:
        keys = set[str]()
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                keys |= self._of_part(expression, value)
            elif text_of(key) and self.is_sent(replace(expression, node=value)):
                keys.add(text_of(key))
        return frozenset(keys)

    def _of_items(self, items: Expression) -> frozenset[str]:
        """Return the keys of the dictionary whose items a loop has."""
        match items.node:
            case ast.Call(func=ast.Attribute(value=owner, attr="items")):
                return self._of_part(items, owner)
            case _:
                return _NO_KEYS

    def _of_call(self, expression: Expression, node: ast.Call) -> frozenset[str]:
        site = CallSite(expression, node)
        functions = [*self.finder.functions(expression, node)]
        if functions:
            return self._of_results(functions)
        keys = set[str]()
        for part in parts_with_keys(node):
            keys |= self._of_part(expression, part)
        if isinstance(node.func, ast.Name) and node.func.id == "dict":
            keys |= self._of_keywords(site, ())
        return frozenset(keys)

    def _of_results(self, functions: Iterable[tuple[NameScope, CallSite]]) -> frozenset[str]:
        """Return the keys of what functions of the program give."""
        every: list[frozenset[str]] = []
        for function, site in functions:
            if function in self._inside:
                return _NO_KEYS
            self._inside[function] = site
            results = [result for result in function.results if not _is_none(result.node)]
            if results:
                every.append(self.of_all(results))
            del self._inside[function]
        return in_each(every)

    # ── names ────────────────────────────────────────────────────────────────────────────────

    def _of_bindings(self, bindings: Sequence[Binding]) -> frozenset[str]:
        every: list[frozenset[str]] = []
        for binding in bindings:
            if binding.value is not None and _is_none(binding.value.node):
                continue
            every.append(self._of_binding(binding) | self._added(binding))
        return in_each(every)

    def _of_binding(self, binding: Binding) -> frozenset[str]:
        function = binding.scope
        if binding.kind == "value" and binding.value is not None and not binding.path:
            return self.of(binding.value)
        if binding.kind != "parameter" or function is None:
            return _NO_KEYS
        if is_keywords(binding):
            sites = self._sites(function)
            names = parameters_of(function)
            every = [self._of_keywords(site, names) for site in sites]
            return in_each(every)
        passed: list[Expression] = []
        for argument in self._passed(function, binding.origin):
            if not isinstance(argument, Expression):
                return _NO_KEYS
            if not _is_none(argument.node):
                passed.append(argument)
        return self.of_all(passed)

    def _added(self, binding: Binding) -> frozenset[str]:
        """Return the keys of the dictionary that a loop copies into the one of a name."""
        for growth in binding.growth:
            value, key = growth.added.value, growth.node
            if growth.depth or value is None or not isinstance(key, ast.Name):
                continue
            for loop in self.types.bindings(key.id, replace(value, node=key)):
                is_in_loop = loop.kind == "element" and loop.path == (0,)
                if is_in_loop and loop.value is not None and loop.block is growth.added.block:
                    return self._of_items(loop.value)
        return _NO_KEYS

    def _of_keywords(self, site: CallSite, names: Sequence[str]) -> frozenset[str]:
        """Return the names of the keyword arguments of a call, but for those of parameters."""
        keys = set[str]()
        for keyword in site.call.keywords:
            value = replace(site.expression, node=keyword.value)
            if keyword.arg is None:
                keys |= self.of(value)
            elif self.is_sent(value):
                keys.add(keyword.arg)
        return frozenset(keys.difference(names))

    def _sites(self, function: NameScope) -> Sequence[CallSite]:
        """Return the calls of a function: that of the request, if it is one of its callers."""
        if function in self._inside:
            return [self._inside[function]]
        own = [site for caller, site in self.finder.request.callers if caller is function]
        sites = own or self.finder.evaluator.calls.sites(function)
        return sites if len(sites) <= _MOST_SITES else []

    def _passed(self, function: NameScope, name: str) -> Sequence[Expression | Hole | None]:
        """Return what the callers of a function pass for a parameter."""
        arguments = self.finder.evaluator.arguments
        return [arguments.of_function(site, function, name) for site in self._sites(function)]

    # ── values ───────────────────────────────────────────────────────────────────────────────

    def is_sent(self, expression: Expression) -> bool:
        """Return whether a value is surely not None, which libraries and programs leave out."""
        if not self._is_in_reach():
            return False
        self._depth += 1
        is_sent = self._is_sent(expression)
        self._depth -= 1
        return is_sent

    def _is_sent(self, expression: Expression) -> bool:
        node = expression.node
        match node:
            case ast.Constant(value=value):
                return value is not None
            case ast.Name(id=name):
                bindings = self.types.bindings(name, expression)
                return bool(bindings) and all(map(self._is_bound, bindings))
            case ast.Call(func=function):
                return last_name(function) in _CONVERTERS
            case ast.IfExp(body=body, orelse=other):
                parts = [replace(expression, node=part) for part in (body, other)]
                return all(map(self.is_sent, parts))
            case ast.BoolOp(op=ast.Or(), values=[*_, last]):
                return self.is_sent(replace(expression, node=last))
            case _:
                return isinstance(node, _DISPLAYS)

    def _is_bound(self, binding: Binding) -> bool:
        """Return whether a name is surely bound to another value than None."""
        function = binding.scope
        if binding.kind == "value" and binding.value is not None and not binding.path:
            return self.is_sent(binding.value)
        if binding.kind != "parameter" or function is None:
            return False
        default = default_of(function, binding.origin)
        if default is None and _is_optional(function, binding.origin):
            return False
        for argument in (*filter(None, [default]), *self._passed(function, binding.origin)):
            if not (isinstance(argument, Expression) and self.is_sent(argument)):
                return False
        return True


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _removes_only_none(condition: ast.expr) -> bool:
    """Return whether the filter of a comprehension keeps all values but None."""
    match condition:
        case ast.Compare(ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return True
        case _:
            return False


def in_each(sets: Sequence[frozenset[str]]) -> frozenset[str]:
    """Return what each of several sets contains; nothing of none."""
    if not sets:
        return _NO_KEYS
    common, *others = sets
    for other in others:
        common &= other
    return common


def _is_optional(function: NameScope, name: str) -> bool:
    """Return whether a parameter may be None by its annotation."""
    if not isinstance(function.node, Function):
        return False
    args = function.node.args
    for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs):
        if arg.arg == name and arg.annotation is not None:
            text = ast.unparse(arg.annotation)
            return "None" in text or "Optional" in text
    return False

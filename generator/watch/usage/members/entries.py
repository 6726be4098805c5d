"""The dictionaries that reach a request, through names, parameters and calls of the program."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ....codegen.apidiff.annotation import last_name
from ..calls.arguments import CallSite, function_of, keyword_hole
from ..calls.evaluate import TextEvaluator
from ..calls.requests import Request
from ..calls.texts import Hole
from ..scopes import Binding, Expression, Function, NameScope
from ..values import Dictionary, Entry, Own

_MOST_SITES = 300
"""The calls of a function that are followed."""
_MOST_STEPS = 2_000
"""The expressions of a request that are followed."""
_MOST_RESULTS = 4
"""The functions, one in the other, whose results are followed."""
_OF_FIRST = (
    "dict",
    "dumps",
    "urlencode",
    "copy",
    "deepcopy",
    "OrderedDict",
    "asdict",
    "cast",
    "iter",
    "list",
    "sorted",
    "MultiDict",
    "CIMultiDict",
)
"""Functions whose result has the keys of their first argument; of ``cast`` the last one."""
_OF_OWNER = ("copy", "items", "encode", "dict", "json", "model_dump", "model_dump_json")
"""Methods whose result has the keys of their object."""


class EntryFinder:
    """Finds the entries of the dictionaries that reach one request."""

    def __init__(self, evaluator: TextEvaluator, request: Request) -> None:
        self.evaluator = evaluator
        self.types = evaluator.types
        self.request = request
        self._steps = 0
        self._inside: dict[NameScope, CallSite] = {}
        """The functions whose results are followed, each with its call."""

    def argument(self, names: Sequence[str], name: str) -> list[Expression]:
        """Return the argument of a library's call; ``names`` have positions.

        The function may be one of the program that has such parameters: these count then.
        """
        site, arguments = self.request.call.site, self.evaluator.arguments
        for function, own_site in self._functions(site.expression, site.call):
            return self._resolved(arguments.of_function(own_site, function, name), set())
        argument = arguments.of_call(site, names, name)
        if argument is not None:
            return self._resolved(argument, set())
        results: list[Expression] = []
        for keyword in site.call.keywords:
            if keyword.arg is None:
                results += self._in_keywords(replace(site.expression, node=keyword.value), name)
        return results

    def _in_keywords(self, keywords: Expression, name: str) -> list[Expression]:
        """Return the argument of a name in ``**f(kwargs)``."""
        results: list[Expression] = []
        for source in self.sources(keywords):
            results += [entry.value for entry in self._own(source) if entry.key == name]
            if isinstance(source.node, ast.Name):
                function = function_of(source, source.node, is_keywords=True)
                if function is not None and function not in self._inside:
                    results += self._resolved(keyword_hole(name, function), set())
        return results

    def entries(self, expression: Expression) -> list[Entry]:
        """Return the keys that a dictionary may have, each where it is written."""
        entries: dict[ast.AST, Entry] = {}
        for source in self.sources(expression):
            for entry in self._own(source):
                entries.setdefault(entry.node, entry)
        return [*entries.values()]

    def sources(self, expression: Expression) -> Iterator[Expression]:
        """Yield an expression, and those that its value may be taken from."""
        todo, seen = [expression], set[ast.AST]()
        while todo and self._steps < _MOST_STEPS:
            source = todo.pop(0)
            if source.node in seen:
                continue
            seen.add(source.node)
            self._steps += 1
            yield source
            todo += self._inner(source)
            if isinstance(source.node, ast.Call):
                for function, site in self._functions(source, source.node):
                    yield from self._results(function, site)

    def _functions(
        self, expression: Expression, call: ast.Call
    ) -> Iterator[tuple[NameScope, CallSite]]:
        """Yield the functions of the program that a call is of, each with its arguments."""
        for item in self.types.at(expression, call.func):
            if isinstance(item, Own) and item.kind == "function":
                site = CallSite(replace(expression, node=call), call)
                yield item.scope, self.evaluator.calls.bound(item.scope, site)

    def _results(self, function: NameScope, site: CallSite) -> Iterator[Expression]:
        """Yield what a function returns; its parameters are what this call of it passes."""
        if function in self._inside or len(self._inside) == _MOST_RESULTS:
            return
        self._inside[function] = site
        for result in function.results:
            yield from self.sources(result)
        del self._inside[function]

    # ── keys ─────────────────────────────────────────────────────────────────────────────────

    def _own(self, expression: Expression) -> Iterator[Entry]:
        """Yield the keys of a dictionary that an expression itself has."""
        node = expression.node
        value = self.types.value(expression)
        dictionaries = [item for item in value if isinstance(item, Dictionary)]
        for dictionary in dictionaries:
            yield from dictionary.entries
        match node:
            case ast.Name(id=name):
                for binding in self.types.bindings(name, expression) if not dictionaries else ():
                    yield from _grown(binding)
                yield from self._keywords(expression, node)
            case ast.Call(func=function, keywords=keywords):
                called = self.types.at(expression, function)
                if any(isinstance(item, Own) and item.kind == "class" for item in called):
                    yield from named_arguments(expression, keywords, ())
            case ast.List(elts=displayed) | ast.Tuple(elts=displayed):
                for element in displayed:
                    yield from _pair(expression, element)
            case _:
                pass

    def _keywords(self, expression: Expression, node: ast.Name) -> Iterator[Entry]:
        """Yield what callers pass as ``**kwargs``."""
        function = function_of(expression, node, is_keywords=True)
        if function is None or not isinstance(function.node, Function):
            return
        args = function.node.args
        names = [arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
        for site in self._sites(function):
            yield from named_arguments(site.expression, site.call.keywords, names)

    # ── where a dictionary is taken from ─────────────────────────────────────────────────────

    def _inner(self, expression: Expression) -> Iterator[Expression]:
        node = expression.node
        if isinstance(node, ast.Name):
            for binding in self.types.bindings(node.id, expression):
                yield from self._bound(binding)
            function = function_of(expression, node, is_keywords=True)
            for site in self._sites(function) if function is not None else ():
                for keyword in site.call.keywords:
                    if keyword.arg is None:
                        yield replace(site.expression, node=keyword.value)
            return
        for part in _parts(node):
            yield replace(expression, node=part)

    def _bound(self, binding: Binding) -> Iterator[Expression]:
        """Yield what a name is bound to, and the dictionaries that are added to it."""
        function = binding.scope
        if binding.kind == "parameter" and function is not None:
            yield from self._passed(function, binding.origin, set())
        elif binding.kind in ("value", "entered") and binding.value and not binding.path:
            yield binding.value
        for growth in binding.growth:
            if growth.depth or growth.added.value is None:
                continue
            if growth.is_each:
                yield growth.added.value
            elif isinstance(growth.node, ast.Name):
                yield from self._iterated(
                    replace(growth.added.value, node=growth.node), growth.node
                )

    def _iterated(self, key: Expression, name: ast.Name) -> Iterator[Expression]:
        """Yield the dictionary whose keys a loop has: ``for key, value in d.items()``."""
        for binding in self.types.bindings(name.id, key):
            if binding.kind == "element" and binding.path in ((), (0,)) and binding.value:
                yield binding.value

    def _passed(
        self, function: NameScope, name: str, seen: set[tuple[NameScope, str]]
    ) -> list[Expression]:
        """Return what callers pass for a parameter."""
        if (function, name) in seen:
            return []
        seen.add((function, name))
        results: list[Expression] = []
        for site in self._sites(function):
            argument = self.evaluator.arguments.of_function(site, function, name)
            results += self._resolved(argument, seen)
        return results

    def _resolved(
        self, argument: Expression | Hole | None, seen: set[tuple[NameScope, str]]
    ) -> list[Expression]:
        match argument:
            case Expression():
                return [argument]
            case Hole(name=name, owner=NameScope() as function, is_parameter=True):
                return self._passed(function, name, seen)
            case _:
                return []

    def _sites(self, function: NameScope) -> Sequence[CallSite]:
        """Return the calls of a function: that of the request, if it is one of its callers."""
        if function in self._inside:
            return [self._inside[function]]
        own = [site for caller, site in self.request.callers if caller is function]
        return own or self.evaluator.calls.sites(function)[:_MOST_SITES]


def _parts(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the parts of an expression whose keys it has."""
    match node:
        case ast.BoolOp(values=values):
            yield from values
        case ast.IfExp(body=body, orelse=other):
            yield from (body, other)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from (left, right)
        case ast.NamedExpr(value=value) | ast.Await(value=value):
            yield value
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if key is None:
                    yield value
        case ast.DictComp(generators=[first, *_]):
            yield first.iter
        case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name in _OF_OWNER:
            yield owner
            if name in _OF_FIRST:
                yield from node.args[:1]
        case ast.Call(func=function, args=values) if last_name(function) == "ChainMap":
            yield from values
        case ast.Call(func=function, args=[*_, last]) if last_name(function) in _OF_FIRST:
            yield node.args[0] if last_name(function) != "cast" else last
        case _:
            pass


def named_arguments(
    at: Expression, keywords: Sequence[ast.keyword], parameters: Sequence[str]
) -> Iterator[Entry]:
    """Yield the arguments of a call by their names, but for those of parameters."""
    for keyword in keywords:
        if keyword.arg is not None and keyword.arg not in parameters:
            yield Entry(keyword.arg, keyword, replace(at, node=keyword.value))


def _pair(at: Expression, node: ast.expr) -> Iterator[Entry]:
    """Yield the entry that a pair ``("limit", 5)`` is."""
    match node:
        case ast.Tuple(elts=[ast.Constant(value=str(key)) as name, value]):
            yield Entry(key, name, replace(at, node=value))
        case _:
            pass


def _grown(binding: Binding) -> Iterator[Entry]:
    """Yield the keys that are added to the dictionary of a name."""
    for growth in binding.growth:
        value = growth.added.value
        if growth.key and growth.node is not None and value is not None and not growth.depth:
            yield Entry(growth.key, growth.node, value)

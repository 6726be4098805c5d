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
from ..containers import MOST_ENTRIES, text_of
from ..scopes import Binding, Expression, Function, NameScope, anytime
from ..values import Dictionary, Entry, Own
from .models import fields_of, names_of

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
_GROWING = ("MultiDict", "CIMultiDict")
"""Those whose result gets further keys by methods that aren't followed."""
_OF_OWNER = ("copy", "items", "encode", "dict", "json", "model_dump", "model_dump_json")
"""Methods whose result has the keys of their object."""


class EntryFinder:
    """Finds the entries of the dictionaries that reach one request."""

    def __init__(self, evaluator: TextEvaluator, request: Request) -> None:
        self.evaluator = evaluator
        self.types = evaluator.types
        self.request = request
        self.is_complete = True
        """False if a dictionary may have keys that aren't found; its reader sets it to true."""
        self._steps = 0
        self._inside: dict[NameScope, CallSite] = {}
        """The functions whose results are followed, each with its call."""

    def argument(self, names: Sequence[str], name: str) -> list[Expression]:
        """Return the argument of a library's call; ``names`` have positions.

        The function may be one of the program that has such parameters: these count then.
        """
        site, arguments = self.request.call.site, self.evaluator.arguments
        for function, own_site in self.functions(site.expression, site.call):
            self.is_complete = False  # what it does with its arguments isn't known
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
            inner = [*self._inner(source)]
            todo += inner
            functions: list[tuple[NameScope, CallSite]] = []
            if isinstance(source.node, ast.Call):
                functions += self.functions(source, source.node)
            if not (functions or self._has_known_keys(source, inner)):
                self.is_complete = False
            for function, site in functions:
                yield from self._results(function, site)
        self.is_complete &= not todo

    def functions(
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
            self.is_complete = False
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
            self.is_complete &= len(dictionary.entries) < MOST_ENTRIES
            yield from dictionary.entries
        match node:
            case ast.Name(id=name):
                for binding in self.types.bindings(name, expression) if not dictionaries else ():
                    yield from _grown(binding)
                yield from self._keywords(expression, node)
                yield from self._fields(name, expression)
            case ast.Call(func=function, keywords=keywords):
                if self._is_of_class(expression, function):
                    yield from named_arguments(expression, keywords, ())
            case ast.List(elts=displayed) | ast.Tuple(elts=displayed):
                for element in displayed:
                    yield from _pair(expression, element)
            case _:
                pass

    def _has_known_keys(self, expression: Expression, inner: Sequence[Expression]) -> bool:
        """Return whether the keys of an expression are found: its own, and those of its parts."""
        match expression.node:
            case ast.Constant(value=value):
                return not isinstance(value, (str, bytes))
            case ast.Dict(keys=keys):
                return all(key is None or text_of(key) for key in keys)
            case ast.DictComp(key=ast.Name() | ast.Call(func=ast.Name(id="str"))):
                return bool(inner)
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                return all([*_pair(expression, element)] for element in elements)
            case ast.Call(func=function, args=args, keywords=keywords):
                if _has_others(keywords):
                    return False
                name = last_name(function)
                if name in _GROWING:
                    return False
                if not args and (name == "dict" or self._is_of_class(expression, function)):
                    return True
                return bool(inner)
            case ast.Name(id=name):
                return bool(self.types.bindings(name, expression))
            case ast.BoolOp() | ast.IfExp() | ast.BinOp(op=ast.BitOr()) | ast.NamedExpr():
                return True
            case _:
                return bool(inner)

    def _fields(self, name: str, expression: Expression) -> Iterator[Entry]:
        """Yield the fields of a parameter that only other programs pass, by its annotation: those
        of a model, a dataclass or a typed dictionary.
        """
        for binding in self.types.bindings(name, expression):
            function = binding.scope
            if binding.kind != "parameter" or function is None or self._sites(function):
                continue
            for item in self.types.bound(binding):
                if isinstance(item, Own) and item.kind == "instance":
                    yield from self._fields_of(item.scope)

    def _fields_of(self, class_: NameScope) -> Iterator[Entry]:
        for owner in self.types.own_bases(class_):
            if not isinstance(owner, NameScope):
                continue
            for field in fields_of(owner):
                annotation = anytime(field.annotation, class_)
                for name in names_of(field):
                    yield Entry(name, field.target, annotation)

    def _is_of_class(self, expression: Expression, function: ast.expr) -> bool:
        """Return whether a call is that of a class of the program."""
        for item in self.types.at(expression, function):
            if isinstance(item, Own) and item.kind == "class":
                return True
        return False

    def _keywords(self, expression: Expression, node: ast.Name) -> Iterator[Entry]:
        """Yield what callers pass as ``**kwargs``."""
        function = function_of(expression, node, is_keywords=True)
        if function is None or not isinstance(function.node, Function):
            return
        args = function.node.args
        names = [arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
        sites = self._sites(function)
        self.is_complete &= bool(sites)
        for site in sites:
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
        if isinstance(node, ast.Attribute):
            yield from self._attribute(expression, node)
        for part in parts_with_keys(node):
            yield replace(expression, node=part)

    def _attribute(self, expression: Expression, node: ast.Attribute) -> Iterator[Expression]:
        """Yield what is assigned to an attribute of the objects of a class."""
        for item in self.types.at(expression, node.value):
            if not isinstance(item, Own) or item.kind != "instance":
                continue
            for class_ in self.types.own_bases(item.scope):
                if isinstance(class_, NameScope):
                    for binding in class_.attributes.get(node.attr, ()):
                        yield from self._bound(binding)

    def _bound(self, binding: Binding) -> Iterator[Expression]:
        """Yield what a name is bound to, and the dictionaries that are added to it."""
        function = binding.scope
        if binding.kind == "parameter" and function is not None:
            if not is_keywords(binding):
                yield from self._passed(function, binding.origin, set())
        elif binding.kind in ("value", "entered") and binding.value and not binding.path:
            yield binding.value
        elif binding.kind != "annotation":
            self.is_complete = False
        for growth in binding.growth:
            if growth.depth:
                continue
            if growth.added.value is None:
                self.is_complete = False
            elif growth.is_each:
                yield growth.added.value
            elif not growth.key and not isinstance(growth.node, ast.Name):
                self.is_complete = False
            elif isinstance(growth.node, ast.Name):
                yield from self._iterated(
                    replace(growth.added.value, node=growth.node), growth.node
                )

    def _iterated(self, key: Expression, name: ast.Name) -> Iterator[Expression]:
        """Yield the dictionary whose keys a loop has: ``for key, value in d.items()``."""
        for binding in self.types.bindings(name.id, key):
            if binding.kind == "element" and binding.path in ((), (0,)) and binding.value:
                yield binding.value
            else:
                self.is_complete = False

    def _passed(
        self, function: NameScope, name: str, seen: set[tuple[NameScope, str]]
    ) -> list[Expression]:
        """Return what callers pass for a parameter."""
        if (function, name) in seen:
            return []
        seen.add((function, name))
        results: list[Expression] = []
        sites = self._sites(function)
        self.is_complete &= bool(sites)
        for site in sites:
            argument = self.evaluator.arguments.of_function(site, function, name)
            if argument is None:
                self.is_complete &= not _has_others(site.call.keywords)
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
            case Hole():
                self.is_complete = False
                return []
            case None:
                return []

    def _sites(self, function: NameScope) -> Sequence[CallSite]:
        """Return the calls of a function: that of the request, if it is one of its callers."""
        if function in self._inside:
            return [self._inside[function]]
        own = [site for caller, site in self.request.callers if caller is function]
        sites = own or self.evaluator.calls.sites(function)
        self.is_complete &= len(sites) <= _MOST_SITES
        return sites[:_MOST_SITES]


def is_keywords(binding: Binding) -> bool:
    """Return whether a parameter has the other keywords of calls."""
    function = binding.scope
    if function is None or not isinstance(function.node, Function):
        return False
    rest = function.node.args.kwarg
    return rest is not None and rest.arg == binding.origin


def _has_others(keywords: Sequence[ast.keyword]) -> bool:
    """Return whether a call may pass an argument that it doesn't name."""
    for keyword in keywords:
        if keyword.arg is None:
            return True
    return False


def parts_with_keys(node: ast.AST) -> Iterator[ast.expr]:
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

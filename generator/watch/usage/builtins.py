"""Functions of Python and its libraries whose result follows from their arguments."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from .containers import DictionaryPart, dictionary, parts_of_call, text_of
from .scopes import Binding, Expression, NameScope
from .values import (
    LISTS,
    MAPPINGS,
    Builtin,
    Instance,
    Item,
    Own,
    TypeForm,
    Value,
    awaited,
    element_of,
    entry_of,
    generic,
    listed,
    union,
)

_SAME = {
    "copy", "deepcopy", "run", "model_copy", "closing", "aclosing", "run_until_complete",
    "create_task", "ensure_future", "wait_for", "replace", "shield", "nullcontext",
    "sync_to_async", "async_to_sync", "__enter__", "__aenter__",
}  # fmt: skip
"""Functions that give what their first argument is, or their object."""
_LISTS = {
    "list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "aiter", "deque", "Queue",
    "LifoQueue", "PriorityQueue", "SimpleQueue", "islice", "cycle", "sample", "as_completed",
    "tqdm", "track",
}  # fmt: skip
"""Functions that give the items of their first argument."""
_ITEMS = {"next", "anext", "min", "max", "choice", "reduce"}
_LATER_LISTS = {"filter", "takewhile", "dropwhile", "filterfalse", "nlargest", "nsmallest"}
"""Functions that give items of their second argument."""
_EACH = {"map", "imap", "imap_unordered"}
"""Functions that call their first argument with an item of each of the others."""
_MAPS = {*_EACH, "starmap"}
_OF_OWN_LIST = {"pop", "popleft", "get", "get_nowait"}
WITH_FUNCTION = {*_MAPS, "filter", "takewhile", "dropwhile", "filterfalse"}
"""Functions that call their first argument with the items of their second."""
_CALLERS = {
    "submit": 0, "to_thread": 0, "run_sync": 0, "run_in_threadpool": 0, "start_soon": 0,
    "call_soon": 0, "call_soon_threadsafe": 0, "run_in_executor": 1, "call_later": 1, "partial": 0,
    "add_task": 0,
}  # fmt: skip
"""Functions that call one of their arguments with those after it, with its position."""

_NO_CALL = ast.Call(ast.Name(""), [], [])


class CallEvaluator(Protocol):
    """An evaluator of the arguments of a call."""

    def at(self, expression: Expression, node: ast.AST) -> Value:
        """Return what a part of an expression may be."""
        ...

    def bound(self, binding: Binding) -> Value:
        """Return what a binding binds."""
        ...

    def items(self, nodes: Sequence[ast.expr], expression: Expression) -> list[Value]:
        """Return what each of the items of a list may be; of a starred one its own items."""
        ...

    def elements(self, value: Value) -> Value:
        """Return what iterating a value gives."""
        ...

    def annotation(self, expression: Expression) -> Value:
        """Return what a name is by its annotation."""
        ...

    def attribute(self, value: Value, name: str) -> Value:
        """Return what an attribute of a value may be."""
        ...

    def entered(self, value: Value) -> Value:
        """Return what ``with`` gives of a value."""
        ...

    def result(self, item: Item, node: ast.Call, expression: Expression) -> Value:
        """Return what a call of a value gives."""
        ...

    def subscript(self, value: Value, key: ast.expr, expression: Expression) -> Value:
        """Return what a subscript of a value gives."""
        ...

    def super_of(self, scope: NameScope) -> Value:
        """Return what ``super()`` gives."""
        ...


def called_later(name: str, node: ast.Call) -> ast.Call | None:
    """Return the call that a function is told to make: of ``pool.submit(f, 1)`` that is ``f(1)``.

    ``Thread(target=f, args=(1,))`` is one, too, and of ``map(f, items)`` it is ``f(next(items))``.
    ``partial(f, 1)`` lacks arguments yet.
    """
    if name in _EACH and len(node.args) > 1:
        items = [_next_of(argument) for argument in node.args[1:]]
        return ast.Call(node.args[0], items, [])
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    if "target" in keywords and name in ("Thread", "Process"):
        arguments = keywords.get("args")
        values = arguments.elts if isinstance(arguments, ast.Tuple | ast.List) else []
        return ast.Call(keywords["target"], values, [])
    position = _CALLERS.get(name, len(node.args))
    if position >= len(node.args):
        return None
    return ast.Call(node.args[position], node.args[position + 1 :], node.keywords)


def _next_of(items: ast.expr) -> ast.expr:
    """Return an expression for an item, at the place of all items."""
    return ast.copy_location(ast.Call(ast.Name("next", ast.Load()), [items], []), items)


class _Result:
    """The result of a call of a function that isn't the program's or the client's."""

    def __init__(
        self, evaluator: CallEvaluator, owner: Value, node: ast.Call, expression: Expression
    ) -> None:
        self.evaluator = evaluator
        self.owner = owner
        self.node = node
        self.expression = expression
        self.args = node.args
        self.first = evaluator.at(expression, self.args[0]) if self.args else ()

    def argument(self, position: int) -> Value:
        """Return what an argument may be."""
        inside = position < len(self.args)
        return self.evaluator.at(self.expression, self.args[position]) if inside else ()

    def keyword(self, name: str) -> ast.expr | None:
        """Return a keyword argument."""
        values = (keyword.value for keyword in self.node.keywords if keyword.arg == name)
        return next(values, None)

    def type(self, node: ast.AST | None) -> Value:
        """Return the objects of a type that is an argument."""
        return self.evaluator.annotation(replace(self.expression, node=node)) if node else ()

    def call(self, functions: Value) -> Value:
        """Return what functions give."""
        return union(self.evaluator.result(item, _NO_CALL, self.expression) for item in functions)

    # ── functions whose result isn't a list of what they get ─────────────────────────────────

    def cast(self) -> Value:
        value = self.argument(1)
        hint = self.type(self.args[0]) if self.args else ()
        return union((hint, value))

    def new_type(self) -> Value:
        return (TypeForm(self.type(self.args[1])),) if len(self.args) == 2 else ()

    def type_variable(self) -> Value:
        kinds = [self.keyword("bound"), *self.args[1:]]
        return (TypeForm(union(map(self.type, kinds))),)

    def attribute(self) -> Value:
        name = text_of(self.args[1]) if len(self.args) > 1 else ""
        return self.evaluator.attribute(self.first, name) if name else ()

    def gathered(self) -> Value:
        values = self.evaluator.items(self.args, self.expression)
        values = [awaited(value) for value in values]
        if any(isinstance(argument, ast.Starred) for argument in self.args):
            return listed(*values)
        return (generic("tuple", *values),)

    def waited(self) -> Value:
        tasks = listed(element_of(self.first))
        return (generic("tuple", tasks, tasks),) if self.first else ()

    def member(self) -> Value:
        factory = self.keyword("default_factory") or self.keyword("factory")
        if factory is not None:
            return self.call(self.evaluator.at(self.expression, factory))
        default = self.keyword("default")
        return self.evaluator.at(self.expression, default) if default is not None else self.first

    def dependency(self) -> Value:
        values: list[Value] = []
        for item in self.first:
            value = self.call((item,))
            is_generator = isinstance(item, Own) and bool(item.scope.yields)
            values.append(element_of(value) if is_generator else value)
        return union(values)

    def partial(self) -> Value:
        return (Builtin("partial", self.first),) if self.first else ()

    def entered(self) -> Value:
        return self.evaluator.entered(self.first)

    def super(self) -> Value:
        return self.evaluator.super_of(self.expression.scope)

    def awaited_owner(self) -> Value:
        return awaited(self.owner)

    # ── functions that give dictionaries ─────────────────────────────────────────────────────

    def dictionary(self) -> Value:
        evaluator = self.evaluator
        values = [
            entry_of(self.first),
            *(evaluator.at(self.expression, k.value) for k in self.node.keywords),
        ]
        key: Value = ()
        for pair in self.evaluator.elements(self.first):
            if isinstance(pair, Instance) and pair.name == "tuple":
                key = entry_of((pair,), 0)
                values = [entry_of((pair,), 1)]
        parts: list[DictionaryPart] = [*parts_of_call(self.node)]
        display = dictionary(evaluator, self.node, parts, self.expression)
        return (generic("dict", key, union(values)), display)

    def default_dictionary(self) -> Value:
        return (generic("defaultdict", (), self.call(self.first)),)

    def from_keys(self) -> Value:
        return (generic("dict", self.evaluator.elements(self.first), self.argument(1)),)

    # ── functions that give lists ────────────────────────────────────────────────────────────

    def mapped(self) -> Value:
        return listed(self.call(self.first))

    def numbered(self) -> Value:
        return listed((generic("tuple", (), self.evaluator.elements(self.first)),))

    def zipped(self) -> Value:
        values = self.evaluator.items(self.args, self.expression)
        return listed((generic("tuple", *map(self.evaluator.elements, values)),))

    def paired(self) -> Value:
        item = self.evaluator.elements(self.first)
        return listed((generic("tuple", item, item),))

    def chained(self) -> Value:
        return listed(
            *map(self.evaluator.elements, self.evaluator.items(self.args, self.expression))
        )

    def flat(self) -> Value:
        return listed(element_of(self.evaluator.elements(self.first)))

    def grouped(self) -> Value:
        return listed((generic("tuple", (), listed(self.evaluator.elements(self.first))),))

    def batches(self) -> Value:
        return listed(listed(self.evaluator.elements(self.first)))

    def repeated(self) -> Value:
        return listed(self.first)


_RESULTS: dict[str, Callable[[_Result], Value]] = {
    "cast": _Result.cast,
    "NewType": _Result.new_type,
    "TypeVar": _Result.type_variable,
    "getattr": _Result.attribute,
    "gather": _Result.gathered,
    "wait": _Result.waited,
    "field": _Result.member,
    "Field": _Result.member,
    "Depends": _Result.dependency,
    "Security": _Result.dependency,
    "partial": _Result.partial,
    "enter_context": _Result.entered,
    "enter_async_context": _Result.entered,
    "super": _Result.super,
    "result": _Result.awaited_owner,
    "dict": _Result.dictionary,
    "OrderedDict": _Result.dictionary,
    "defaultdict": _Result.default_dictionary,
    "fromkeys": _Result.from_keys,
    "enumerate": _Result.numbered,
    "zip": _Result.zipped,
    "zip_longest": _Result.zipped,
    "product": _Result.zipped,
    "pairwise": _Result.paired,
    "chain": _Result.chained,
    "from_iterable": _Result.flat,
    "groupby": _Result.grouped,
    "batched": _Result.batches,
    "chunked": _Result.batches,
    "repeat": _Result.repeated,
    **dict.fromkeys(_MAPS, _Result.mapped),
}


def result_of(
    evaluator: CallEvaluator, name: str, owner: Value, node: ast.Call, expression: Expression
) -> Value:
    """Return what a function gives that isn't the program's or the client's."""
    result = _Result(evaluator, owner, node, expression)
    if own := _of_container(result, name, owner):
        return own
    if name in _RESULTS:
        return _RESULTS[name](result)
    if name in _SAME:
        return result.first or owner
    if name in _LISTS:
        return listed(evaluator.elements(result.first))
    if name in _ITEMS:
        return evaluator.elements(result.argument(1) if name == "reduce" else result.first)
    if name in _LATER_LISTS:
        return listed(evaluator.elements(result.argument(1)))
    if (later := called_later(name, node)) is not None:
        functions = evaluator.at(expression, later.func)
        return union(awaited(evaluator.result(item, later, expression)) for item in functions)
    return ()


def _of_container(result: _Result, name: str, owner: Value) -> Value:
    """Return what a method of a container gives."""
    values: list[Value] = []
    for container in owner:
        if not isinstance(container, Instance):
            continue
        if container.name in MAPPINGS:
            key, entry = (*container.arguments, (), ())[:2]
            match name:
                case "get" | "setdefault" | "pop" if result.args:
                    values.append(
                        result.evaluator.subscript(owner, result.args[0], result.expression)
                    )
                    values.append(result.argument(1))
                case "values":
                    values.append(listed(entry))
                case "items":
                    values.append(listed((generic("tuple", key, entry),)))
                case "keys":
                    values.append(listed(key))
                case "popitem":
                    values.append((generic("tuple", key, entry),))
                case _:
                    pass
        elif container.name in LISTS and name in _OF_OWN_LIST:
            values.append(entry_of((container,)))
    return union(values)

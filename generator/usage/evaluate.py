"""Expressions of the program evaluated as far as syntax shows what they are."""

from __future__ import annotations

import ast
import itertools
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ..apidiff.annotation import last_name
from .scopes import Binding, Block, Expression, Module, Scope, reaching
from .values import (
    MAPPINGS,
    Builtin,
    ClientTypes,
    Declared,
    Instance,
    Item,
    Own,
    Value,
    element_of,
    entry_of,
    listed,
    union,
)

_SAME = {
    "copy", "deepcopy", "run", "partial", "model_copy", "closing", "aclosing", "run_until_complete",
    "create_task", "ensure_future", "wait_for", "replace", "shield",
}  # fmt: skip
"""Functions that give what their first argument is, or their object."""
_LISTS = {"list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "aiter", "deque"}
_ELEMENTS = {"next", "anext", "min", "max", "choice"}
_OF_LIST = {"pop", "popleft"}
_CONSTRUCTORS = ("model_validate", "model_construct", "model_validate_json", "parse_obj")
_UNIONS = {"Optional", "Union", "Annotated", "Final", "ClassVar", "Required", "NotRequired"}
_PROPERTIES = {"property", "cached_property"}
_MANAGERS = {"contextmanager", "asynccontextmanager"}
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_MOST = 12
"""The number of bindings, or of results of a function, that are followed."""
_LATE = sys.maxsize
"""The time of an expression that any binding of its scope may reach."""
_NOWHERE = Block()
_NO_CALL = ast.Call(ast.Name(""), [], [])


class Evaluator:
    """Evaluates expressions in the modules of a program; each once."""

    def __init__(self, modules: Sequence[Module], clients: Sequence[ClientTypes]) -> None:
        self.modules = {module.file.path: module for module in modules}
        self.clients = {client.folder: client for client in clients}
        self.client = clients[0]
        self._values: dict[ast.AST, Value | None] = {}
        self._bound: dict[int, Value | None] = {}
        self._keep: list[object] = []
        self._by_name: dict[str, list[Module]] = {}
        for module in modules:
            path = module.file.path
            path = path.parent if path.name == "__init__.py" else path.with_suffix("")
            for length, folder in enumerate(path.parents, 1):
                if folder / "__init__.py" not in self.modules:
                    name = ".".join(path.parts[-length:])
                    self._by_name.setdefault(name, []).append(module)

    def value(self, expression: Expression) -> Value:
        """Return what an expression may be; empty for one that depends on itself."""
        node = expression.node
        if node in self._values:
            return self._values[node] or ()
        self._values[node] = None
        self._values[node] = found = self._value(expression)
        return found

    def at(self, expression: Expression, node: ast.AST) -> Value:
        """Return what a part of an expression may be."""
        return self.value(replace(expression, node=node))

    def _value(self, expression: Expression) -> Value:
        node, at = expression.node, self.at
        match node:
            case ast.Name(id=name):
                return self.name(name, expression)
            case ast.Attribute(value=inner, attr=name):
                return self.attribute(at(expression, inner), name)
            case ast.Call():
                return self.call(node, expression)
            case ast.Await(value=inner) | ast.Starred(value=inner) | ast.NamedExpr(value=inner):
                return at(expression, inner)
            case ast.IfExp(body=body, orelse=other):
                return union((at(expression, body), at(expression, other)))
            case ast.BoolOp(values=values):
                return union(at(expression, one) for one in values)
            case ast.BinOp(left=left, op=ast.BitOr() | ast.Add(), right=right):
                return union((at(expression, left), at(expression, right)))
            case ast.List(elts=items) | ast.Set(elts=items):
                return listed(*(at(expression, one) for one in items[:20]))
            case ast.Tuple(elts=items):
                return (Instance("tuple", tuple(at(expression, one) for one in items[:20])),)
            case ast.Dict(values=values):
                made = union(at(expression, one) for one in values[:20])
                return (Instance("dict", ((), made)),) if made else ()
            case ast.Subscript(value=inner, slice=key):
                index = key.value if isinstance(key, ast.Constant) else None
                number = index if isinstance(index, int) and index >= 0 else None
                value = at(expression, inner)
                classes = tuple(item for item in value if getattr(item, "kind", "") == "class")
                return classes or entry_of(value, number)
            case (
                ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.GeneratorExp(elt=element)
            ):
                return listed(self._inner(expression, node, element))
            case ast.DictComp(value=element):
                return (Instance("dict", ((), self._inner(expression, node, element))),)
            case ast.Lambda(body=body):
                made = self._inner(expression, node, body)
                return (Builtin("lambda", made),) if made else ()
            case _:
                return ()

    def _inner(self, expression: Expression, node: ast.AST, part: ast.expr) -> Value:
        scope = self.modules[expression.scope.file.path].scopes.get(node)
        if scope is None:
            return ()
        return self.value(replace(expression, node=part, scope=scope, time=_LATE))

    # ── names ────────────────────────────────────────────────────────────────────────────────

    def name(self, name: str, use: Expression) -> Value:
        """Return what a name may be."""
        if bindings := self.bindings(name, use):
            return union(map(self.bound, bindings))
        module = self.modules[use.scope.file.path]
        for star in module.scope.names.get("*", ()):
            if found := self.attribute(self._module(star.origin, star.index, star.scope), name):
                return found
        return (Builtin(name),)

    def bindings(self, name: str, use: Expression) -> Sequence[Binding]:
        """Return the bindings of a name that may hold at an expression."""
        scope: Scope | None = use.scope
        while scope is not None:
            is_visible = scope is use.scope or not scope.is_class
            if is_visible and name in scope.names:
                bindings = scope.names[name]
                return reaching(bindings, use) if scope is use.scope else bindings[-_MOST:]
            scope = scope.parent
        return ()

    def bound(self, binding: Binding) -> Value:
        """Return what a binding binds."""
        key = id(binding)
        if key in self._bound:
            return self._bound[key] or ()
        self._keep.append(binding)
        self._bound[key] = None
        self._bound[key] = found = self._bind(binding)
        return found

    def _bind(self, binding: Binding) -> Value:
        value = binding.value
        match binding.kind:
            case "value" if value:
                return self.value(value)
            case "element" if value:
                return element_of(self.value(value))
            case "item" if value:
                return entry_of(self.value(value), binding.index)
            case "element item" if value:
                return entry_of(element_of(self.value(value)), binding.index)
            case "entered" if value:
                return self.entered(self.value(value))
            case "annotation" | "except" if value:
                return self.annotation(value)
            case "scope" if binding.scope:
                kind = "class" if binding.scope.is_class else "function"
                return (Own(kind, binding.scope),)
            case "parameter" if binding.scope:
                return self.parameter(binding.scope, binding.origin)
            case "import":
                return self.imported(binding)
            case "module":
                first = binding.origin.partition(".")[0]
                return self._module(first, 0, binding.scope) or (Builtin(first),)
            case _:
                return ()

    def imported(self, binding: Binding) -> Value:
        """Return what an import binds."""
        module = self._module(binding.origin, binding.index, binding.scope)
        if not binding.member:
            return module
        found = self.attribute(module, binding.member)
        if found:
            return found
        inner = f"{binding.origin}.{binding.member}".lstrip(".")
        return self._module(inner, binding.index, binding.scope) or (Builtin(binding.member),)

    def _module(self, name: str, level: int, scope: Scope | None) -> Value:
        """Return a module by its name in an import statement; empty for one of others."""
        parts = name.split(".") if name else []
        here = scope.file.path if scope else Path()
        if level:
            folders = here.parents
            is_inside = level <= len(folders)
            return self._at_path(folders[level - 1].joinpath(*parts)) if is_inside else ()
        for length in range(len(parts), 0, -1):
            for folder, client in self.clients.items():
                if folder.parts[-length:] == tuple(parts[:length]):
                    inner = ".".join(parts[length:])
                    if inner == "" or inner in client.modules:
                        return (Declared("module", inner),)
        found = self._by_name.get(name, ())
        if found:
            nearest = max(found, key=lambda one: _common(one.file.path, here))
            return (Own("module", nearest.scope),)
        is_around = any(
            parts == [*folder.parts[start : start + len(parts)]]
            for folder in self.clients
            for start in range(len(folder.parts) - len(parts))
        )
        return (Builtin(name),) if is_around and parts else ()

    def _at_path(self, path: Path) -> Value:
        for folder in self.clients:
            if path.is_relative_to(folder):
                return (Declared("module", ".".join(path.relative_to(folder).parts)),)
        for one in (path.with_name(f"{path.name}.py"), path / "__init__.py"):
            if one in self.modules:
                return (Own("module", self.modules[one].scope),)
        return ()

    # ── attributes ───────────────────────────────────────────────────────────────────────────

    def attribute(self, value: Value, name: str) -> Value:
        """Return what an attribute of a value may be."""
        return union(self._attribute(item, name) for item in value)

    def _attribute(self, item: Item, name: str) -> Value:
        match item:
            case Declared(kind="module", name=module):
                return self.client.exported(module, name)
            case Declared(kind="method"):
                return ()
            case Declared(kind="class", name=owner) if name in _CONSTRUCTORS:
                return (Declared("class", owner),)
            case Declared() | Instance():
                _, found = self.client.attribute(item, name)
                return found or (Builtin(name, (item,)),)
            case Own(kind="module", scope=scope):
                bindings = scope.names.get(name, ())
                found = union(map(self.bound, bindings[-_MOST:]))
                found = found or union(
                    self.attribute(self._module(star.origin, star.index, star.scope), name)
                    for star in scope.names.get("*", ())
                )
                return found or self._at_path(scope.file.path.parent / name)
            case Own(kind="instance" | "class", scope=scope):
                return self.own_attribute(scope, name, is_instance=item.kind == "instance")
            case Builtin(name=module):  # of a package around the client, or one of others
                return self._module(f"{module}.{name}", 0, None) or (Builtin(name),)
            case _:
                return ()

    def own_attribute(self, scope: Scope, name: str, *, is_instance: bool) -> Value:
        """Return what an attribute of a class of the program may be, or of an object of it."""
        for owner in self.own_bases(scope):
            if isinstance(owner, str):
                kind = Instance(owner) if is_instance else Declared("class", owner)
                if found := self.client.attribute(kind, name)[1]:
                    return found
                continue
            bindings = [*owner.names.get(name, ()), *owner.attributes.get(name, ())]
            values = [self.bound(one) for one in bindings[-_MOST:]]
            if bindings:
                made = union(values)
                if is_instance:
                    made = union(self._property(item) for item in made)
                return made
        return ()

    def _property(self, item: Item) -> Value:
        if isinstance(item, Own) and item.kind == "function":
            if _decorators(item.scope) & _PROPERTIES:
                return self.returned(item.scope)
        return (item,)

    def own_bases(self, scope: Scope) -> Iterable[Scope | str]:
        """Yield a class and those that it is derived from; those of the client by name."""
        todo: list[Scope | str] = [scope]
        known: set[Scope | str] = set()
        while todo and len(known) < 50:
            one = todo.pop(0)
            if one in known:
                continue
            known.add(one)
            yield one
            if isinstance(one, Scope) and isinstance(one.node, ast.ClassDef) and one.parent:
                for base in one.node.bases:
                    at = Expression(base, one.parent, _NOWHERE, _LATE)
                    for item in self.value(at):
                        if isinstance(item, Own) and item.kind == "class":
                            todo.append(item.scope)
                        elif isinstance(item, Declared) and item.kind == "class":
                            todo.append(item.name)

    # ── calls ────────────────────────────────────────────────────────────────────────────────

    def call(self, node: ast.Call, expression: Expression) -> Value:
        """Return what a call gives."""
        called = self.at(expression, node.func)
        return union(self._call(item, node, expression) for item in called)

    def _call(self, item: Item, node: ast.Call, expression: Expression) -> Value:
        match item:
            case Declared(kind="class", name=name):
                return (Instance(name),)
            case Declared(kind="method", name="raw"):
                first = self.at(expression, node.args[0]) if node.args else ()
                return tuple(replace(one, raw=True) for one in first if isinstance(one, Declared))
            case Declared(kind="method", name=name, raw=raw):
                result = self.client.result(name)
                return (Instance("RawResponse", (result,)),) if raw else result
            case Own(kind="class", scope=scope):
                return (item_instance(scope),)
            case Own(kind="function", scope=scope):
                return self.returned(scope)
            case Builtin(name="lambda", owner=made):
                return made
            case Builtin(name=name, owner=owner):
                return self._builtin(name, owner, node, expression)
            case _:
                return ()

    def _builtin(self, name: str, owner: Value, node: ast.Call, expression: Expression) -> Value:
        args = node.args
        first = self.at(expression, args[0]) if args else ()
        if name == "cast" and len(args) == 2:
            return self.annotation(replace(expression, node=args[0]))
        if name in _SAME:
            return first or owner
        if name in _LISTS:
            return listed(element_of(first))
        if name in _ELEMENTS:
            return element_of(first)
        if name in ("filter", "map") and len(args) == 2:
            inner = element_of(self.at(expression, args[1]))
            if name == "map":
                inner = union(self._call(item, _NO_CALL, expression) for item in first)
            return listed(inner)
        if name == "enumerate":
            return listed((Instance("tuple", ((), element_of(first))),))
        if name == "zip":
            inner_values = tuple(element_of(self.at(expression, one)) for one in args)
            return listed((Instance("tuple", inner_values),))
        if name == "gather":
            return listed(*(self.at(expression, one) for one in args))
        if name in ("enter_context", "enter_async_context"):
            return self.entered(first)
        if name == "super":
            return self._super(expression.scope)
        if name in _OF_LIST:
            return entry_of(owner)
        containers = [one for one in owner if isinstance(one, Instance) and one.name in MAPPINGS]
        for one in containers:
            key, entry = (*one.arguments, (), ())[:2]
            match name:
                case "get" | "setdefault":
                    return entry
                case "values":
                    return listed(entry)
                case "items":
                    return listed((Instance("tuple", (key, entry)),))
                case _:
                    pass
        return ()

    def _super(self, scope: Scope | None) -> Value:
        while scope is not None and not scope.is_class:
            scope = scope.parent
        bases = [] if scope is None else [*self.own_bases(scope)][1:2]
        return tuple(Instance(b) if isinstance(b, str) else item_instance(b) for b in bases)

    def returned(self, scope: Scope) -> Value:
        """Return what a function of the program gives."""
        node = scope.node
        if not isinstance(node, _Function):
            return ()
        if node.returns is not None and scope.parent is not None:
            hint = Expression(node.returns, scope.parent, _NOWHERE, _LATE)
            found = self.annotation(hint)
            if found:
                return found
        if scope.yields:
            return listed(*(self.value(one) for one in scope.yields[:_MOST]))
        return union(self.value(one) for one in scope.results[:_MOST])

    def entered(self, value: Value) -> Value:
        """Return what ``with`` gives of a value."""
        found: list[Value] = []
        for item in value:
            if isinstance(item, Own) and item.kind == "instance":
                for name in ("__enter__", "__aenter__"):
                    for method in self.own_attribute(item.scope, name, is_instance=True):
                        is_function = isinstance(method, Own) and method.kind == "function"
                        found.append(self.returned(method.scope) if is_function else ())  # type: ignore[union-attr]
                is_client = any(isinstance(one, str) for one in self.own_bases(item.scope))
                found.append((item,) if is_client or not any(found) else ())
            elif isinstance(item, Instance) and item.arguments:
                found.append(item.arguments[0])  # of a function that yields
            else:
                found.append((item,))
        return union(found)

    # ── annotations and parameters ───────────────────────────────────────────────────────────

    def annotation(self, expression: Expression) -> Value:
        """Return what an annotation says that a name is."""
        node = expression.node
        inner = lambda one: self.annotation(replace(expression, node=one))  # noqa: E731
        match node:
            case ast.Constant(value=str(text)):
                try:
                    parsed = ast.parse(text.strip(), mode="eval").body
                except (SyntaxError, ValueError, MemoryError, RecursionError):
                    return ()
                return inner(parsed)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return union((inner(left), inner(right)))
            case ast.Tuple(elts=items):  # of `except` and `isinstance`
                return union(map(inner, items))
            case ast.Subscript(value=base, slice=key):
                name = last_name(base)
                keys = key.elts if isinstance(key, ast.Tuple) else [key]
                if name in _UNIONS:
                    return union(map(inner, keys[:1] if name == "Annotated" else keys))
                if name in ("type", "Type"):
                    return tuple(_class_of(item) for item in inner(key))
                own = inner(base)
                if any(not isinstance(one, Builtin) for one in own):
                    return tuple(
                        Instance(one.name, tuple(map(inner, keys)))
                        if isinstance(one, Instance)
                        else one
                        for one in own
                    )
                return (Instance(name, tuple(map(inner, keys))),)
            case ast.Name() | ast.Attribute():
                found: list[Item] = []
                for item in self.value(expression):
                    if isinstance(item, Declared) and item.kind == "class":
                        found.append(Instance(item.name))
                    elif isinstance(item, Own) and item.kind == "class":
                        found.append(item_instance(item.scope))
                    elif isinstance(item, Instance | Own):  # an alias: Name = A | B
                        found.append(item)
                    elif isinstance(item, Builtin) and item.name == "Self":
                        found += self._super_self(expression.scope)
                return tuple(found)
            case _:
                return ()

    def _super_self(self, scope: Scope | None) -> Value:
        while scope is not None and not scope.is_class:
            scope = scope.parent
        return () if scope is None else (item_instance(scope),)

    def parameter(self, scope: Scope, name: str) -> Value:
        """Return what a parameter is: by its annotation, ``self``, a fixture or its default."""
        node = scope.node
        if not isinstance(node, _Function) or scope.parent is None:
            return ()
        args = node.args
        places = [*args.posonlyargs, *args.args]
        if scope.parent.is_class and [one.arg for one in places[:1]] == [name]:
            if "staticmethod" not in (marks := _decorators(scope)):
                kind = "class" if "classmethod" in marks else "instance"
                return (Own(kind, scope.parent),)
        arg = next((one for one in [*places, *args.kwonlyargs] if one.arg == name), None)
        if arg is None:
            return ()
        if arg.annotation is not None:
            return self.annotation(Expression(arg.annotation, scope.parent, _NOWHERE, _LATE))
        if (found := self.fixture(scope, name)) is not None:
            return found
        defaults = dict(zip(reversed(places), reversed(args.defaults), strict=False))
        defaults |= {a: d for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d}
        if arg in defaults:
            return self.value(Expression(defaults[arg], scope.parent, _NOWHERE, _LATE))
        return ()

    def fixture(self, scope: Scope, name: str) -> Value | None:
        """Return what pytest's fixture of a name gives; None if the function takes none."""
        module = self.modules[scope.file.path]
        if not (scope.name.startswith("test") or scope in module.fixtures.values()):
            return None
        folders = scope.file.path.parents
        modules = [module, *(self.modules.get(folder / "conftest.py") for folder in folders)]
        for one in modules:
            found = one.fixtures.get(name) if one is not None else None
            if found is not None and found is not scope:
                made = self.returned(found)
                return element_of(made) if found.yields else made
        return None


def _common(path: Path, other: Path) -> int:
    """Return the number of folders that two paths have in common."""
    pairs = zip(path.parts, other.parts, strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def item_instance(scope: Scope) -> Own:
    """Return an object of a class of the program."""
    return Own("instance", scope)


def _class_of(item: Item) -> Item:
    match item:
        case Instance(name=name):
            return Declared("class", name)
        case Own(scope=scope):
            return Own("class", scope)
        case _:
            return item


def _decorators(scope: Scope) -> set[str]:
    nodes: list[ast.expr] = getattr(scope.node, "decorator_list", [])
    calls = (one.func if isinstance(one, ast.Call) else one for one in nodes)
    return {last_name(one) for one in calls}

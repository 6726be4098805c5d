"""Expressions of the program evaluated as far as syntax shows what they are."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ...codegen.apidiff.annotation import PROPERTIES, decorators, last_name
from .annotations import annotated
from .builtins import result_of
from .containers import dictionary, grown, joined, parts_of_call, parts_of_display, text_of
from .modules import ModuleFinder, ProgramModules
from .parameters import parameter
from .scopes import (
    LATE,
    MOST,
    Binding,
    Expression,
    Function,
    NameScope,
    ProgramModule,
    anytime,
    reaching,
)
from .values import (
    Builtin,
    Declarations,
    Declared,
    Dictionary,
    Entry,
    Instance,
    Item,
    Own,
    TypeForm,
    Value,
    awaited,
    classes_of,
    element_of,
    entry_of,
    generic,
    is_known,
    listed,
    union,
)

_CONSTRUCTORS = ("model_validate", "model_construct", "model_validate_json", "parse_obj")
_DEEPEST = 500
"""The number of expressions that are followed one from the other."""
_MOST_ITEMS = 20
"""The number of a display's items that are followed."""
_TYPES = {"list", "dict", "set", "tuple", "frozenset", "type", "deque", "defaultdict"}
_NOWHERE = Path()


def _path_of(binding: Binding) -> Path:
    """Return the file of an import."""
    return binding.scope.file.path if binding.scope else _NOWHERE


def _is_class(item: Item) -> bool:
    """Return whether a subscript of it is a type."""
    match item:
        case Declared(kind="class") | Own(kind="class") | TypeForm():
            return True
        case Builtin(name=name):
            return name in _TYPES or name[:1].isupper()
        case _:
            return False


class Evaluator:
    """Evaluates expressions in the modules of a program; each once."""

    def __init__(self, client: Declarations, modules: ProgramModules, finder: ModuleFinder) -> None:
        self.modules = modules
        self.client = client
        self._values: dict[ast.AST, Value | None] = {}
        self._bound: dict[int, Value | None] = {}
        self._keep: list[object] = []
        self._depth = 0
        self._open = set[tuple[NameScope, str]]()
        self._find = finder
        self._attributes: dict[tuple[str, str], list[Binding]] = {}
        self.derived: dict[NameScope, list[NameScope]] = {}
        """The classes that have what a mixin doesn't have itself; empty unless they are set."""

    def follow_attributes(self, modules: Iterable[ProgramModule]) -> None:
        """Take what modules assign to attributes of objects as what these are elsewhere."""
        for module in modules:
            for key, bindings in module.attributes.items():
                self._attributes.setdefault(key, []).extend(bindings)

    def value(self, expression: Expression) -> Value:
        """Return what an expression may be; empty for one that depends on itself."""
        node = expression.node
        if node in self._values or self._depth == _DEEPEST:
            return self._values.get(node) or ()
        self._values[node] = None
        self._depth += 1
        self._values[node] = value = self._value(expression)
        self._depth -= 1
        return value

    def at(self, expression: Expression, node: ast.AST) -> Value:
        """Return what a part of an expression may be."""
        if node in self._values:
            return self._values[node] or ()
        place = Expression(node, expression.scope, expression.block, expression.time)
        return self.value(place)

    def _value(self, expression: Expression) -> Value:
        node, part = expression.node, self.at
        match node:
            case ast.Name(id=name):
                return self.name(name, expression)
            case ast.Attribute(value=inner, attr=name):
                value = self.attribute(part(expression, inner), name)
                return value if is_known(value) else union((value, self._assigned(inner, name)))
            case ast.Call():
                return self.call(node, expression)
            case ast.Await(value=inner):
                return awaited(part(expression, inner))
            case ast.YieldFrom(value=inner):
                return self.elements(part(expression, inner))
            case ast.Starred(value=inner) | ast.NamedExpr(value=inner):
                return part(expression, inner)
            case ast.IfExp(body=body, orelse=other):
                return union((part(expression, body), part(expression, other)))
            case ast.BoolOp(values=values):
                return union(part(expression, value) for value in values)
            case ast.BinOp(left=left, op=ast.BitOr() | ast.Add() | ast.Mult(), right=right):
                first, second = part(expression, left), part(expression, right)
                whole = joined(node, first, second)
                either = union((first, second))
                plain = tuple(item for item in either if not isinstance(item, Dictionary))
                return (*plain, *whole)
            case ast.List(elts=items) | ast.Set(elts=items):
                return listed(*self.items(items, expression))
            case ast.Tuple(elts=items):
                return (generic("tuple", *self.items(items, expression)),)
            case ast.Dict(keys=keys, values=stored_nodes):
                written = union(part(expression, key) for key in keys[:_MOST_ITEMS] if key)
                stored = union(part(expression, item) for item in stored_nodes[:_MOST_ITEMS])
                display = dictionary(self, node, parts_of_display(node), expression)
                return (generic("dict", written, stored), display)
            case ast.Subscript(value=inner, slice=key):
                return self.subscript(part(expression, inner), key, expression)
            case (
                ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.GeneratorExp(elt=element)
            ):
                return listed(self._inner(expression, node, element))
            case ast.DictComp(key=first_part, value=element):
                written = self._inner(expression, node, first_part)
                return (generic("dict", written, self._inner(expression, node, element)),)
            case ast.Lambda(body=body):
                result = self._inner(expression, node, body)
                return (Builtin("lambda", result),) if result else ()
            case _:
                return ()

    def items(self, nodes: Sequence[ast.expr], expression: Expression) -> list[Value]:
        """Return what each of the items of a list may be; of a starred one its own items."""
        values: list[Value] = []
        for node in nodes[:_MOST_ITEMS]:
            value = self.at(expression, node)
            values.append(self.elements(value) if isinstance(node, ast.Starred) else value)
        return values

    def elements(self, value: Value) -> Value:
        """Return what iterating a value gives."""
        values = [element_of(value)]
        for name in ("__iter__", "__aiter__"):
            values += [element_of(self._special(item, name)) for item in value]
        return union(values)

    def _special(self, item: Item, name: str) -> Value:
        """Return what a special method of an object of the program gives."""
        if not (isinstance(item, Own) and item.kind == "instance"):
            return ()
        methods = self.own_attribute(item.scope, name, is_instance=True)
        functions = [m for m in methods if isinstance(m, Own) and m.kind == "function"]
        return union(self.returned(method.scope) for method in functions)

    def subscript(self, value: Value, key: ast.expr, expression: Expression) -> Value:
        """Return what a subscript of a value gives; of a class it is a type."""
        if any(_is_class(item) for item in value):
            return (TypeForm(self.annotation(expression)),)
        text = text_of(key)
        dictionaries = [item for item in value if isinstance(item, Dictionary)]
        entries: list[Entry] = []
        for each in dictionaries:
            entries += [entry for entry in each.entries if entry.key == text]
        if entries:
            return union(self.value(entry.value) for entry in entries)
        index = key.value if isinstance(key, ast.Constant) else None
        number = index if isinstance(index, int) and index >= 0 else None
        values = [entry_of(value, number)]
        for item in value:
            values.append(self._special(item, "__getitem__"))
            if isinstance(item, Own) and item.kind == "instance" and text:  # of a TypedDict
                values.append(self.own_attribute(item.scope, text, is_instance=True))
        return union(values)

    def _assigned(self, inner: ast.expr, name: str) -> Value:
        """Return what is assigned to an attribute of an object that isn't known."""
        return union(map(self.bound, self.assignments(inner, name)))

    def assignments(self, inner: ast.expr, name: str) -> Sequence[Binding]:
        """Return the bindings of an attribute of objects with the last name of an expression."""
        return self._attributes.get((last_name(inner), name), ())[-MOST:]

    def _inner(self, expression: Expression, node: ast.AST, part: ast.expr) -> Value:
        scope = self.modules[expression.scope.file.path].scopes.get(node)
        if scope is None:
            return ()
        return self.value(replace(expression, node=part, scope=scope, time=LATE))

    # ── names ────────────────────────────────────────────────────────────────────────────────

    def name(self, name: str, use: Expression) -> Value:
        """Return what a name may be."""
        if bindings := self.bindings(name, use):
            return union(map(self.bound, bindings))
        top = self.modules[use.scope.file.path].scope
        return self._starred(top, name) or (Builtin(name),)

    def _starred(self, scope: NameScope, name: str) -> Value:
        """Return what a module has under a name by ``import *``."""
        if (scope, name) in self._open:  # they import each other
            return ()
        self._open.add((scope, name))
        value = union(
            self.attribute(self._find.named(star.origin, star.level, scope.file.path), name)
            for star in scope.names.get("*", ())
        )
        self._open.remove((scope, name))
        return value

    def bindings(self, name: str, use: Expression) -> Sequence[Binding]:
        """Return the bindings of a name that may hold at an expression."""
        scope = use.scope.owner(name)
        if scope is None:
            return ()
        bindings = scope.names[name]
        return reaching(bindings, use) if scope is use.scope else bindings[-MOST:]

    def bound(self, binding: Binding) -> Value:
        """Return what a binding binds."""
        key = id(binding)
        if key in self._bound:
            return self._bound[key] or ()
        self._keep.append(binding)
        self._bound[key] = None
        self._bound[key] = value = self._bind(binding)
        if binding.growth:  # what is added may be made of it
            self._bound[key] = value = grown(self, value, binding.growth)
        return value

    def _bind(self, binding: Binding) -> Value:
        value = self._whole(binding)
        for index in binding.path:
            value = self.item(value, index)
        return value

    def _whole(self, binding: Binding) -> Value:
        """Return what a binding unpacks, or binds."""
        value = binding.value
        match binding.kind:
            case "value" if value and binding.hint:
                return union((self.annotation(binding.hint), self.value(value)))
            case "value" if value:
                return self.value(value)
            case "type" if value:
                return (TypeForm(self.annotation(value)),)
            case "element" if value:
                return self.elements(self.value(value))
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
                return self._find.named(first, 0, _path_of(binding)) or (Builtin(first),)
            case _:
                return ()

    def item(self, value: Value, index: int) -> Value:
        """Return what unpacking gives at a position."""
        values = [entry_of(value, index)]
        for item in value:
            if isinstance(item, Own) and item.kind == "instance" and item.scope.is_class:
                names = [*item.scope.names][index : index + 1]  # of a NamedTuple
                values += [self.own_attribute(item.scope, n, is_instance=True) for n in names]
        return union(values)

    def imported(self, binding: Binding) -> Value:
        """Return what an import binds."""
        module = self._find.named(binding.origin, binding.level, _path_of(binding))
        if not binding.member:
            return module
        value = self.attribute(module, binding.member)
        if value:
            return value
        inner = f"{binding.origin}.{binding.member}".lstrip(".")
        return self._find.named(inner, binding.level, _path_of(binding)) or (
            Builtin(binding.member),
        )

    # ── attributes ───────────────────────────────────────────────────────────────────────────

    def attribute(self, value: Value, name: str) -> Value:
        """Return what an attribute of a value may be; of an unknown one its name alone."""
        return union(self._attribute(item, name) for item in value) or (Builtin(name),)

    def _attribute(self, item: Item, name: str) -> Value:
        match item:
            case Declared(kind="module", name=module):
                return self.client.exported(module, name)
            case Declared(kind="method"):
                return ()
            case Declared(kind="class", name=owner) if name in _CONSTRUCTORS:
                return (Declared("class", owner),)
            case Declared() | Instance():
                _, value = self.client.attribute(item, name)
                return value or (Builtin(name, (item,)),)
            case Own(kind="module", scope=scope):
                bindings = scope.names.get(name, ())
                value = union(map(self.bound, bindings[-MOST:]))
                value = value or self._starred(scope, name)
                is_package = scope.file.path.name == "__init__.py"
                folder = scope.file.path.parent
                return value or (self._find.at_path(folder / name) if is_package else ())
            case Own(kind="instance" | "class", scope=scope):
                return self.own_attribute(scope, name, is_instance=item.kind == "instance")
            case Builtin(name=module):  # of a package around the client, or one of others
                return self._find.named(f"{module}.{name}", 0, _NOWHERE) or (Builtin(name),)
            case _:
                return ()

    def own_attribute(self, scope: NameScope, name: str, *, is_instance: bool) -> Value:
        """Return what an attribute of a class of the program may be, or of an object of it.

        What a mixin doesn't have is that of the classes with it.
        """
        value = self._inherited(scope, name, is_instance=is_instance)
        if value is not None:
            return value
        if not is_instance:
            return ()
        values: list[Value] = []
        for derived in self.derived.get(scope, ())[:MOST]:
            values.append(self._inherited(derived, name, is_instance=True) or ())
        return union(values)

    def _inherited(self, scope: NameScope, name: str, *, is_instance: bool) -> Value | None:
        """Return an attribute of a class or its bases; None if they have none."""
        for owner in self.own_bases(scope):
            if isinstance(owner, str):
                kind = Instance(owner) if is_instance else Declared("class", owner)
                if value := self.client.attribute(kind, name)[1]:
                    return value
                continue
            bindings = [*owner.names.get(name, ()), *owner.attributes.get(name, ())]
            values = [self.bound(binding) for binding in bindings[-MOST:]]
            if bindings:
                value = union(values)
                if is_instance:
                    value = union(self._property(item) for item in value)
                return value
        return None

    def _property(self, item: Item) -> Value:
        if (
            isinstance(item, Own)
            and item.kind == "function"
            and decorators(item.scope.node) & PROPERTIES
        ):
            return self.returned(item.scope)
        return (item,)

    def own_bases(self, scope: NameScope) -> Iterable[NameScope | str]:
        """Yield a class and those that it is derived from; those of the client by name."""
        todo: list[NameScope | str] = [scope]
        seen: set[NameScope | str] = set()
        while todo and len(seen) < 50:
            class_ = todo.pop(0)
            if class_ in seen:
                continue
            seen.add(class_)
            yield class_
            if isinstance(class_, NameScope) and class_.parent and class_.is_class:
                for base in getattr(class_.node, "bases", ()):
                    for item in classes_of(self.value(anytime(base, class_.parent))):
                        if isinstance(item, Own) and item.kind == "class":
                            todo.append(item.scope)
                        elif isinstance(item, Declared) and item.kind == "class":
                            todo.append(item.name)

    # ── calls ────────────────────────────────────────────────────────────────────────────────

    def call(self, node: ast.Call, expression: Expression) -> Value:
        """Return what a call gives."""
        called = self.at(expression, node.func)
        return union(self.result(item, node, expression) for item in called)

    def result(self, item: Item, node: ast.Call, expression: Expression) -> Value:
        """Return what a call of a value gives."""
        match item:
            case Declared(kind="class", name=name):
                return (Instance(name),)
            case Declared(kind="method", name="raw"):
                first = self.at(expression, node.args[0]) if node.args else ()
                return tuple(replace(d, raw=True) for d in first if isinstance(d, Declared))
            case Declared(kind="method", name=name, raw=raw):
                result = self.client.result(name)
                return (generic("RawResponse", result),) if raw else result
            case Own(kind="class", scope=scope):
                display = dictionary(self, node, parts_of_call(node), expression)
                parts = (display,) if self.is_typed_dict(scope) else ()
                return (Own("instance", scope), *parts)
            case Own(kind="instance"):
                return self._special(item, "__call__")
            case Own(kind="function", scope=scope):
                return self.returned(scope)
            case TypeForm(value=value):
                return value
            case Instance(name="Callable", arguments=(*_, value)):
                return value
            case Builtin(name="lambda", owner=value):
                return value
            case Builtin(name="partial", owner=(_, *_) as functions):
                return union(self.result(each, node, expression) for each in functions)
            case Builtin(name=name, owner=owner):
                return result_of(self, name, owner, node, expression)
            case _:
                return ()

    def super_of(self, scope: NameScope) -> Value:
        """Return what ``super()`` gives in a scope."""
        class_ = scope.enclosing(ast.ClassDef)
        bases = [] if class_ is None else [*self.own_bases(class_)][1:2]
        return tuple(Instance(b) if isinstance(b, str) else Own("instance", b) for b in bases)

    def returned(self, scope: NameScope) -> Value:
        """Return what a function of the program gives."""
        node = scope.node
        if not isinstance(node, Function):
            return ()
        if node.returns is not None and scope.parent is not None:
            hint = anytime(node.returns, scope.parent)
            value = self.annotation(hint)
            if is_known(value):
                return value
        if scope.yields:
            return listed(*(self.value(node) for node in scope.yields[:MOST]))
        return union(self.value(result) for result in scope.results[:MOST])

    def entered(self, value: Value) -> Value:
        """Return what ``with`` gives of a value."""
        values: list[Value] = []
        for item in value:
            if isinstance(item, Own) and item.kind == "instance":
                values += [self._special(item, name) for name in ("__enter__", "__aenter__")]
                is_client = any(isinstance(base, str) for base in self.own_bases(item.scope))
                values.append((item,) if is_client or not any(values) else ())
            elif isinstance(item, Instance) and item.arguments:
                values.append(item.arguments[0])  # of a function that yields
            else:
                values.append((item,))
        return union(values)

    # ── annotations and parameters ───────────────────────────────────────────────────────────

    def annotation(self, expression: Expression) -> Value:
        """Return what a name is by its annotation."""
        return annotated(self, expression)

    def parameter(self, scope: NameScope, name: str) -> Value:
        """Return what a parameter is: by its annotation, ``self``, a fixture or its default."""
        return parameter(self, scope, name)

    def is_typed_dict(self, scope: NameScope) -> bool:
        """Return whether a class of the program is a ``TypedDict``."""
        for owner in self.own_bases(scope):
            bases = getattr(owner.node, "bases", []) if isinstance(owner, NameScope) else []
            if any(last_name(base) == "TypedDict" for base in bases):
                return True
        return False

    def fixture(self, scope: NameScope, name: str) -> Value | None:
        """Return what pytest's fixture of a name gives; None if the function takes none."""
        fixture = self.fixture_of(scope, name)
        if fixture is None:
            return None
        value = self.returned(fixture)
        return element_of(value) if fixture.yields else value

    def fixture_of(self, scope: NameScope, name: str) -> NameScope | None:
        """Return pytest's fixture of a name; None if the function takes none."""
        module = self.modules[scope.file.path]
        if not (scope.name.startswith("test") or scope in module.fixtures.values()):
            return None
        folders = scope.file.path.parents
        modules = [module, *(self.modules.get(folder / "conftest.py") for folder in folders)]
        for module_around in modules:
            fixture = module_around.fixtures.get(name) if module_around is not None else None
            if fixture is not None and fixture is not scope:
                return fixture
        return None

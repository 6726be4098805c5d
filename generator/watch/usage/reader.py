"""Modules read: their scopes, what binds names in them, and what may use the client; one pass."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

from ...codegen.apidiff.annotation import last_name
from .builtins import WITH_FUNCTION
from .containers import ADDING, added_by, text_of
from .files import ProgramFile
from .scopes import (
    MOST,
    Binding,
    Block,
    Expression,
    Function,
    Growth,
    NameScope,
    ProgramModule,
    reaching,
)

_LEAVES = (ast.expr_context, ast.Constant, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)
"""Nodes without names in them."""
_CANDIDATES = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Compare)
"""Expressions that may use a client."""


class Reader:
    """Reads one module."""

    def __init__(self, file: ProgramFile) -> None:
        self.time = 0
        self.block = Block()
        self.scope = NameScope(file, file.tree, None)
        self.module = ProgramModule(file, self.scope)
        self.lists: dict[ast.AST, Sequence[ast.expr]] = {}
        """The lists whose items functions pass to a lambda, by the lambda."""
        self.outer_growth: list[tuple[NameScope, str, Growth]] = []
        """What is added to containers of the scopes around, with their names there."""
        self.self_growth: list[tuple[NameScope, str, Growth]] = []
        """What is added to containers in attributes of ``self``, with the class."""

    def read(self) -> ProgramModule:
        """Return the module."""
        self.statements(self.module.file.tree.body)
        for scope, name, growth in self.outer_growth:
            owner = scope.owner(name)
            for binding in owner.names[name][-MOST:] if owner else ():
                binding.growth.append(growth)
        for class_, name, growth in self.self_growth:
            bindings = [*class_.names.get(name, ()), *class_.attributes.get(name, ())]
            for binding in bindings[-MOST:]:
                binding.growth.append(growth)
        return self.module

    # ── what binds names ─────────────────────────────────────────────────────────────────────

    def bind(self, name: str, kind: str, **more: Any) -> None:
        """Record what binds a name."""
        self.scope.names.setdefault(name, []).append(self.binding(kind, **more))

    def binding(self, kind: str, value: Expression | None = None, **more: Any) -> Binding:
        """Return a binding that holds from here on."""
        self.time += 1
        return Binding(kind, self.time, self.block, value, **more)

    def here(self, node: ast.AST) -> Expression:
        """Return an expression with the place where it is evaluated."""
        return Expression(node, self.scope, self.block, self.time)

    def target(
        self, node: ast.expr, kind: str, value: ast.expr, path: tuple[int, ...] = ()
    ) -> None:
        """Record what an assignment to a target binds."""
        match node:
            case ast.Name(id=name):
                self.bind(name, kind, value=self.here(value), path=path)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                values = value.elts if isinstance(value, ast.Tuple) and kind == "value" else None
                if values is not None and not path and len(values) == len(items):
                    for item, one in zip(items, values, strict=True):
                        self.target(item, "value", one)
                else:
                    for number, item in enumerate(items):
                        self.target(item, kind, value, (*path, number))
            case ast.Starred(value=rest):  # a list of what the value is one of
                self.target(rest, kind, value, path[:-1])
            case ast.Attribute(value=inner, attr=attribute):
                binding = self.binding(kind, self.here(value), path=path)
                self.attribute(inner, attribute).append(binding)
            case ast.Subscript(value=container, slice=key):
                binding = self.binding(kind, self.here(value), path=path)
                self.grow(container, Growth(binding, key=text_of(key), node=key))
            case _:
                pass

    def attribute(self, inner: ast.expr, name: str) -> list[Binding]:
        """Return the bindings of an attribute: of the class of ``self``, or of other objects."""
        owner = self.class_of_self(inner.id) if isinstance(inner, ast.Name) else None
        if owner is not None:
            return owner.attributes.setdefault(name, [])
        return self.module.attributes.setdefault((last_name(inner), name), [])

    def grow(self, container: ast.expr, growth: Growth) -> None:
        """Record what is added to a container that has a name, or is inside one that has."""
        match container:
            case ast.Name(id=name) if name in self.scope.names:
                for binding in reaching(self.scope.names[name], self.here(container)):
                    binding.growth.append(growth)
            case ast.Name(id=name):
                self.outer_growth.append((self.scope, name, growth))
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                if owner := self.class_of_self(name):
                    self.self_growth.append((owner, attribute, growth))
            case (
                ast.Subscript(value=inner)
                | ast.Call(func=ast.Attribute(value=inner, attr="setdefault" | "get"))
            ):
                self.grow(inner, replace(growth, depth=growth.depth + 1))
            case _:
                pass

    def added(self, node: ast.Call) -> None:
        """Record what a call of a container's method adds to it."""
        match node.func:
            case ast.Attribute(value=container, attr=name) if name in ADDING:
                for added in added_by(name, node):
                    binding = self.binding("value", self.here(added.value))
                    growth = Growth(binding, added.is_each, 0, added.key, added.node)
                    self.grow(container, growth)
            case _:
                pass

    def class_of_self(self, name: str) -> NameScope | None:
        """Return the class of the method here whose first parameter has a name."""
        scope = self.scope.enclosing(ast.FunctionDef, ast.AsyncFunctionDef)
        while scope is not None and scope.parent is not None and not scope.parent.is_class:
            scope = scope.parent.enclosing(ast.FunctionDef, ast.AsyncFunctionDef)
        if scope is None or scope.parent is None:
            return None
        args = cast("Function", scope.node).args
        first = [arg.arg for arg in (*args.posonlyargs, *args.args)][:1]
        return scope.parent if first == [name] else None

    def statements(self, body: Sequence[ast.stmt]) -> None:
        """Read a list of statements in the block that is current."""
        for node in body:
            self.statement(node)

    def inside(self, body: Sequence[ast.stmt]) -> None:
        """Read a list of statements in a block of its own."""
        outer, self.block = self.block, Block(self.block)
        self.statements(body)
        self.block = outer

    def statement(self, node: ast.stmt) -> None:
        """Read a statement."""
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.function(node)
            case ast.ClassDef():
                self.class_(node)
            case ast.Import() | ast.ImportFrom():
                self.imports(node)
            case ast.Assign(targets=targets, value=value):
                self.expression(value)
                for target in targets:
                    self.expression(target)
                    self.target(target, "value", value)
            case ast.AnnAssign(target=target, annotation=hint, value=value):
                for expression in (target, hint, value):
                    self.expression(expression)
                self.annotated(target, hint, value)
            case ast.AugAssign(target=target, op=ast.Add() | ast.BitOr(), value=value):
                self.expression(target)
                self.expression(value)
                binding = self.binding("value", self.here(value))
                self.grow(target, Growth(binding, is_each=True))
            case ast.Assert(test=test):
                self.expression(test)
                self.narrow(test)
            case ast.Return(value=value):
                self.expression(value)
                if value is not None:
                    self.function_scope().results.append(self.here(value))
            case ast.Global(names=names):
                top = self.module.scope
                for name in names:  # a module's names are the same here
                    self.scope.names[name] = top.names.setdefault(name, [])
            case _:
                self.compound(node)

    def compound(self, node: ast.stmt) -> None:
        """Read a statement with blocks of statements, or one of another kind."""
        match node:
            case ast.For() | ast.AsyncFor():
                self.expression(node.iter)
                self.expression(node.target)
                outer, self.block = self.block, Block(self.block)
                self.target(node.target, "element", node.iter)
                self.statements(node.body)
                self.block = outer
                self.inside(node.orelse)
            case ast.While(test=test, body=body, orelse=other):
                self.expression(test)
                self.inside(body)
                self.inside(other)
            case ast.If(test=test, body=body, orelse=other):
                self.expression(test)
                outer, self.block = self.block, Block(self.block)
                self.narrow(test)
                self.statements(body)
                self.block = outer
                self.inside(other)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                for item in items:
                    self.expression(item.context_expr)
                    if item.optional_vars is not None:
                        self.expression(item.optional_vars)
                        self.target(item.optional_vars, "entered", item.context_expr)
                self.statements(body)
            case ast.Try() | ast.TryStar():
                self.inside(node.body)
                for handler in node.handlers:
                    self.expression(handler.type)
                    if handler.name and handler.type:
                        at = self.here(handler.type)
                        self.bind(handler.name, "except", value=at)
                    self.inside(handler.body)
                self.inside(node.orelse)
                self.statements(node.finalbody)
            case ast.Match(subject=subject, cases=cases):
                self.expression(subject)
                self.module.candidates.append(self.here(node))
                for case in cases:
                    self.case(subject, case)
            case _:
                self.other(node)

    def other(self, node: ast.stmt) -> None:
        """Read a statement of another kind; ``type X = …`` is one of Python 3.12."""
        for child in ast.iter_child_nodes(node):
            self.expression(child)
        name = getattr(node, "name", None)
        if type(node).__name__ == "TypeAlias" and isinstance(name, ast.Name):
            self.bind(name.id, "type", value=self.here(node.value))  # type: ignore[attr-defined]

    def annotated(self, target: ast.expr, hint: ast.expr, value: ast.expr | None) -> None:
        """Record what an assignment with an annotation binds."""
        if value is None:
            self.target(target, "annotation", hint)
        elif last_name(hint) == "TypeAlias":
            self.target(target, "type", value)
        elif isinstance(target, ast.Name):
            self.bind(target.id, "value", value=self.here(value), hint=self.here(hint))
        elif isinstance(target, ast.Attribute):
            binding = self.binding("value", self.here(value), hint=self.here(hint))
            self.attribute(target.value, target.attr).append(binding)

    def function_scope(self) -> NameScope:
        """Return the function that is being read."""
        return self.scope.enclosing(ast.FunctionDef, ast.AsyncFunctionDef) or self.module.scope

    def narrow(self, test: ast.expr) -> None:
        """Bind a name that a test shows to be an instance of a class."""
        match test:
            case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), type_]):
                self.bind(name, "annotation", value=self.here(type_))
            case ast.BoolOp(op=ast.And(), values=values):
                for value in values:
                    self.narrow(value)
            case _:
                pass

    def case(self, subject: ast.expr, case: ast.match_case) -> None:
        """Read one case; a class in its pattern is the subject's."""
        outer, self.block = self.block, Block(self.block)
        for node in ast.walk(case.pattern):
            if isinstance(node, ast.MatchClass):
                self.module.candidates.append(self.here(node))
            if isinstance(node, _CANDIDATES):
                self.module.candidates.append(self.here(node))
        match case.pattern, subject:
            case ast.MatchClass(cls=type_), ast.Name(id=name):
                self.bind(name, "annotation", value=self.here(type_))
            case ast.MatchAs(pattern=ast.MatchClass(cls=type_), name=str(name)), _:
                self.bind(name, "annotation", value=self.here(type_))
            case ast.MatchAs(pattern=None, name=str(name)), _:
                self.bind(name, "value", value=self.here(subject))
            case _:
                pass
        self.expression(case.guard)
        self.statements(case.body)
        self.block = outer

    def imports(self, node: ast.Import | ast.ImportFrom) -> None:
        """Read an import."""
        self.module.candidates.append(self.here(node))
        top = self.module.scope
        for alias in node.names:
            if isinstance(node, ast.ImportFrom):
                name = alias.asname or alias.name
                module, level = node.module or "", node.level
                self.bind(name, "import", scope=top, origin=module, member=alias.name, level=level)
            elif alias.asname:
                self.bind(alias.asname, "import", scope=top, origin=alias.name)
            else:  # `import a.b` binds a
                self.bind(alias.name.partition(".")[0], "module", scope=top, origin=alias.name)

    def function(self, node: Function) -> None:
        """Read a function, in a scope of its own."""
        args = node.args
        every = [*args.posonlyargs, *args.args, *args.kwonlyargs]
        every += [arg for arg in (args.vararg, args.kwarg) if arg]
        for expression in (*node.decorator_list, *args.defaults, *args.kw_defaults, node.returns):
            self.expression(expression)
        for arg in every:
            self.expression(arg.annotation)
        name_scope = NameScope(self.module.file, node, self.scope)
        self.bind(node.name, "scope", scope=name_scope)
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if last_name(called) == "fixture":
                keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
                names = [
                    k.value.value
                    for k in keywords
                    if k.arg == "name" and isinstance(k.value, ast.Constant)
                ]
                self.module.fixtures[str([*names, node.name][0])] = name_scope
        outer = self.scope, self.block
        self.scope, self.block = name_scope, Block()
        for arg in every:
            self.bind(arg.arg, "parameter", scope=name_scope, origin=arg.arg)
        self.statements(node.body)
        self.scope, self.block = outer

    def class_(self, node: ast.ClassDef) -> None:
        """Read a class."""
        for expression in (*node.decorator_list, *node.bases, *node.keywords):
            self.expression(expression)
        name_scope = NameScope(self.module.file, node, self.scope)
        self.bind(node.name, "scope", scope=name_scope)
        outer = self.scope, self.block
        self.scope, self.block = name_scope, Block()
        self.statements(node.body)
        self.scope, self.block = outer

    # ── expressions ──────────────────────────────────────────────────────────────────────────

    def expression(self, node: ast.AST | None) -> None:
        """Read an expression and those in it."""
        if node is None or isinstance(node, _LEAVES):
            return
        if isinstance(node, ast.stmt):
            self.statement(node)
            return
        if isinstance(node, _CANDIDATES):
            self.module.candidates.append(self.here(node))
        if isinstance(node, ast.Call):
            self.added(node)
            if pair := _lambda_and_lists(node):
                self.lists[pair[0]] = pair[1]
        match node:
            case ast.Name():
                pass
            case ast.Lambda(args=args, body=body):
                outer, self.scope = self.scope, self.inner(node)
                lists = self.lists.get(node, ())
                for number, arg in enumerate((*args.posonlyargs, *args.args, *args.kwonlyargs)):
                    if lists:
                        items = lists[min(number, len(lists) - 1)]
                        self.bind(arg.arg, "element", value=self.here(items))
                    else:
                        self.bind(arg.arg, "unknown")
                self.expression(body)
                self.scope = outer
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                outer, self.scope = self.scope, self.inner(node)
                for loop in node.generators:
                    self.expression(loop.iter)
                    self.target(loop.target, "element", loop.iter)
                    for test in loop.ifs:
                        self.expression(test)
                for element in _elements(node):
                    self.expression(element)
                self.scope = outer
            case ast.NamedExpr(target=target, value=value):
                self.expression(value)
                self.target(target, "value", value)
            case ast.Yield(value=value):
                self.expression(value)
                if value is not None:
                    self.function_scope().yields.append(self.here(value))
            case ast.YieldFrom(value=value):
                self.expression(value)
                self.function_scope().yields.append(self.here(node))
            case ast.Attribute(value=value):
                self.expression(value)
            case _:
                for child in ast.iter_child_nodes(node):
                    self.expression(child)

    def inner(self, node: ast.AST) -> NameScope:
        """Return the scope of a lambda or a comprehension."""
        scope = self.module.scopes[node] = NameScope(self.module.file, node, self.scope)
        return scope


def _lambda_and_lists(node: ast.Call) -> tuple[ast.Lambda, Sequence[ast.expr]] | None:
    """Return the lambda that a call passes the items of lists to, and the lists."""
    name, args = last_name(node.func), node.args
    lists = args[-1:]
    function = next((keyword.value for keyword in node.keywords if keyword.arg == "key"), None)
    if name == "reduce":
        function, lists = next(iter(args), None), args[1:2]
    elif name in WITH_FUNCTION and len(args) > 1:
        function, lists = args[0], args[1:]
    elif name == "sort" and isinstance(node.func, ast.Attribute):
        lists = [node.func.value]
    return (function, lists) if isinstance(function, ast.Lambda) and lists else None


def _elements(
    node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
) -> Iterator[ast.expr]:
    if isinstance(node, ast.DictComp):
        yield node.key
        yield node.value
    else:
        yield node.elt

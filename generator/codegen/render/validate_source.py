"""The last look at emitted source: its syntax tree holds nothing that no client needs.

The sinks for text (``text.py``), names (``names.py``) and code are safe by themselves; this finds
the defect in one of them. Models and operations are declarations, held to a small grammar; the
other rendered modules are code of the templates, held to the names that they may know.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping

from ...errors import SpeclockError
from .allowed_source import (
    BUILTINS,
    BY_NAME,
    CALLS,
    CODE,
    DUNDERS,
    LIBRARIES,
    METHODS,
    MODULES,
    SENDING,
)


class _Found(Exception):
    """What isn't allowed, and where."""

    def __init__(self, node: ast.AST, what: str) -> None:
        self.line = getattr(node, "lineno", 0)
        self.what = what
        super().__init__(what)


def fence(files: Mapping[str, str]) -> None:
    """Compile rendered modules and hold them to what a client needs.

    ``files`` are by their path in the package. Raises :class:`SpeclockError`, naming file, line and
    construct: then nothing may be written.
    """
    for name, text in files.items():
        try:
            tree = ast.parse(text, name)
            compile(tree, name, "exec", dont_inherit=True)
            folder, _, file = name.rpartition("/")
            is_model = folder == "models" and file != "__init__.py"
            if is_model or folder == "resources" or name in ("models.py", "_operations.py"):
                _Declarations(name, tree).check()
            else:
                _Module(name, tree).check()
        except (_Found, SyntaxError, ValueError, RecursionError) as error:
            line = getattr(error, "line", 0) or getattr(error, "lineno", 0)
            raise SpeclockError(
                f"speclock made Python that no client needs ({name}:{line}: {error}); nothing was "
                "written. This is a defect of speclock: please report it with the description."
            ) from None


class _Module:
    """The code of a template: known names, known modules, no way to others."""

    def __init__(self, name: str, tree: ast.Module) -> None:
        self.tree = tree
        self.depth = name.count("/") + 1
        self.builtins = BUILTINS | BY_NAME.get(name, set())

    def check(self) -> None:
        _no_duplicates(self.tree.body)
        nodes = list(ast.walk(self.tree))
        arguments = frozenset(node.arg for node in nodes if isinstance(node, ast.arg))
        for node in nodes:
            if type(node) not in CODE:
                raise _Found(node, type(node).__name__)
            self.node(node, arguments)

    def node(self, node: ast.AST, arguments: frozenset[str]) -> None:
        """Hold the names in one node to the tables; what is below it is asked for by itself."""
        match node:
            case ast.Name(id=name):
                if not _is_plain(name):
                    raise _Found(node, f"the name {name}")
                is_foreign = name in _EVERY and name not in self.builtins | arguments
                if is_foreign and isinstance(node.ctx, ast.Load):
                    raise _Found(node, f"the builtin {name}")
            case ast.Attribute(value=value, attr=name):
                _attribute(node, value, name)
            case ast.ImportFrom() | ast.Import():
                _import(node, self.depth)
            case (
                ast.ClassDef(name=name)
                | ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
            ):
                if not _is_plain(name):
                    raise _Found(node, f"the definition of {name}")
            case ast.arg(arg=name):
                if not _is_plain(name):
                    raise _Found(node, f"the argument {name}")
            case ast.Call(func=ast.Name(id=name)) if name in _EVERY and name not in self.builtins:
                raise _Found(node, f"a call of {name}")
            case _:
                pass


class _Declarations(_Module):
    """Models and operations: classes, values and one-line methods."""

    def check(self) -> None:
        _no_duplicates(self.tree.body)
        for node in self.tree.body:
            match node:
                case ast.Expr(value=ast.Call(func=ast.Attribute(attr="model_rebuild"))):
                    self.value(node.value)
                case ast.Import() | ast.ImportFrom():
                    _import(node, self.depth)
                case ast.ClassDef():
                    self._class(node)
                case _:
                    self._assignment(node)

    def _assignment(self, node: ast.stmt) -> None:
        match node:
            case ast.Expr(value=ast.Constant(value=str())) | ast.Pass():
                pass
            case ast.Assign(targets=[ast.Name() as target], value=value):
                self.node(target, frozenset())
                self.value(value)
            case ast.AnnAssign(target=ast.Name() as target, annotation=hint, value=value):
                self.node(target, frozenset())
                self.hint(hint)
                if value is not None:
                    self.value(value)
            case _:
                raise _Found(node, type(node).__name__)

    def _class(self, node: ast.ClassDef) -> None:
        self.node(node, frozenset())
        if node.decorator_list:
            raise _Found(node, "a decorated class")
        for base in node.bases:
            self.hint(base)
        for given in node.keywords:
            self.value(given.value)
        _no_duplicates(node.body)
        for statement in node.body:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._method(statement)
            else:
                self._assignment(statement)

    def _method(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.node(node, frozenset())
        given = node.args
        arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        for argument in arguments:
            self.node(argument, frozenset())
            if argument.annotation is not None:
                self.hint(argument.annotation)
        if given.vararg or given.kwarg:
            raise _Found(node, "a method with any arguments")
        for default in (*given.defaults, *given.kw_defaults):
            if default is not None and not isinstance(default, ast.Constant):
                raise _Found(default, "a default that is no constant")
        if node.returns is not None:
            self.hint(node.returns)
        for decorator in node.decorator_list:
            if not (isinstance(decorator, ast.Name) and decorator.id == "overload"):
                self.value(decorator)
        known = frozenset(argument.arg for argument in arguments)
        for statement in node.body:
            match statement:
                case ast.Expr(value=ast.Constant(value=str() | builtins.Ellipsis)):
                    pass
                case (
                    ast.Return(value=ast.Await(value=ast.Call() as value))
                    | ast.Return(value=ast.Call() as value)
                ):
                    self.value(value, known)
                case ast.Assign(
                    targets=[ast.Attribute(value=ast.Name(id="self"), attr="_sender")],
                    value=ast.Name(id="sender"),
                ):
                    pass
                case _:
                    raise _Found(statement, f"{type(statement).__name__} in a method")

    def value(self, node: ast.expr, arguments: frozenset[str] = frozenset()) -> None:
        """Return an expression that makes a value."""
        match node:
            case ast.Constant():
                pass
            case ast.Name() | ast.Attribute():
                self._name(node, arguments)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
                pass
            case ast.Tuple(elts=items) | ast.List(elts=items):
                for item in items:
                    self.value(item, arguments)
            case ast.Dict(keys=keys, values=values):
                for item in filter(None, (*keys, *values)):  # no key where a mapping is unpacked
                    self.value(item, arguments)
            case ast.Call():
                self._call(node, arguments)
            case ast.Lambda(args=ast.arguments(posonlyargs=[], args=[], kwonlyargs=[])):
                self.hint(node.body)
            case ast.Lambda(
                args=ast.arguments(
                    posonlyargs=[], args=[ast.arg("page")], kwonlyargs=[], defaults=[]
                )
            ):
                self._of_page(node.body)
            case ast.Subscript() | ast.BinOp():
                self.hint(node)
            case _:
                raise _Found(node, type(node).__name__)

    def _of_page(self, node: ast.expr) -> None:
        """What is taken from a page: a member of it, or None where one on the way is missing."""
        match node:
            case ast.IfExp(body=body, test=test, orelse=ast.Constant()):
                self._of_page(body)
                self._of_page(test)
            case ast.BoolOp(op=ast.And(), values=tests):
                for test in tests:
                    self._of_page(test)
            case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
                self._of_page(left)
            case _:
                self._name(node, frozenset({"page"}))

    def _call(self, node: ast.Call, arguments: frozenset[str]) -> None:
        target = node.func
        known = isinstance(target, ast.Name) and target.id in CALLS
        if isinstance(target, ast.Attribute):
            owner = target.value
            is_own = isinstance(owner, (ast.Name, ast.Attribute)) and target.attr in METHODS
            if is_own:
                self._name(owner, arguments)
            known = is_own or ast.unparse(target) in SENDING
        if not known:
            raise _Found(node, f"a call of {ast.unparse(target)[:80]}")
        for item in (*node.args, *(given.value for given in node.keywords)):
            self.value(item, arguments)

    def hint(self, node: ast.expr) -> None:
        """Return an annotation; pydantic evaluates text in it, so that stands only in Literal."""
        match node:
            case ast.Constant(value=None):
                pass
            case ast.Constant(value=str(name)) if name.isidentifier():  # a class further down
                self.node(ast.Name(name, ast.Load(), lineno=node.lineno), frozenset())
            case ast.Name() | ast.Attribute():
                self._name(node, frozenset())
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                self.hint(left)
                self.hint(right)
            case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
                for item in inner.elts if isinstance(inner, ast.Tuple) else [inner]:
                    if not isinstance(item, (ast.Constant, ast.UnaryOp)):
                        raise _Found(item, "a Literal of something else")
                    self.value(item)
            case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[hint, *rest])):
                self.hint(hint)
                for item in rest:
                    self.value(item)
            case ast.Subscript(value=value, slice=inner):
                self.hint(value)
                for item in inner.elts if isinstance(inner, ast.Tuple) else [inner]:
                    self.hint(item)
            case _:
                raise _Found(node, f"{type(node).__name__} in an annotation")

    def _name(self, node: ast.expr, arguments: frozenset[str]) -> None:
        """Return a name, or an attribute of one: ``models.Pet``, ``self._sender``."""
        if not isinstance(node, (ast.Name, ast.Attribute)):
            raise _Found(node, type(node).__name__)
        self.node(node, arguments)
        if isinstance(node, ast.Attribute):
            if not isinstance(node.value, (ast.Name, ast.Attribute)):
                raise _Found(node, f"an attribute of a {type(node.value).__name__}")
            self._name(node.value, arguments)


_EVERY = frozenset(dir(builtins))


def _is_plain(name: str) -> bool:
    return not name.startswith("__") or name in DUNDERS


def _attribute(node: ast.AST, value: ast.expr, name: str) -> None:
    known = LIBRARIES.get(value.id) if isinstance(value, ast.Name) else None
    if not _is_plain(name) or (known is not None and name not in known):
        raise _Found(node, f"the attribute {name}")


def _import(node: ast.Import | ast.ImportFrom, depth: int) -> None:
    """Hold an import to the tables; a relative one to the package, which begins at ``depth``."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            known = alias.name in LIBRARIES or (alias.name, alias.asname) == ("httpx2", "httpx")
            known &= alias.asname in (None, "httpx")
        else:
            names = MODULES.get(node.module or "", frozenset())
            known = 0 < node.level <= depth and _is_plain(alias.name) and alias.name != "*"
            known = known or (not node.level and alias.name in names)
        if not known or not _is_plain(alias.asname or ""):
            raise _Found(node, f"an import of {alias.name}")


def _no_duplicates(body: list[ast.stmt]) -> None:
    """Nothing is defined twice in a module or a class, so nothing takes another's name."""
    seen: set[str] = set()
    for node in body:
        for name in _defined(node):
            if name in seen:
                raise _Found(node, f"a second definition of {name}")
            seen.add(name)


def _defined(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.ClassDef(name=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            if not any(isinstance(d, ast.Name) and d.id == "overload" for d in node.decorator_list):
                yield name
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from (alias.asname or alias.name for alias in names)
        case _:
            pass

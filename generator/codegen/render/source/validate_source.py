"""Validation of generated source.

The sinks for text, names and code are safe on their own; this detects a defect in one of them. What
templates print is parsed, and uses no other names of Python and of libraries than those in one
table. Models, which a third party's code prints, are limited to a small grammar besides.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping
from typing import cast

from ....base.errors import InternalError
from ....base.recursion import deeply_recursive

_HTTPX = frozenset({
    "AsyncBaseTransport", "AsyncClient", "Auth", "BaseTransport", "Client", "Request", "Response",
    "Timeout", "URL", "__name__",
})  # fmt: skip
NAMES: dict[str, frozenset[str]] = {
    "": frozenset({
        "AttributeError", "BaseException", "DeprecationWarning", "Exception",
        "NotImplementedError", "SystemExit", "TypeError", "UnicodeError", "ValueError", "__name__",
        "bool", "bytes", "callable", "classmethod", "dict", "float", "int", "isinstance", "len",
        "list", "map", "object", "property", "set", "sorted", "str", "super", "tuple", "type",
    }),
    "__future__": frozenset({"annotations"}),
    "base64": frozenset({"b64encode"}),
    "builtins": frozenset({
        "bool", "bytes", "dict", "float", "int", "list", "object", "str", "tuple", "type",
    }),
    "collections.abc": frozenset({
        "AsyncIterator", "Awaitable", "Callable", "Iterator", "Mapping", "Sequence",
    }),
    "contextlib": frozenset({"suppress"}),
    "dataclasses": frozenset({"dataclass", "field"}),
    "datetime": frozenset({"date", "datetime", "time", "timedelta"}),
    "decimal": frozenset({"Decimal"}),
    "email": frozenset({"message_from_string"}),
    "enum": frozenset({"Enum", "IntEnum", "StrEnum"}),
    "functools": frozenset({"cached_property"}),
    "http": frozenset({"HTTPStatus"}),
    "httpx": _HTTPX,
    "httpx2": _HTTPX,
    "importlib": frozenset({"import_module"}),
    "json": frozenset({"dumps", "loads"}),
    "logging": frozenset({"Filter", "LogRecord", "getLogger"}),
    "pydantic": frozenset({"Field", "ValidationError"}),
    "pytest": frozenset({"fixture", "mark", "raises"}),
    "re": frozenset({"compile"}),
    "types": frozenset({"TracebackType"}),
    "typing": frozenset({
        "Annotated", "Any", "ClassVar", "Dict", "Generic", "List", "Literal", "NotRequired",
        "Optional", "Self",
        "Required", "TYPE_CHECKING", "TypeAlias", "TypeVar", "TypedDict", "Union", "Unpack", "cast",
        "overload",
    }),
    "typing_extensions": frozenset({"TypeAliasType", "TypedDict", "deprecated"}),
    "unittest.mock": frozenset({"ANY"}),
    "urllib.parse": frozenset({"parse_qsl"}),
    "uuid": frozenset({"UUID"}),
    "warnings": frozenset({"warn"}),
}  # fmt: skip
"""The names that a module may use of each other one; first those of Python itself."""
_LAZY = {"models/__init__.py": {"getattr", "globals"}}
"""More builtins of a template that contains no text of a description there."""
_DUNDERS = frozenset({
    "__all__", "__dir__", "__file__", "__getattr__", "__init__", "__name__", "__pydantic_extra__",
})  # fmt: skip
_FRAMES = frozenset({"ag_frame", "cr_frame", "gi_frame", "tb_frame"})
"""Attributes that lead to the builtins."""
_BUILTINS = frozenset(dir(builtins))
_MODEL_CALLS = frozenset({"Field", "OpenUnion", "TypeAliasType"})
_NAMING = {
    ast.Name, ast.Attribute, ast.ImportFrom, ast.Import, ast.ClassDef, ast.FunctionDef,
    ast.AsyncFunctionDef, ast.arg, ast.Call,
}  # fmt: skip
"""The nodes whose names are checked; most of a file are other ones."""


class _Forbidden(Exception):
    """A construct that isn't allowed, with its line."""

    def __init__(self, node: ast.AST, what: str) -> None:
        self.line = getattr(node, "lineno", 0)
        self.what = what
        super().__init__(what)


@deeply_recursive
def validate_source(files: Mapping[str, str], package: str = "") -> None:
    """Compile rendered modules, by their path in the package, and validate their syntax trees.

    Those in ``tests`` import from ``package``.
    Raises :class:`InternalError` with file, line, definition and construct; then nothing may be
    written.
    """
    for name, text in files.items():
        try:
            tree = ast.parse(text, name)
        except (SyntaxError, ValueError, RecursionError) as error:
            line = getattr(error, "lineno", None) or 1
            raise InternalError(
                f"the generated code isn't Python: {error} ({name}:{line})"
            ) from None
        try:
            compile(tree, name, "exec", dont_inherit=True)
            module = _Module(name, tree, package if name.startswith("tests/") else "")
            module.check_names(tree)
            folder, _, file = name.rpartition("/")
            if name == "models.py" or (folder == "models" and file != "__init__.py"):
                _Models(module).check(tree)
        except (_Forbidden, SyntaxError, ValueError, RecursionError) as error:
            line = getattr(error, "line", 0) or getattr(error, "lineno", 0) or 0
            around = [n for n in tree.body if n.lineno <= line <= (n.end_lineno or n.lineno)]
            owner = next((f" in {defined}" for n in around for defined in _defined(n)), "")
            raise InternalError(
                f"the generated Python has {error}, which no client needs ({name}:{line}{owner})"
            ) from None


class _Module:
    """The names that a module uses and defines."""

    def __init__(self, name: str, tree: ast.Module, package: str) -> None:
        self.depth = name.count("/") + 1
        self.own = (package, f"{package}.testing") if package else ()
        """The modules of the package that its tests import from."""
        self.foreign = _BUILTINS - NAMES[""] - _LAZY.get(name, set()) - {*_own(tree.body)}
        """The builtins that it may not use."""
        self.libraries: dict[str, frozenset[str]] = {}
        """The names that it may use of each module that it imports as a whole."""

    def check_names(self, tree: ast.AST) -> None:
        """Check all names in a syntax tree, and that no scope defines one twice."""
        nodes = [node for node in _nodes(tree) if type(node) in _NAMING]
        arguments = {node.arg for node in nodes if isinstance(node, ast.arg)}
        for node in nodes:
            for alias in node.names if isinstance(node, ast.Import) else ():
                self.libraries[alias.asname or alias.name] = NAMES.get(alias.name, frozenset())
        if isinstance(tree, ast.Module):
            _no_duplicates(tree.body)
        for node in nodes:
            match node:
                case ast.Name(id=name):
                    self._plain(node, name, "the name")
                    is_read = isinstance(node.ctx, ast.Load)
                    if is_read and name in self.foreign and name not in arguments:
                        raise _Forbidden(node, f"the builtin {name}")
                case ast.Attribute(value=value, attr=name):
                    self._plain(node, name, "the attribute")
                    known = self.libraries.get(value.id) if isinstance(value, ast.Name) else None
                    if name in _FRAMES or (known is not None and name not in known):
                        raise _Forbidden(node, f"the attribute {name}")
                case ast.ImportFrom() | ast.Import():
                    self._import(node)
                case ast.ClassDef(name=name, body=body):
                    self._plain(node, name, "the definition of")
                    _no_duplicates(body)
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    self._plain(node, name, "the definition of")
                case ast.arg(arg=name):
                    self._plain(node, name, "the argument")
                case ast.Call(func=ast.Name(id=name)) if name in self.foreign:
                    raise _Forbidden(node, f"a call of {name}")
                case _:
                    pass

    def _plain(self, node: ast.AST, name: str, what: str) -> None:
        if not _is_plain(name):
            raise _Forbidden(node, f"{what} {name}")

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        """Check an import; a relative one may not leave the package, ``depth`` folders up."""
        for alias in node.names:
            if isinstance(node, ast.Import):
                known = alias.name in NAMES and alias.asname in (None, "httpx")
            elif node.level or node.module in self.own:
                known = node.level <= self.depth and _is_plain(alias.name) and alias.name != "*"
            else:
                known = alias.name in NAMES.get(node.module or "", ())
            if not known or not _is_plain(alias.asname or ""):
                raise _Forbidden(node, f"an import of {alias.name}")


class _Models:
    """The grammar of models: classes of fields, enumerations and aliases."""

    def __init__(self, module: _Module) -> None:
        self.module = module

    def check(self, tree: ast.Module) -> None:
        """Check the statements of a module, whose names are checked already."""
        for node in tree.body:
            match node:
                case ast.Expr(
                    value=ast.Call(func=ast.Attribute(ast.Name(), "model_rebuild")) as call
                ):
                    self._arguments(call)
                case ast.Import() | ast.ImportFrom():
                    pass
                case ast.If(test=ast.Name(id="TYPE_CHECKING"), body=body, orelse=[]):
                    for statement in body:
                        if not isinstance(statement, ast.ImportFrom):
                            raise _Forbidden(statement, type(statement).__name__)
                case ast.ClassDef():
                    self._class(node)
                case _:
                    self._assignment(node)

    def _assignment(self, node: ast.stmt) -> None:
        match node:
            case ast.Expr(value=ast.Constant(value=str())) | ast.Pass():
                pass
            case ast.Assign(targets=[ast.Name()], value=value):
                self._value(value)
            case ast.AnnAssign(target=ast.Name(), annotation=hint, value=value):
                self._hint(hint)
                if value is not None:
                    self._value(value)
            case _:
                raise _Forbidden(node, type(node).__name__)

    def _class(self, node: ast.ClassDef) -> None:
        if node.decorator_list or node.keywords:
            raise _Forbidden(node, "a class with more than bases")
        for base in node.bases:
            self._hint(base)
        for statement in node.body:
            match statement:
                case ast.If(ast.UnaryOp(ast.Not(), ast.Name("TYPE_CHECKING")), [hidden], []):
                    self._assignment(hidden)
                case ast.If(ast.Name("TYPE_CHECKING"), [ast.FunctionDef("__init__") as hidden], []):
                    self._constructor(hidden)
                case _:
                    self._assignment(statement)

    def _constructor(self, node: ast.FunctionDef) -> None:
        """Check the signature of a constructor, which type checkers alone read."""
        is_empty = [*map(ast.unparse, node.body)] == ["..."]
        if node.decorator_list or node.args.defaults or not is_empty:
            raise _Forbidden(node, "a constructor with more than a signature")
        for argument in node.args.kwonlyargs:
            if argument.annotation is not None:
                self._hint(argument.annotation)
        for default in node.args.kw_defaults:
            if default is not None:
                self._value(default)

    def _value(self, node: ast.expr) -> None:
        """Check an expression that makes a value."""
        match node:
            case ast.Constant() | ast.UnaryOp(ast.USub(), ast.Constant(value=int() | float())):
                pass
            case ast.Tuple(elts=items) | ast.List(elts=items):
                for item in items:
                    self._value(item)
            case ast.Call(func=ast.Name(id=name)) if name in _MODEL_CALLS:
                self._arguments(node)
            case ast.Call(func=function):
                raise _Forbidden(node, f"a call of {ast.unparse(function)[:80]}")
            case _:
                self._hint(node)

    def _arguments(self, node: ast.Call) -> None:
        for item in (*node.args, *(keyword.value for keyword in node.keywords)):
            self._value(item)

    def _hint(self, node: ast.expr) -> None:
        """Check an annotation; text is allowed only in Literal, since pydantic evaluates it."""
        match node:
            case ast.Constant(value=None) | ast.Name() | ast.Attribute(value=ast.Name()):
                pass
            case ast.Constant(value=str(text)):  # a type of classes defined later
                inner = ast.parse(text, mode="eval").body
                for part in ast.walk(inner):
                    if isinstance(part, (ast.expr, ast.alias)):
                        part.lineno = node.lineno
                self.module.check_names(inner)
                self._hint(inner)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                self._hint(left)
                self._hint(right)
            case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
                for item in inner.elts if isinstance(inner, ast.Tuple) else [inner]:
                    if not isinstance(item, (ast.Constant, ast.UnaryOp)):
                        raise _Forbidden(item, "a Literal of an expression")
                    self._value(item)
            case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[hint, *rest])):
                self._hint(hint)
                for item in rest:
                    self._value(item)
            case ast.Subscript(value=value, slice=inner):
                self._hint(value)
                for item in inner.elts if isinstance(inner, ast.Tuple) else [inner]:
                    self._hint(item)
            case _:
                raise _Forbidden(node, f"{type(node).__name__} in an annotation")


def _nodes(tree: ast.AST) -> list[ast.AST]:
    """Return all nodes of a syntax tree, in the order of :func:`ast.walk`, in less time."""
    nodes = [tree]
    for node in nodes:  # it grows
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                nodes.append(value)
            elif isinstance(value, list):
                for item in cast("list[object]", value):
                    if isinstance(item, ast.AST):
                        nodes.append(item)
    return nodes


def _own(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the names of a module's classes and aliases, and of its imports from the package."""
    for node in body:
        match node:
            case ast.ClassDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
                yield name
            case ast.ImportFrom(level=level, names=names) if level:
                yield from (alias.asname or alias.name for alias in names)
            case ast.If():
                yield from _own([*node.body, *node.orelse])
            case _:
                pass


def _is_plain(name: str) -> bool:
    return not name.startswith("__") or name in _DUNDERS


def _no_duplicates(body: list[ast.stmt]) -> None:
    """Raise for a name that is defined twice in a module or a class."""
    seen: set[str] = set()
    for node in body:
        for name in _defined(node):
            if name in seen:
                raise _Forbidden(node, f"a second definition of {name}")
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
        case ast.If(body=body):
            for statement in body:
                yield from _defined(statement)
        case _:
            pass

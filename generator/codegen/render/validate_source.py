"""Validation of generated source: its syntax tree may contain only what a client needs.

The sinks for text, names and code are safe on their own; this detects a defect in one of them.
Models and operations are declarations, limited to a small grammar; the other rendered modules are
code of the templates, limited to known names. A template that needs more of Python adds it to the
tables here.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Container, Iterator, Mapping

from ...errors import InternalError
from ...recursion import deeply_recursive

MODULES: dict[str, frozenset[str]] = {
    "__future__": frozenset({"annotations"}),
    "collections.abc": frozenset({
        "AsyncIterator", "Awaitable", "Callable", "Iterator", "Mapping", "Sequence",
    }),
    "dataclasses": frozenset({"dataclass", "field"}),
    "datetime": frozenset({"date", "datetime", "time", "timedelta"}),
    "decimal": frozenset({"Decimal"}),
    "enum": frozenset({"Enum", "IntEnum", "StrEnum"}),
    "functools": frozenset({"cached_property"}),
    "http": frozenset({"HTTPStatus"}),
    "importlib": frozenset({"import_module"}),
    "pydantic": frozenset({"Field", "ValidationError"}),
    "types": frozenset({"TracebackType"}),
    "typing": frozenset({
        "Annotated", "Any", "ClassVar", "Dict", "Generic", "List", "Literal", "Optional", "Self",
        "Required", "TYPE_CHECKING", "TypeAlias", "TypeVar", "TypedDict", "Union", "Unpack", "cast",
        "overload",
    }),
    "typing_extensions": frozenset({"TypeAliasType", "deprecated"}),
    "uuid": frozenset({"UUID"}),
}  # fmt: skip
"""The names that may be imported from other packages' modules."""
LIBRARIES: dict[str, frozenset[str]] = {
    "base64": frozenset({"b64encode"}),
    "builtins": frozenset({
        "bool", "bytes", "dict", "float", "int", "list", "object", "str", "tuple", "type",
    }),
    "httpx": frozenset({
        "AsyncBaseTransport", "AsyncClient", "Auth", "BaseTransport", "Client", "Request",
        "Response", "Timeout", "URL", "__name__",
    }),
    "logging": frozenset({"Filter", "LogRecord", "getLogger"}),
    "pytest": frozenset({"fixture"}),
    "re": frozenset({"compile"}),
}  # fmt: skip
"""The attributes that may be used of a module that is imported as a whole."""
BUILTINS = frozenset({
    "AttributeError", "BaseException", "Exception", "NotImplementedError", "UnicodeError",
    "ValueError", "__name__",
    "bool", "bytes", "callable", "classmethod", "dict", "float", "int", "isinstance", "len", "list",
    "map", "object", "property", "set", "sorted", "str", "super", "tuple", "type",
})  # fmt: skip
BY_NAME = {
    "client.py": {"TypeError", "isinstance"},
    "models/__init__.py": {"getattr", "globals"},
}
"""More builtins that single templates may use; they contain no text of a description there."""
DUNDERS = frozenset({
    "__all__", "__dir__", "__file__", "__getattr__", "__init__", "__name__",
    "__pydantic_extra__",
})  # fmt: skip
CALLS = frozenset({
    "AnyContent", "AsyncPaginated", "ByCursor", "ByLink", "ByNumber", "Content",
    "Events", "Field", "Form", "Header", "Json", "JsonParameter", "JsonSequence", "Lines",
    "Multipart", "NamedParts", "NegotiatedOperation", "Nothing", "OpenUnion", "Operation",
    "OrderedParts", "Paginated", "PartsBody", "Path", "Query", "BytesBody", "Styled", "Text",
    "TypeAliasType", "WholeEvents", "WholeQuery", "deprecated", "open_async_stream",
    "body_or_fields", "open_stream", "streamed", "Hmac",
    "StandardWebhooks", "Undescribed", "Webhook", "read", "read_signed", "sign_body",
})  # fmt: skip
"""The functions and classes that declarations may call."""
METHODS = frozenset({"choose", "model_rebuild"})
"""The methods that declarations may call."""
SENDING = frozenset({"self._sender.call", "dict.fromkeys"})
DECLARATIONS = ("models.py", "_operations.py", "response_headers.py", "webhooks.py")
"""The modules of declarations outside of folders."""
CODE = frozenset({
    ast.Add, ast.And, ast.AnnAssign, ast.Assign, ast.AsyncFunctionDef, ast.Attribute, ast.Await,
    ast.BinOp, ast.BitAnd, ast.BitOr, ast.BoolOp, ast.Call, ast.ClassDef, ast.Compare,
    ast.Constant, ast.Del, ast.Delete, ast.Dict, ast.DictComp, ast.Eq, ast.Expr, ast.For,
    ast.FormattedValue, ast.FunctionDef, ast.GeneratorExp, ast.If, ast.IfExp, ast.Import,
    ast.ImportFrom, ast.In,
    ast.Is, ast.IsNot, ast.JoinedStr, ast.List, ast.ListComp, ast.Load, ast.Lt, ast.LtE,
    ast.Module, ast.Mult, ast.Name, ast.Not, ast.NotEq, ast.NotIn, ast.Or, ast.Pass, ast.Raise,
    ast.Return, ast.Slice, ast.Starred, ast.Store, ast.Sub, ast.Subscript, ast.Tuple, ast.UnaryOp,
    ast.USub, ast.alias, ast.arg, ast.arguments, ast.comprehension, ast.keyword,
})  # fmt: skip
"""The nodes of the syntax tree that templates may use."""
TEST_CODE = CODE | {ast.Assert, ast.With, ast.withitem}
TEST_MODULES = {
    **MODULES,
    "contextlib": frozenset({"suppress"}),
    "email": frozenset({"message_from_bytes"}),
    "unittest.mock": frozenset({"ANY"}),
    "urllib.parse": frozenset({"parse_qsl"}),
}
TEST_LIBRARIES = {"json": frozenset({"dumps", "loads"}), "pytest": frozenset({"mark", "raises"})}
"""The same for the tests of operations."""
_NAMING = {
    ast.Name, ast.Attribute, ast.ImportFrom, ast.Import, ast.ClassDef, ast.FunctionDef,
    ast.AsyncFunctionDef, ast.arg, ast.Call,
}  # fmt: skip
"""The nodes whose names are checked; most of a file are other ones."""
_ALL_BUILTINS = frozenset(dir(builtins))


class _Forbidden(Exception):
    """A construct that isn't allowed, with its line."""

    def __init__(self, node: ast.AST, what: str) -> None:
        self.line = getattr(node, "lineno", 0)
        self.what = what
        super().__init__(what)


@deeply_recursive
def validate_source(files: Mapping[str, str]) -> None:
    """Compile rendered modules, by their path in the package, and validate their syntax trees.

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
            folder, _, file = name.rpartition("/")
            is_model = folder == "models" and file != "__init__.py"
            if folder.startswith("tests/"):
                _Tests(name, tree).check()
            elif is_model or folder == "resources" or name in DECLARATIONS:
                _Declarations(name, tree).check()
            else:
                _Module(name, tree).check()
        except (_Forbidden, SyntaxError, ValueError, RecursionError) as error:
            line = getattr(error, "line", 0) or getattr(error, "lineno", 0) or 0
            around = [n for n in tree.body if n.lineno <= line <= (n.end_lineno or n.lineno)]
            owner = next((f" in {defined}" for n in around for defined in _defined(n)), "")
            raise InternalError(
                f"the generated Python has {error}, which no client needs ({name}:{line}{owner})"
            ) from None


class _Module:
    """The code of a template: known names of known modules."""

    code: Container[type[ast.AST]] = CODE
    modules: Mapping[str, frozenset[str]] = MODULES
    libraries: Mapping[str, frozenset[str]] = LIBRARIES

    def __init__(self, name: str, tree: ast.Module) -> None:
        self.tree = tree
        self.depth = name.count("/") + 1
        package = name.split("/")[1] if name.startswith("tests/") else ""
        self.own = (package, f"{package}.testing") if package else ()
        """The modules of the package that its tests import from."""
        self.builtins = BUILTINS | BY_NAME.get(name, set()) | set(_own(tree.body))

    def check(self) -> None:
        _no_duplicates(self.tree.body)
        nodes = list(ast.walk(self.tree))
        arguments = frozenset(node.arg for node in nodes if isinstance(node, ast.arg))
        for node in nodes:
            kind = type(node)
            if kind not in self.code:
                raise _Forbidden(node, kind.__name__)
            if kind in _NAMING:
                self.node(node, arguments)

    def node(self, node: ast.AST, arguments: frozenset[str]) -> None:
        """Check the names in one node, without the nodes below it."""
        match node:
            case ast.Name(id=name):
                _check_plain(node, name, f"the name {name}")
                if isinstance(node.ctx, ast.Del) and name not in arguments:
                    raise _Forbidden(node, f"the end of {name}")
                is_foreign = name in _ALL_BUILTINS and name not in self.builtins | arguments
                if is_foreign and isinstance(node.ctx, ast.Load):
                    raise _Forbidden(node, f"the builtin {name}")
            case ast.Attribute(value=value, attr=name):
                _check_plain(node, name, f"the attribute {name}")
                if isinstance(node.ctx, ast.Del):
                    raise _Forbidden(node, f"the end of the attribute {name}")
                known = self.libraries.get(value.id) if isinstance(value, ast.Name) else None
                if known is not None and name not in known:
                    raise _Forbidden(node, f"the attribute {name}")
            case ast.ImportFrom() | ast.Import():
                self.check_import(node)
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                _check_plain(node, node.name, f"the definition of {node.name}")
            case ast.arg(arg=name):
                _check_plain(node, name, f"the argument {name}")
            case ast.Call(func=ast.Name(id=name)) if (
                name in _ALL_BUILTINS and name not in self.builtins
            ):
                raise _Forbidden(node, f"a call of {name}")
            case _:
                pass

    def check_import(self, node: ast.Import | ast.ImportFrom) -> None:
        """Check an import; a relative one may not leave the package, ``depth`` folders up."""
        for alias in node.names:
            if isinstance(node, ast.Import):
                known = alias.name in self.libraries
                known |= (alias.name, alias.asname) == ("httpx2", "httpx")
                known &= alias.asname in (None, "httpx")
            else:
                names = self.modules.get(node.module or "", frozenset())
                known = 0 < node.level <= self.depth and _is_plain(alias.name) and alias.name != "*"
                known = known or (not node.level and alias.name in names)
                known |= node.module in self.own and _is_plain(alias.name)
            if not known or not _is_plain(alias.asname or ""):
                raise _Forbidden(node, f"an import of {alias.name}")


class _Tests(_Module):
    """The tests of operations."""

    code = TEST_CODE
    modules = TEST_MODULES
    libraries = TEST_LIBRARIES


class _Declarations(_Module):
    """Models and operations: classes, values and one-line methods."""

    def check(self) -> None:
        _no_duplicates(self.tree.body)
        for node in self.tree.body:
            match node:
                case ast.Expr(value=ast.Call(func=ast.Attribute(attr="model_rebuild"))):
                    self.value(node.value)
                case ast.Import() | ast.ImportFrom():
                    self.check_import(node)
                case ast.If(test=ast.Name(id="TYPE_CHECKING"), body=body, orelse=[]):
                    for statement in body:
                        self._type_import(statement)
                case ast.ClassDef():
                    self._class(node)
                case ast.FunctionDef():
                    self._method(node)
                case _:
                    self._assignment(node)

    def _type_import(self, node: ast.stmt) -> None:
        if not isinstance(node, ast.ImportFrom):
            raise _Forbidden(node, type(node).__name__)
        self.check_import(node)

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
                raise _Forbidden(node, type(node).__name__)

    def _class(self, node: ast.ClassDef) -> None:
        self.node(node, frozenset())
        if node.decorator_list:
            raise _Forbidden(node, "a decorated class")
        for base in node.bases:
            self.hint(base)
        for given in node.keywords:
            self.value(given.value)
        _no_duplicates(node.body)
        for statement in node.body:
            match statement:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self._method(statement)
                case ast.If(ast.UnaryOp(ast.Not(), ast.Name("TYPE_CHECKING")), [hidden], []):
                    self._assignment(hidden)
                case _:
                    self._assignment(statement)

    def _method(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.node(node, frozenset())
        given = node.args
        if given.vararg or (given.kwarg and given.kwarg.arg != "_fields"):
            raise _Forbidden(node, "a method with any arguments")
        arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        for argument in arguments:
            self.node(argument, frozenset())
        for hint in filter(None, (*(argument.annotation for argument in arguments), node.returns)):
            self.hint(hint)
        for default in filter(None, (*given.defaults, *given.kw_defaults)):
            if not isinstance(default, ast.Constant):  # an ellipsis is one, too
                raise _Forbidden(default, "a default that isn't a constant")
        for decorator in node.decorator_list:
            if not (isinstance(decorator, ast.Name) and decorator.id == "overload"):
                self.value(decorator)
        known = frozenset(argument.arg for argument in arguments) | {"_fields"}
        for statement in node.body:
            match statement:
                case ast.Expr(value=ast.Constant(value=str() | builtins.Ellipsis)):
                    pass
                case (
                    ast.Return(value=ast.Await(value=ast.Call() as value))
                    | ast.Return(value=ast.Call() as value)
                ):
                    self.value(value, known)
                case _:
                    raise _Forbidden(statement, f"{type(statement).__name__} in a method")

    def value(self, node: ast.expr, arguments: frozenset[str] = frozenset()) -> None:
        """Check an expression that makes a value."""
        match node:
            case ast.Constant():
                pass
            case ast.Name() | ast.Attribute():
                self._name(node, arguments)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
                pass
            case (
                ast.Tuple(elts=items)
                | ast.List(elts=items)
                | ast.BoolOp(op=ast.Or(), values=[ast.Call(), ast.Constant(value=None)] as items)
            ):
                for item in items:
                    self.value(item, arguments)
            case ast.Dict(keys=keys, values=values):
                for item in filter(None, (*keys, *values)):  # an unpacked mapping has no key
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
                raise _Forbidden(node, type(node).__name__)

    def _of_page(self, node: ast.expr) -> None:
        """Check the path to a member of a page, or None if a member on the way is missing."""
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
            raise _Forbidden(node, f"a call of {ast.unparse(target)[:80]}")
        for item in (*node.args, *(given.value for given in node.keywords)):
            self.value(item, arguments)

    def hint(self, node: ast.expr) -> None:
        """Check an annotation; text is allowed only in Literal, since pydantic evaluates it."""
        match node:
            case ast.Constant(value=None):
                pass
            case ast.Constant(value=str(text)):  # a type of classes defined later
                inner = ast.parse(text, mode="eval").body
                for part in ast.walk(inner):
                    if isinstance(part, (ast.expr, ast.alias)):
                        part.lineno = node.lineno
                self.hint(inner)
            case ast.Name() | ast.Attribute():
                self._name(node, frozenset())
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                self.hint(left)
                self.hint(right)
            case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
                for item in inner.elts if isinstance(inner, ast.Tuple) else [inner]:
                    if not isinstance(item, (ast.Constant, ast.UnaryOp)):
                        raise _Forbidden(item, "a Literal of an expression")
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
                raise _Forbidden(node, f"{type(node).__name__} in an annotation")

    def _name(self, node: ast.expr, arguments: frozenset[str]) -> None:
        """Check a name, or an attribute of one: ``models.Pet``, ``self._sender``."""
        if not isinstance(node, (ast.Name, ast.Attribute)):
            raise _Forbidden(node, type(node).__name__)
        self.node(node, arguments)
        if isinstance(node, ast.Attribute):
            if not isinstance(node.value, (ast.Name, ast.Attribute)):
                raise _Forbidden(node, f"an attribute of a {type(node.value).__name__}")
            self._name(node.value, arguments)


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
    return not name.startswith("__") or name in DUNDERS


def _check_plain(node: ast.AST, name: str, what: str) -> None:
    if not _is_plain(name):
        raise _Forbidden(node, what)


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

"""What emitted Python may hold: the tables of the fence (``fence.py``).

Whoever lets a template or the models use more of Python adds it here.
"""

from __future__ import annotations

import ast

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
    "pydantic": frozenset({"Field"}),
    "types": frozenset({"TracebackType"}),
    "typing": frozenset({
        "Annotated", "Any", "Dict", "Generic", "List", "Literal", "Optional", "Self",
        "TYPE_CHECKING", "TypeVar", "Union", "cast", "overload",
    }),
    "typing_extensions": frozenset({"TypeAliasType", "deprecated"}),
    "uuid": frozenset({"UUID"}),
}  # fmt: skip
"""What may be imported from modules that aren't the package's own."""
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
"""What may be named of a module that is imported as a whole."""
BUILTINS = frozenset({
    "AttributeError", "BaseException", "Exception", "NotImplementedError", "ValueError", "__name__",
    "bool", "bytes", "callable", "dict", "float", "int", "isinstance", "len", "list", "map",
    "object", "property", "set", "sorted", "str", "super", "tuple", "type",
})  # fmt: skip
BY_NAME = {"errors.py": {"getattr"}, "models/__init__.py": {"getattr", "globals"}}
"""What single templates name besides: they hold no text where it could matter."""
DUNDERS = frozenset({
    "__aenter__", "__aexit__", "__all__", "__dict__", "__dir__", "__enter__", "__exit__",
    "__getattr__", "__init__", "__name__", "__new__", "__pydantic_extra__", "__reduce__",
    "__repr__", "__slots__",
})  # fmt: skip
CALLS = frozenset({
    "AsyncPaginated", "ByCursor", "ByLink", "ByNumber", "Content", "Events", "Field", "Form",
    "Header", "Json", "JsonParameter", "JsonSequence", "Lines", "Multipart", "Nothing",
    "OpenUnion", "Operation", "Paginated", "Path", "Query", "Raw", "Styled", "Text",
    "TypeAliasType", "WholeEvents", "deprecated", "open_async_stream", "open_stream",
})  # fmt: skip
"""What declarations call by name."""
METHODS = frozenset({"choose", "model_rebuild", "streamed"})
"""What declarations call of a class or an operation of theirs."""
SENDING = frozenset({"self._sender.call", "dict.fromkeys"})
CODE = frozenset({
    ast.Add, ast.And, ast.AnnAssign, ast.Assign, ast.AsyncFunctionDef, ast.Attribute, ast.Await,
    ast.BinOp, ast.BitAnd, ast.BitOr, ast.BoolOp, ast.Call, ast.ClassDef, ast.Compare,
    ast.Constant, ast.Dict, ast.DictComp, ast.Eq, ast.Expr, ast.For, ast.FormattedValue,
    ast.FunctionDef, ast.GeneratorExp, ast.If, ast.IfExp, ast.Import, ast.ImportFrom, ast.In,
    ast.Is, ast.IsNot, ast.JoinedStr, ast.List, ast.ListComp, ast.Load, ast.Lt, ast.LtE,
    ast.Module, ast.Mult, ast.Name, ast.Not, ast.NotEq, ast.NotIn, ast.Or, ast.Pass, ast.Raise,
    ast.Return, ast.Slice, ast.Store, ast.Subscript, ast.Tuple, ast.UnaryOp, ast.USub, ast.alias,
    ast.arg, ast.arguments, ast.comprehension, ast.keyword,
})  # fmt: skip
"""The syntax that templates use."""

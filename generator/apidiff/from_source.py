"""The public API of a package, read from its source; nothing is imported or run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from ..errors import Place
from .annotation import field_keywords, last_name, read_type
from .api import (
    CLASS,
    DATACLASS,
    ENUM,
    MODEL,
    ApiAlias,
    ApiClass,
    ApiField,
    ApiMember,
    ApiMethod,
    ApiParameter,
    ApiResult,
    PublicApi,
    Symbol,
    named,
    union,
)  # fmt: skip

_PUBLIC = ("models", "errors", "testing", "files", "pytest_plugin")
_ENUMS = {"StrEnum": "str", "IntEnum": "int", "Enum": ""}
_PROPERTIES = {"property", "cached_property"}
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def from_source(files: Mapping[str, bytes]) -> PublicApi:
    """Return the public API of a package, given as path in it to source.

    Raises :class:`SyntaxError` for a module that isn't Python; its ``filename`` is the path.
    """
    modules = {path: ast.parse(files[path], path) for path in sorted(files) if path.endswith(".py")}
    read = _Reader()
    for path, tree in modules.items():
        first, *_ = PurePosixPath(path.removesuffix(".py")).parts
        if first in _PUBLIC:
            read.module(path, tree, "" if first == "models" else f"{first}.")
        elif first == "resources":
            for node in _classes(tree):
                read.methods(path, node, f"{PurePosixPath(path).stem}.", are_requests=True)
    for name, module in _exports(modules):
        path = f"{module.replace('.', '/')}.py"
        if not module.startswith("_"):
            read.symbols[name] = ApiAlias(name, named(f"{module}.{name}"))
        for node in _classes(modules[path]) if module.startswith("_") and path in modules else ():
            if node.name == name:
                read.class_(path, node, name, is_client=module == "_client")
    return read.api()


def _exports(modules: Mapping[str, ast.Module]) -> Iterator[tuple[str, str]]:
    """Return the names that the package imports from its modules, with the module of each."""
    for node in modules["__init__.py"].body if "__init__.py" in modules else ():
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module:
            names = [alias.asname or alias.name for alias in node.names]
            yield from ((name, node.module) for name in names if not name.startswith("_"))


def _classes(tree: ast.Module) -> list[ast.ClassDef]:
    """Return the public classes; of one with an asynchronous twin only the synchronous."""
    nodes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    hidden = {f"Async{name}" for name in nodes}
    return [n for name, n in nodes.items() if name not in hidden and not name.startswith("_")]


class _Reader:
    def __init__(self) -> None:
        self.symbols: dict[str, Symbol] = {}
        self.functions: dict[str, tuple[ApiMethod, ...]] = {}
        self.requests: set[str] = set()
        self.places: dict[str, Place] = {}

    def api(self) -> PublicApi:
        classes = [one for one in self.symbols.values() if isinstance(one, ApiClass)]
        errors = [f.type for c in classes if c.kind == CLASS for f in c.fields if f.name == "error"]
        return PublicApi(
            self.symbols, self.functions, frozenset(self.requests), union(*errors).names,
            self.places,
        )  # fmt: skip

    def module(self, path: str, tree: ast.Module, prefix: str) -> None:
        """Read the classes, aliases and functions of a public module."""
        for node in _classes(tree):
            self.class_(path, node, prefix + node.name)
        for item in tree.body:
            match item:
                case ast.FunctionDef(name=name) if not name.startswith("_"):
                    self.functions[prefix + name] = (_method(prefix + name, item),)
                case ast.Assign(
                    targets=[ast.Name(id=name)], value=ast.Call(func=called, args=args)
                ):
                    if last_name(called) == "TypeAliasType":
                        self._alias(path, prefix + name, args[1])
                case _:
                    pass

    def _alias(self, path: str, name: str, node: ast.expr) -> None:
        self.places[name] = _place(path, node)
        match node:
            case ast.Subscript(slice=ast.Tuple(elts=[ast.BinOp(left=left), ast.Name(id="OPEN")])):
                enum = self.symbols[last_name(left)]
                if isinstance(enum, ApiClass):
                    self.symbols[enum.name] = replace(enum, open_name=name)
            case _:
                self.symbols[name] = ApiAlias(name, read_type(node))

    def class_(self, path: str, node: ast.ClassDef, name: str, *, is_client: bool = False) -> None:
        """Read a class under the name by which callers know it."""
        bases = tuple(ast.unparse(base) for base in node.bases)
        keywords = {one.arg: one.value for one in node.keywords}
        kind = _kind(node, bases)
        fields = tuple(_fields(node, keywords.get("nullable"))) if kind != ENUM else ()
        members = tuple(_members(node)) if kind == ENUM else ()
        values = "".join(_ENUMS.get(base, "") for base in bases)
        self.symbols[name] = ApiClass(
            name, kind, bases, fields, members, values, extras="extras" in keywords
        )
        self.places[name] = _place(path, node)
        known = {one.name for one in (*fields, *members)}
        for item in node.body:
            if (inner := _name(item)) in known:
                self.places[f"{name}.{inner}"] = _place(path, item)
        constructor = [i for i in node.body if isinstance(i, _Function) and i.name == "__init__"]
        self.functions |= {name: (_method(name, one),) for one in constructor}
        self.methods(path, node, "" if is_client else f"{name}.", are_requests=is_client)

    def methods(self, path: str, node: ast.ClassDef, prefix: str, *, are_requests: bool) -> None:
        """Read the public methods of a class; those of a resource and a client make requests."""
        for item in node.body:
            if not isinstance(item, _Function) or item.name.startswith("_"):
                continue
            decorators, name = _decorators(item), prefix + item.name
            known = self.functions.get(name, ())
            if not decorators & _PROPERTIES and ("overload" in decorators or not known):
                self.functions[name] = (*known, _method(name, item))
                self.places.setdefault(name, _place(path, item))
                self.requests |= {name} if are_requests else set()


def _decorators(node: _Function | ast.ClassDef) -> set[str]:
    calls = (one.func if isinstance(one, ast.Call) else one for one in node.decorator_list)
    return {last_name(one) for one in calls}


def _kind(node: ast.ClassDef, bases: tuple[str, ...]) -> str:
    if _ENUMS.keys() & set(bases):
        return ENUM
    if any(base.endswith("Model") for base in bases):
        return MODEL
    return DATACLASS if "dataclass" in _decorators(node) else CLASS


def _fields(node: ast.ClassDef, nullable: ast.expr | None) -> Iterator[ApiField]:
    nulls = ast.literal_eval(nullable) if nullable else ()
    for item in node.body:
        match item:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                made, alias = read_type(annotation), field_keywords(annotation, value).get("alias")
                required = _is_required(value)
                takes_null = made.takes_none if required else name in nulls
                if not name.startswith("_") and "ClassVar" not in made.names:
                    wire = str(ast.literal_eval(alias)) if alias else name
                    yield ApiField(name, made, required, wire, takes_null)
            case ast.FunctionDef(name=name, returns=made) if _decorators(item) & _PROPERTIES:
                if not name.startswith("_"):
                    yield ApiField(name, read_type(made), required=False, wire=name)
            case _:
                pass


def _members(node: ast.ClassDef) -> Iterator[ApiMember]:
    for item in node.body:
        if isinstance(item, ast.Assign) and not _name(item).startswith("_"):
            yield ApiMember(_name(item), ast.unparse(item.value))


def _name(item: ast.stmt) -> str:
    match item:
        case (
            ast.AnnAssign(target=ast.Name(id=name))
            | ast.Assign(targets=[ast.Name(id=name)])
            | ast.FunctionDef(name=name)
        ):
            return name
        case _:
            return ""


def _is_required(value: ast.expr | None) -> bool:
    if not isinstance(value, ast.Call) or last_name(value.func) not in ("Field", "field"):
        return value is None
    has_default = field_keywords(value).keys() & {"default", "default_factory"}
    return not has_default and [ast.unparse(one) for one in value.args[:1]] in ([], ["..."])


def _method(name: str, node: _Function) -> ApiMethod:
    places = [one for one in (*node.args.posonlyargs, *node.args.args) if one.arg != "self"]
    missing = [None] * (len(places) - len(node.args.defaults))
    found = [
        *zip(places, (*missing, *node.args.defaults), range(len(places)), strict=True),
        *(
            (one, d, None)
            for one, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        ),
    ]
    parameters = tuple(
        ApiParameter(one.arg, read_type(one.annotation), ast.unparse(d) if d else "", position)
        for one, d, position in found
    )
    return ApiMethod(name, parameters, ApiResult(read_type(node.returns)))


def _place(path: str, node: ast.expr | ast.stmt) -> Place:
    return Place(path, node.lineno, node.col_offset + 1)

"""What a caller of a package can name, read from its source; nothing is imported or run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from .annotation import Type, type_of

_PUBLIC = ("models", "errors", "testing", "files", "pytest_plugin")
_ENUMS = ("Enum", "StrEnum", "IntEnum", "str, Enum")


@dataclass(frozen=True, slots=True)
class Field:
    """An attribute with an annotation."""

    type: Type
    required: bool
    """Whether it has no default."""

    def __str__(self) -> str:
        return str(self.type)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a method, ``self`` left out."""

    name: str
    type: Type
    default: str
    """Source of the default; empty where there is none."""
    keyword_only: bool


@dataclass(frozen=True, slots=True)
class Method:
    """One signature."""

    arguments: tuple[Argument, ...]
    result: Type
    text: str
    """As in the source: ``(body: Pet, *, options: Options | None = None) -> Pet``."""

    @classmethod
    def of(cls, arguments: tuple[Argument, ...], result: Type) -> Method:
        """A signature and its text."""
        return cls(arguments, result, f"({', '.join(_shown(arguments))}) -> {result}")

    def __str__(self) -> str:
        return self.text


@dataclass(slots=True)
class Class:
    """A class that callers see."""

    kind: str
    """``model``, ``enum``, ``resource``, ``dataclass`` or ``class``."""
    bases: tuple[str, ...]
    keywords: Mapping[str, str]
    """Class keywords, name to source: ``nullable``, ``extras``."""
    fields: dict[str, Field] = field(default_factory=dict[str, Field])
    members: dict[str, str] = field(default_factory=dict[str, str])
    """Members of an enumeration, name to source of the value."""
    methods: dict[str, tuple[Method, ...]] = field(default_factory=dict[str, tuple[Method, ...]])
    """Several signatures are overloads."""


@dataclass(slots=True)
class Surface:
    """All of it; keys are names as callers know them."""

    classes: dict[str, Class] = field(default_factory=dict[str, Class])
    aliases: dict[str, Type] = field(default_factory=dict[str, Type])
    exports: set[str] = field(default_factory=set[str])
    """Names that the package itself exports."""
    functions: dict[str, tuple[Method, ...]] = field(default_factory=dict[str, tuple[Method, ...]])
    """Functions of public modules: the pytest fixture."""

    def directions(self) -> tuple[set[str], set[str]]:
        """Names of models that are sent, and of those that are read, through whatever depth."""
        sent: set[str] = set()
        read: set[str] = set()
        for one in self.classes.values():
            if one.kind == "resource":
                for method in (m for methods in one.methods.values() for m in methods):
                    for argument in method.arguments:
                        self._reach(argument.type, sent)
                    self._reach(method.result, read)
            elif one.kind == "class" and "error" in one.fields:
                self._reach(one.fields["error"].type, read)
        return sent, read

    def _reach(self, type_: Type, found: set[str]) -> None:
        for name in type_.names - found:
            if name in self.aliases:
                found.add(name)
                self._reach(self.aliases[name], found)
            elif name in self.classes:
                found.add(name)
                for one in self.classes[name].fields.values():
                    self._reach(one.type, found)


def surface(files: Mapping[str, bytes]) -> Surface:
    """Read the surface of a package, given as path to source.

    Raises :class:`SyntaxError` for a module that isn't Python, naming it.
    """
    made = Surface()
    trees: dict[str, ast.Module] = {}
    for name, data in sorted(files.items()):
        if name.endswith(".py"):
            trees[name.removesuffix(".py")] = ast.parse(data, name)
    for name, tree in trees.items():
        path = PurePosixPath(name)
        room = path.parts[0]
        if room == "resources" and path.name != "__init__":
            _add(made, tree, resource=path.name)
        elif room in _PUBLIC:
            _add(made, tree, prefix="" if room == "models" else f"{room}.")
    if "__init__" in trees:
        for exported, home in _exports(trees["__init__"]):
            made.exports.add(exported)
            if home in trees and not exported.startswith("Async"):
                _add(made, trees[home], only=exported)
    return made


def _exports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What an ``__init__`` imports from its siblings: name and module."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module:
            for alias in node.names:
                name = alias.asname or alias.name
                if not name.startswith("_"):
                    yield name, node.module.replace(".", "/")


def _add(
    made: Surface, tree: ast.Module, *, prefix: str = "", resource: str = "", only: str = ""
) -> None:
    names = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    for node in tree.body:
        match node:
            case ast.ClassDef(name=name) if not name.startswith("_"):
                twin = name.startswith("Async") and name.removeprefix("Async") in names
                if not twin and only in ("", name):
                    one = _class(node, is_api=bool(resource) or only == name == _client(tree))
                    made.classes[resource or prefix + name] = one
            case ast.FunctionDef(name=name) if not (resource or only or name.startswith("_")):
                made.functions[prefix + name] = (_method(node),)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                if ast.unparse(call.func) == "TypeAliasType" and not (resource or only):
                    made.aliases[prefix + name] = type_of(call.args[1])
            case _:
                pass


def _client(tree: ast.Module) -> str:
    """The class of a module that has an asynchronous twin: in ``_client`` the client."""
    names = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    return next((name for name in names if f"Async{name}" in names), "")


def _class(node: ast.ClassDef, *, is_api: bool) -> Class:
    bases = tuple(ast.unparse(base) for base in node.bases)
    decorators = [ast.unparse(one) for one in node.decorator_list]
    kind = "class"
    if is_api:
        kind = "resource"
    elif ", ".join(bases) in _ENUMS:
        kind = "enum"
    elif "Model" in bases or any(base.endswith("Model") for base in bases):
        kind = "model"
    elif any(one.startswith("dataclass") for one in decorators):
        kind = "dataclass"
    keywords = {str(one.arg): ast.unparse(one.value) for one in node.keywords}
    made = Class(kind, bases, keywords)
    for inner in node.body:
        _add_inner(made, inner, with_init=kind not in ("model", "enum"))
    return made


def _add_inner(made: Class, node: ast.stmt, *, with_init: bool) -> None:
    match node:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
            if not name.startswith("_") and not ast.unparse(annotation).startswith("ClassVar"):
                made.fields[name] = Field(type_of(annotation), _is_required(value))
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if made.kind == "enum":
            if not name.startswith("_"):
                made.members[name] = ast.unparse(value)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            if name.startswith("_") and not (name == "__init__" and with_init):
                return
            if made.kind == "resource" and _takes(node, "sender"):
                return  # made by the client alone
            decorators = {ast.unparse(one) for one in node.decorator_list}
            if decorators & {"cached_property", "property"}:
                made.fields[name] = Field(type_of(node.returns), required=False)
            elif "overload" in decorators:
                made.methods[name] = (*made.methods.get(name, ()), _method(node))
            else:
                made.methods.setdefault(name, (_method(node),))
        case _:
            pass


def _takes(node: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    return any(one.arg == name for one in node.args.args)


def _is_required(value: ast.expr | None) -> bool:
    if value is None:
        return True
    if not isinstance(value, ast.Call) or ast.unparse(value.func) not in ("Field", "field"):
        return False
    first = [ast.unparse(one) for one in value.args[:1]]
    named = {one.arg for one in value.keywords}
    return first in ([], ["..."]) and not named & {"default", "default_factory"}


def _method(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Method:
    args = node.args
    places = [one for one in (*args.posonlyargs, *args.args) if one.arg not in ("self", "cls")]
    defaults: list[ast.expr | None] = [None] * (len(places) - len(args.defaults))
    pairs = [
        *(
            (one, default, False)
            for one, default in zip(places, [*defaults, *args.defaults], strict=True)
        ),
        *(
            (one, default, True)
            for one, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)
        ),
    ]
    arguments = tuple(
        Argument(one.arg, type_of(one.annotation), ast.unparse(d) if d else "", only)
        for one, d, only in pairs
    )
    return Method.of(arguments, type_of(node.returns))


def _shown(arguments: tuple[Argument, ...]) -> Iterator[str]:
    starred = False
    for one in arguments:
        if one.keyword_only and not starred:
            yield "*"
            starred = True
        yield f"{one.name}: {one.type}" + (f" = {one.default}" if one.default else "")

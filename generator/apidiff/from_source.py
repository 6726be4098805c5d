"""The public API of a package, read from its source; nothing is imported or run."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ..budget import Budget, BudgetExceeded
from ..errors import Place
from ..recursion import deeply_recursive
from .annotation import PROPERTIES, constant, decorators, field_keywords, last_name, read_type
from .api import ANY, OPEN, VALUES, Declaration, PublicApi, method, union

_PUBLIC = (
    "models", "errors", "testing", "files", "pytest_plugin", "response_headers", "webhooks",
)  # fmt: skip
_MARKS = ("Untyped", "ResponseOnly")
"""Bases of models that no caller uses."""
_MAX_COPIED = 200_000
"""The members of a package that are other names, or that classes have from private ones."""
_RUNTIME = "_runtime"
"""The folder of the modules that are the same in every package."""
_SHARED = re.compile(rb"^from ([^\s/\\:]+)\._runtime[ .]", re.MULTILINE)
"""An import from a runtime that several packages share."""
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources_in(folder: Path) -> dict[str, bytes]:
    """Return the Python files of a package on disk by their paths in it; links aren't followed.

    A runtime that several packages share is read as if it were in this one.
    """
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*.py")
        if "__pycache__" not in path.parts and path.is_file() and not path.is_symlink()
    }
    shared = _SHARED.search(files.get("__init__.py", b""))
    for root in folder.resolve().parents if shared else ():
        runtime = root.joinpath(*shared[1].decode().split("."), _RUNTIME) if shared else root
        if runtime.is_dir():
            return files | {f"{_RUNTIME}/{n}": data for n, data in sources_in(runtime).items()}
    return files


@deeply_recursive
def from_source(files: Mapping[str, bytes]) -> PublicApi:
    """Return the public API of a package, given as path in it to source.

    Raises :class:`SyntaxError` for a module that isn't Python; its ``filename`` is the path.
    """
    trees = {path: ast.parse(files[path], path) for path in sorted(files) if path.endswith(".py")}
    read = _Reader(trees)
    imports = trees["__init__.py"].body if "__init__.py" in trees else []
    froms = [node for node in imports if isinstance(node, ast.ImportFrom)]
    exported = {alias.asname or alias.name for node in froms for alias in node.names}
    for path, tree in trees.items():
        try:
            read.file(path, tree, exported)
        except BudgetExceeded as error:
            raise SyntaxError(f"{error} in classes", (path, 1, 1, None)) from None
    errors = [d.type for d in read.found if (d.name, d.flags) == ("error", frozenset())]
    return PublicApi(read.found, read.requests, union(*errors).names, read.places)


def _class_nodes(tree: ast.Module) -> dict[str, ast.ClassDef]:
    """Return the classes of a module by name, also those for type checkers alone."""
    checked = (node for node in tree.body if isinstance(node, ast.If))
    every = (*tree.body, *(inner for node in checked for inner in node.body))
    return {node.name: node for node in every if isinstance(node, ast.ClassDef)}


def _all_names(tree: ast.Module) -> list[str]:
    """Return the names in a module's ``__all__``."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List(elts=items)):
                return [str(item.value) for item in items if isinstance(item, ast.Constant)]
            case _:
                pass
    return []


class _Reader:
    def __init__(self, trees: Mapping[str, ast.Module]) -> None:
        self.runtime = {
            name: (path, node)
            for path, tree in trees.items()
            if path.startswith(f"{_RUNTIME}/")
            for name, node in _class_nodes(tree).items()
        }
        self.found: list[Declaration] = []
        self.requests: set[str] = set()
        self.places: dict[str, Place] = {}
        self.copied = Budget(_MAX_COPIED, "members that are inherited or have other names")
        self._parts: defaultdict[str, list[Declaration]] = defaultdict(list)

    def add(self, path: str, node: ast.expr | ast.stmt, *declared: Declaration) -> None:
        """Add declarations, the first of which is at a node."""
        self.found += declared
        for declaration in declared:
            self._parts[declaration.owner].append(declaration)
        place = Place(path, node.lineno, node.col_offset + 1)
        self.places.setdefault(f"{declared[0].owner}.{declared[0].name}".rstrip("."), place)

    def classes(self, tree: ast.Module) -> list[ast.ClassDef]:
        """Return the public classes; of one with an asynchronous twin only the synchronous."""
        nodes = _class_nodes(tree)
        twins = {f"Async{name}" for name in nodes}
        public = (n for name, n in nodes.items() if name not in twins and not name.startswith("_"))
        return [self.whole(node, nodes) for node in public]

    def whole(self, node: ast.ClassDef, nodes: Mapping[str, ast.ClassDef]) -> ast.ClassDef:
        """Return a class with the bases and the members that it has from private classes."""
        bases: list[ast.expr] = []
        body = [*map(self.with_keywords, node.body)]
        names = {item.name for item in body if isinstance(item, _Function)}
        todo, read = [*reversed(node.bases)], {id(node)}
        while todo:
            base = todo.pop()
            private = self.private(base, nodes)
            if private is None:
                bases.append(base)
            elif id(private) not in read:
                read.add(id(private))
                self.copied.spend(len(private.body))
                more = map(self.with_keywords, private.body)
                body += [i for i in more if not isinstance(i, _Function) or i.name not in names]
                names |= {item.name for item in private.body if isinstance(item, _Function)}
                todo += reversed(private.bases)
        class_ = ast.ClassDef(node.name, bases, node.keywords, body, node.decorator_list)
        return ast.copy_location(class_, node)

    def private(self, base: ast.expr, nodes: Mapping[str, ast.ClassDef]) -> ast.ClassDef | None:
        """Return the private class that an expression names; None for another one."""
        match base:
            case ast.Name(id=name) if name.startswith("_"):
                _, own = self.runtime.get(name, ("", None))
                return nodes.get(name, own)
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module.startswith("_"):
                return self.runtime.get(name, ("", None))[1]
            case _:
                return None

    def with_keywords(self, item: ast.stmt) -> ast.stmt:
        """Return a function with the keyword arguments of ``**settings: Unpack[…]`` by name."""
        match item:
            case ast.FunctionDef() | ast.AsyncFunctionDef() if item.args.kwarg:
                match item.args.kwarg.annotation:
                    case ast.Subscript(value=ast.Name(id="Unpack"), slice=name):
                        pass
                    case _:
                        return item
                keywords = self.private(name, {})
                if keywords is None:
                    return item
                args, keyword_args = item.args, self.whole(keywords, {})
                fields = [node for node in keyword_args.body if isinstance(node, ast.AnnAssign)]
                more = [
                    ast.arg(field.target.id, field.annotation)
                    for field in fields
                    if isinstance(field.target, ast.Name)
                ]
                defaults: list[ast.expr | None] = [ast.Constant(...) for _ in more]
                every = ast.arguments(
                    args.posonlyargs, args.args, args.vararg, [*args.kwonlyargs, *more],
                    [*args.kw_defaults, *defaults], None, args.defaults,
                )  # fmt: skip
                method_ = type(item)(item.name, every, item.body, item.decorator_list, item.returns)
                return ast.copy_location(method_, item)
            case _:
                return item

    def file(self, path: str, tree: ast.Module, exported: set[str]) -> None:
        """Read what a file declares for callers."""
        room, *_ = PurePosixPath(path.removesuffix(".py")).parts
        if room in _PUBLIC:
            self.module(path, tree, "" if room == "models" else f"{room}.")
        for node in self.classes(tree):
            if room == "resources":
                self.methods(path, node, f"{PurePosixPath(path).stem}.", are_requests=True)
            elif room in (_RUNTIME, "client") and node.name in exported:
                self.class_(path, node, node.name, is_client=room == "client")

    def module(self, path: str, tree: ast.Module, prefix: str) -> None:
        """Read the classes, aliases and functions of a public module."""
        classes = self.classes(tree)
        for name in {*_all_names(tree)} & self.runtime.keys() - {node.name for node in classes}:
            self.from_runtime(name, prefix + name)
        for node in classes:
            self.class_(path, node, prefix + node.name)
        overloaded: set[str] = set()
        for item in tree.body:
            match item:
                case ast.FunctionDef(name=name) if "overload" in decorators(item):
                    self.add(path, item, *_method(prefix + name, item, is_first=False))
                    overloaded.add(name)
                case ast.FunctionDef(name=name) if not name.startswith("_"):
                    if name not in overloaded:
                        self.add(path, item, *_method(prefix + name, item))
                case ast.Assign(
                    targets=[ast.Name(id=name)], value=ast.Call(func=called, args=[_, made])
                ) if last_name(called) == "TypeAliasType":
                    self.add(path, item, Declaration("alias", prefix + name, type=read_type(made)))
                case ast.AnnAssign(target=ast.Name(id=name), annotation=hint, value=made) if (
                    made is not None and last_name(hint) == "TypeAlias"
                ):
                    self.add(path, item, Declaration("alias", prefix + name, type=read_type(made)))
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=other)):
                    same = [*self._parts[prefix + other]]
                    self.copied.spend(len(same))
                    if other in self.runtime and not same:
                        self.from_runtime(other, prefix + name)
                    elif same:  # another name of a class
                        self.add(path, item, *(replace(d, owner=prefix + name) for d in same))
                case _:
                    pass

    def from_runtime(self, name: str, public: str) -> None:
        """Read a class that a public module has from the runtime."""
        path, node = self.runtime[name]
        self.class_(path, self.whole(node, {}), public)

    def class_(self, path: str, node: ast.ClassDef, name: str, *, is_client: bool = False) -> None:
        """Read a class under the name by which callers know it."""
        written = (
            [] if is_client else [base for base in node.bases if last_name(base) not in _MARKS]
        )
        bases = union(*map(read_type, written))
        flags = frozenset({OPEN} if "OpenModel" in bases.names else ())
        bases = bases.renamed({"OpenModel": "Model"})
        self.add(path, node, Declaration("class", name, type=bases, flags=flags))
        is_model = any(base.endswith("Model") for base in bases.names)
        has_init = is_model or "dataclass" in decorators(node)
        for item in node.body:
            match item:
                case ast.AnnAssign(target=ast.Name(id=inner)) if not inner.startswith("_"):
                    self.add(path, item, _field(name, inner, item, is_model, has_init))
                case ast.FunctionDef(name=inner, returns=made) if decorators(item) & PROPERTIES:
                    if not inner.startswith("_"):
                        self.add(
                            path, item, Declaration("field", name, inner, read_type(made), "…")
                        )
                case ast.Assign(targets=[ast.Name(id=inner)], value=value):
                    if VALUES.keys() & bases.names and not inner.startswith("_"):
                        literal = ast.Subscript(ast.Name("Literal"), value)
                        self.add(path, item, Declaration("member", name, inner, read_type(literal)))
                case ast.FunctionDef(name="__init__"):
                    self.add(path, item, *_method(name, item))
                case _:
                    pass
        self.methods(path, node, "" if is_client else f"{name}.", are_requests=is_client)

    def methods(self, path: str, node: ast.ClassDef, prefix: str, *, are_requests: bool) -> None:
        """Read the public methods of a class; those of a resource and a client make requests."""
        overloads: dict[str, int] = {}
        for item in node.body:
            if not isinstance(item, _Function) or item.name.startswith("_"):
                continue
            name, marks = prefix + item.name, decorators(item)
            index = overloads.get(name, 0)
            if _has_other_body(item):
                continue
            if not marks & PROPERTIES and (index == 0 or "overload" in marks):
                self.add(path, item, *_method(name, item, is_first=index == 0, other="fields"))
                overloads[name] = index + 1
                self.requests |= {name} if are_requests else set()


def _has_other_body(item: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether a signature is for a call whose options have the body: it needs them."""
    arguments = zip(item.args.kwonlyargs, item.args.kw_defaults, strict=True)
    return any(argument.arg == "options" and default is None for argument, default in arguments)


def _field(
    owner: str, name: str, node: ast.AnnAssign, is_model: bool, has_init: bool
) -> Declaration:
    type_, keywords = read_type(node.annotation), field_keywords(node.annotation, node.value)
    default = "" if node.value is None else ast.unparse(node.value)
    if isinstance(node.value, ast.Call) and last_name(node.value.func) in ("Field", "field"):
        first = [ast.unparse(arg) for arg in node.value.args[:1] if ast.unparse(arg) != "..."]
        default = "".join(first) or keywords.get("default") or keywords.get("default_factory", "")
    is_absent = ast.unparse(node.annotation).startswith("Opt[")
    is_null = is_model and not is_absent and (type_.takes_none or type_ == ANY)
    flags = {*(["init"] if has_init else []), *(["nullable"] if is_null else [])}
    wire = str(constant(keywords.get("alias", repr(name))))
    return Declaration("field", owner, name, type_, default, wire=wire, flags=frozenset(flags))


def _method(
    name: str, node: _Function, *, is_first: bool = True, other: str = ""
) -> list[Declaration]:
    """Return the declarations of a method, its parameters and its result.

    ``other`` is the name of an overload for which no media type is chosen.
    """
    args = node.args
    places = [arg for arg in (*args.posonlyargs, *args.args) if arg.arg not in ("self", "cls")]
    missing = [None] * (len(places) - len(args.defaults))
    parameters = [
        *zip(places, (*missing, *args.defaults), range(len(places)), strict=True),
        *((arg, d, None) for arg, d in zip(args.kwonlyargs, args.kw_defaults, strict=True)),
    ]
    chosen = [
        f"{arg.arg}: {ast.unparse(arg.annotation)}"
        for arg, default, _ in parameters
        if arg.annotation and default is None and ast.unparse(arg.annotation).startswith("Literal")
    ]
    declarations: list[Declaration] = []
    for one, default, index in parameters:
        type_, text = read_type(one.annotation), ast.unparse(default) if default else ""
        declarations.append(Declaration("parameter", "", one.arg, type_, text, index))
    result = Declaration("result", "", "->", read_type(node.returns))
    return method(name, [*declarations, result], "" if is_first else ", ".join(chosen) or other)

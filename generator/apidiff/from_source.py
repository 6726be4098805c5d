"""The public API of a package, read from its source; nothing is imported or run."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ..budget import Budget, BudgetExceeded
from ..errors import Place
from ..recursion import deeply_recursive
from .annotation import constant, field_keywords, last_name, read_type
from .api import ANY, OPEN, VALUES, Declaration, PublicApi, method, union

_PUBLIC = (
    "models", "errors", "testing", "files", "pytest_plugin", "response_headers", "webhooks",
)  # fmt: skip
_MAX_COPIED = 200_000
"""The members of a package that are other names, or that classes have from private ones."""
_PROPERTIES = {"property", "cached_property"}
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources_in(folder: Path) -> dict[str, bytes]:
    """Return the Python files of a package on disk by their paths in it; links aren't followed."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*.py")
        if "__pycache__" not in path.parts and path.is_file() and not path.is_symlink()
    }


@deeply_recursive
def from_source(files: Mapping[str, bytes]) -> PublicApi:
    """Return the public API of a package, given as path in it to source.

    Raises :class:`SyntaxError` for a module that isn't Python; its ``filename`` is the path.
    """
    read = _Reader()
    trees = {path: ast.parse(files[path], path) for path in sorted(files) if path.endswith(".py")}
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


def _classes(tree: ast.Module, copied: Budget) -> list[ast.ClassDef]:
    """Return the public classes; of one with an asynchronous twin only the synchronous."""
    nodes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    twins = {f"Async{name}" for name in nodes}
    public = (n for name, n in nodes.items() if name not in twins and not name.startswith("_"))
    return [_with_private_bases(node, nodes, copied) for node in public]


def _with_private_bases(
    node: ast.ClassDef, nodes: Mapping[str, ast.ClassDef], copied: Budget
) -> ast.ClassDef:
    """Return a class with the bases and the members that it has from private classes."""
    bases: list[ast.expr] = []
    body = [*node.body]
    names = {item.name for item in body if isinstance(item, _Function)}
    todo, read = [*reversed(node.bases)], {node.name}
    while todo:
        base = todo.pop()
        private = nodes.get(base.id) if isinstance(base, ast.Name) and base.id[0] == "_" else None
        if private is None:
            bases.append(base)
        elif private.name not in read:
            read.add(private.name)
            copied.spend(len(private.body))
            body += [i for i in private.body if not isinstance(i, _Function) or i.name not in names]
            names |= {item.name for item in private.body if isinstance(item, _Function)}
            todo += reversed(private.bases)
    made = ast.ClassDef(node.name, bases, node.keywords, body, node.decorator_list)
    return ast.copy_location(made, node)


class _Reader:
    def __init__(self) -> None:
        self.found: list[Declaration] = []
        self.requests: set[str] = set()
        self.places: dict[str, Place] = {}
        self.copied = Budget(_MAX_COPIED, "members that are inherited or have other names")
        self._parts: defaultdict[str, list[Declaration]] = defaultdict(list)

    def add(self, path: str, node: ast.expr | ast.stmt, *declared: Declaration) -> None:
        """Add declarations, the first of which is at a node."""
        self.found += declared
        for one in declared:
            self._parts[one.owner].append(one)
        place = Place(path, node.lineno, node.col_offset + 1)
        self.places.setdefault(f"{declared[0].owner}.{declared[0].name}".rstrip("."), place)

    def file(self, path: str, tree: ast.Module, exported: set[str]) -> None:
        """Read what a file declares for callers."""
        room, *_ = PurePosixPath(path.removesuffix(".py")).parts
        if room in _PUBLIC:
            self.module(path, tree, "" if room == "models" else f"{room}.")
        for node in _classes(tree, self.copied):
            if room == "resources":
                self.methods(path, node, f"{PurePosixPath(path).stem}.", are_requests=True)
            elif room.startswith("_") and node.name in exported:
                self.class_(path, node, node.name, is_client=room == "_client")

    def module(self, path: str, tree: ast.Module, prefix: str) -> None:
        """Read the classes, aliases and functions of a public module."""
        for node in _classes(tree, self.copied):
            self.class_(path, node, prefix + node.name)
        overloaded: set[str] = set()
        for item in tree.body:
            match item:
                case ast.FunctionDef(name=name) if "overload" in _decorators(item):
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
                    if same:  # another name of a class
                        self.add(path, item, *(replace(d, owner=prefix + name) for d in same))
                case _:
                    pass

    def class_(self, path: str, node: ast.ClassDef, name: str, *, is_client: bool = False) -> None:
        """Read a class under the name by which callers know it."""
        bases = union(*map(read_type, [] if is_client else node.bases))
        flags = frozenset({OPEN} if "OpenModel" in bases.names else ())
        bases = bases.renamed({"OpenModel": "Model"})
        self.add(path, node, Declaration("class", name, type=bases, flags=flags))
        is_model = any(base.endswith("Model") for base in bases.names)
        has_init = is_model or "dataclass" in _decorators(node)
        for item in node.body:
            match item:
                case ast.AnnAssign(target=ast.Name(id=inner)) if not inner.startswith("_"):
                    self.add(path, item, _field(name, inner, item, is_model, has_init))
                case ast.FunctionDef(name=inner, returns=made) if _decorators(item) & _PROPERTIES:
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
            name, decorators = prefix + item.name, _decorators(item)
            index = overloads.get(name, 0)
            if not decorators & _PROPERTIES and (index == 0 or "overload" in decorators):
                self.add(path, item, *_method(name, item, is_first=index == 0))
                overloads[name] = index + 1
                self.requests |= {name} if are_requests else set()


def _decorators(node: _Function | ast.ClassDef) -> set[str]:
    calls = (one.func if isinstance(one, ast.Call) else one for one in node.decorator_list)
    return {last_name(one) for one in calls}


def _field(
    owner: str, name: str, node: ast.AnnAssign, is_model: bool, has_init: bool
) -> Declaration:
    made, keywords = read_type(node.annotation), field_keywords(node.annotation, node.value)
    default = "" if node.value is None else ast.unparse(node.value)
    if isinstance(node.value, ast.Call) and last_name(node.value.func) in ("Field", "field"):
        first = [ast.unparse(one) for one in node.value.args[:1] if ast.unparse(one) != "..."]
        default = "".join(first) or keywords.get("default") or keywords.get("default_factory", "")
    is_absent = ast.unparse(node.annotation).startswith("Opt[")
    is_null = is_model and not is_absent and (made.takes_none or made == ANY)
    flags = {*(["init"] if has_init else []), *(["nullable"] if is_null else [])}
    wire = str(constant(keywords.get("alias", repr(name))))
    return Declaration("field", owner, name, made, default, wire=wire, flags=frozenset(flags))


def _method(name: str, node: _Function, *, is_first: bool = True) -> list[Declaration]:
    """Return the declarations of a method, its parameters and its result."""
    args = node.args
    places = [one for one in (*args.posonlyargs, *args.args) if one.arg not in ("self", "cls")]
    missing = [None] * (len(places) - len(args.defaults))
    given = [
        *zip(places, (*missing, *args.defaults), range(len(places)), strict=True),
        *((one, d, None) for one, d in zip(args.kwonlyargs, args.kw_defaults, strict=True)),
    ]
    chosen = [
        f"{one.arg}: {ast.unparse(one.annotation)}"
        for one, default, _ in given
        if one.annotation and default is None and ast.unparse(one.annotation).startswith("Literal")
    ]
    found: list[Declaration] = []
    for one, default, index in given:
        made, text = read_type(one.annotation), ast.unparse(default) if default else ""
        found.append(Declaration("parameter", "", one.arg, made, text, index))
    result = Declaration("result", "", "->", read_type(node.returns))
    return method(name, [*found, result], "" if is_first else ", ".join(chosen))

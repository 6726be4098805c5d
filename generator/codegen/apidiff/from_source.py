"""The public API of a package, read from its source; nothing is imported or run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ...base.budget import BudgetExceeded
from ...base.errors import Place
from ...base.recursion import deeply_recursive
from ...base.version import RUNTIME_PACKAGE
from ..templates import templates_folder
from .annotation import PROPERTIES, alias_of, decorators, last_name, read_type
from .api import OPEN, VALUES, Declaration, PublicApi, SourceFacts, union
from .classes import WHOLE, Classes, ClassMember
from .fields import FieldReader
from .modules import ROOT, RUNTIME, Definition, Function, Modules, SourceModule
from .requests import Requests
from .signatures import Signatures

_MARKS = ("Untyped", "ResponseOnly")
"""Bases of models that no caller uses."""
_SHARED = re.compile(rb"^from ([^\s/\\:]+)\._runtime[ .]", re.MULTILINE)
"""An import from a runtime that several packages share."""


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
        runtime = root.joinpath(*shared[1].decode().split("."), RUNTIME) if shared else root
        if runtime.is_dir():
            return files | {f"{RUNTIME}/{n}": data for n, data in sources_in(runtime).items()}
    return files


def _with_installed_runtime(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return the files of a package with the runtime that it imports from ``speclock-runtime``.

    It is read as this version of speclock has it.
    """
    installed = re.compile(rf"^from {RUNTIME_PACKAGE}\._runtime[ .]".encode(), re.MULTILINE)
    own = f"{RUNTIME}/__init__.py"
    if own in files or not installed.search(files.get("__init__.py", b"")):
        return files
    complete = dict(files)
    for module in (templates_folder() / "client" / RUNTIME).glob("*.py"):
        complete[f"{RUNTIME}/{module.name}"] = module.read_bytes()
    return complete


@deeply_recursive
def from_source(files: Mapping[str, bytes]) -> PublicApi:
    """Return the public API of a package, given as path in it to source.

    Raises :class:`SyntaxError` for a module that isn't Python; its ``filename`` is the path.
    """
    read = _Reader(Modules(_with_installed_runtime(files)))
    for module in read.modules:
        try:
            read.module(module)
        except BudgetExceeded as error:
            raise SyntaxError(f"{error} in classes", (module.path, 1, 1, None)) from None
    errors = [d.type for d in read.declared if (d.name, d.flags) == ("error", frozenset())]
    facts = SourceFacts(
        read.places, read.private(), read.requests.operations, read.requests.wires, read.client
    )
    return PublicApi(read.declared, read.requests.methods, union(*errors).names, facts)


class _Reader:
    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        self.declared: list[Declaration] = []
        self.places: dict[str, Place] = {}
        self.client = ""
        self.requests = Requests(modules)
        self.names: dict[int, str] = {}
        """The public names of classes, without their module, by identity."""
        self.classes = Classes(modules, self.names)
        self.signatures = Signatures(modules, self.classes.keywords)
        self.fields = FieldReader(modules)
        self.models: set[str] = set()
        for module in modules:
            for name, definition in self.exported(module):
                if isinstance(definition.node, ast.ClassDef):
                    self.names.setdefault(id(definition.node), name)
                if module.name.partition(".")[0] == "models":
                    self.models.add(name)

    def exported(self, module: SourceModule) -> Iterator[tuple[str, Definition]]:
        """Yield what callers can import from a module; of a class with an asynchronous twin the
        synchronous one alone.
        """
        if not module.is_public and module.name != ROOT:
            return
        names = module.exported
        twins = {f"Async{name}" for name in names} if self.is_twin_hidden(module) else set[str]()
        for name in names:
            definition = self.modules.find(module.name, name)
            is_dunder = name.startswith("__")
            if definition is not None and name not in twins and not is_dunder:
                yield name, definition

    def is_twin_hidden(self, module: SourceModule) -> bool:
        """Return whether an asynchronous class is the same as the synchronous one to readers."""
        return module.name.partition(".")[0] != "resources"

    def add(self, module: SourceModule, node: ast.expr | ast.stmt, *declared: Declaration) -> None:
        """Add declarations, the first of which is at a node."""
        self.declared += declared
        place = Place(module.path, node.lineno, node.col_offset + 1)
        self.places.setdefault(f"{declared[0].owner}.{declared[0].name}".rstrip("."), place)

    def module(self, module: SourceModule) -> None:
        """Read what a module has for callers."""
        room = module.name.partition(".")[0]
        if room == "client":  # what callers use of it is imported from the package itself
            return
        if room == "params":  # its dictionaries have the fields of the models
            return
        names = {*module.exported}
        for name, definition in self.exported(module):
            if room == "resources":
                self.resource(module, name, definition)
            elif module.name == ROOT:
                has_twin = f"Async{name}" in names
                is_client = has_twin and definition.module.name in ("client", "_client")
                self.definition(self.public_name(name), definition, is_client)
            else:
                prefix = "" if room == "models" else f"{module.name}."
                self.definition(prefix + name, definition)

    def public_name(self, name: str) -> str:
        """Return the name of what the package exports; a model may have the same one."""
        return f"client.{name}" if name in self.models else name

    def resource(self, module: SourceModule, name: str, definition: Definition) -> None:
        """Read a class of methods that make requests; callers may import it for annotations."""
        if not isinstance(definition.node, ast.ClassDef):
            return
        stem = module.name.rpartition(".")[2]
        self.add(module, definition.node, Declaration("class", f"{module.name}.{name}"))
        if name.startswith("Async") and name.removeprefix("Async") in module.definitions:
            return
        members = self.classes.members(definition, [])
        self.methods(members, f"{stem}.", are_requests=True)

    def definition(self, name: str, definition: Definition, is_client: bool = False) -> None:
        """Read a class, a function, an alias or a constant under its public name."""
        module, node = definition.module, definition.node
        match node:
            case ast.ClassDef():
                self.class_(definition, name, is_client=is_client)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.function(definition, name)
            case _:
                alias = alias_of(node)
                if alias is not None:
                    self.add(module, node, Declaration("alias", name, type=read_type(alias)))

    def function(self, definition: Definition, name: str) -> None:
        """Read a function; one that has overloads by these."""
        module = definition.module
        nodes = module.functions[definition.name]
        overloads = [node for node in nodes if "overload" in decorators(node)]
        for node in overloads or nodes[:1]:
            is_first = not overloads
            self.add(module, node, *self.signatures.read(module, node, name, is_first=is_first))

    def private(self) -> dict[str, Declaration]:
        """Return the aliases and classes that types of the package name and callers don't."""
        public = {declaration.owner.rpartition(".")[2] for declaration in self.declared}
        private: dict[str, Declaration] = {}
        for module in self.modules:
            for name, node in module.definitions.items():
                if name in public or name in private or name in WHOLE:
                    continue
                alias = alias_of(node)
                if isinstance(node, ast.ClassDef):
                    bases = union(*map(read_type, node.bases))
                    private[name] = Declaration("class", name, type=bases)
                elif alias is not None:
                    private[name] = Declaration("alias", name, type=read_type(alias))
        return private

    def class_(self, definition: Definition, name: str, *, is_client: bool = False) -> None:
        """Read a class under the name by which callers know it."""
        module, node = definition.module, definition.node
        assert isinstance(node, ast.ClassDef)
        if module.name.partition(".")[0] not in ("models", name.rpartition(".")[0]):
            self.classes.copied.spend(len(node.body))
        others: list[ast.expr] = []
        members = self.classes.members(definition, others)
        marks = (*_MARKS, "Protocol")
        written = [base for base in others if last_name(base) not in marks and not is_client]
        if len(written) > 1:  # of private bases, beside a public one that has it
            written = [base for base in written if last_name(base) not in ("Exception", "object")]
        bases = union(*map(read_type, written))
        is_open = "OpenModel" in bases.names or self.fields.is_open(node)
        bases = bases.renamed({"OpenModel": "Model"})
        flags = frozenset({OPEN} if is_open else ())
        self.add(module, node, Declaration("class", name, type=bases, flags=flags))
        if is_client:
            self.client = name
        self.parts(members, name, bases.names)
        self.methods(members, "" if is_client else f"{name}.", are_requests=is_client)

    def parts(self, members: Sequence[ClassMember], name: str, bases: frozenset[str]) -> None:
        """Read the fields, the values and the constructor of a class."""
        is_model = any(base.endswith("Model") for base in bases)
        position = 0
        for member in members:
            module, node = member.module, member.node
            match node:
                case ast.AnnAssign() if not member.name.startswith("_"):
                    one = self.fields.field(module, member.owner, node, name, is_model=is_model)
                    if one.position is not None:
                        one = replace(one, position=position)
                        position += 1
                    self.add(module, node, one)
                case ast.FunctionDef(returns=type_) if decorators(node) & PROPERTIES:
                    if not member.name.startswith("_"):
                        own = Declaration("field", name, member.name, read_type(type_), "…")
                        self.add(module, node, own)
                case ast.Assign(value=value) if not member.name.startswith("_") and member.name:
                    if VALUES.keys() & bases:
                        literal = ast.Subscript(ast.Name("Literal"), value)
                        own = Declaration("member", name, member.name, read_type(literal))
                        self.add(module, node, own)
                    elif "Enum" in bases:
                        self.add(module, node, Declaration("member", name, member.name))
                case ast.FunctionDef(name="__init__"):
                    self.add(module, node, *self.signatures.read(module, node, name))
                case _:
                    pass

    def methods(self, members: Sequence[ClassMember], prefix: str, *, are_requests: bool) -> None:
        """Read the public methods of a class; those of a resource and a client make requests."""
        overloads: dict[str, int] = {}
        for member in members:
            item = member.node
            if not isinstance(item, Function) or item.name.startswith("_"):
                continue
            name, marks = prefix + item.name, decorators(item)
            index = overloads.get(name, 0)
            if _has_other_body(item) or marks & {*PROPERTIES, "setter", "deleter"}:
                continue
            if index and "overload" not in marks:
                if are_requests:
                    self.requests.add(name, member.module, item)
                continue
            signature = self.signatures.read(
                member.module, item, name, is_first=index == 0, other="fields"
            )
            self.add(member.module, item, *signature)
            overloads[name] = index + 1
            if are_requests:
                self.requests.add(name, member.module, item)


def _has_other_body(item: Function) -> bool:
    """Return whether a signature is for a call whose options have the body: it needs them."""
    arguments = zip(item.args.kwonlyargs, item.args.kw_defaults, strict=True)
    return any(argument.arg == "options" and default is None for argument, default in arguments)

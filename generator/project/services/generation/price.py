"""The price of an operation: the classes and lines that adding it to a client brings."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from ....base.immutable import immutable
from ....base.portable import package_name
from ....base.printable import counted
from ....base.table import wrapped
from ....codegen.apidiff.from_source import sources_in
from ....reading.document.tree import SourceFile
from ..project.configured_descriptions import ConfiguredDescription
from ..project.descriptions import Progress
from .generate import render_client
from .package_change import python_files

_SHOWN = 12
"""So many names are in the text; of more their number."""
_RUNTIME = "_runtime/"
_MODELS = "models"
_Name = tuple[str, str]
"""A module and the name of a definition in it; all modules of models are one."""


@immutable
class Price:
    """The parts of a package with an operation that another package lacks."""

    client: str
    """The package that lacks it; empty if there is none."""
    classes: tuple[str, ...]
    lines: int
    """Those of the definitions, docstrings among them, without tests and the runtime."""
    modules: tuple[str, ...]
    """Those of the runtime."""
    runtime_lines: int

    def text(self, width: int) -> str:
        """Return a sentence or two in lines of at most ``width`` columns; 0: any."""
        size = counted(self.lines, "line")
        if len(self.classes) == 1:
            size += f", with the class {self.classes[0]}"
        elif self.classes:
            size += f", with {len(self.classes):,} classes: {_listed(self.classes)}"
        runtime = counted(self.runtime_lines, "line")
        sentences = [f"It adds to {self.client} {size}."]
        if not self.client:
            whole = counted(self.runtime_lines + self.lines, "line")
            sentences = [f"A client with it alone has {size}."]
            sentences.append(f"With its runtime of {runtime}: {whole}.")
        elif self.modules:
            modules = f"{counted(len(self.modules), 'module')}: {_listed(self.modules)}"
            sentences.append(f"The runtime gets {runtime}, in {modules}.")
        lines: list[str] = []
        for sentence in sentences:
            lines += wrapped(sentence, width)
        return "\n".join(lines)


def operation_price(
    description: ConfiguredDescription, document: SourceFile, operation: str, progress: Progress
) -> Price:
    """Return the price of an operation, ``METHOD /path``, in the client of its description."""
    alone = description.only(operation).settings
    package = alone.package or package_name(description.path.name.partition(".")[0])
    settings = replace(alone, package=package, tests=False)
    if description.data is not None:  # the path of one that was fetched only names it
        settings = replace(settings, spec=str(description.path.absolute()))
    rendered = render_client(settings, description.root, progress, document)
    folder = description.root / alone.output / description.client
    earlier: Mapping[str, bytes] = {}
    if description.client and folder.is_dir():
        earlier = sources_in(folder)
    pins = description.settings.pins("names")
    names: dict[str, str] = {}
    for name, key in rendered.api.keys.items():
        names[name] = pins.get(key, name)
    client = description.client if earlier else ""
    return price_of(python_files(rendered.files), earlier, client, names)


def price_of(
    new: Mapping[str, bytes], old: Mapping[str, bytes], client: str, names: Mapping[str, str]
) -> Price:
    """Return what the files of ``new``, by their paths in a package, have and ``old`` lacks.

    ``names`` are those of classes in ``old`` by their names in ``new``.
    """
    existing = _definitions(old)
    classes: list[str] = []
    lines = 0
    for (module, name), definition in _definitions(new).items():
        is_model = module == _MODELS
        known = existing.get((module, names.get(name, name) if is_model else name))
        if known is None:
            lines += definition.lines
        elif not is_model:
            lines += definition.lines_beside(known)
        if known is None and is_model:
            classes.append(name)
    modules: list[str] = []
    runtime_lines = 0
    for name in sorted(new.keys() - old.keys()):
        if name.startswith(_RUNTIME):
            runtime_lines += len(new[name].splitlines())
            modules.append(PurePosixPath(name).stem)
    return Price(client, tuple(sorted(classes)), lines, tuple(modules), runtime_lines)


@dataclass(slots=True)
class _Definition:
    """A class, or a name with a value."""

    lines: int = 0
    members: dict[str, int] = field(default_factory=dict[str, int])
    """The lines of each method and attribute of a class."""

    def lines_beside(self, other: _Definition) -> int:
        """Return the lines of the members that another class lacks."""
        lines = 0
        for name in self.members.keys() - other.members.keys():
            lines += self.members[name]
        return lines


def _definitions(files: Mapping[str, bytes]) -> dict[_Name, _Definition]:
    """Return the definitions in modules beside the runtime."""
    definitions: dict[_Name, _Definition] = {}
    for path, data in files.items():
        if not path.endswith(".py") or path.startswith(_RUNTIME):
            continue
        module = _MODELS if path.startswith(_MODELS) else path
        for name, node, lines in _named(ast.parse(data).body):
            definition = definitions.setdefault((module, name), _Definition())
            definition.lines += lines
            for member, _, count in _named(node.body if isinstance(node, ast.ClassDef) else ()):
                definition.members[member] = definition.members.get(member, 0) + count
    return definitions


def _named(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.stmt, int]]:
    """Yield the definitions of a block: name, statement, and lines with decorators and text."""
    for node, following in zip(body, [*body, None][1:], strict=True):
        name = _name(node)
        if name:
            decorators: Sequence[ast.expr] = getattr(node, "decorator_list", ())
            start = min([node.lineno, *(decorator.lineno for decorator in decorators)])
            end = node.end_lineno or node.lineno
            if isinstance(following, ast.Expr):
                end = following.end_lineno or end  # the text about a value
            yield name, node, end - start + 1


def _name(node: ast.stmt) -> str:
    """Return the name that a statement defines; empty if it defines none."""
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            return name
        case ast.AsyncFunctionDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case _:
            return ""


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"

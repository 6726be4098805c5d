"""The places in a program that use what changed."""

from __future__ import annotations

import ast
import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from ...base.errors import Place
from ...base.immutable import immutable
from ...base.printable import shortened
from ...base.recursion import deeply_recursive
from ..changes.change import ClientUse, Usage
from ..changes.rules import Rule
from ..changes.symbols import ClientPart
from .errors import ErrorNames, TypeCheckerError, explained
from .evaluate import Evaluator
from .files import Located, ProgramFile, read_program, shown
from .index import Found, Index
from .modules import ModuleFinder, ProgramModules
from .reach import find_reached
from .reader import Reader
from .values import ClientTypes

_P = ParamSpec("_P")
_R = TypeVar("_R")
_LONGEST = 100
"""The characters of an expression that are kept."""
_GONE = ("removed", "renamed")
_OMITTED = (("required", "added"), ("presence", "required"))
"""The ends of rules that concern who leaves an argument out, as those of defaults do."""


@immutable
class Query:
    """A change whose uses are looked for."""

    parts: Sequence[ClientPart]
    """The declarations of the client that it shows in."""
    direction: str = ""
    """``request`` or ``response`` if it is about values that go this way alone; else empty."""
    rule: Rule | None = None
    breaks: bool = True
    """True if a type checker may see it."""


@immutable
class _Wanted:
    """The uses of a declaration that a change reaches."""

    name: str
    kinds: tuple[str, ...]
    without: tuple[str, ...] = ()
    """The names of an argument: calls that leave it out are meant."""
    is_new: bool = False
    """True if the old client has no such argument: then calls whose arguments aren't all in sight
    leave it out, too.
    """

    def has(self, use: Found) -> bool:
        """Return whether it is one of the uses."""
        if use.kind not in self.kinds:
            return False
        if not self.without:
            return True
        if use.arguments is None:
            return self.is_new
        return use.arguments.isdisjoint(self.without)


class _Selector:
    """Finds the declarations whose uses a change reaches."""

    def __init__(self, client: ClientTypes) -> None:
        self.client = client

    def of(self, query: Query) -> list[_Wanted]:
        """Return what a change reaches."""
        parts = [*query.parts, *(twin for part in query.parts for twin in self._twins(part))]
        return [wanted for part in parts for wanted in self._part(part, query)]

    def _twins(self, part: ClientPart) -> Iterator[ClientPart]:
        """Yield the part of the method that gives all pages, and of the one that waits: drift
        compares clients without them.
        """
        name, _, inner = (
            part.name.rpartition(".") if part.kind == "parameter" else (part.name, "", "")
        )
        for twin, mark in ((f"{name}_all", "Paginated"), (f"{name}_and_wait", "Wait")):
            types = [*self.client.results.get(twin, ())]
            types += [p.type for p in self.client.parameters.get(twin, {}).values()]
            is_second = any(mark in type_.names for type_ in types)
            if is_second and part.kind in ("method", "result", "parameter"):
                yield replace(part, name=f"{twin}.{inner}".rstrip("."))

    def _part(self, part: ClientPart, query: Query) -> Iterator[_Wanted]:
        owner, _, name = part.name.rpartition(".")
        subject, action = (query.rule.subject, query.rule.action) if query.rule else ("", "")
        is_omitted = (subject, action) in _OMITTED or subject == "default"
        way = {"request": ("write",), "response": ("read",)}
        kinds = way.get(query.direction, ("read", "write"))
        match part.kind:
            case "method" | "result":
                yield _Wanted(part.name, ("name",))
            case "parameter" if is_omitted:
                yield _Wanted(owner, ("call",), (name,))
            case "parameter":
                yield _Wanted(part.name, ("argument",))
            case "field" if is_omitted and query.direction == "request":
                declared = self.client.fields[owner].get(name)
                yield _Wanted(owner, ("call",), (name, declared.wire if declared else name))
            case "field":
                yield _Wanted(part.name, ("read", "write") if part.action in _GONE else kinds)
            case "member":
                yield _Wanted(part.name, ("read", "value"))
            case _ if part.action in _GONE:
                yield _Wanted(part.name, ("name",))
            case _:
                yield from self._class(part, kinds)

    def _class(self, part: ClientPart, kinds: tuple[str, ...]) -> Iterator[_Wanted]:
        """Yield what a class, or an alias of a type, is used for."""
        is_enumeration = any(d.kind == "member" for d in self.client.fields[part.name].values())
        if part.kind == "class" and not is_enumeration:
            if "write" in kinds:
                yield _Wanted(part.name, ("call",), part.new, is_new=True)
            else:
                yield _Wanted(part.name, ("name",))
            return
        names = {part.name}
        for one in self.client.api.declarations.values():  # aliases of aliases come first
            if one.kind == "alias" and names & one.type.names:
                names.add(one.owner)
        for one in self.client.api.declarations.values():
            if one.kind == "field" and names & one.type.names:
                yield _Wanted(f"{one.owner}.{one.name}", kinds)
            elif one.kind == "parameter" and names & one.type.names and "write" in kinds:
                yield _Wanted(f"{one.owner}.{one.name}", ("argument",))
            elif one.kind == "result" and names & one.type.names and "read" in kinds:
                yield _Wanted(one.owner, ("name",))


def without_collection(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Return ``function`` for calls that make many objects and leave hardly a cycle: Python's
    collector of cycles would look at all of them again and again.
    """

    @wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        if not gc.isenabled():
            return function(*args, **kwargs)
        gc.disable()
        try:
            return function(*args, **kwargs)
        finally:
            gc.enable()

    return call


@deeply_recursive
@without_collection
def find_uses(
    queries: Sequence[Query],
    code: Sequence[Path],
    root: Path,
    packages: Sequence[Path],
    tests: Sequence[Path] = (),
    errors: Sequence[TypeCheckerError] = (),
) -> tuple[list[tuple[ClientUse, ...]], Usage]:
    """Return the places in a program that use what each of several changes reaches.

    ``code`` has the program's folders and files, ``packages`` the folders of the client and of its
    copies, ``tests`` of their own tests; names of files are relative to ``root``. ``errors`` are a
    type checker's. Nothing of the program is imported or run.

    Raises :class:`OSError` or :class:`SyntaxError` if no client can be read.
    """
    program = read_program(code, root, [*packages, *tests])
    clients = [ClientTypes(folder) for folder in packages]
    usage = Usage(len(program.files), tuple(program.unread))
    selector = _Selector(clients[0])
    wanted = [selector.of(query) for query in queries]
    modules = ProgramModules(program.files, lambda file: Reader(file).read())
    finder = ModuleFinder(modules, {client.folder: client for client in clients})
    reached = find_reached(modules, finder)
    evaluator = Evaluator(clients[0], modules, finder)
    evaluator.follow_attributes(reached)
    index = Index(evaluator, clients[0])
    for module in reached:
        index.read(module)
    results = [_found(index, many) for many in wanted]
    sorter = _ErrorSorter(queries, results, index)
    files = {file.path: file for file in program.files}
    for error in errors:
        sorter.add(error, _use_at(error, files.get(error.path), root))
    uses = [_uses(*pair) for pair in zip(results, sorter.errors, strict=True)]
    return uses, replace(usage, others=tuple(sorter.others))


@dataclass(slots=True)
class _Errors:
    """The errors of a type checker that belong to one change."""

    at_uses: dict[Found, str] = field(default_factory=dict[Found, str])
    elsewhere: list[ClientUse] = field(default_factory=list[ClientUse])
    """Those where no use was found by source."""


class _ErrorSorter:
    """Finds the change that each error of a type checker is about."""

    def __init__(
        self, queries: Sequence[Query], results: Sequence[Sequence[Found]], index: Index
    ) -> None:
        self.queries = queries
        self.index = index
        self.results: list[dict[Path, set[Found]]] = [{} for _ in queries]
        """The uses of each change, by their files."""
        for by_file, uses in zip(self.results, results, strict=True):
            for use in uses:
                by_file.setdefault(use.file.path, set()).add(use)
        self.visible = [number for number, query in enumerate(queries) if query.breaks]
        self.errors = [_Errors() for _ in queries]
        self.others: list[ClientUse] = []

    def add(self, error: TypeCheckerError, use: ClientUse) -> None:
        """Record an error at the change that its message names, else at that whose use is there.

        ``use`` is its place, for an error where no use is.
        """
        named, is_sure = self._named(error)
        numbers = named if is_sure else self.visible
        here = [self.results[number].get(error.path, set()) for number in numbers]
        about = {*explained(error, [*set[Found]().union(*here)], self.index.calls)}
        if about:
            own = {n: about & uses for n, uses in zip(numbers, here, strict=True)}
            close = [number for number in named if own[number]]
            for number in close or numbers:
                self.errors[number].at_uses |= dict.fromkeys(own[number], str(error))
            return
        for number in named:
            self.errors[number].elsewhere.append(use)
        if not named:
            self.others.append(use)

    def _named(self, error: TypeCheckerError) -> tuple[list[int], bool]:
        """Return the changes that an error names most closely, and whether that is sure."""
        names, closest, numbers = ErrorNames(error), 1, list[int]()
        for number in self.visible:
            for part in self.queries[number].parts:
                closeness = names.closeness(part, self.index.client.owner_of(part.name))
                if closeness > closest:
                    closest, numbers = closeness, [number]
                elif closeness == closest and number not in numbers:
                    numbers.append(number)
        is_sure = closest > 1
        return (numbers, is_sure) if is_sure or len(numbers) == 1 else ([], False)


def _found(index: Index, wanted: Sequence[_Wanted]) -> list[Found]:
    uses: dict[Found, None] = {}
    for want in wanted:
        uses |= dict.fromkeys(filter(want.has, index.uses.get(want.name, ())))
    return [*uses]


def _uses(results: Sequence[Found], errors: _Errors) -> tuple[ClientUse, ...]:
    """Return uses in order, each place once; those with errors are kept."""
    uses: dict[tuple[str, int, int], ClientUse] = {}
    every = [_use(result, errors.at_uses.get(result, "")) for result in results]
    for use in (*every, *errors.elsewhere):
        key = use.place.file, use.place.line, use.place.column
        if key not in uses or use.error:
            uses[key] = use
    return tuple(uses[key] for key in sorted(uses))


def _use(use: Found, error: str) -> ClientUse:
    return use_of(use.file, use.node, error)


def use_of(file: ProgramFile, node: Located, error: str = "") -> ClientUse:
    """Return a node as a use, with the error of a type checker there."""
    start, end = file.span(node)
    (line, column), (last, end_column) = start, end
    if isinstance(node, ast.Attribute) and last != line:
        line, column = last, end_column - len(node.attr)
    expression = shortened(_source(file, start, end), _LONGEST)
    return ClientUse(Place(file.name, line, column), expression, shortened(error, 2 * _LONGEST))


def _use_at(error: TypeCheckerError, file: ProgramFile | None, root: Path) -> ClientUse:
    """Return the place of an error as a use; its expression is empty if the file isn't read."""
    start, end = (error.line, error.column), (error.end_line, error.end_column)
    source = _source(file, start, end) if file else ""
    place = Place(shown(error.path, root), error.line, error.column)
    return ClientUse(place, shortened(source, _LONGEST), shortened(str(error), 2 * _LONGEST))


def _source(file: ProgramFile, start: tuple[int, int], end: tuple[int, int]) -> str:
    (first, column), (last, end_column) = start, end
    lines = file.lines[first - 1 : last]
    if not lines:
        return ""
    lines[-1] = lines[-1][: end_column - 1]
    lines[0] = lines[0][column - 1 :]
    return " ".join(line.strip() for line in lines)

"""The places in a program that use what changed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..changes.change import ClientUse, Usage
from ..changes.rules import Rule
from ..changes.symbols import ClientPart
from ..errors import Place
from ..printable import shortened
from ..recursion import deeply_recursive
from .errors import TypeCheckerError, explained
from .evaluate import Evaluator
from .files import Located, ProgramFile, read_program, shown
from .index import Found, Index
from .reader import Reader
from .values import ClientTypes

_LONGEST = 100
"""The characters of an expression that are kept."""
_GONE = ("removed", "renamed")
_OMITTED = (("required", "added"), ("presence", "required"))
"""The ends of rules that concern who leaves an argument out, as those of defaults do."""


@dataclass(frozen=True, slots=True)
class Query:
    """A change whose uses are looked for."""

    parts: Sequence[ClientPart]
    """The declarations of the client that it shows in."""
    direction: str = ""
    """``request`` or ``response`` if it is about values that go this way alone; else empty."""
    rule: Rule | None = None
    breaks: bool = True
    """True if a type checker may see it."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The uses of a declaration that a change reaches."""

    name: str
    kinds: tuple[str, ...]
    without: tuple[str, ...] = ()
    """The names of an argument: calls that leave it out are meant."""

    def has(self, use: Found) -> bool:
        """Return whether it is one of the uses."""
        is_given = use.arguments is None or not use.arguments.isdisjoint(self.without)
        return use.kind in self.kinds and not (self.without and is_given)


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
            yield _Wanted(part.name, ("call",) if "write" in kinds else ("name",))
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

    def names(self, wanted: Sequence[_Wanted]) -> set[str]:
        """Return the last names by which expressions are found that may use these."""
        last = {want.name.rpartition(".")[2] for want in wanted}
        last |= {f"Async{name}" for name in last}
        owners = {want.name.rpartition(".")[0] or want.name for want in wanted}
        carriers = self._carriers({owner for owner in owners if owner in self.client.symbols})
        for want in wanted:
            declared = self.client.fields[want.name.rpartition(".")[0]].get(
                want.name.rpartition(".")[2]
            )
            if declared is not None and declared.kind == "member":
                last |= {str(ast.literal_eval(a.literal)) for a in declared.type.alternatives}
        more = {"model_validate", "model_copy"} if carriers else set[str]()
        return last | more | {name.rpartition(".")[2] for name in (*carriers, *owners)}

    def _carriers(self, classes: set[str]) -> set[str]:
        """Return classes, and the classes and methods that objects of them are given to."""
        names = {*classes}
        while True:
            more = {
                d.owner
                for d in self.client.api.declarations.values()
                if d.kind in ("field", "alias", "parameter") and names & d.type.names
            }
            if more <= names:
                return names
            names |= more


@deeply_recursive
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
    names = selector.names([part for many in wanted for part in many])
    modules = [Reader(file, names).read() for file in program.files]
    index = Index(Evaluator(modules, clients), clients[0])
    for module in modules:
        index.read(module)
    results = [_found(index, many) for many in wanted]
    visible = [
        use for query, uses in zip(queries, results, strict=True) if query.breaks for use in uses
    ]
    texts: dict[Found, str] = {}
    others: list[ClientUse] = []
    for error in errors:
        about = explained(error, visible, index.calls)
        texts |= dict.fromkeys(about, str(error))
        if not about:
            name = shown(error.path, root)
            others.append(ClientUse(Place(name, error.line, error.column), "", str(error)))
    uses = [
        _uses(many, texts if query.breaks else {})
        for query, many in zip(queries, results, strict=True)
    ]
    return uses, replace(usage, others=tuple(others))


def _found(index: Index, wanted: Sequence[_Wanted]) -> list[Found]:
    uses = (use for want in wanted for use in index.uses.get(want.name, ()) if want.has(use))
    return [*dict.fromkeys(uses)]


def _uses(results: Sequence[Found], errors: Mapping[Found, str]) -> tuple[ClientUse, ...]:
    """Return uses in order, each place once; those with errors are kept."""
    uses: dict[tuple[str, int, int], ClientUse] = {}
    for result in results:
        use = _use(result, errors.get(result, ""))
        key = use.place.file, use.place.line, use.place.column
        if key not in uses or use.error:
            uses[key] = use
    return tuple(uses[key] for key in sorted(uses))


def _use(use: Found, error: str) -> ClientUse:
    file, node = use.file, use.node
    (line, column), (last, end) = file.span(node)
    if isinstance(node, ast.Attribute) and last != line:
        line, column = last, end - len(node.attr)
    place = Place(file.name, line, column)
    return ClientUse(
        place, shortened(_source(file, node), _LONGEST), shortened(error, 2 * _LONGEST)
    )


def _source(file: ProgramFile, node: Located) -> str:
    (first, start), (last, end) = file.span(node)
    lines = file.lines[first - 1 : last]
    lines[-1] = lines[-1][: end - 1]
    lines[0] = lines[0][start - 1 :]
    return " ".join(line.strip() for line in lines)

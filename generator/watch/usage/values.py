"""The values of expressions, as far as syntax shows them, and the client's declarations."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import chain
from pathlib import Path
from typing import Protocol, TypeAlias

from ...base.immutable import immutable
from ...codegen.apidiff.api import Declaration, PublicApi, TypeExpression
from ...codegen.apidiff.from_source import from_source, sources_in
from .scopes import Expression, NameScope


@immutable
class Instance:
    """An object of a class of the client, or of a generic class of Python's."""

    name: str
    """``Pet``, ``list``."""
    arguments: tuple[Value, ...] = ()
    depth: int = field(default=0, compare=False)
    """The number of instances that are inside each other in the arguments."""
    hash: int = field(init=False, default=0, compare=False)
    """Kept, as the next one, since arguments are shared by many instances."""
    is_known: bool = field(init=False, default=True, compare=False)
    """True if it tells of a class of the program or of a client."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "hash", hash((self.name, self.arguments)))
        if self.arguments:
            object.__setattr__(self, "is_known", any(map(is_known, self.arguments)))

    def __hash__(self) -> int:
        return self.hash


@immutable
class Declared:
    """A declaration of the client itself."""

    kind: str
    """``module``, ``class``, ``resource`` or ``method``."""
    name: str
    """``models``, ``Pet``, ``pets``, ``pets.list``."""
    raw: bool = False
    """True for a method whose result is given with its HTTP response."""


@immutable
class Own:
    """A function, a class or a module of the program, or an object of a class."""

    kind: str
    """``module``, ``class``, ``function`` or ``instance``."""
    scope: NameScope


@immutable
class Builtin:
    """A function that isn't the program's or the client's, by its last name."""

    name: str
    owner: Value = ()
    """The object whose method it is."""


@immutable
class TypeForm:
    """A type as a value: ``list[Pet]``, ``Optional[Pet]``, ``Annotated[Pet, …]``."""

    value: Value
    """The objects of the type."""


@immutable
class Entry:
    """A key of a dictionary in sight, and its value."""

    key: str
    node: ast.AST
    """The key as it is written."""
    value: Expression


@immutable(eq=False)
class Dictionary:
    """A dictionary whose keys are in sight."""

    node: ast.AST
    """The display, or the call of ``dict`` or of a ``TypedDict``."""
    entries: tuple[Entry, ...]
    is_complete: bool = True
    """False if it may have other keys."""

    @property
    def keys(self) -> frozenset[str]:
        """Its keys in sight."""
        return frozenset(entry.key for entry in self.entries)


Item: TypeAlias = Instance | Declared | Own | Builtin | TypeForm | Dictionary
Value: TypeAlias = tuple[Item, ...]
"""What an expression may be; empty where that is unknown."""

_MOST = 24
_DEEPEST = 8


def union(values: Iterable[Value]) -> Value:
    """Return the value that is one of several."""
    return tuple(dict.fromkeys(item for value in values for item in value))[:_MOST]


def generic(name: str, *arguments: Value) -> Instance:
    """Return an object of a generic class; without arguments if they are nested too deeply."""
    depth = 1
    for item in chain.from_iterable(arguments):
        if isinstance(item, Instance):
            depth = max(depth, item.depth + 1)
    return Instance(name, arguments, depth) if depth <= _DEEPEST else Instance(name)


def listed(*values: Value) -> Value:
    """Return a list of values."""
    return (generic("list", union(values)),)


MAPPINGS = {"dict", "Mapping", "MutableMapping", "defaultdict", "OrderedDict"}
LISTS = {
    "list", "tuple", "set", "frozenset", "deque", "Sequence", "MutableSequence", "Iterable",
    "Collection", "Queue", "LifoQueue", "PriorityQueue", "SimpleQueue",
}  # fmt: skip
"""Classes whose objects hold items."""
_PREFIXES = ("", "errors.", "testing.", "response_headers.", "webhooks.")


_AWAITABLES = {"Awaitable", "Coroutine", "Task", "Future"}


def awaited(value: Value) -> Value:
    """Return what ``await`` gives; calls of coroutines are their results already."""
    return union(
        item.arguments[-1]
        if isinstance(item, Instance) and item.name in _AWAITABLES and item.arguments
        else (item,)
        for item in value
    )


def is_known(value: Value) -> bool:
    """Return whether a value tells of a class of the program or of a client."""
    for item in value:
        match item:
            case Instance(is_known=True) | Declared() | Own() | TypeForm():
                return True
            case _:
                pass
    return False


def classes_of(value: Value) -> Value:
    """Return the classes that a value is, those of types such as ``Page[Pet]`` among them."""
    result: list[Item] = []
    for item in value:
        match item:
            case TypeForm(value=objects):
                result += map(class_of, objects)
            case _:
                result.append(item)
    return tuple(result)


def class_of(item: Item) -> Item:
    """Return the class of an object."""
    match item:
        case Instance(name=name):
            return Declared("class", name)
        case Own(scope=scope):
            return Own("class", scope)
        case _:
            return item


def element_of(value: Value) -> Value:
    """Return what iterating gives."""
    values: list[Value] = []
    for item in value:
        if isinstance(item, Instance):
            values += item.arguments if item.name == "tuple" else item.arguments[:1]
    return union(values)


def entry_of(value: Value, index: int | None = None) -> Value:
    """Return what a subscript gives: of a tuple the item of an index, if that is known."""
    values: list[Value] = []
    for item in value:
        if isinstance(item, Instance) and item.arguments:
            places = item.arguments
            if item.name != "tuple":
                values.append(places[-1] if item.name in MAPPINGS else places[0])
            elif index is not None and index < len(places):
                values.append(places[index])
            else:
                values += places
    return union(values)


class Declarations(Protocol):
    """Declarations that aren't the program's: of a client, or of a library."""

    def exported(self, module: str, name: str) -> Value:
        """Return what a module has under a name."""
        ...

    def attribute(self, item: Instance | Declared, name: str) -> tuple[str, Value]:
        """Return the full name of an attribute's declaration, and its value."""
        ...

    def result(self, name: str) -> Value:
        """Return what a method or function gives."""
        ...


class ClientTypes:
    """The declarations of one client, which is a package in a folder."""

    def __init__(self, folder: Path) -> None:
        """Read the package.

        Raises :class:`OSError` or :class:`SyntaxError` if it cannot be read.
        """
        self.folder = folder.resolve()
        sources = sources_in(self.folder)
        self.modules = {
            name.removesuffix(".py").removesuffix("__init__").strip("/").replace("/", ".")
            for name in sources
        }
        self.api: PublicApi = from_source(sources)
        self.symbols = self.api.symbols
        self.client = self.api.source.client
        self.fields: defaultdict[str, dict[str, Declaration]] = defaultdict(dict)
        self.parameters: defaultdict[str, dict[str, Declaration]] = defaultdict(dict)
        self.results: defaultdict[str, list[TypeExpression]] = defaultdict(list)
        self.callables = {d.owner for d in self.api.declarations.values() if d.is_call}
        for declaration in self.api.declarations.values():
            match declaration.kind:
                case "field" | "member":
                    self.fields[declaration.owner][declaration.name] = declaration
                case "parameter":
                    self.parameters[declaration.owner].setdefault(declaration.name, declaration)
                case "result":
                    self.results[declaration.owner].append(declaration.type)
                case _:
                    pass
        own = self.fields[self.client].values() if self.client else ()
        self.resources = {name: one.name for one in own for name in one.type.names}

    def owner_of(self, name: str) -> str:
        """Return the class of a declaration: of a method or its parameter that of the resource."""
        first, _, inner = name.partition(".")
        for class_, resource in self.resources.items():
            if resource == first and inner:
                return class_
        return name.rpartition(".")[0] or self.client

    def class_name(self, name: str) -> str:
        """Return the name of a class among the declarations; that of a twin without ``Async``."""
        for plain in (name, name.removeprefix("Async")):
            for prefix in _PREFIXES:
                if prefix + plain in self.symbols:
                    return prefix + plain
        return ""

    def value_of(self, type_: TypeExpression, names: Mapping[str, Value] | None = None) -> Value:
        """Return the value that a type declares; ``names`` has those of type variables."""
        values: list[Value] = []
        for option in type_.alternatives:
            if names and option.name in names:
                values.append(names[option.name])
            elif resource := self.resources.get(option.name.removeprefix("Async")):
                values.append((Declared("resource", resource),))
            else:
                name = self.class_name(option.name) or option.name
                arguments = tuple(self.value_of(inner, names) for inner in option.arguments)
                if arguments or name in self.symbols:
                    values.append((generic(name, *arguments),))
        return union(values)

    def exported(self, module: str, name: str) -> Value:
        """Return what a module of the package has under a name."""
        inner = f"{module}.{name}" if module else name
        if not module and self.client == f"client.{name}":  # a model has the name, too
            inner = self.client
        if inner in self.symbols:
            return (Declared("class", inner),)
        if inner in self.callables:
            return (Declared("method", inner),)
        if class_ := self.class_name(name):
            return (Declared("class", class_),)
        return (Declared("module", inner),) if inner in self.modules else ()

    def bases(self, name: str) -> Iterator[str]:
        """Yield a class and those that it is derived from; of an alias the classes of its type."""
        todo, seen = [name], set[str]()
        while todo:
            class_ = todo.pop(0)
            if class_ in self.symbols and class_ not in seen:
                seen.add(class_)
                yield class_
                todo += [self.class_name(base) for base in sorted(self.symbols[class_].type.names)]

    def attribute(self, item: Instance | Declared, name: str) -> tuple[str, Value]:
        """Return the full name of an attribute's declaration, and its value."""
        if isinstance(item, Declared) and item.kind == "resource":
            full = f"{item.name}.{name}"
            return (full, (Declared("method", full),)) if full in self.callables else ("", ())
        if item.name == self.client and name in self.api.requests:
            return name, (Declared("method", name),)
        if isinstance(item, Instance) and (item.name, name) == ("testing.Script", "calls"):
            body = item.arguments[0] if item.arguments else ()
            return "", listed((generic("testing.Received", body),))
        for owner in self.bases(item.name):
            full, one = f"{owner}.{name}", self.fields[owner].get(name)
            if one is not None and one.kind == "member":
                return full, (Instance(owner),)
            if one is not None and isinstance(item, Instance):
                return full, self.value_of(one.type, self._variables(owner, item))
            if full in self.callables:
                return full, (Declared("method", full),)
        return "", ()

    def _variables(self, owner: str, item: Instance) -> Mapping[str, Value]:
        """Return the values of a generic class's type variables."""
        generic = [o for o in self.symbols[owner].type.alternatives if o.name == "Generic"]
        names = [str(inner) for option in generic for inner in option.arguments]
        return dict(zip(names, item.arguments, strict=False))

    def result(self, name: str) -> Value:
        """Return what a method or function gives."""
        value = union(self.value_of(result) for result in self.results[name])
        is_self = any("Self" in result.names for result in self.results[name])
        return (*value, Instance(self.client)) if is_self else value

    def parameter(self, name: str, key: str | int) -> Declaration | None:
        """Return a parameter of a method by its name or position."""
        places = self.parameters[name]
        if isinstance(key, str):
            return places.get(key)
        return next((place for place in places.values() if place.position == key), None)

    def field_of(self, name: str, key: str) -> Declaration | None:
        """Return a field of a class by its name in Python or in JSON."""
        for owner in self.bases(name):
            fields = self.fields[owner]
            if key in fields:
                return fields[key]
            matching = [one for one in fields.values() if one.wire == key and one.kind == "field"]
            if matching:
                return matching[0]
        return None

    def members(self, type_expression: TypeExpression) -> Sequence[Declaration]:
        """Return the members of the enumerations in a type."""
        names = sorted(type_expression.names)
        return [one for name in names for one in self.members_of(self.class_name(name))]

    def members_of(self, name: str) -> Sequence[Declaration]:
        """Return the members of an enumeration, or of those in an alias."""
        members: list[Declaration] = []
        for owner in self.bases(name):
            fields = self.fields[owner].values()
            members += [field for field in fields if field.kind == "member"]
        return members

"""The public Python API of a client: what it declares, with the types as structure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property

from ...base.errors import Place
from ...base.immutable import immutable


@immutable
class Alternative:
    """One alternative of a type: a name with type arguments, or one value of a ``Literal``."""

    name: str
    """``int``, ``list``, ``Pet``, without its module; of a ``Literal`` value the value's type."""
    arguments: tuple[TypeExpression, ...] = ()
    literal: str = ""
    """The value's source, where only that value is meant."""
    constraints: tuple[tuple[str, str], ...] = ()
    """Bounds of pydantic's ``Field``, with the source of their values: ``("le", "500")``."""

    def __str__(self) -> str:
        inner = ", ".join(map(str, self.arguments)) or self.literal
        text = "Literal" if self.literal else self.name
        if inner:
            text += f"[{inner}]"
        bounds = ", ".join(f"{keyword}={value}" for keyword, value in self.constraints)
        return f"Annotated[{text}, Field({bounds})]" if bounds else text


@immutable
class TypeExpression:
    """The type of a field, a parameter or a result: a set of alternatives."""

    alternatives: frozenset[Alternative]

    def __str__(self) -> str:
        literals: list[str] = []
        parts: list[str] = []
        for option in self.without_none:
            if option.literal:
                literals.append(option.literal)
            else:
                parts.append(str(option))
        parts.sort()
        if literals:
            parts.append(f"Literal[{', '.join(sorted(literals))}]")
        if self.takes_none:
            parts.append("None")
        return " | ".join(parts)

    @property
    def names(self) -> frozenset[str]:
        """Every name in it, at any depth."""
        names: set[str] = set()
        for alternative in self.alternatives:
            names.add(alternative.name)
            for argument in alternative.arguments:
                names |= argument.names
        return frozenset(names)

    @property
    def takes_none(self) -> bool:
        """Return whether None is one of the alternatives."""
        return any(alternative.name == "None" for alternative in self.alternatives)

    @property
    def without_none(self) -> frozenset[Alternative]:
        """The alternatives other than None."""
        return frozenset(option for option in self.alternatives if option.name != "None")

    def renamed(self, names: Mapping[str, str]) -> TypeExpression:
        """Return the same type with other names in it."""
        if not any(name in names for name in self.names):
            return self
        renamed: list[Alternative] = []
        for one in self.alternatives:
            arguments = tuple(argument.renamed(names) for argument in one.arguments)
            renamed.append(replace(one, name=names.get(one.name, one.name), arguments=arguments))
        return TypeExpression(frozenset(renamed))


def named(name: str, *arguments: TypeExpression) -> TypeExpression:
    """Return the type with one alternative."""
    return TypeExpression(frozenset({Alternative(name, arguments)}))


def union(*types: TypeExpression) -> TypeExpression:
    """Return the type with the alternatives of all of these; ``Any`` takes None as it is."""
    options = frozenset[Alternative]().union(*(expression.alternatives for expression in types))
    expression = TypeExpression(options)
    return TypeExpression(expression.without_none) if ANY.alternatives <= options else expression


ANY = named("Any")
NONE = named("None")
VALUES = {"StrEnum": "str", "IntEnum": "int"}
"""Bases of enumerations, with the type that their members are of too."""

OPEN = "open"
"""The flag of a class that takes fields which it doesn't declare."""
Key = tuple[bool, str, str, str]


@immutable
class Declaration:
    """One name that callers use, as one line of Python declares it."""

    kind: str
    """``class``, ``alias``, ``member`` (of an enumeration), ``field``, ``method`` or function,
    ``parameter`` or ``result``.
    """
    owner: str
    """The class or method that it is in: ``Pet``, ``pets.list``; of these themselves the name."""
    name: str = ""
    """Its name in ``owner``; empty for what is in none."""
    type: TypeExpression = TypeExpression(frozenset())
    """Of a class the bases, of a member the value, of a method all types of its parts."""
    default: str = ""
    """Source of the default, empty where there is none; of a method its signature."""
    position: int | None = None
    """Of a parameter its index, from 0; None where it must be given by name."""
    overload: str = ""
    """Which overload of a method it is in: the arguments that choose it; empty for the first."""
    wire: str = ""
    """The property's name in JSON, ``query:limit``, ``body``; empty where unknown."""
    flags: frozenset[str] = frozenset()
    """``init``: a field that the constructor takes; ``nullable``: null may be sent; ``read-only``,
    ``write-only``; of a class :data:`OPEN`.
    """

    def __str__(self) -> str:
        is_open = OPEN in self.flags
        types = ", ".join(sorted(f"Open{name}" if is_open else name for name in self.type.names))
        told = {"read-only", "write-only"}
        if self.default == "None":
            told.add("nullable")
        marks = "".join(f"  # {flag}" for flag in sorted(self.flags & told))
        default = f" = {self.default}" if self.default else ""
        match self.kind:
            case "class":
                return f"class {self.owner}" + (f"({types})" if types else "")
            case "member":
                values = ", ".join(value.literal for value in self.type.alternatives)
                return f"{self.name} = {values}"
            case "method":
                return f"{self.owner}{self.default}"
            case "result":
                return f"-> {self.type}"
            case "field" | "parameter":
                return f"{self.name}: {self.type}{default}{marks}"
            case _:
                return f"{self.owner} = {self.type}"

    def with_names(self, names: Mapping[str, str]) -> Declaration:
        """Return the same declaration with other names in its type."""
        renamed = self.type.renamed(names)
        if renamed is self.type:
            return self
        return replace(self, type=renamed)

    @property
    def is_call(self) -> bool:
        """Return whether it is a method or a part of one."""
        return self.kind in ("method", "parameter", "result")

    @property
    def key(self) -> Key:
        """Its identity among the declarations; of a parameter in the path by position."""
        name = f"path {self.position}" if self.wire.startswith("path:") else self.name
        return self.is_call, self.owner, self.overload, name


def method(owner: str, parts: Sequence[Declaration], overload: str = "") -> list[Declaration]:
    """Return the declarations of a method: its own, its parameters' and, last, its result's."""
    *parameters, result = parts
    signature = f"({', '.join(map(str, parameters))}) {result}"
    types = union(*(part.type for part in parts))
    own = Declaration("method", owner, type=types, default=signature, overload=overload)
    return [own, *(replace(part, owner=owner, overload=overload) for part in parts)]


@immutable
class SourceFacts:
    """The facts that only the source of a package tells; empty for an API of a description."""

    places: Mapping[str, Place] = field(default_factory=dict[str, Place])
    """The place of each definition by full name, in files relative to the package."""
    private: Mapping[str, Declaration] = field(default_factory=dict[str, Declaration])
    """The aliases and classes that types name and callers can't."""
    operations: Mapping[str, str] = field(default_factory=dict[str, str])
    """The request of each method: ``GET /pets``."""
    wires: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    """The name in a request of a method's parameter."""
    client: str = ""
    """The name of the client's class."""


_NO_SOURCE = SourceFacts()


class PublicApi:
    """Everything that a caller of a client can name."""

    def __init__(
        self,
        declarations: Iterable[Declaration],
        requests: Iterable[str],
        errors: frozenset[str] = frozenset(),
        source: SourceFacts = _NO_SOURCE,
    ) -> None:
        """Make an API of declarations.

        ``requests`` are the methods that make one, ``errors`` the names in the types of documented
        errors.
        """
        self.declarations = {declaration.key: declaration for declaration in declarations}
        declared = self.declarations.values()
        self.symbols = {d.owner: d for d in declared if d.kind in ("class", "alias")}
        self.requests = frozenset(requests)
        self.errors = errors
        self.source = source

    def reached(self, kind: str) -> frozenset[str]:
        """Return the classes and aliases in requests (``parameter``) or in responses (``result``),
        at any depth.
        """
        todo = set(self.errors if kind == "result" else ())
        for declaration in self.declarations.values():
            if declaration.kind == kind and declaration.owner in self.requests:
                todo |= declaration.type.names
        reached: set[str] = set()
        while todo:
            name = todo.pop()
            reached.add(name)
            todo |= self._names_in.get(name, set()) - reached
        return frozenset(reached)

    @cached_property
    def _names_in(self) -> dict[str, set[str]]:
        """The names in the fields of each class, and in each alias."""
        names: dict[str, set[str]] = {}
        for declaration in self.declarations.values():
            if declaration.kind in ("field", "alias"):
                names.setdefault(declaration.owner, set()).update(declaration.type.names)
        return names

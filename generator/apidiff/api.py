"""The public Python API of a client: classes, aliases, methods, and their types as structure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ..errors import Place

MODEL, ENUM, DATACLASS, CLASS = "model", "enum", "dataclass", "class"
"""The kinds of an :class:`ApiClass`."""


@dataclass(frozen=True, slots=True)
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
        text = f"{'Literal' if self.literal else self.name}[{inner}]" if inner else self.name
        bounds = ", ".join(f"{keyword}={value}" for keyword, value in self.constraints)
        return f"Annotated[{text}, Field({bounds})]" if bounds else text


@dataclass(frozen=True, slots=True)
class TypeExpression:
    """The type of a field, a parameter or a result: a set of alternatives."""

    alternatives: frozenset[Alternative]

    def __str__(self) -> str:
        literals = sorted(one.literal for one in self.alternatives if one.literal)
        parts = sorted(str(one) for one in self.without_none if not one.literal)
        parts += [f"Literal[{', '.join(literals)}]"] if literals else []
        return " | ".join(parts + (["None"] if self.takes_none else []))

    @property
    def names(self) -> frozenset[str]:
        """Every name in it, at any depth."""
        inner = (argument.names for one in self.alternatives for argument in one.arguments)
        return frozenset(one.name for one in self.alternatives).union(*inner)

    @property
    def takes_none(self) -> bool:
        """Whether None is one of the alternatives."""
        return any(one.name == "None" for one in self.alternatives)

    @property
    def without_none(self) -> frozenset[Alternative]:
        """The alternatives other than None."""
        return frozenset(one for one in self.alternatives if one.name != "None")

    def renamed(self, names: Mapping[str, str]) -> TypeExpression:
        """Return the same type with other names in it."""
        if self.names.isdisjoint(names):
            return self
        found: list[Alternative] = []
        for one in self.alternatives:
            arguments = tuple(argument.renamed(names) for argument in one.arguments)
            found.append(replace(one, name=names.get(one.name, one.name), arguments=arguments))
        return TypeExpression(frozenset(found))


def named(name: str, *arguments: TypeExpression) -> TypeExpression:
    """Return the type with one alternative."""
    return TypeExpression(frozenset({Alternative(name, arguments)}))


def union(*types: TypeExpression) -> TypeExpression:
    """Return the type with the alternatives of all of these; ``Any`` takes None as it is."""
    found = frozenset[Alternative]().union(*(one.alternatives for one in types))
    made = TypeExpression(found)
    return TypeExpression(made.without_none) if ANY.alternatives <= found else made


ANY = named("Any")
NONE = named("None")


@dataclass(frozen=True, slots=True)
class ApiField:
    """An attribute with an annotation."""

    name: str
    type: TypeExpression
    required: bool
    """Whether it has no default."""
    wire: str = ""
    """The property's name in JSON."""
    nullable: bool = False
    """Whether null may be sent."""
    read_only: bool = False
    write_only: bool = False

    def __str__(self) -> str:
        marks = "  # read-only" * self.read_only + "  # write-only" * self.write_only
        return f"{self.name}: {self.type}{'' if self.required else ' = None'}{marks}"


@dataclass(frozen=True, slots=True)
class ApiMember:
    """A member of an enumeration."""

    name: str
    value: str
    """Its source."""

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"


@dataclass(frozen=True, slots=True)
class ApiParameter:
    """A parameter of a method; ``self`` is left out."""

    name: str
    type: TypeExpression
    default: str = ""
    """Source of the default; empty where there is none."""
    position: int | None = None
    """Its index, from 0, among those that may be given by position; None where a keyword must."""
    wire: str = ""
    """``query:limit`` or ``body``; empty where unknown."""

    def __str__(self) -> str:
        return f"{self.name}: {self.type}" + (f" = {self.default}" if self.default else "")

    @property
    def same_wire(self) -> str:
        """``wire``, in lower case for a header (RFC 9110 §5.1)."""
        return self.wire.lower() if self.wire.startswith("header:") else self.wire


@dataclass(frozen=True, slots=True)
class ApiResult:
    """The result of a method."""

    type: TypeExpression
    name: str = "result"

    def __str__(self) -> str:
        return f"-> {self.type}"


@dataclass(frozen=True, slots=True)
class ApiMethod:
    """One signature of a method or function: ``pets.list``, ``errors.ApiError`` to construct it."""

    name: str
    parameters: tuple[ApiParameter, ...]
    result: ApiResult

    def __str__(self) -> str:
        texts = [str(one) for one in self.parameters if one.position is not None]
        keywords = [str(one) for one in self.parameters if one.position is None]
        texts += ["*", *keywords] if keywords else []
        return f"{self.name}({', '.join(texts)}) {self.result}"


@dataclass(frozen=True, slots=True)
class ApiClass:
    """A class that callers see; its methods are listed in :class:`PublicApi`."""

    name: str
    kind: str
    bases: tuple[str, ...] = ()
    fields: tuple[ApiField, ...] = ()
    members: tuple[ApiMember, ...] = ()
    """Of an enumeration."""
    values: str = ""
    """The type that the members of an enumeration are of too: ``str`` or ``int``."""
    open_name: str = ""
    """The alias of an enumeration that also takes values without a member: ``KindOrStr``."""
    extras: bool = False
    """Whether a model takes fields that it doesn't declare."""

    def __str__(self) -> str:
        bases = [*self.bases, *(["extras=True"] if self.extras else [])]
        return f"class {self.name}" + (f"({', '.join(bases)})" if bases else "")

    @property
    def names(self) -> frozenset[str]:
        """Every name in the types of its fields."""
        return union(*(one.type for one in self.fields)).names


@dataclass(frozen=True, slots=True)
class ApiAlias:
    """A name for a type."""

    name: str
    type: TypeExpression

    def __str__(self) -> str:
        return f"{self.name} = {self.type}"

    @property
    def names(self) -> frozenset[str]:
        """Every name in its type."""
        return self.type.names


Symbol = ApiClass | ApiAlias


@dataclass(frozen=True, slots=True)
class PublicApi:
    """Everything that a caller of a client can name."""

    symbols: Mapping[str, Symbol]
    """Classes and aliases; of ``errors`` and others with their module: ``errors.ApiError``."""
    methods: Mapping[str, tuple[ApiMethod, ...]]
    """Several signatures are overloads; a constructor has the name of its class."""
    requests: frozenset[str] = frozenset()
    """The methods that make a request."""
    errors: frozenset[str] = frozenset()
    """Names in the types of documented errors."""
    places: Mapping[str, Place] = field(default_factory=dict[str, Place])
    """Where a name is defined: ``Pet``, ``Pet.age``, ``pets.list``; empty without source. Files are
    relative to the package.
    """

    def by_type_name(self) -> dict[str, Symbol]:
        """Return the symbols by each name that a type may use; an enumeration has two."""
        enums = [one for one in self.symbols.values() if isinstance(one, ApiClass)]
        return {**self.symbols, **{one.open_name: one for one in enums if one.open_name}}

    def sent(self) -> frozenset[str]:
        """Return the names of the symbols that requests hold, at any depth."""
        return self._reached(
            parameter.type.names
            for name in self.requests
            for method in self.methods[name]
            for parameter in method.parameters
        )

    def received(self) -> frozenset[str]:
        """Return the names of the symbols that responses and errors hold, at any depth."""
        results = [m.result.type.names for name in self.requests for m in self.methods[name]]
        return self._reached([*results, self.errors])

    def _reached(self, names: Iterable[frozenset[str]]) -> frozenset[str]:
        known = self.by_type_name()
        found: set[str] = set()
        todo = set[str]().union(*names)
        while todo:
            one = known.get(todo.pop())
            if one is not None and one.name not in found:
                found.add(one.name)
                todo |= one.names
        return frozenset(found)

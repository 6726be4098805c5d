"""Text and code, and the types of values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field

from ...base.immutable import immutable


class Code(str):
    """Python source made by the generator, such as an annotation; never text of a description."""

    __slots__ = ()


def union(annotations: Iterable[str]) -> Code:
    """Return the union of annotations, each once."""
    hints = (hint.split(" | ") if "[" not in hint else [hint] for hint in annotations)
    return Code(" | ".join(dict.fromkeys(one for each in hints for one in each)))


@immutable
class Text:
    """Text of a description, which templates can print only as a docstring or a literal."""

    value: str

    def __str__(self) -> str:
        raise TypeError("text of a description can only be printed by docstring or literal")

    def __bool__(self) -> bool:
        return bool(self.value.strip())


Tag = str | int | float | bool
"""A value of a discriminator's property."""
Json = bool | int | float | str | list["Json"] | dict[str, "Json"] | None


@immutable
class Scalar:
    """A JSON scalar; ``kind`` is string, integer, number, boolean, null or any.

    It is bytes for the body of a response that isn't JSON.
    """

    kind: str
    format: str = ""
    constraints: tuple[tuple[str, Json], ...] = ()
    is_sent: bool = field(default=False, compare=False)
    """True for any value of a request."""
    is_base64: bool = False
    """True for a text in base64, for which a caller may give bytes."""

    @property
    def python(self) -> str:
        """The name of the Python type of its values."""
        return _PYTHON[self.format or self.kind]

    @property
    def number(self) -> str:
        """The name of the type of a number that has its marks; empty where constraints need others.

        Pydantic checks no multiple of a union, and that of decimals is one.
        """
        if self.format:
            return "" if "multipleOf" in dict(self.constraints) else "DecimalNumber"
        return "" if self.constraints else "Number"


_PYTHON = {
    "string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None",
    "any": "Any", "bytes": "bytes", "date-time": "datetime", "date": "date", "time": "time",
    "duration": "timedelta", "uuid": "UUID", "decimal": "Decimal",
}  # fmt: skip


@immutable
class Constant:
    """One of a few values, annotated as a ``Literal``."""

    values: tuple[str | int | bool, ...]


@immutable
class Ref:
    """A reference to a class or alias of the models.

    Where an enumeration is, other values may be of the type ``beside`` (``str`` or ``int``), which
    is empty for other classes.
    """

    name: str
    beside: str = ""


@immutable
class Array:
    """A list of ``items``."""

    items: Type
    constraints: tuple[tuple[str, Json], ...] = ()


@immutable
class Dict:
    """An object with any keys, whose values are of the type ``values``."""

    values: Type


@immutable
class UnionType:
    """One of several types; ``tag`` is the property of the discriminator, if there is one."""

    options: tuple[Type, ...]
    tag: str = ""
    tags: tuple[tuple[Tag, ...] | None, ...] = ()
    """The values of that property for each option; one without any has all others, and None is for
    an option that no object has."""
    default: int = -1
    """The index of the option for all others, and for an object without the property."""
    is_implied: bool = False
    """True if an object without the property is of the option that fits best."""


@immutable
class Nullable:
    """``inner`` or null."""

    inner: Type


@immutable
class File:
    """The content of a file in a multipart body."""


Type = Scalar | Constant | Ref | Array | Dict | UnionType | Nullable | File


def walk(type_: Type) -> Iterator[Type]:
    """Yield a type and the types in it."""
    yield type_
    match type_:
        case Array(inner) | Dict(inner) | Nullable(inner):
            yield from walk(inner)
        case UnionType(options):
            for option in options:
                yield from walk(option)
        case _:
            pass


def referenced(type_: Type) -> Iterator[str]:
    """Return the names of the classes and aliases in a type."""
    return (part.name for part in walk(type_) if isinstance(part, Ref))


def is_scalar(type_: Type) -> bool:
    """Return whether a value is always one text, number, boolean or null."""
    match type_:
        case Scalar(kind):
            return kind != "any"
        case Constant():
            return True
        case Ref(_, beside):
            return bool(beside)
        case UnionType(options):
            return all(map(is_scalar, options))
        case Nullable(inner):
            return is_scalar(inner)
        case _:
            return False


def covariant_lists(type_: Type) -> int:
    """Return the number of lists in each other of which a caller may have narrower ones."""
    match type_:
        case Nullable(inner):
            return covariant_lists(inner)
        case Array(items):
            count = covariant_lists(items)
            return 1 + count if count or isinstance(items, Ref | UnionType | Nullable) else 0
        case _:
            return 0


def takes_bytes(type_: Type) -> bool:
    """Return whether a caller may give bytes for a text in a type."""
    return any(part.is_base64 for part in walk(type_) if isinstance(part, Scalar))


def is_exact(type_: Type) -> bool:
    """Return whether pydantic alone would convert values of a type.

    It does with unions of several objects, lists or texts, and of a text of a format and an
    enumeration of integers. A class and an alias in the type have a mark of their own.
    """
    match type_:
        case Array(inner) | Dict(inner) | Nullable(inner):
            return is_exact(inner)
        case UnionType(options, tag):
            kinds = [json_type(option) for option in options]
            many = any(kinds.count(kind) > 1 for kind in ("string", "array", "object"))
            strings = {o.python for o in options if isinstance(o, Scalar) and o.kind == "string"}
            is_listed = any(isinstance(o, Ref) and o.beside == "int" for o in options)
            return not tag and (many or (is_listed and bool(strings - {"str"})))
        case _:
            return False


def has_any(type_: Type) -> bool:
    """Return whether a type has any value of a request, outside of classes and aliases in it."""
    return any(part.is_sent for part in walk(type_) if isinstance(part, Scalar))


def json_type(type_: Type) -> str:
    """Return the JSON type of the values of a type; empty for others."""
    match type_:
        case Constant((bool(), *_)):
            return "boolean"
        case Constant((int(), *_)):
            return "integer"
        case Scalar(kind):
            return kind
        case Array():
            return "array"
        case Dict() | Ref(beside=""):
            return "object"
        case _:
            return ""

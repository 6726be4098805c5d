"""Schemas, and what every part of the canonical document has.

Sources: JSON Schema 2020-12, OpenAPI 3.1.1 §4.8.24 (Schema Object) and §4.8.25 (Discriminator).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, fields, replace
from enum import Enum
from itertools import chain
from operator import attrgetter, is_not
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar, cast, get_args

from ....base.immutable import immutable
from ...document.tree import Location, Positions

T = TypeVar("T")
Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Number: TypeAlias = int | float
Type: TypeAlias = Literal["string", "number", "integer", "boolean", "array", "object", "null"]


class Missing(Enum):
    """The absence of a value where null is one."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING


@immutable(eq=False)
class Part:
    """A part of the document with its location in the description."""

    location: Location
    positions: Positions | None = field(default=None, kw_only=True)
    """The positions of its members."""

    def at(self, member: str) -> Location:
        """Return the location of a member, by its name in OpenAPI."""
        return self.location.member_among(member, self.positions)


@immutable(eq=False)
class Discriminator(Part):
    """The property whose value tells the branches of a union apart (OpenAPI 3.1.1 §4.8.25)."""

    property_name: str
    mapping: Mapping[str, str] = field(default_factory=dict[str, str])
    """Value to the key of a schema component."""
    default_mapping: str = ""
    """The key of the component for all other values."""
    is_default_declared: bool = False
    """True if it is also that of values without the property (OpenAPI 3.2.0 §4.25)."""
    is_implied: bool = False
    """True if the description has none: each branch requires another value of the property."""


@immutable(eq=False)
class Union:
    """The branches of ``oneOf`` or ``anyOf``, null left out."""

    keyword: Literal["oneOf", "anyOf"]
    branches: tuple[Schema, ...]
    location: Location
    """Of the list of branches."""
    discriminator: Discriminator | None = None
    hint: str = ""
    """The key that the union would have as a component; empty for one that is such."""


_NO_MEMBERS: dict[str, Any] = {"enum_names": {}, "server_checked": {}}
"""The attributes of each schema for which no class has a default."""


@immutable(eq=False, slots=False)
class Schema(Part):
    """A schema in canonical form (JSON Schema 2020-12).

    ``allOf``, ``const`` and OpenAPI 3.0's ``nullable`` are gone, and so is null as a type or as a
    branch of a union: ``nullable`` is true where null is a value too. A schema of null alone has
    the type ``"null"``. Beside ``union`` there are ``nullable`` and annotations only.

    Of some fifty attributes a schema has a few. Only these are in its ``__dict__``, for the others
    the class has the values; so a schema is made in a tenth of the time.
    """

    if not TYPE_CHECKING:

        def __init__(self, location: Location, **attributes: Any) -> None:
            if not attributes.keys() <= _ATTRIBUTES:
                unknown = attributes.keys() - _ATTRIBUTES
                raise TypeError(f"a schema has no attribute {min(unknown)}")
            self.location = location
            self.positions = attributes.pop("positions", None)
            self.__dict__.update(_NO_MEMBERS, **attributes)

    ref: str = ""
    """The key of a schema component; beside it there are ``nullable`` and annotations only."""
    types: tuple[Type, ...] = ()
    """Empty where no type is required."""
    is_type_implied: bool = False
    """True if the type is that of ``properties`` alone: every JSON type is admitted."""
    nullable: bool = False
    enum: tuple[Json, ...] | None = None
    enum_names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Value, as text, to the name that the description gives it."""
    union: Union | None = None

    # numbers and text
    format: str = ""
    minimum: Number | None = None
    maximum: Number | None = None
    exclusive_minimum: Number | None = None
    exclusive_maximum: Number | None = None
    multiple_of: Number | None = None
    min_length: Number | None = None
    max_length: Number | None = None
    pattern: str | None = None
    content_encoding: str | None = None
    content_media_type: str | None = None
    content_schema: Schema | None = None

    # arrays
    items: Schema | None = None
    prefix_items: tuple[Schema, ...] | None = None
    min_items: Number | None = None
    max_items: Number | None = None
    unique_items: bool = False
    contains: Schema | None = None
    min_contains: Number | None = None
    max_contains: Number | None = None
    unevaluated_items: Schema | None = None

    # objects
    properties: Mapping[str, Schema] | None = None
    property_names_at: Part | None = None
    """The location of ``properties``, and of the names in it."""
    required: tuple[str, ...] = ()
    one_way: tuple[str, ...] = ()
    """The names that are required in the direction alone in which the property is."""
    additional_properties: Schema | bool | None = None
    property_names: Schema | None = None
    min_properties: Number | None = None
    max_properties: Number | None = None
    dependent_required: Mapping[str, tuple[str, ...]] | None = None

    # conditions
    not_: Schema | None = None
    if_: Schema | None = None
    then: Schema | None = None
    else_: Schema | None = None

    # annotations
    description: str = ""
    deprecated: bool = False
    sunset: str = ""
    """The day after which it may be gone (the extension ``x-sunset``)."""
    read_only: bool = False
    write_only: bool = False
    default: Json | Missing = MISSING
    examples: tuple[Json, ...] = ()
    server_checked: Mapping[str, Json] = field(default_factory=dict[str, Json])
    """Keywords that no Python type expresses, as they are written, references resolved."""

    def replace(self, **attributes: Any) -> Schema:
        """Return a schema with other values of some attributes, as :func:`dataclasses.replace`."""
        whole: dict[str, Any] = {"location": self.location, "positions": self.positions}
        return Schema(**(whole | self.__dict__ | attributes))

    @property
    def is_null(self) -> bool:
        """True if null is the only value."""
        return self.types == ("null",)

    @property
    def branches(self) -> tuple[Schema, ...]:
        """The branches of the union; none of another schema."""
        return self.union.branches if self.union is not None else ()

    @property
    def is_leaf(self) -> bool:
        """True if it surely has no schema inside it; said from the names of its attributes."""
        return _WITH_PARTS.isdisjoint(self.__dict__)

    def part(self, key: str | int) -> Schema | bool | None:
        """Return the schema of a member or of an item (JSON Schema 2020-12 §10.3)."""
        if isinstance(key, str):
            return (self.properties or {}).get(key, self.additional_properties)
        first = self.prefix_items or ()
        return first[key] if key < len(first) else self.items

    def subschemas(self) -> Iterator[Schema]:
        """Yield the schemas directly inside this one; the target of ``ref`` isn't one of them."""
        if self.is_leaf:
            return
        yield from self.branches
        yield from (self.properties or {}).values()
        yield from self.prefix_items or ()
        if isinstance(self.additional_properties, Schema):
            yield self.additional_properties
        yield from filter(None, _subschemas(self))


_ATTRIBUTES = frozenset(each.name for each in fields(Schema))
Part_ = TypeVar("Part_", bound="Part | Union")
_Containing: TypeAlias = tuple[tuple[str, ...], Callable[[object], tuple[Any, ...]]]
_CONTAINING: dict[type, _Containing] = {}
"""The attributes of each class that contain parts."""
_subschemas: Callable[[Schema], tuple[Schema | None, ...]] = attrgetter(
    *(each.name for each in fields(Schema) if each.type == "Schema | None")
)
"""Return the values of the attributes of a schema that are schemas."""


def parts_in(*values: object) -> Iterator[Part]:
    """Yield the parts at or below values; the targets of references aren't."""
    todo = [*values]
    while todo:
        value = todo.pop()
        if isinstance(value, Part):
            yield value
        todo += filter(None, _inner(value))


def schemas_in(*values: object) -> Iterator[Schema]:
    """Yield the schemas at or below values, in order, without those in another schema."""
    todo = [*reversed(values)]
    while todo:
        value = todo.pop()
        if isinstance(value, Schema):
            yield value
        else:
            todo += reversed([*filter(None, _inner(value))])


def map_schemas(value: T, function: Callable[[Schema], Schema]) -> T:
    """Return a part, or parts, with what a function returns for each schema that isn't in one."""
    result: Any = value
    if isinstance(value, Schema):
        result = function(value)
    elif isinstance(value, (Part, Union)):
        result = map_inside(value, function)
    elif isinstance(value, dict):
        named = cast("dict[str, object]", value)
        mapped = {key: map_schemas(inner, function) for key, inner in named.items()}
        if any(map(is_not, mapped.values(), named.values())):
            result = mapped
    elif isinstance(value, tuple):
        listed = cast("tuple[object, ...]", value)
        items = tuple([map_schemas(inner, function) for inner in listed])
        if any(map(is_not, items, listed)):
            result = items
    return result  # type: ignore[no-any-return]


def map_inside(part: Part_, function: Callable[[Schema], Schema]) -> Part_:
    """Return a part with what a function returns for each schema directly inside it.

    One in which nothing changes is returned itself.
    """
    if isinstance(part, Schema) and part.is_leaf:
        return part
    names, values_of = _containing(part)
    values = values_of(part)
    if not any(values):
        return part
    changed: dict[str, Any] = {}
    for name, value in zip(names, values, strict=True):
        if value and (mapped := map_schemas(value, function)) is not value:
            changed[name] = mapped
    if not changed:
        return part
    if isinstance(part, Schema):
        return cast("Part_", part.replace(**changed))
    return replace(part, **changed)


def _inner(value: object) -> Iterable[object]:
    """Return the values of a mapping or a tuple, and those of a part that contain parts."""
    if isinstance(value, (Part, Union)):
        return _containing(value)[1](value)
    if isinstance(value, dict):
        return cast("dict[str, object]", value).values()
    return cast("tuple[object, ...]", value) if isinstance(value, tuple) else ()


def _containing(part: Part | Union) -> _Containing:
    """Return the attributes of a part that contain parts, and the function that returns them."""
    kind = part.__class__
    if kind not in _CONTAINING:
        names = _attributes_with_parts(kind)
        if len(names) > 1:
            _CONTAINING[kind] = names, attrgetter(*names)
        else:
            _CONTAINING[kind] = names, lambda value: tuple(getattr(value, n) for n in names)
    return _CONTAINING[kind]


def _names(kind: type[Part]) -> Iterator[str]:
    yield kind.__name__
    for subclass in kind.__subclasses__():
        yield from _names(subclass)


def _attributes_with_parts(kind: type[Part | Union]) -> tuple[str, ...]:
    """Return the attributes of a class that contain parts."""
    parts = {"Union", *_names(Part)}
    words = {each.name: {*re.findall(r"\w+", str(each.type))} for each in fields(kind)}
    return tuple(name for name, own in words.items() if own & parts)


_WITH_PARTS = frozenset(_attributes_with_parts(Schema))


def references_in(*schemas: Schema) -> set[str]:
    """Return the keys of the components that ``schemas`` refer to, at any depth but not further."""
    return {schema.ref for schema in walk(*schemas) if schema.ref}


def reachable(components: Mapping[str, Schema], *schemas: Schema) -> set[str]:
    """Return the keys of the components that references at or below schemas lead to."""
    keys, todo = set[str](), [*schemas]
    while todo:
        new = (references_in(todo.pop()) & components.keys()) - keys
        keys |= new
        todo += (components[key] for key in new)
    return keys


def walk(*schemas: Schema) -> Iterator[Schema]:
    """Yield ``schemas`` and those inside them; the targets of references aren't."""
    todo = [*schemas]
    while todo:
        schema = todo.pop()
        yield schema
        todo += schema.subschemas()


def leaves(schema: Schema, components: Mapping[str, Schema]) -> Iterator[Schema]:
    """Yield the branches of a union, and of the unions in it; else the schema.

    References are followed.
    """
    todo, seen = [schema], set[Schema]()
    while todo:
        branch = todo.pop()
        if branch not in seen:
            seen.add(branch)
            inner = (components[branch.ref],) if branch.ref else branch.branches
            todo += reversed(inner)
            if not inner:
                yield branch


def kinds(schema: Schema, components: Mapping[str, Schema]) -> frozenset[str]:
    """Return the JSON types of a schema's values; null only where no other value is allowed.

    A schema without a type has all of them.
    """
    types: Iterator[tuple[str, ...]]
    types = (leaf.types or get_args(Type) for leaf in leaves(schema, components))
    return frozenset(chain.from_iterable(types))

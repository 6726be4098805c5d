"""The classes and aliases of the models."""

from __future__ import annotations

from collections.abc import Mapping

from ...base.immutable import immutable
from .types import Nullable, Ref, Text, Type


@immutable
class ModelField:
    """A field of a model; ``nullable`` if null may be sent."""

    name: str
    wire: str
    type: Type
    required: bool
    nullable: bool
    doc: Text
    deprecated: bool = False
    read_only: bool = False
    write_only: bool = False
    is_one_way: bool = False
    """True if it is required in the direction alone in which it is."""

    @property
    def is_sent_always(self) -> bool:
        """Return whether every request with an object of the class has it."""
        return self.required or (self.is_one_way and self.write_only)


@immutable
class Model:
    """A class with fields; ``extra`` is the type of additional properties, None if undeclared.

    ``is_untyped`` if a response may have every JSON type in its place.
    """

    name: str
    doc: Text
    fields: tuple[ModelField, ...]
    key: str
    """The key of its schema."""
    extra: Type | None = None
    is_untyped: bool = False
    read_only: tuple[str, ...] = ()
    """The fields that a request has only if the caller set them."""
    is_response_only: bool = False
    """True if responses alone have objects of it."""


@immutable
class Enumeration:
    """An enumeration of strings or integers."""

    name: str
    doc: Text
    kind: str
    members: tuple[tuple[str, str | int], ...]


@immutable
class Alias:
    """A name for a type without a class, or another name for a class."""

    name: str
    doc: Text
    type: Type

    @property
    def is_name(self) -> bool:
        """True for another name of a class or an alias, which no type refers to."""
        return isinstance(self.type, Ref) and not self.type.beside


Component = Model | Enumeration | Alias


def plain(type_: Type, components: Mapping[str, Component]) -> Type:
    """Return a type without null, and in place of an alias the type that it is for."""
    if isinstance(type_, Nullable):
        return plain(type_.inner, components)
    named = components.get(type_.name) if isinstance(type_, Ref) else None
    return plain(named.type, components) if isinstance(named, Alias) else type_


@immutable
class Module:
    """A module of models; ``name`` is empty if it is the only one."""

    name: str
    components: tuple[Component, ...]
    levels: int = 0
    """How many classes and aliases the longest way leads over from those of the module."""
